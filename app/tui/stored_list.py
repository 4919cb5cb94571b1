"""Columns and cells of the documents in the database."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.domain import dates
from app.domain.filters import InvoiceFilter
from app.domain.invoice import InvoiceKind
from app.domain.text import turkish_amount
from app.store import queries
from app.store.database import reading
from app.store.queries import DamagedRow, ListRow
from app.tui.widgets.columns import Column

EXPORT_COLUMNS = (
    Column("number", "Fatura No", 15),
    Column("document_date", "Tarih", 10),
    Column("account_code", "Cari Kodu", 11, max_width=15),
    Column("account_name", "Cari Adı", 14, flexible=True, max_width=50),
    Column("grand_total", "Tutar", 14, "right"),
    Column("document_type", "Belge", 5, priority=1, hidden=True),
    Column("kind", "Tipi", 9, priority=1),
    Column("line_count", "Kalem", 6, "right", priority=2),
    Column("vat_total", "KDV", 13, "right", priority=3),
    Column("gross_total", "Brüt Toplam", 14, "right", priority=4),
    Column("branch", "Şube", 5, "right", priority=5),
)

_NARROW_NAME = 8  # cells, if both Belge and Tipi have a column
_DAMAGED = "(kaydı bozuk)"


def export_columns(wanted: InvoiceFilter) -> tuple[Column, ...]:
    """Return the columns of a list; Belge and Tipi only if the filter mixes them."""
    hidden = {
        "document_type": wanted.document_type is not None,
        "kind": wanted.kind is not None,
    }
    columns = (replace(one, hidden=hidden.get(one.key, False)) for one in EXPORT_COLUMNS)
    if any(hidden.values()):
        return tuple(columns)
    narrow = {"account_name": _NARROW_NAME}
    return tuple(replace(one, width=narrow.get(one.key, one.width)) for one in columns)


class StoredRows:
    """Documents of the database, by their ids."""

    def __init__(self, ids: array[int]) -> None:
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows; none for a deleted document. Raises DatabaseRefused."""
        ids = self.ids[first : first + count]
        with reading():
            cells = {row.id: _document_cells(row) for row in queries.rows(ids)}
        return [cells.get(key, ()) for key in ids]

    cells = window

    def matching(self, first: int, count: int, text: str) -> list[int]:
        """Return the rows whose number or account contains the text. Raises DatabaseRefused."""
        with reading():
            return queries.matching(self.ids[first : first + count], text)


def _document_cells(row: ListRow | DamagedRow) -> Sequence[str]:
    if isinstance(row, DamagedRow):
        return (row.number, "", "", _DAMAGED, "", "", "", "", "", "", "")
    return (
        row.number,
        dates.turkish(row.document_date),
        row.account_code,
        row.account_name,
        turkish_amount(row.grand_total),
        row.document_type.short,
        kind_label(row.kind),
        str(row.line_count),
        _amount(row.vat_total),
        _amount(row.gross_total),
        "" if row.branch is None else str(row.branch),
    )


def kind_label(kind: int | None) -> str:
    """Return the label of Tipi; empty if the document has none."""
    return "" if kind is None else InvoiceKind(kind).label


def _amount(value: Decimal | None) -> str:
    return "" if value is None else turkish_amount(value)
