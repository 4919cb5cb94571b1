"""Aktarım: the documents of one run, with the numbers that they got."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, ClassVar

from app.domain.dates import turkish_moment
from app.domain.document_status import status_words
from app.domain.text import counted, turkish_count
from app.netsis.file_names import file_words
from app.store import runs
from app.store.runs import Run
from app.transfer.history_words import DIRECTIONS, run_state
from app.tui.run_rows import ITEM_COLUMNS, ItemRows, run_total
from app.tui.screens.run_list import RunListScreen
from app.tui.widgets.columns import Column

if TYPE_CHECKING:
    from app.tui.screens.document import DocumentPage


class RunScreen(RunListScreen):
    """The list of a run's documents."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ITEM_COLUMNS
    EMPTY = "Bu aktarımın günlükte belgesi yok"
    HELP = (
        "Bir aktarımın belgeleri: kaynaktaki numara, burada verilen numara, sonucu. Enter belgeyi "
        "açar; geri alınmış belge Silinen Belgeler'dedir, oradan geri getirilir."
    )

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._rows = ItemRows(run.id, array("q"))

    @property
    def heading(self) -> str:
        """The run's number, time, file and state."""
        run = self._run
        what = f"{run.id}. aktarım, {DIRECTIONS.get(run.direction, run.direction)}"
        return f"{what} · {turkish_moment(run.started_at)} · {run_state(run)}"

    def list_rows(self) -> None:
        """Read the run again, and the positions of its documents."""
        self.read(lambda: (runs.find(self._run.id), runs.positions(self._run.id)), self._show)

    def _show(self, found: tuple[Run | None, array[int]]) -> None:
        run, positions = found
        self._run = run or self._run
        self._rows = ItemRows(self._run.id, positions)
        self.show_rows(self._rows)

    def run_here(self) -> Run | None:
        """The run of this screen."""
        return self._run

    def row_words(self) -> str:
        """Durum of the document in full."""
        item = self._rows.item(self.table.cursor)
        return status_words(item.status, item.message) if item else ""

    def status_words(self) -> str:
        """The figures of the run."""
        counts = self._run.counts
        others = (counts.failed, "hatalı"), (counts.skipped, "atlandı"), (counts.warned, "uyarılı")
        figures = [f"{turkish_count(counts.saved)} aktarıldı", *counted(*others)]
        parts = (
            ", ".join(figures),
            run_total(self._run),
            self._run.user,
            file_words(self._run.file),
        )
        return " · ".join(filter(None, parts))

    def do_open_row(self) -> None:
        """Open the document under the cursor, or show where it is now."""
        from app.tui.screens.around import DocumentsOf

        item = self._rows.item(self.table.cursor) if self.table.row_count else None
        if item is None:
            self.message.error(self.EMPTY)
        elif (item.invoice_id or item.deleted_id) is not None:
            DocumentsOf(self, self.table.cursor).open()
        elif item.number is None:
            self.message.error(status_words(item.status, item.message))
        else:
            self.message.error(f"{item.number}: bu belge artık yok")

    def next_row(self, row: int, by: int) -> int | None:
        """Return the next or previous row that has a document."""
        return self._rows.next_document(row, by)

    def document_page(self, row: int) -> DocumentPage:
        """Return the page of a document. Raises DatabaseRefused if it is gone or damaged."""
        from app.tui.screens.document_pages import deleted_page, stored_page

        item = self._rows.item(row)
        if item and item.deleted_id is not None:
            return deleted_page(item.deleted_id, self.do_restore_run)
        if item is None or item.invoice_id is None:
            raise LookupError(row)
        return stored_page(item.invoice_id)
