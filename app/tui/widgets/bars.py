"""The lines that frame a screen: title with tabs, status, message, keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from app.domain.text import one_line
from app.tui.commands import Command
from app.tui.safe import shown, styled
from app.tui.whose_books import OpenedBooks
from app.tui.widgets.columns import cut

_PROGRAM = "Toplu Fatura Aktarımı"
_WHERE = f"Fatura Modülü / İşlemler / {_PROGRAM}"
_TABS = ("Dışarı Aktar", "İçeri Aktar")
_WRAP_LOSS = 12  # cells that wrapping at a word may leave empty
_MOST_LINES = 4  # of a message


class Title(Widget):
    """The module's name, the open books, and the two tabs."""

    DEFAULT_CSS = "Title { height: 1; }"

    def __init__(self, active: str, books: OpenedBooks) -> None:
        super().__init__()
        self._active = active
        self._books = books
        self._work: dict[str, str] = {}

    def show_work(self, notices: dict[str, str]) -> None:
        """Show the progress notices of other tabs, by tab name; redraw only on a change."""
        work = {tab: notice for tab, notice in notices.items() if tab != self._active}
        if work != self._work:
            self._work = work
            self.refresh()

    def render(self) -> Content:
        """Draw the names on the left and the tabs on the right, the open one in brackets.

        The books matter most: if there is no room, the module's name is left out.
        """
        tabs = [(f"[{tab}]", "bold") if tab == self._active else self._other(tab) for tab in _TABS]
        room = self.size.width - sum(cell_len(tab) for tab, _ in tabs) - 1
        texts = [" · ".join(filter(None, (name, self._books.name))) for name in (_WHERE, _PROGRAM)]
        where = next(
            (text for text in texts if cell_len(text) <= room), self._books.name_within(room)
        )
        where = cut(where, room)
        return styled((where + " " * (room - cell_len(where) + 1), ""), *tabs)

    def _other(self, tab: str) -> tuple[str, str]:
        notice = self._work.get(tab)
        return (f" {tab}: {notice} ", "bold") if notice else (f" {tab} ", "")


class TextLine(Widget):
    """One line of text that changes."""

    DEFAULT_CSS = "TextLine { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = ""

    @property
    def text(self) -> str:
        """The text shown now."""
        return self._text

    def say(self, text: str) -> None:
        """Show a text; redraw only on a change."""
        text = one_line(text)
        if text != self._text:
            self._text = text
            self.refresh()

    def render(self) -> Content:
        """Draw the text, cut to the width."""
        return shown(cut(self._text, self.size.width))


class MessageLine(TextLine):
    """What happened, what did not, what to do; a long sentence takes as many lines as it needs."""

    DEFAULT_CSS = f"""
    MessageLine {{ height: 1; }}
    MessageLine.-long {{ height: auto; min-height: 2; max-height: {_MOST_LINES}; }}
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._stays: Callable[[], bool] | None = None
        self._then = ""
        """The text to show instead once the message is no longer true."""
        self.said = 0
        """The number of texts shown so far."""

    def say(self, text: str) -> None:
        """Show a text; redraw only on a change."""
        super().say(text)
        self.said += 1
        self._stays, self._then = None, ""
        self._fit()

    def on_resize(self) -> None:
        """Add or remove lines when the text needs it at the new width."""
        self._fit()

    def _fit(self) -> None:
        long = cell_len(self.text) > self.size.width > 0
        self.set_class(long, "-long")
        if long:
            self.refresh(layout=True)
        self.screen.set_class(long, "-long-message")  # the stylesheet hides another line

    def render(self) -> Content:
        """Draw the text; Textual wraps it."""
        lost = (_MOST_LINES - 1) * _WRAP_LOSS
        return shown(cut(self.text, _MOST_LINES * self.size.width - lost))

    def error(self, text: str, stays: Callable[[], bool] | None = None) -> None:
        """Show an error; `look_again` removes it once `stays` returns False."""
        self.set_class(True, "-error")
        self.say(text)
        self._stays = stays

    def look_again(self) -> None:
        """Remove a message that is no longer true."""
        if self._stays and not self._stays():
            self.tell(self._then)

    def forget_error(self) -> None:
        """Remove an error, since a later action has succeeded."""
        if self.has_class("-error"):
            self.tell("")

    def tell(self, text: str, stays: Callable[[], bool] | None = None, then: str = "") -> None:
        """Show a message; once it no longer `stays`, `look_again` shows `then` instead."""
        self.set_class(False, "-error")
        self.say(text)
        self._stays, self._then = stays, then


class RowLine(TextLine):
    """The text of the row under the cursor that its columns have no room for; at most two lines."""

    DEFAULT_CSS = """
    RowLine { height: 0; }
    RowLine.-one { height: 1; }
    RowLine.-two { height: 2; }
    """

    def show(self, text: str, *, is_error: bool) -> None:
        """Show a text; an empty one takes no line."""
        self.set_class(is_error, "-error")
        self.say(text)
        self._fit()

    def on_resize(self) -> None:
        """Take as many lines as the text needs at the new width."""
        self._fit()

    def _fit(self) -> None:
        width = self.screen.size.width
        self.set_class(0 < cell_len(self.text) <= width, "-one")
        self.set_class(cell_len(self.text) > width, "-two")

    def render(self) -> Content:
        """Draw the text; Textual wraps it."""
        return shown(cut(self.text, 2 * self.size.width - _WRAP_LOSS))


class KeyBar(Widget):
    """The keys that work in the focused widget."""

    DEFAULT_CSS = "KeyBar { height: 1; }"
    _GAP: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__()
        self._commands: tuple[Command, ...] = ()

    def show(self, commands: Sequence[Command]) -> None:
        """Show as many of these commands as fit."""
        if tuple(commands) != self._commands:
            self._commands = tuple(commands)
            self.refresh()

    def render(self) -> Content:
        """Draw the keys with their labels, closer together if there is not enough room."""
        parts = [
            styled((command.first_key, "bold"), (f" {command.short or command.label}", ""))
            for command in self._commands
        ]
        wide = sum(part.cell_length + self._GAP for part in parts) - self._GAP <= self.size.width
        gap = self._GAP if wide else 1
        room = self.size.width
        fitting = 0
        for part in parts:
            if part.cell_length > room:
                break
            room -= part.cell_length + gap
            fitting += 1
        return shown(" " * gap).join(parts[:fitting])
