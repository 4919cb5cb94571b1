"""Belge: one document in full."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from app.transfer.document_page import WholeDocument, page
from app.tui.safe import shown, shown_lines
from app.tui.screens.help import HelpScreen
from app.tui.terminal.driver import draw_anew
from app.tui.whose_books import books_name
from app.tui.widgets.bars import Line

_KEYS = "↑↓ PgUp PgDn kaydırır  Esc listeye döner  F1 Yardım"


class DocumentScreen(Screen[None], inherit_bindings=False):
    """The document as a page of text; arrows scroll, Esc goes back."""

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
    HELP = (
        "Belgenin tamamı: üst bilgiler, kalemler, iskontolar, KDV, toplamlar, notlar ve kaynağı. "
        "↑↓, PgUp, PgDn, Home ve End kaydırır; Esc, Enter ya da F10 listeye döner."
    )

    _page = getters.query_one("#page", VerticalScroll)

    def __init__(self, document: WholeDocument) -> None:
        super().__init__()
        self._document = document

    def compose(self) -> ComposeResult:
        """Title, the page, the keys."""
        number = self._document.invoice.header.number or "numarasız"
        yield Static(
            shown(" · ".join(filter(None, (f"Belge / {number}", books_name(self.app))))), id="title"
        )
        with VerticalScroll(id="page"):
            yield Static(id="text")
        yield Line(id="where")

    def on_mount(self) -> None:
        """Keep the focus off the page: the screen binds the arrows."""
        self._page.can_focus = False
        self.watch(self._page, "scroll_y", self._show_where, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the page out for the width, less the scroll bar."""
        lines = page(self._document, event.size.width - 2)
        self.query_one("#text", Static).update(shown_lines(lines))
        self.call_after_refresh(self._show_where)

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
