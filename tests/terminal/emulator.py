"""A terminal emulator to hold two ways of drawing against each other, cell by cell.

pyte, and where it does otherwise than terminals do:
- it leaves half a wide character where the other half is written over; terminals blank it;
- it puts a mark on the right half of a wide character; terminals on the character;
- it drops the rest of a text behind a character of no width that does not combine; terminals
  only that character. With U+200D and U+FE0F terminals do not agree on a width: not compared;
- it fills the room behind deleted characters in the plain style; terminals in the background that
  is set;
- it knows neither `dim` nor REP, and puts combined characters into the composed form.
"""

from __future__ import annotations

import unicodedata

import pyte
from pyte.screens import Char
from wcwidth import wcwidth

Cell = Char
_MARKS = "\u0300"
"""No character in front of these is wide or combines."""


class _Stream(pyte.Stream):
    csi = {**pyte.Stream.csi, "b": "repeat"}  # noqa: RUF012  # as pyte has it
    events = pyte.Stream.events | {"repeat"}


class Emulator(pyte.Screen):
    """A screen that is fed text, and whose cells can be compared."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self._stream = _Stream(self)
        self._last = ""

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def repeat(self, count: int = 1) -> None:
        self.draw(self._last * (count or 1))

    def draw(self, data: str) -> None:
        self._last = data[-1:]
        if max(data) < _MARKS and not self._has_wide():
            super().draw(data)
            return
        for char in data:
            width = wcwidth(char)
            if width > 0:
                self._break_wide(width)
                super().draw(char)
            elif unicodedata.combining(char):
                self._combine(char)

    def delete_characters(self, count: int | None = None) -> None:
        super().delete_characters(count)
        blank = self.default_char._replace(bg=self.cursor.attrs.bg)
        for x in range(max(self.columns - (count or 1), self.cursor.x), self.columns):
            self.buffer[self.cursor.y][x] = blank

    def _has_wide(self) -> bool:
        return any(cell.data == "" for cell in self.buffer[self.cursor.y].values())

    def _break_wide(self, width: int) -> None:
        row, start = self.buffer[self.cursor.y], self.cursor.x
        end = start + width
        if end <= self.columns:
            if start and row[start].data == "":
                row[start - 1] = row[start - 1]._replace(data=" ")
            if end < self.columns and row[end].data == "":
                row[end] = row[end]._replace(data=" ")

    def _combine(self, mark: str) -> None:
        row, place = self.buffer[self.cursor.y], self.cursor.x - 1
        if place > 0 and row[place].data == "":
            place -= 1
        if place >= 0:
            base = row[place]
            row[place] = base._replace(data=unicodedata.normalize("NFC", base.data + mark))

    @property
    def cells(self) -> list[list[Cell]]:
        return [[self.buffer[y][x] for x in range(self.columns)] for y in range(self.lines)]

    @property
    def place(self) -> tuple[int, int]:
        return min(self.cursor.x, self.columns - 1), self.cursor.y

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.display)


class CarefulEmulator(Emulator):
    """One that erases nothing in any but the plain style: terminals differ in the background."""

    def _is_plain(self) -> None:
        assert self.cursor.attrs == self.default_char

    def erase_in_line(self, *arguments: int, **options: bool) -> None:
        self._is_plain()
        super().erase_in_line(*arguments, **options)

    def erase_in_display(self, *arguments: int, **options: bool) -> None:
        self._is_plain()
        super().erase_in_display(*arguments, **options)

    def erase_characters(self, *arguments: int) -> None:
        self._is_plain()
        super().erase_characters(*arguments)

    def insert_lines(self, *arguments: int) -> None:
        self._is_plain()
        super().insert_lines(*arguments)

    def delete_lines(self, *arguments: int) -> None:
        self._is_plain()
        super().delete_lines(*arguments)
