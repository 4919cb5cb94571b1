"""One of a few values on one line: `‹ Satış Faturası ›`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from app.domain.text import fold
from app.tui.safe import shown

Value = TypeVar("Value")


class Choice(Widget, Generic[Value], can_focus=True):
    """Arrows and Space go round the options; a letter goes to the next that begins with it."""

    DEFAULT_CSS = """
    Choice {
        width: auto;
        height: 1;
        &:focus { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Önceki", show=False),
        Binding("right,space", "step(1)", "Sonraki", show=False),
    ]

    @dataclass
    class Changed(Message):
        """The user has chosen another option."""

        choice: Choice[Any]
        value: Any

        @property
        def control(self) -> Choice[Any]:
            """The choice, for a handler's selector."""
            return self.choice

    def __init__(
        self,
        options: Sequence[tuple[Value, str]],
        *,
        value: Value | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        """The options as (value, label); the first is chosen where `value` is none of them."""
        super().__init__(id=id, classes=classes)
        self._options = tuple(options)
        values = [known for known, _ in self._options]
        self._place = values.index(value) if value in values else 0

    @property
    def value(self) -> Value:
        """The chosen value."""
        return self._options[self._place][0]

    @value.setter
    def value(self, value: Value) -> None:
        """Chooses without a message. Raises ValueError where there is no such option."""
        self._place = [known for known, _ in self._options].index(value)
        self.refresh()

    def render(self) -> Content:
        """The chosen label between the signs that say there are more."""
        return shown(f"‹ {self._options[self._place][1]} ›")

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """Room for the longest label, so that nothing moves."""
        return max(cell_len(label) for _, label in self._options) + len("‹  ›")

    def action_step(self, step: int) -> None:
        """Chooses the option `step` further, round the end."""
        self._choose((self._place + step) % len(self._options))

    def on_key(self, event: events.Key) -> None:
        """Chooses by first letter; any other key goes its way."""
        if event.character is None or not event.character.isalnum():
            return
        letter = fold(event.character)
        after = self._place + 1
        for place in (*range(after, len(self._options)), *range(after)):
            if fold(self._options[place][1]).startswith(letter):
                event.stop()
                self._choose(place)
                return

    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self.refresh()
            self.post_message(self.Changed(self, self.value))
