"""Goes from one document of a tab's list to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.transfer.raw_page import without_text
from app.tui.screens.document import DocumentPage, RawScreen
from app.tui.screens.page_writing import PageWriting

if TYPE_CHECKING:
    from app.tui.screens.transfer_tab import TransferTab


class DocumentsOf:
    """The documents of a list, one page after the other; the list's cursor goes with them."""

    def __init__(self, tab: TransferTab[Any], row: int) -> None:
        """Begin with the document in this row of the list."""
        self._tab = tab
        self._row = row
        self.writing = PageWriting(tab)

    def open(self) -> None:
        """Show the document. Raises AppError where it cannot be shown."""
        page = self._tab.document_page(self._row)
        page.around = self
        self._tab.app.push_screen(page)

    def step(self, page: DocumentPage, by: int) -> None:
        """Show the next document, or the previous one; why not, where one cannot be shown."""
        row = self._row + by
        if not 0 <= row < self._tab.table.row_count:
            page.tell_error(f"Listenin {'sonu' if by > 0 else 'başı'}; başka belge yok")
            return
        self._row = row
        self._tab.table.goto(row)
        try:
            new = self._tab.document_page(row)
        except AppError as error:
            new = RawScreen(without_text(row + 1, error.sentence), error.sentence)
        new.around = self
        page.app.switch_screen(new)
