"""A button and a tick box, one line each, and the base of such widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from app.tui.safe import shown


class LineWidget(Widget, can_focus=True):
    """The base of widgets of one line that take the focus."""

    DEFAULT_CSS = """
    LineWidget {
        width: auto;
        height: 1;
        &:focus { text-style: reverse; }
    }
    """


class Button(LineWidget):
    """`[ Evet ]`; Enter and Space press it, arrows move to its neighbours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Bas", show=False),
        Binding("left", "app.focus_previous", "Önceki", show=False),
        Binding("right", "app.focus_next", "Sonraki", show=False),
    ]

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: Button

        @property
        def control(self) -> Button:
            """The button, for a handler's selector."""
            return self.button

    def __init__(self, label: str, *, id: str, bare: bool = False) -> None:  # noqa: A002
        """Make a button; a `bare` label brings its own brackets."""
        super().__init__(id=id)
        self._text = label if bare else f"[ {label} ]"

    def render(self) -> Content:
        """Draw the label in brackets, which mark a button even without colours."""
        return shown(self._text)

    def action_press(self) -> None:
        """Post Pressed."""
        self.post_message(self.Pressed(self))


class TickBox(LineWidget):
    """`[✓] label`; Space toggles it, Enter is left to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "Değiştir", show=False),
        Binding("up", "app.focus_previous", "Önceki", show=False),
        Binding("down", "app.focus_next", "Sonraki", show=False),
    ]

    @dataclass
    class Changed(Message):
        """The box was ticked or unticked."""

        box: TickBox

        @property
        def control(self) -> TickBox:
            """The box, for a handler's selector."""
            return self.box

    def __init__(self, label: str, *, id: str, ticked: bool = False) -> None:  # noqa: A002
        super().__init__(id=id)
        self._label = label
        self._ticked = ticked

    @property
    def ticked(self) -> bool:
        """Whether the box is ticked."""
        return self._ticked

    def render(self) -> Content:
        """Draw the box; the tick is shown by a sign, not only by colour."""
        return shown(f"[{'✓' if self._ticked else ' '}] {self._label}")

    def action_turn(self) -> None:
        """Toggle the tick."""
        self._ticked = not self._ticked
        self.refresh()
        self.post_message(self.Changed(self))
