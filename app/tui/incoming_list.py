"""Columns and cells of a file's documents."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.domain import dates, reasons
from app.domain.document_status import ERROR, SAVED, UNDONE, is_warned, status_words
from app.domain.invoice import DocumentType
from app.domain.text import turkish_amount
from app.store.preview import FileRow
from app.transfer.import_file import IncomingFile
from app.tui.stored_list import kind_label
from app.tui.widgets.columns import Column
from app.tui.widgets.row_window import RowState

IMPORT_COLUMNS = (
    Column("number", "Fatura No", 15),
    Column("document_date", "Tarih", 10),
    Column("account_code", "Cari", 11, priority=2),
    Column("account_name", "Cari Adı", 14, priority=3, flexible=True, max_width=40),
    Column("grand_total", "Tutar", 12, "right"),
    Column("kind", "Tipi", 10, priority=1, flexible=True, max_width=11, hidden=True),
    Column("line_count", "Kalem", 5, "right", priority=4),
    Column("file", "Dosya", 12, priority=1, flexible=True, max_width=30, hidden=True),
    Column("status", "Durum", 9, flexible=True),
    Column("new_number", "Netsis Belge No", 15),
)

_WIDEST = 20  # cells of Tutar
_STATES: dict[str, RowState] = {
    ERROR: "error",
    SAVED: "done",
    UNDONE: "warning",
}


def import_columns(incoming: IncomingFile) -> tuple[Column, ...]:
    """Return the columns of a file's list; Tipi only if sums depend on it.

    Dosya is shown only for a folder or a zip with several files. Tutar is as wide as its amounts.
    """
    hidden = {"kind": not incoming.rows.is_mixed, "file": not incoming.has_several_files}
    widths = {"grand_total": min(incoming.rows.widest_total, _WIDEST)}
    return tuple(
        replace(
            one,
            hidden=hidden.get(one.key, False),
            width=max(widths.get(one.key, 0), one.width),
        )
        for one in IMPORT_COLUMNS
    )


def status_text(row: FileRow) -> str:
    """Return Durum of a row in full."""
    return status_words(row.status, row.message)


def document_state(status: str, message: str | None) -> RowState:
    """Return the state of a document's row; it sets the row's colour."""
    return "warning" if is_warned(status, message) else _STATES.get(status, "")


def _status_cell(row: FileRow) -> str:
    """Return Durum for its column, without the document's position, which the row shows."""
    if row.refusal is None:
        return status_text(row)
    return status_words(row.status, reasons.text(row.refusal, short=True))


class IncomingRows:
    """Documents of a file, by their positions in it."""

    def __init__(self, incoming: IncomingFile, ids: array[int]) -> None:
        self.ids = ids
        self._rows = incoming.rows
        self._file_of = incoming.source.name_of
        self._states: dict[int, RowState] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, position: int) -> FileRow:
        """Return the row at a position of the list."""
        return self._rows.rows([self.ids[position]])[0]

    def matching(self, first: int, count: int, text: str) -> list[int]:
        """Return the rows with the text in number, account, date, Durum or Netsis Belge No."""
        return self._rows.matching(self.ids[first : first + count], text)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows, and remember their states for `state`."""
        rows = self._rows.rows(self.ids[first : first + count])
        if len(self._states) > 10 * max(count, 100):
            self._states.clear()
        for position, row in enumerate(rows, first):
            self._states[position] = document_state(row.status, row.message)
        return [_file_cells(row, self._file_of(row.position)) for row in rows]

    def cells(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows, from any thread: `window` changes `_states`."""
        rows = self._rows.rows(self.ids[first : first + count])
        return [_file_cells(row, self._file_of(row.position)) for row in rows]

    def state(self, position: int) -> RowState:
        """Return the state of a row that `window` has read."""
        return self._states.get(position, "")


def _file_cells(row: FileRow, file: str) -> Sequence[str]:
    return (
        row.number or ("" if row.readable else f"{row.position}. belge"),
        dates.turkish(date.fromisoformat(row.document_date)) if row.document_date else "",
        row.account_code,
        row.account_name,
        turkish_amount(Decimal(total)) if (total := row.grand_total or row.unread_total) else "",
        _type_and_kind(row),
        str(row.line_count) if row.line_count else "",
        file,
        _status_cell(row),
        row.new_number,
    )


def _type_and_kind(row: FileRow) -> str:
    if row.document_type is None:
        return ""
    return f"{DocumentType(row.document_type).short} {kind_label(row.kind)}".rstrip()
