"""Goes from one document of a tab's list to the next, and writes one to a file."""

from __future__ import annotations

import os
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.text import one_line
from app.errors import AppError
from app.transfer.document_copy import Copy
from app.transfer.raw_page import without_text
from app.tui.screens.document import DocumentPage, RawScreen

if TYPE_CHECKING:
    from app.tui.screens.transfer_tab import TransferTab


class DocumentsOf:
    """The documents of a list, one page after the other; the list's cursor goes with them."""

    def __init__(self, tab: TransferTab[Any], row: int) -> None:
        """Begin with the document in this row of the list."""
        self._tab = tab
        self._row = row

    def open(self) -> None:
        """Show the document. Raises AppError where it cannot be shown."""
        page = self._tab.document_page(self._row)
        page.around = self
        self._tab.app.push_screen(page)

    def offered(self, name: str) -> Path:
        """Return a path beside Dosya Yolu that nothing has."""
        path = self._tab.path_field.path or Path()
        folder = path if os.path.isdir(path) else path.parent
        stem, dot, suffix = name.rpartition(".")
        names = chain([name], (f"{stem}-{n}{dot}{suffix}" for n in count(2)))
        return next(folder / one for one in names if not os.path.lexists(folder / one))

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

    def write(self, page: DocumentPage, copy: Copy, path: Path) -> None:
        """Write a document to a new file, in a job."""
        runner = self._tab.runner
        if reason := runner.busy():
            page.tell_error(reason)
            return

        def written(note: str) -> None:
            page.tell("; ".join(filter(None, (f"Dosya yazıldı: {one_line(str(path))}", note))))

        runner.run(
            "Belgeyi yazma", lambda _: copy.write(path), written,
            failed=lambda error: page.tell_error(error.sentence), keys_wait=True,
        )  # fmt: skip
