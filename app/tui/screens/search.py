"""The search line at the bottom; the list follows each typed letter."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from app.domain.text import turkish_count
from app.tui.screens.dialog import Dialog
from app.tui.widgets.bars import MessageLine, TextLine
from app.tui.widgets.fields import Field

_LOOKING = "aranıyor…"


class Search(Dialog[str]):
    """Answers the text, or None to return to the previous row.

    Calls `typed` with the text at each letter; the owner reports the result with `found`.
    """

    HELP = (
        "Yazdıkça imleç, bulunduğu satırdan başlayarak ilk bulunana gider. Enter orada kalır, "
        "n sonrakine, N öncekine gider; Esc aramadan önceki satıra döner."
    )

    CONTENT = "#search"

    def __init__(self, value: str, typed: Callable[[str], None]) -> None:
        super().__init__()
        self._value = self._last = value
        self._typed = typed

    def compose(self) -> ComposeResult:
        """Label, field, result, keys."""
        with Vertical(id="search"), Horizontal():
            yield Static("Ara", classes="label asked")
            yield Field(self._value, id="answer")
            yield TextLine(id="found")
            yield Static("Enter kalır  Esc döner", classes="hint")

    @property
    def _text(self) -> str:
        return self.query_one(Field).value.strip()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._text != self._last:
            self._last = self._text
            self.query(MessageLine).set(display=False)
            self._tell(_LOOKING if self._text else "")
            self._typed(self._text)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(self._text or None)

    def found(self, count: int) -> None:
        """Show how many rows have the text."""
        self._tell(f"{turkish_count(count)} satırda var" if count else "listede yok")

    def failed(self, sentence: str) -> None:
        """Show why the search failed."""
        self._tell("")
        self._say(sentence)

    def _tell(self, text: str) -> None:
        self.query_one("#found", TextLine).say(text)
