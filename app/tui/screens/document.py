"""Belge: one document as a page: in full, or the text of one that cannot be read."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from app.domain.text import one_line
from app.transfer.document_page import WholeDocument, page
from app.transfer.raw_page import RawDocument
from app.tui.safe import shown, styled_lines
from app.tui.screens.help import HelpScreen
from app.tui.terminal.driver import draw_anew
from app.tui.whose_books import books_name
from app.tui.widgets.bars import Line

Parts: TypeAlias = list[tuple[str, str]]
"""A line as (text, style) parts."""

_MARK = "► "
_FAULTY = "bold reverse"
_KEYS = "↑↓ PgUp PgDn kaydırır  Esc listeye döner  F1 Yardım"


class PageScreen(Screen[None], inherit_bindings=False):
    """A page of text about one document; arrows scroll, Esc goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,Q,enter,f10,ctrl+q", "dismiss", "Geri", show=False),
        Binding("ctrl+l", "redraw", "Yeniden çiz", show=False),
        Binding("f1,question_mark", "help", "Yardım", show=False),
        Binding("up", "scroll('up')", show=False),
        Binding("down", "scroll('down')", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
        Binding("pagedown,space", "scroll('page_down')", show=False),
        Binding("home", "scroll('home')", show=False),
        Binding("end", "scroll('end')", show=False),
    ]
    HELP = ""

    _page = getters.query_one("#page", VerticalScroll)

    def __init__(self, called: str, fault: str = "") -> None:
        """Make a page of the document `called` so; above it stands what is wrong with it."""
        super().__init__()
        self._called = called
        self._fault = fault
        self._seen = False

    @abstractmethod
    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the lines for this width, and the place of the first that must be seen."""

    def compose(self) -> ComposeResult:
        """Title, the page, the keys."""
        title = " · ".join(filter(None, (f"Belge / {self._called}", books_name(self.app))))
        yield Static(shown(title), id="title")
        if self._fault:
            yield Static(shown(self._fault), id="fault")
        with VerticalScroll(id="page"):
            yield Static(id="text")
        yield Line(id="where")

    def on_mount(self) -> None:
        """Keep the focus off the page: the screen binds the arrows."""
        self._page.can_focus = False
        self.watch(self._page, "scroll_y", self._show_where, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the page out for the width, less the scroll bar."""
        lines, first = self.lay_out(event.size.width - 2)
        self.query_one("#text", Static).update(styled_lines(lines))
        self.call_after_refresh(self._go_to, first)

    def _go_to(self, line: int) -> None:
        """Scroll to the line, with what stands before it; stay where the user has scrolled to."""
        if not self._seen:
            self._seen = True
            self._page.scroll_to(y=line - self._page.size.height // 3, animate=False)
        self._show_where()

    def _show_where(self) -> None:
        below = self._page.max_scroll_y - round(self._page.scroll_y)
        more = f"▼ {below} satır daha" if below > 0 else "belgenin sonu"
        self.query_one(Line).say(f"{more}  {_KEYS}")

    def action_redraw(self) -> None:
        """Redraw the whole screen."""
        draw_anew(self.app)

    def action_scroll(self, direction: str) -> None:
        """Scroll the page."""
        getattr(self._page, f"scroll_{direction}")(animate=False)

    def action_help(self) -> None:
        """Open help for this screen."""
        self.app.push_screen(HelpScreen(self.HELP, ()))


class DocumentScreen(PageScreen):
    """The document with the names behind its codes, its totals and its origin."""

    HELP = (
        "Belgenin tamamı: üst bilgiler, kalemler, iskontolar, KDV, toplamlar, notlar ve kaynağı. "
        "↑↓, PgUp, PgDn, Home ve End kaydırır; Esc, Enter ya da F10 listeye döner."
    )

    def __init__(self, document: WholeDocument) -> None:
        super().__init__(document.invoice.header.number or "numarasız")
        self._document = document

    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the whole page, from its first line."""
        return [[(line, "")] for line in page(self._document, width)], 0


class RawScreen(PageScreen):
    """The text of a document that cannot be read; an arrow and colour mark the fault."""

    HELP = (
        "Okunamayan belgenin dosyadaki metni: üstte hata, ► ile başlayan satırda yeri. "
        "↑↓, PgUp, PgDn, Home ve End kaydırır; Esc, Enter ya da F10 listeye döner."
    )

    def __init__(self, document: RawDocument, fault: str) -> None:
        super().__init__(f"{document.position}. belge, okunamadı", fault)
        self._document = document

    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the text, cut into lines of the width, and the first with the fault."""
        _, _, before, fault, behind = self._document
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
    """Append a text to the last of the lines, in pieces that fit into the width."""
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
