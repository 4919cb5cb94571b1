"""Name the rows whose card, document or run is missing; the engine says which tables have some."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from app.domain.text import one_line, shorten
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.finding import Finding, damage

_WIDTH: Final = 60  # characters of a value in a phrase
_NUMBER: Final = "CAST(number AS BLOB)"


class _Reference(NamedTuple):
    """A column that refers to the key of another table."""

    column: str
    key: str
    phrase: str
    values: str
    """The columns of the phrase."""


_REFERENCES: Final = {
    ("invoice", "account"): _Reference(
        "account_code", "code", "{}: cari kartı yok ({})",
        f"{_NUMBER}, CAST(account_code AS BLOB)",
    ),
    ("invoice", "transfer"): _Reference(
        "transfer_id", "id", "{}: aktarımla gelmiş, {}. aktarım günlükte yok",
        f"{_NUMBER}, transfer_id",
    ),
    ("line", "invoice"): _Reference(
        "invoice_id", "id", "{}. kayıt: belgesi olmayan kalem ({}. kalem)", "invoice_id, position",
    ),
    ("line", "stock_item"): _Reference(
        "stock_code", "code", "{}, {}. kalem: stok kartı yok ({})",
        f"(SELECT {_NUMBER} FROM invoice WHERE id = invoice_id), position,"
        " CAST(stock_code AS BLOB)",
    ),
    ("transfer_item", "transfer"): _Reference(
        "transfer_id", "id", "{}. aktarım günlükte yok, {}. belgesinin satırı var",
        "transfer_id, position",
    ),
    ("transfer_item", "invoice"): _Reference(
        "invoice_id", "id", "{}: {}. aktarımla dışarı aktarılmış, veritabanında yok",
        f"{_NUMBER}, transfer_id",
    ),
    ("counter_start", "transfer"): _Reference(
        "transfer_id", "id", "{}. aktarım günlükte yok, sayaç kaydı var", "transfer_id",
    ),
    ("undo", "transfer"): _Reference(
        "transfer_id", "id", "{}. aktarım günlükte yok, geri alındığı yazılı", "transfer_id",
    ),
    ("deleted_invoice", "transfer"): _Reference(
        "transfer_id", "id", "{}: Silinen Belgeler'de, {}. aktarım günlükte yok",
        f"{_NUMBER}, transfer_id",
    ),
    ("deleted_invoice", "undo"): _Reference(
        "undo_id", "id", "{}: Silinen Belgeler'de, geri alındığı günlükte yok", _NUMBER,
    ),
}  # fmt: skip
"""(table, table that it refers to) → the reference."""


def dangling() -> Iterator[Finding]:
    """Yield references to missing rows."""
    for table, parent in database.dangling():
        one = _REFERENCES.get((table, parent))
        if one is None:
            yield damage(f"{table}: bu programın olmayan tabloda karşılığı olmayan kayıt var")
            continue
        found = database.execute_sql(
            f"SELECT {one.values} FROM {table} AS child WHERE {one.column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {one.key} = child.{one.column})"
        )
        for row in found:
            yield damage(one.phrase.format(*map(_shown, row)))


def _shown(value: Any) -> str:
    text = readable(value) if isinstance(value, bytes) else str(value)
    return shorten(one_line(text), _WIDTH)
