"""Belge: one document as a page, either formatted or as the text of an unreadable one."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from rich.cells import cell_len
from textual.binding import BindingType

from app.domain.text import one_line
from app.transfer.document_copy import Copy
from app.transfer.document_page import WholeDocument, page
from app.transfer.raw_page import RawDocument
from app.tui.commands import Scope, bindings
from app.tui.screens.page import PageScreen, Parts
from app.tui.screens.page_writing import PageWriting

_MARK = "► "
_FAULTY = "bold reverse"
_MOVES = (
    "↑↓, PgUp, PgDn, Home ve End kaydırır; n ve p listedeki sonraki ve önceki belgeye geçer, "
    "y belgeyi dosyaya yazar; Esc, Enter ya da F10 listeye döner."
)


class Around(Protocol):
    """The list that a document was opened from."""

    def step(self, page: DocumentPage, by: int) -> None:
        """Show the next document of the list, or the previous one, instead of `page`."""

    @property
    def writing(self) -> PageWriting:
        """The writer of documents to files."""


class DocumentPage(PageScreen):
    """A page about a document of a list."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.DOCUMENT)]
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.DOCUMENT,)
    KEYS = "n/p sonraki/önceki  y dosyaya yazar  Esc liste  F1 Yardım"
    END = "belgenin sonu"

    def __init__(self, called: str, fault: str = "", copy: Copy | None = None) -> None:
        """Make the page of the document; `called` is its title."""
        super().__init__(f"Belge / {called}", fault)
        self._copy = copy
        self.around: Around | None = None
        """The list from which the document was opened; None for a single document."""

    def do_next_document(self) -> None:
        """Show the next document of the list."""
        self._step(1)

    def do_previous_document(self) -> None:
        """Show the previous document of the list."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.around:
            self.around.step(self, by)
        else:
            self.message.error("Bu belge bir listeden açılmadı; sonraki ve önceki yok")

    def do_write_document(self) -> None:
        """Ask for a file, and write the document to it."""
        if self.around and (copy := self._copy):
            ask = self.around.writing.ask
            ask(self, copy.name, copy.endings, lambda path, _: copy.save(path))
        else:
            self.message.error("Bu belge dosyaya yazılamaz")


class DocumentScreen(DocumentPage):
    """The document with the names of its codes, its totals, its origin and its runs."""

    HELP = (
        "Belgenin tamamı: üst bilgiler, uyarılar, kalemler, iskontolar, KDV, toplamlar, notlar, "
        f"kaynağı ve gittiği aktarımlar. {_MOVES}"
    )

    def __init__(self, document: WholeDocument, copy: Copy | None = None) -> None:
        super().__init__(document.invoice.header.number or "numarasız", copy=copy)
        self._document = document

    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the lines of the page, and 0 as the first line to show."""
        return [[(line, "")] for line in page(self._document, width)], 0


class DeletedScreen(DocumentScreen):
    """A document of Silinen Belgeler as it was; its run can be restored."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.DELETED_DOCUMENT)]
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.DOCUMENT, Scope.DELETED_DOCUMENT)
    HELP = (
        "Geri alınmış bir aktarımın Silinen Belgeler'deki belgesi, olduğu gibi; üstte kimin ne "
        f"zaman geri aldığı. F7 ya da r aktarımın belgelerini geri getirir. {_MOVES}"
    )
    KEYS = "n/p sonraki/önceki  F7 geri getir  Esc liste  F1 Yardım"

    def __init__(self, document: WholeDocument, restore: Callable[[], None]) -> None:
        """Show a document; `restore` asks whether to restore its run."""
        super().__init__(document)
        self._restore = restore

    def do_restore_run(self) -> None:
        """Go back to the list, which asks whether to restore the run."""
        self.dismiss(None)
        self._restore()

    def do_write_document(self) -> None:
        """Refuse, because the document's number may be given to another one."""
        self.message.error("Silinen belge dosyaya yazılmaz; önce geri getirin (F7)")


class RawScreen(DocumentPage):
    """The text of an unreadable document; an arrow and a colour mark the fault."""

    HELP = f"Okunamayan belgenin dosyadaki metni: üstte hata, ► ile başlayan satırda yeri. {_MOVES}"

    def __init__(self, document: RawDocument, fault: str, copy: Copy | None = None) -> None:
        called = document.place or f"{document.position}. belge"
        super().__init__(f"{called}, okunamadı", fault, copy)
        self._document = document

    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the text in lines of the width, and the index of the first line with the fault."""
        before, fault, behind = self._document[-3:]
        lines: list[Parts] = [[]]
        for text, style in (before, ""), (fault, _FAULTY), (behind, ""):
            _append(lines, text, style, width - len(_MARK))
        faulty = [any(style for _, style in line) for line in lines]
        marked: list[Parts] = [
            [(_MARK if fault else " " * len(_MARK), "bold"), *line]
            for line, fault in zip(lines, faulty, strict=True)
        ]
        return marked, faulty.index(True) if True in faulty else 0


def _append(lines: list[Parts], text: str, style: str, width: int) -> None:
    """Append a text to the last line, split into pieces that fit the width."""
    room = width - sum(cell_len(piece) for piece, _ in lines[-1])
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        if number:
            lines.append([])
            room = width
        piece = ""
        for letter in one_line(line):
            room -= (cells := cell_len(letter))
            if room < 0:
                lines[-1].append((piece, style))
                lines.append([])
                piece, room = "", width - cells
            piece += letter
        if piece:
            lines[-1].append((piece, style))
