"""Silinen Belgeler: the documents of undone imports; those of the latest undo come first."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from app.domain.dates import turkish_moment
from app.netsis.file_names import file_words
from app.store import deleted, runs
from app.store.runs import Run
from app.tui.commands import Scope
from app.tui.run_rows import DELETED_COLUMNS, DeletedRows
from app.tui.screens.run_list import RunListScreen, keys_of
from app.tui.widgets.columns import Column

if TYPE_CHECKING:
    from app.tui.screens.document import DocumentPage


class DeletedListScreen(RunListScreen, inherit_bindings=False):
    """The list of deleted documents; commands concern the run of the document under the cursor."""

    SCOPE = Scope.DELETED
    BINDINGS: ClassVar[list[BindingType]] = keys_of(Scope.DELETED)
    COLUMNS: ClassVar[tuple[Column, ...]] = DELETED_COLUMNS
    EMPTY = "Silinen belge yok"
    HELP = (
        "Silinen Belgeler: geri alınmış aktarımların belgeleri, son geri alınandan başlayarak. "
        "Enter belgeyi olduğu gibi gösterir. F7 belgenin aktarımını geri getirir: numarası boş "
        "olan her belge aynı numarayla defterlere döner."
    )

    def __init__(self) -> None:
        super().__init__()
        self._rows = DeletedRows(array("q"), runs.NO_FIGURES)

    @property
    def heading(self) -> str:
        """The title of the list."""
        return "Silinen Belgeler"

    def list_rows(self) -> None:
        """Read the ids of all deleted documents, and count those of their runs."""

        def read() -> DeletedRows:
            return DeletedRows(deleted.ids(), runs.figures(deleted.runs_in_bin()))

        self.read(read, self._show)

    def _show(self, rows: DeletedRows) -> None:
        self._rows = rows
        self.show_rows(self._rows)

    def run_here(self) -> Run | None:
        """The run of the document under the cursor."""
        return self._rows.run(self.table.cursor)

    def row_words(self) -> str:
        """The run that imported the document, who undid it, and when."""
        one, run = self._rows.item(self.table.cursor), self.run_here()
        if one is None or run is None:
            return ""
        parts = (
            f"{one.run}. aktarım geri alındı, {turkish_moment(one.undone_at)}",
            one.user,
            file_words(run.file).rpartition("/")[2],
        )
        return " · ".join(filter(None, parts))

    def status_words(self) -> str:
        """The number of documents."""
        return self.rows_words("silinen belge")

    def do_open_row(self) -> None:
        """Open the document under the cursor."""
        from app.tui.screens.around import DocumentsOf

        if self.table.row_count:
            DocumentsOf(self, self.table.cursor).open()
        else:
            self.message.error(self.EMPTY)

    def next_row(self, row: int, by: int) -> int | None:
        """Return the next row (`by` 1) or previous row (-1); None at the end of the list."""
        return row + by if 0 <= row + by < self.table.row_count else None

    def document_page(self, row: int) -> DocumentPage:
        """Return the page of a document. Raises DatabaseRefused if it is gone or damaged."""
        from app.tui.screens.document_pages import deleted_page

        return deleted_page(self._rows.keys[row], self.do_restore_run)
