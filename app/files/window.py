"""A moving window on a JSON file: finds where a value ends, and holds no more than that needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, TypeAlias

import msgspec

CHUNK: Final = 1 << 20
MAX_INVOICE: Final = 64 << 20
END_OF_FILE: Final = -1
BLANKS: Final = b" \t\r\n"
NOT_BLANK: Final = re.compile(rb"[^ \t\r\n]")

ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Reads at an offset at most a number of bytes; nothing where the file ends."""

_BOM = b"\xef\xbb\xbf"


class Outcome(Enum):
    """What the bytes at hand say of the JSON value that begins them."""

    WHOLE = auto()
    SHORT = auto()
    BROKEN = auto()
    TOO_DEEP = auto()
    TOO_BIG = auto()


# --- The one place that leans on msgspec's wording; a test pins it. A decoder of Raw skips one
# value in C, and says of what follows it "trailing characters (byte N)".
_RAW_DECODER = msgspec.json.Decoder(msgspec.Raw)
_PLACE = re.compile(r"\(byte ([0-9]+)\)\Z")


def skip_value(data: memoryview | bytes) -> tuple[Outcome, int]:
    """WHOLE and the value's end (blanks behind it included), or what is wrong and where."""
    try:
        _RAW_DECODER.decode(data)
    except msgspec.DecodeError as error:
        sentence = str(error)
        place = _PLACE.search(sentence)
        if place is None:  # "Input data was truncated"
            return Outcome.SHORT, len(data)
        if "trailing characters" in sentence:  # counted from one, the others from zero
            return Outcome.WHOLE, int(place[1]) - 1
        return Outcome.BROKEN, int(place[1])
    except RecursionError:
        return Outcome.TOO_DEEP, 0
    return Outcome.WHOLE, len(data)


# --- end of msgspec's wording


class Window:
    """The part of the file that is held, and the place in it."""

    def __init__(self, read_at: ReadAt, chunk: int) -> None:
        self._read_at = read_at
        self._chunk = chunk
        self._start = 0
        self.buffer = b""
        self.pos = 0

    @property
    def offset(self) -> int:
        """The place in the file."""
        return self._start + self.pos

    @property
    def held(self) -> int:
        """How many bytes are held from the place on."""
        return len(self.buffer) - self.pos

    def more(self) -> bool:
        """Holds as much again, at least a chunk; False where the file ends."""
        size = max(self._chunk, self.held)
        piece = self._read_at(self._start + len(self.buffer), size)
        self.buffer = self.buffer[self.pos :] + piece
        self._start += self.pos
        self.pos = 0
        return bool(piece)

    def seek(self, offset: int) -> None:
        """Goes to a place in the file."""
        self._start, self.pos, self.buffer = offset, 0, b""

    def peek(self) -> int:
        """Goes to the next byte that is no blank, and tells it."""
        while True:
            found = NOT_BLANK.search(self.buffer, self.pos)
            if found:
                self.pos = found.start()
                return self.buffer[self.pos]
            self.pos = len(self.buffer)
            if not self.more():
                return END_OF_FILE

    def skip_bom(self) -> None:
        """Goes behind a byte order mark at the file's beginning."""
        while self.held < len(_BOM) and self.more():
            pass
        if self.buffer.startswith(_BOM):
            self.pos = len(_BOM)

    def value(self, limit: int = MAX_INVOICE) -> tuple[Outcome, int]:
        """The outcome for the value at the place, and its length or where it is broken."""
        while True:
            outcome, end = skip_value(memoryview(self.buffer)[self.pos :])
            # A number that is cut may pass for whole or for broken at its end.
            if outcome is not Outcome.SHORT and end < self.held:
                break
            if self.held > limit:
                return Outcome.TOO_BIG, end
            if not self.more():
                break
        if outcome is not Outcome.WHOLE:
            return outcome, end
        length = len(self.buffer[self.pos : self.pos + end].rstrip(BLANKS))
        return (Outcome.TOO_BIG if length > limit else outcome), length

    def line_end(self, begin: int) -> int:
        """Where the line that holds `begin` ends; both count from the place."""
        while True:
            found = self.buffer.find(b"\n", self.pos + begin)
            if found >= 0:
                return found - self.pos
            if self.held > 2 * MAX_INVOICE or not self.more():
                return self.held
