"""Named checks of the database: what must always be true of it. Each finds its first offender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.store.database import database
from app.store.models import SCOPE


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is short and stable; `find` gives the first offender as a Turkish phrase, or None."""

    name: str
    find: Callable[[], str | None]


def failures() -> list[tuple[str, str]]:
    """(name, first offender) of each check that fails; inside the caller's `reading()`."""
    return [(check.name, offender) for check in CHECKS if (offender := check.find())]


def _first(phrase: str, sql: str) -> Callable[[], str | None]:
    def find() -> str | None:
        row = database.execute_sql(f"{sql} LIMIT 1").fetchone()
        return phrase.format(*row) if row else None

    return find


def _integrity() -> str | None:
    (answer,) = database.execute_sql("PRAGMA integrity_check(1)").fetchone()
    return None if answer == "ok" else str(answer)


def _foreign_keys() -> str | None:
    row = database.execute_sql("PRAGMA foreign_key_check").fetchone()
    return f"{row[0]} tablosunda karşılığı olmayan kayıt ({row[1] or row[2]})" if row else None


CHECKS = (
    Check("butunluk", _integrity),
    Check("baglar", _foreign_keys),
    Check(
        "kalemler",
        _first(
            "{0}: {1} kalem yazılı, {2} kalem var",
            """
            SELECT number, line_count, (SELECT count(*) FROM line WHERE invoice_id = i.id) AS found
            FROM invoice AS i WHERE line_count <> found
            """,
        ),
    ),
    Check(
        "kalem-sirasi",
        _first(
            "{0}: kalem sıraları 1'den ardışık değil",
            """
            SELECT number FROM invoice AS i WHERE line_count <> (
                SELECT max(position) FROM line WHERE invoice_id = i.id)
            """,
        ),
    ),
    Check(
        "sahipsiz-kalem",
        _first(
            "belgesi olmayan kalem ({0})",
            "SELECT invoice_id FROM line WHERE invoice_id NOT IN (SELECT id FROM invoice)",
        ),
    ),
    Check(
        "numara-tekligi",
        _first(
            "{0} numarası {1} kez",
            f"""
            SELECT number, count(*) AS times FROM invoice
            GROUP BY document_type, number, {SCOPE} HAVING times > 1
            """,
        ),
    ),
    Check(
        "numara-parcalari",
        _first(
            "{0}: numara öneki {1} ve sonu {2} ile uyuşmuyor",
            """
            SELECT number, prefix, tail FROM invoice
            WHERE substr(number, 1, length(prefix)) <> prefix
            OR (tail IS NOT NULL AND CAST(substr(number, length(prefix) + 1) AS INTEGER) <> tail)
            """,
        ),
    ),
    Check(
        "sayaclar",
        _first(
            "{0} serisinin sayacı {1}, en büyük numara {2}",
            """
            SELECT prefix, (
                SELECT coalesce(max(last_number), 0) FROM series AS s
                WHERE s.document_type = i.document_type AND s.prefix = i.prefix
            ) AS counter, max(tail) AS stored
            FROM invoice AS i WHERE tail IS NOT NULL
            GROUP BY document_type, prefix HAVING counter < stored
            """,
        ),
    ),
    Check(
        "gunluk-belge",
        _first(
            "{0}: günlükte aktarıldı, veritabanında yok",
            """
            SELECT number FROM (
                SELECT transfer_id, position, item.number FROM transfer_item AS item
                JOIN transfer AS t ON t.id = item.transfer_id
                WHERE t.direction = 'iceri' AND item.status = 'aktarildi'
                EXCEPT
                SELECT transfer_id, transfer_position, number FROM invoice
            )
            """,
        ),
    ),
    Check(
        "belge-gunluk",
        _first(
            "{0}: aktarımla gelmiş, günlükte yok",
            """
            SELECT i.number FROM invoice AS i WHERE i.transfer_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM transfer_item AS item
                WHERE item.transfer_id = i.transfer_id AND item.position = i.transfer_position
                AND item.number = i.number AND item.status = 'aktarildi')
            """,
        ),
    ),
)
