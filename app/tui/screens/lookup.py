"""Rehber: the list behind a code field; typing narrows it, Enter takes the row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from app.errors import AppError
from app.store.queries import Found
from app.tui.safe import shown
from app.tui.screens.dialog import Dialog
from app.tui.widgets.columns import Column
from app.tui.widgets.fields import Field
from app.tui.widgets.virtual_table import VirtualTable

LIMIT = 500


class _FoundRows:
    def __init__(self, found: Sequence[Found]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        return self._found[first : first + count]


class Lookup(Dialog[str]):
    """Answers the chosen code, or None. `search` gives at most LIMIT entries for a text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
    ]
    HELP = (
        "Yazdıkça liste daralır (büyük/küçük harf ve ç/c, ı/i ayrımı yoktur); ↑↓ seçer, Enter alır."
    )

    def __init__(
        self, title: str, titles: tuple[str, str], search: Callable[[str], Sequence[Found]]
    ) -> None:
        super().__init__()
        self._title = title
        self._titles = titles
        self._search = search
        self._found: Sequence[Found] = ()

    def compose(self) -> ComposeResult:
        """Title, field, list, what one can do."""
        columns = (
            Column("code", self._titles[0], 18),
            Column("name", self._titles[1], 20, flexible=True),
        )
        with Vertical(classes="dialog page"):
            yield Static(shown(self._title), classes="question")
            yield Field(id="typed", placeholder="daraltmak için yazın")
            yield VirtualTable(columns, empty_text="Uyan kayıt yok", id="found")
            yield Static(shown("↑↓ seçer  Enter alır  Esc vazgeçer"), classes="hint")

    def on_mount(self) -> None:
        """All of it at first."""
        self._narrow("")
        self.query_one("#typed").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow to what is typed."""
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the row."""
        event.stop()
        place = self.query_one(VirtualTable).cursor
        self.dismiss(self._found[place].code if self._found else None)

    def action_move(self, action: str) -> None:
        """The arrows move in the list while the field has the focus."""
        getattr(self.query_one(VirtualTable), f"action_{action}")()

    def _narrow(self, typed: str) -> None:
        table = self.query_one(VirtualTable)
        try:
            self._found = self._search(typed)
        except AppError as error:
            self._found = ()
            table.empty_text = error.sentence
        table.set_source(_FoundRows(self._found))
