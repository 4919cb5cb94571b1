"""Named checks of the database's invariants; each finds the rows that break it.

No check compares lines with totals, because VAT may be edited by hand (domain §5). Checks that
examine the text of a value, or use an index on an expression, are hand-written SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from peewee import ModelSelect, fn

from app.domain.document_status import SAVED
from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, inside
from app.domain.text import one_line, shorten, turkish_count
from app.store.amount_sql import not_canonical
from app.store.card_checks import faulty_cards
from app.store.checksums import checksums
from app.store.counter_checks import wrong_counters
from app.store.damaged import name_of, readable
from app.store.database import database
from app.store.encodings import undecodable
from app.store.engine.causes import is_damage
from app.store.engine.finding import Finding, damage
from app.store.journal import RUNNING
from app.store.journal_checks import (
    changed_deleted,
    missing_rows,
    wrong_items,
    wrong_times,
    wrong_totals,
)
from app.store.key_checks import changed_cards, shared_gib_numbers, unlike_their_keys, wrong_parts
from app.store.models import NUMBER_KEY, SCOPE, InvoiceRow, Line, Transfer, TransferItem
from app.store.reference_checks import dangling
from app.store.schema import differences, foreign_tables
from app.store.settings_checks import wrong_settings

_MOST: Final = 20  # findings reported for a check
_WIDTH: Final = 60  # characters of a value in a phrase


@dataclass(frozen=True, slots=True)
class Check:
    """A check: a short and stable `name`; `find` yields each finding as a Turkish phrase."""

    name: str
    find: Callable[[], Iterator[Finding]]
    harms: bool = True
    """Whether a backup with such a finding is refused."""


def failures(*, harmful: bool | None = None) -> list[tuple[str, str]]:
    """Return (name, finding with advice) of `findings`. Call inside `reading()`."""
    restore = database.restore_advice
    return [(name, one.with_advice(restore)) for name, one in findings(harmful=harmful)]


def findings(*, harmful: bool | None = None) -> Iterator[tuple[str, Finding]]:
    """Yield (name, finding) of failed checks: the first of each check, and how many more it has.

    `harmful` chooses the checks that refuse a backup, or the others. Damage that stops a check is a
    finding.
    Call inside `reading()`.
    """
    for check in CHECKS:
        if harmful in (None, check.harms):
            for finding in _findings(check):
                yield check.name, finding


def _findings(check: Check) -> Iterator[Finding]:
    first: list[Finding] = []
    more = 0
    try:
        with database.tolerant():
            for finding in check.find():
                if len(first) < _MOST:
                    first.append(finding)
                else:
                    more += 1
    except Exception as error:
        if not is_damage(error):
            raise
        first.append(damage(f"denetlenemedi ({_cause(error)})"))
    yield from first
    if more:
        yield Finding(f"ve {turkish_count(more)} bulgu daha")


def _cause(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "UTF-8 olmayan bir metin"
    return database.cause(error) or shorten(one_line(str(error)), _WIDTH)


def _rows(phrase: str, query: str | ModelSelect[Any]) -> Callable[[], Iterator[Finding]]:
    """Return a check that finds the rows of a query; `phrase` is filled with each row's values.

    No run of this program leaves such rows, so only a backup helps.
    """
    sql, values = query.sql() if isinstance(query, ModelSelect) else (query, ())

    def find() -> Iterator[Finding]:
        for row in database.execute_sql(sql, values):
            yield damage(phrase.format(*map(_shown, row)))

    return find


def _shown(value: Any) -> str:
    text = one_line(readable(value)) if isinstance(value, bytes) else str(value)
    return shorten(text, _WIDTH)


def _changed_documents() -> Iterator[Finding]:
    for some in checksums():
        for one in some:
            if one.computed is None:
                yield damage(f"{name_of(one.id)}: okunamıyor")
            elif one.stored is None:
                yield damage(f"{name_of(one.id)}: sağlama toplamı yok")
            elif one.stored != one.computed:
                yield damage(f"{name_of(one.id)}: kaydedildikten sonra değişmiş")


def _amounts(columns: Iterable[Member]) -> str:
    """Return SQL for the first non-canonical amount, with its name; NULL if there is none."""
    cases = (
        f"WHEN {not_canonical(member.attribute, member.places)}"
        f" THEN '{member.name} ' || {member.attribute}"
        for member in columns
        if member.kind is Decimal
    )
    return f"CASE {' '.join(cases)} END"


_line_count = Line.select(fn.COUNT(Line.position)).where(Line.invoice == InvoiceRow.id)
_saved_item = TransferItem.select().where(
    TransferItem.transfer == InvoiceRow.transfer,
    TransferItem.position == InvoiceRow.transfer_position,
    TransferItem.number == InvoiceRow.number,
    TransferItem.status == SAVED,
)
_ORIGIN = (InvoiceRow.transfer, InvoiceRow.transfer_position)

CHECKS = (
    Check("sema", differences),
    Check("yabanci-tablo", foreign_tables, harms=False),
    Check("butunluk", lambda: database.integrity()),
    Check("baglar", dangling),
    Check("metinler", undecodable),
    Check(
        "kalemler",
        _rows(
            "{0}: {1} kalem yazılı, {2} kalem var",
            InvoiceRow.select(
                InvoiceRow.number.cast("BLOB"), InvoiceRow.line_count, _line_count
            ).where(InvoiceRow.line_count != _line_count),
        ),
    ),
    Check(
        "kalem-sirasi",
        _rows(
            "{0}: kalem sıraları 1'den ardışık değil",
            """
            SELECT CAST(number AS BLOB) FROM invoice AS i WHERE (1, line_count) <> (
                SELECT min(position), max(position) FROM line WHERE invoice_id = i.id)
            """,
        ),
    ),
    Check(
        "sahipsiz-kalem",
        _rows(
            "belgesi olmayan kalem ({0})",
            Line.select(Line.invoice).where(Line.invoice.not_in(InvoiceRow.select(InvoiceRow.id))),
        ),
    ),
    Check(
        "tutarlar",
        _rows(
            "{0}: tutar yazımı bozuk ({1})",
            f"""
            SELECT * FROM (
                SELECT CAST(number AS BLOB) AS number,
                    {_amounts(inside(InvoiceHeader))} AS found FROM invoice
            ) AS amounts WHERE found IS NOT NULL
            """,
        ),
    ),
    Check(
        "kalem-tutarlari",
        _rows(
            "{0}, {1}. kalem: tutar yazımı bozuk ({2})",
            f"""
            SELECT * FROM (
                SELECT CAST(number AS BLOB) AS number, position,
                    {_amounts(inside(InvoiceLine))} AS found
                FROM line JOIN invoice AS i ON i.id = invoice_id
            ) AS amounts WHERE found IS NOT NULL
            """,
        ),
    ),
    Check(
        "tarihler",
        _rows(
            "{0}: böyle bir gün yok ({1}, giriş {2})",
            """
            SELECT CAST(number AS BLOB), document_date, entered_on FROM invoice
            WHERE date(document_date) IS DISTINCT FROM document_date
            OR date(entered_on) IS DISTINCT FROM entered_on
            """,
        ),
    ),
    Check(
        "ek-alanlar",
        _rows(
            "{0}: ek alanlar JSON nesnesi değil",
            """
            SELECT CAST(number AS BLOB) FROM invoice AS i
            WHERE NOT (extra IS NULL OR (json_valid(extra) AND glob('{*', extra)))
            OR NOT (header_extra IS NULL OR (json_valid(header_extra) AND glob('{*', header_extra)))
            OR EXISTS (SELECT 1 FROM line WHERE invoice_id = i.id
                AND NOT (extra IS NULL OR (json_valid(extra) AND glob('{*', extra))))
            """,
        ),
    ),
    Check("ayarlar", wrong_settings, harms=False),
    Check(
        "numara-tekligi",
        _rows(
            "{0} numarası {1} kez",
            f"""
            SELECT CAST(min(number) AS BLOB), count(*) FROM invoice
            GROUP BY document_type, {NUMBER_KEY}, {SCOPE} HAVING count(*) > 1
            """,
        ),
    ),
    Check("yazilislar", unlike_their_keys),
    Check("gib-numaralari", shared_gib_numbers),
    Check("kart-adlari", changed_cards, harms=False),
    Check("kartlar", faulty_cards),
    Check("numara-parcalari", wrong_parts),
    Check("sayaclar", wrong_counters),
    Check(
        "gunluk-belge",
        _rows(
            "{0}: günlükte aktarıldı, veritabanında yok",
            """
            SELECT CAST(number AS BLOB) FROM (
                SELECT transfer_id, position, item.number FROM transfer_item AS item
                JOIN transfer AS t ON t.id = item.transfer_id
                WHERE t.direction = 'iceri' AND item.status = 'aktarildi'
                EXCEPT
                SELECT transfer_id, transfer_position, number FROM invoice
                EXCEPT
                SELECT transfer_id, transfer_position, number FROM deleted_invoice
            ) AS gone
            """,
        ),
    ),
    Check(
        "belge-gunluk",
        _rows(
            "{0}: aktarımla gelmiş, günlükte yok",
            InvoiceRow.select(InvoiceRow.number.cast("BLOB")).where(
                InvoiceRow.transfer.is_null(False), ~fn.EXISTS(_saved_item)
            ),
        ),
    ),
    Check(
        "gunluk-tekligi",
        _rows(
            "{0}. aktarımın {1}. belgesi {2} kez kayıtlı",
            InvoiceRow.select(*_ORIGIN, fn.COUNT(InvoiceRow.id))
            .where(InvoiceRow.transfer.is_null(False))
            .group_by(*_ORIGIN)
            .having(fn.COUNT(InvoiceRow.id) > 1),
        ),
    ),
    Check("gunluk-satirlari", wrong_items),
    Check(
        "gunluk-disari",
        _rows(
            "{0}. aktarım, {1}. belge: dışarı aktarılan belgenin numarası {2} değil",
            TransferItem.select(
                TransferItem.transfer, TransferItem.position, TransferItem.number.cast("BLOB")
            )
            .join(InvoiceRow, on=(InvoiceRow.id == TransferItem.invoice_id))
            .where((TransferItem.number != InvoiceRow.number) | TransferItem.number.is_null()),
        ),
    ),
    Check("gunluk-eksigi", missing_rows),
    Check("silinen-belgeler", changed_deleted),
    Check("aktarim-zamani", wrong_times),
    Check(
        "aktarim-sonu",
        _rows(
            "{0}. aktarım: durumu {1}, bitişi {2}",
            Transfer.select(
                Transfer.id, Transfer.status, fn.COALESCE(Transfer.finished_at, "yok")
            ).where((Transfer.status == RUNNING) != Transfer.finished_at.is_null()),
        ),
    ),
    Check("aktarim-toplami", wrong_totals),
    Check("saglama", _changed_documents),
)
