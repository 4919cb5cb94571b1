"""F1: help for the focused widget, and the keys that work there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from app.tui.commands import Scope, commands_in
from app.tui.safe import shown


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """A page of help; any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,q,Q,question_mark,f10", "dismiss", "Kapat", show=False),
        Binding("up", "scroll('up')", show=False),
        Binding("down", "scroll('down')", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
        Binding("pagedown,space", "scroll('page_down')", show=False),
    ]

    def __init__(self, text: str, scopes: tuple[Scope, ...]) -> None:
        super().__init__()
        self._text = text
        self._scopes = scopes

    def compose(self) -> ComposeResult:
        """The text, then the commands of each scope."""
        with VerticalScroll(classes="dialog page"):
            yield Static(shown(self._text), classes="question")
            for scope in self._scopes:
                yield Static(shown(scope.value), classes="heading")
                for command in commands_in(scope):
                    with Horizontal(classes="command"):
                        yield Static(shown(command.shown), classes="keys")
                        yield Static(shown(f"{command.label}: {command.help}"), classes="what")
            yield Static(shown("↑↓ kaydırır  Esc kapatır"), classes="hint")

    def action_scroll(self, direction: str) -> None:
        """Scroll the page."""
        page = self.query_one(VerticalScroll)
        getattr(page, f"scroll_{direction}")(animate=False)
