"""Reads what a test app has drawn, and holds lists made up on the fly."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from app.tui.marks import Marks
from app.tui.safe import SafeLines


def marked_rows(marks: Marks) -> list[int]:
    return [row for row, is_marked in enumerate(marks.chosen()) if is_marked]


class Board(Screen):
    """Holds the widgets and hears what they say."""

    def __init__(self, actors: Sequence[Widget]) -> None:
        super().__init__()
        self.actors = actors
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self.actors

    async def _on_message(self, message: Message) -> None:
        self.heard.append(message)
        await super()._on_message(message)


class Stage(App):
    """One widget or a few on an empty screen, with the second wall in place."""

    def __init__(self, *actors: Widget) -> None:
        super().__init__()
        self.board = Board(actors)

    def get_default_screen(self) -> Screen:
        return self.board

    def get_line_filters(self):
        return [*super().get_line_filters(), SafeLines()]

    def said(self, kind):
        """The messages of one kind that have come up to the screen."""
        return [message for message in self.board.heard if type(message) is kind]


def strips(app: App) -> list[Strip]:
    return app.screen._compositor.render_strips()


def lines(app: App) -> list[str]:
    """The screen as plain text."""
    return [strip.text for strip in strips(app)]


def style_at(app: App, y: int, text: str):
    """The style of the segment that holds `text` on line y."""
    found: list[Segment] = [segment for segment in strips(app)[y] if text in segment.text]
    assert found, f"{text!r} is not on line {y}: {lines(app)[y]!r}"
    return found[0].style


class Numbers:
    """Rows that are computed when they are asked for, and counted."""

    def __init__(self, size: int, cells=None, states=None) -> None:
        self.size = size
        self.asked: list[tuple[int, int]] = []
        self.cells = cells or (lambda n: (f"NO{n:08}", f"Firma {n}", f"{n},00"))
        self.states = states or {}

    def __len__(self) -> int:
        return self.size

    def window(self, first: int, count: int):
        self.asked.append((first, count))
        return [self.cells(n) for n in range(first, min(first + count, self.size))]

    def state(self, position: int) -> str:
        return self.states.get(position, "")

    @property
    def rows_asked(self) -> int:
        return sum(count for _, count in self.asked)
