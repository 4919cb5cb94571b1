"""Show the documents of a list one after the other."""

from __future__ import annotations

from app.errors import AppError
from app.transfer.raw_page import without_text
from app.tui.screens.document import DocumentPage, RawScreen
from app.tui.screens.list_owner import DocumentList


class DocumentsOf:
    """The documents of a list as pages, one at a time; the list's cursor moves along."""

    def __init__(self, screen: DocumentList, row: int) -> None:
        """Begin with the document in this row of the list."""
        self._list = screen
        self._row = row
        self.writing = screen.writing

    def open(self) -> None:
        """Show the document. Raises AppError if that is impossible."""
        page = self._list.document_page(self._row)
        page.around = self
        self._list.app.push_screen(page)

    def step(self, page: DocumentPage, by: int) -> None:
        """Show the next document (`by` 1) or the previous one (-1), or a message why not."""
        row = self._list.next_row(self._row, by)
        if row is None:
            page.message.error(f"Listenin {'sonu' if by > 0 else 'başı'}; başka belge yok")
            return
        self._row = row
        self._list.table.goto(row)
        try:
            new = self._list.document_page(row)
        except AppError as error:
            new = RawScreen(without_text(row + 1, error.sentence), error.sentence)
        new.around = self
        page.app.switch_screen(new)
