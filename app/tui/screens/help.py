"""F1: what the place is for where the user is, and each key that works there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from app.tui.commands import Place, verbs_of
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

    def __init__(self, text: str, places: tuple[Place, ...]) -> None:
        super().__init__()
        self._text = text
        self._places = places

    def compose(self) -> ComposeResult:
        """The text, then the verbs of each place."""
        with VerticalScroll(classes="dialog page"):
            yield Static(shown(self._text), classes="question")
            for place in self._places:
                yield Static(shown(place.value), classes="heading")
                for verb in verbs_of(place):
                    with Horizontal(classes="verb"):
                        yield Static(shown(verb.shown), classes="keys")
                        yield Static(shown(f"{verb.label}: {verb.help}"), classes="what")
            yield Static(shown("↑↓ kaydırır  Esc kapatır"), classes="hint")

    def action_scroll(self, direction: str) -> None:
        """Move the page."""
        page = self.query_one(VerticalScroll)
        getattr(page, f"scroll_{direction}")(animate=False)
