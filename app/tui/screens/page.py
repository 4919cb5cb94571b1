"""A page of text that fills the screen: arrows scroll it, Esc stops its job or goes back."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeAlias

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from app.tui.commands import Scope, bindings, not_here, silent_keys
from app.tui.safe import shown, styled_lines
from app.tui.screens.help import HelpScreen
from app.tui.screens.job_screen import JobScreen
from app.tui.whose_books import books_name
from app.tui.widgets.bars import MessageLine

Parts: TypeAlias = list[tuple[str, str]]
"""A line as (text, style) parts."""


class PageScreen(JobScreen, inherit_bindings=False):
    """A page of text. A subclass formats it, and runs its commands in `do_x`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Scope.ANYWHERE),
        *silent_keys(letters=True),
        Binding("q,Q,enter", "screen.command('back')", "Geri", show=False),
        Binding("up", "scroll('up')", show=False),
        Binding("down", "scroll('down')", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
        Binding("pagedown,space", "scroll('page_down')", show=False),
        Binding("home", "scroll('home')", show=False),
        Binding("end", "scroll('end')", show=False),
    ]
    HELP = ""
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = ()
    KEYS = "↑↓ PgUp PgDn kaydırır  Esc listeye döner  F1 Yardım"
    END = "sayfanın sonu"

    _page = getters.query_one("#page", VerticalScroll)

    def __init__(self, called: str, fault: str = "") -> None:
        """Make a page with the title `called`; `fault` is shown above the text, if not empty."""
        super().__init__()
        self._called = called
        self._fault = fault
        self._seen = False

    @abstractmethod
    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the lines for this width, and the index of the first that must be visible."""

    def compose(self) -> ComposeResult:
        """Title, the page, the keys."""
        title = " · ".join(filter(None, (self._called, books_name(self.app))))
        yield Static(shown(title), id="title")
        if self._fault:
            yield Static(shown(self._fault), id="fault")
        with VerticalScroll(id="page"):
            yield Static(id="text")
        yield MessageLine(id="where")

    def on_mount(self) -> None:
        """Keep the focus off the page, since the screen binds the arrows."""
        self._page.can_focus = False
        self.watch(self._page, "scroll_y", self._show_where, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Format the page for the new width, less the scroll bar."""
        lines, first = self.lay_out(event.size.width - 2)
        self.query_one("#text", Static).update(styled_lines(lines))
        self.call_after_refresh(self._go_to, first)

    def _go_to(self, line: int) -> None:
        """Scroll to the line with its context, unless the user has scrolled."""
        if not self._seen:
            self._seen = True
            self._page.scroll_to(y=line - self._page.size.height // 3, animate=False)
        self._show_where()

    def _show_where(self) -> None:
        if self.job:
            self.show_status()
            return
        below = self._page.max_scroll_y - round(self._page.scroll_y)
        more = f"▼ {below} satır daha" if below > 0 else self.END
        self.message.tell(f"{more}  {self.KEYS}")

    def show_status(self) -> None:
        """Show the running job's progress instead of the keys, until the page is scrolled."""
        if self.job:
            self.message.tell(self.runner.progress)

    def action_command(self, command: str) -> None:
        """Run a command."""
        self.attempt(getattr(self, f"do_{command}"))

    def action_not_here(self, key: str) -> None:
        """Say that a key of other screens has no command here."""
        self.message.error(not_here(key))

    def action_scroll(self, direction: str) -> None:
        """Scroll the page."""
        getattr(self._page, f"scroll_{direction}")(animate=False)

    def do_help(self) -> None:
        """Open help for this screen."""
        self.app.push_screen(HelpScreen(self.HELP, self.HELP_SCOPES))
