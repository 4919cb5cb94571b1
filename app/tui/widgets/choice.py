"""A choice of one value on one line: `‹ Satış Faturası ›`."""

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

from app.domain.text import fold
from app.tui.safe import shown
from app.tui.widgets.buttons import LineWidget

Value = TypeVar("Value")


class Choice(LineWidget, Generic[Value]):
    """Arrows and Space cycle through the options; a letter jumps to the next option."""

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
        """Take options as (value, label); the first is chosen if `value` is not among them."""
        super().__init__(id=id, classes=classes)
        self._options = tuple(options)
        values = [known for known, _ in self._options]
        self._index = values.index(value) if value in values else 0

    @property
    def value(self) -> Value:
        """The chosen value."""
        return self._options[self._index][0]

    @value.setter
    def value(self, value: Value) -> None:
        """Choose without a message. Raises ValueError if there is no such option."""
        self._index = [known for known, _ in self._options].index(value)
        self.refresh()

    def label(self, value: Value, label: str) -> None:
        """Give an option another label. Raises ValueError if there is no such option."""
        index = [known for known, _ in self._options].index(value)
        self._options = (*self._options[:index], (value, label), *self._options[index + 1 :])
        self.refresh(layout=True)

    def render(self) -> Content:
        """Draw the chosen label between arrows."""
        return shown(f"‹ {self._options[self._index][1]} ›")

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """Reserve room for the longest label, so that the layout does not move."""
        return max(cell_len(label) for _, label in self._options) + len("‹  ›")

    def action_step(self, step: int) -> None:
        """Choose the option `step` further; wrap at the end."""
        self._choose((self._index + step) % len(self._options))

    def on_key(self, event: events.Key) -> None:
        """Choose by first letter; leave other keys alone."""
        if event.character is None or not event.character.isalnum():
            return
        letter = fold(event.character)
        after = self._index + 1
        for index in (*range(after, len(self._options)), *range(after)):
            if fold(self._options[index][1]).startswith(letter):
                event.stop()
                self._choose(index)
                return

    def _choose(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self.refresh()
            self.post_message(self.Changed(self, self.value))
