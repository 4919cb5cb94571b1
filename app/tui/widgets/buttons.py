"""Things to press, one line each: a button and a box to tick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from app.tui.safe import shown


class Button(Widget, can_focus=True):
    """`[ Evet ]`; Enter and Space press it, the arrows go to its neighbours."""

    DEFAULT_CSS = """
    Button {
        width: auto;
        height: 1;
        &:focus { text-style: reverse; }
    }
    """
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
        """A `bare` label brings its own brackets."""
        super().__init__(id=id)
        self._text = label if bare else f"[ {label} ]"

    def render(self) -> Content:
        """The label in brackets: a button without colour too."""
        return shown(self._text)

    def action_press(self) -> None:
        """Tell that it was pressed."""
        self.post_message(self.Pressed(self))


class TickBox(Widget, can_focus=True):
    """`[✓] label`; Space turns it round, Enter is the screen's."""

    DEFAULT_CSS = """
    TickBox {
        width: auto;
        height: 1;
        &:focus { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "Değiştir", show=False),
        Binding("up", "app.focus_previous", "Önceki", show=False),
        Binding("down", "app.focus_next", "Sonraki", show=False),
    ]

    @dataclass
    class Changed(Message):
        """The tick was set or taken away."""

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
        """Whether the tick is set."""
        return self._ticked

    def render(self) -> Content:
        """A sign, not only a colour, says whether it is ticked."""
        return shown(f"[{'✓' if self._ticked else ' '}] {self._label}")

    def action_turn(self) -> None:
        """Set the tick or take it away."""
        self._ticked = not self._ticked
        self.refresh()
        self.post_message(self.Changed(self))
