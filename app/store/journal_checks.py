"""Check the journal's rows against the figures of their runs, and against the recycle bin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Final

from peewee import fn

from app.domain.amounts import canonical, spell
from app.domain.fingerprint import SIZE
from app.domain.text import one_line, shorten
from app.store.binned import unpacked
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.finding import Finding, damage
from app.store.models import Transfer

_WIDTH: Final = 60  # characters of a value in a phrase
_AMOUNT: Final = re.compile(r"-?[0-9]{1,40}\.[0-9]{1,8}\Z")
_TIMES: Final = (Transfer.started_at, Transfer.finished_at)
_WRONG_TIMES: Final = (
    Transfer.select(Transfer.id, *_TIMES)
    .where(reduce(or_, (fn.coalesce(fn.datetime(time), "") != time for time in _TIMES)))
    .sql()
)


def missing_rows() -> Iterator[Finding]:
    """Yield ended runs whose journal rows do not match their figures.

    Older runs have no figures; the positions of a finished export are 1, 2, 3…
    """
    found = database.execute_sql(
        """
        SELECT * FROM (
            SELECT t.id, CASE
                    WHEN documents IS NOT NULL THEN documents - count(position)
                    WHEN direction = 'disari' AND t.status = 'tamam'
                    THEN coalesce(max(position), 0) - count(position)
                    ELSE 0 END AS missing,
                direction = 'iceri' AND documents IS NOT NULL AND (
                    saved <> count(*) FILTER (WHERE item.status = 'aktarildi')
                    OR failed <> count(*) FILTER (WHERE item.status = 'hata')
                    OR skipped <> count(*) FILTER (WHERE item.status = 'atlandi')) AS differs
            FROM transfer AS t LEFT JOIN transfer_item AS item ON item.transfer_id = t.id
            GROUP BY t.id
        ) AS compared WHERE missing <> 0 OR differs
        """
    )
    for run, missing, _ in found:
        if missing > 0:
            yield damage(f"{run}. aktarım: günlükten {missing} belgenin satırı silinmiş")
        elif missing < 0:
            yield damage(f"{run}. aktarım: günlükte {-missing} belge fazla")
        else:
            yield damage(f"{run}. aktarım: belgelerinin sonuçları değiştirilmiş")


def changed_deleted() -> Iterator[Finding]:
    """Yield documents of the recycle bin that were changed, or are in the books too."""
    found = database.execute_sql(
        """
        SELECT id, CAST(number AS BLOB), account_code, transfer_id, transfer_position, content,
            checksum,
            EXISTS (SELECT 1 FROM invoice AS i WHERE i.id = b.id OR (
                i.transfer_id = b.transfer_id AND i.transfer_position = b.transfer_position)),
            EXISTS (SELECT 1 FROM undo WHERE undo.id = b.undo_id
                AND undo.transfer_id = b.transfer_id)
            AND EXISTS (SELECT 1 FROM transfer_item AS item
                WHERE item.transfer_id = b.transfer_id AND item.position = b.transfer_position
                AND item.status = 'aktarildi' AND item.number = b.number
                AND item.fingerprint IS NULL)
        FROM deleted_invoice AS b
        """
    )
    for one, raw, *entry, content, checksum, is_twice, is_undone in found:
        number = readable(raw)
        name = number or f"{one}. kayıt"
        if unpacked(content, checksum, (one, number, *entry)) is None:
            yield damage(f"{name}: Silinen Belgeler'deki kaydı değişmiş")
        elif is_twice:
            yield damage(f"{name}: hem defterde hem Silinen Belgeler'de")
        elif not is_undone:
            yield damage(f"{name}: Silinen Belgeler'de, günlükte geri alınmış değil")


def wrong_items() -> Iterator[Finding]:
    """Yield journal rows whose number or fingerprint does not go with their status."""
    found = database.execute_sql(
        """
        SELECT transfer_id, position, item.status FROM transfer_item AS item
        JOIN transfer AS t ON t.id = item.transfer_id
        WHERE (item.status = 'aktarildi') <> (number IS NOT NULL)
        OR (fingerprint IS NULL AND item.status = 'aktarildi' AND t.direction = 'iceri'
            AND NOT EXISTS (SELECT 1 FROM deleted_invoice AS gone
                WHERE gone.transfer_id = t.id AND gone.transfer_position = item.position))
        OR (fingerprint IS NOT NULL AND (item.status = 'hata' OR t.direction <> 'iceri'))
        OR length(fingerprint) <> ?
        """,
        (SIZE,),
    )
    for run, position, status in found:
        yield damage(
            f"{run}. aktarım, {position}. belge: {status} satırının numarası ya da parmak izi "
            "yanlış"
        )


def wrong_times() -> Iterator[Finding]:
    """Yield runs whose start or end is no moment, and undos that were done or reversed at none."""
    for run, started, finished in database.execute_sql(*_WRONG_TIMES).fetchall():
        ended = f", bitiş {shorten(finished, _WIDTH)}" if finished is not None else ""
        start = shorten(started, _WIDTH)
        yield damage(f"{run}. aktarım: böyle bir an yok (başlangıç {start}{ended})")
    undos = database.execute_sql(
        """
        SELECT transfer_id, CAST(undone_at AS BLOB), CAST(restored_at AS BLOB) FROM undo
        WHERE coalesce(datetime(undone_at), '') <> undone_at
        OR coalesce(datetime(restored_at), '') <> restored_at ORDER BY id
        """
    )
    for run, undone, restored in undos.fetchall():
        back = f", geri getirme {_shown(restored)}" if restored is not None else ""
        yield damage(f"{run}. aktarım: böyle bir an yok (geri alma {_shown(undone)}{back})")


def wrong_totals() -> Iterator[Finding]:
    """Yield runs whose total is no amount; such a run is listed without one."""
    found = database.execute_sql(
        "SELECT id, CAST(sales_total AS BLOB), CAST(purchase_total AS BLOB) FROM transfer"
        " WHERE sales_total IS NOT NULL OR purchase_total IS NOT NULL ORDER BY id"
    )
    for run, *totals in found:
        for word, text in zip(("satış", "alış"), totals, strict=True):
            if text is not None and not _is_amount(readable(text)):
                yield damage(f"{run}. aktarım: {word} toplamı bir tutar değil ({_shown(text)})")


def _is_amount(text: str) -> bool:
    """Return whether a text is as amounts are stored; a sum may be longer than each of them."""
    return bool(_AMOUNT.match(text)) and spell(canonical(Decimal(text))) == text


def _shown(text: bytes) -> str:
    return shorten(one_line(readable(text)), _WIDTH)
