"""A window that moves over a JSON file and finds the ends of values with little memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, TypeAlias

import msgspec

CHUNK: Final = 1 << 20
MAX_INVOICE: Final = 12 << 20
END_OF_FILE: Final = -1
BLANKS: Final = b" \t\r\n"
NOT_BLANK: Final = re.compile(rb"[^ \t\r\n]")

ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Reads at most `size` bytes at an offset; returns none at the end of the file."""

_BOM = b"\xef\xbb\xbf"
_MOST_AT_ONCE: Final = 16 << 20
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class StreamOutcome(Enum):
    """The state of the JSON value at the beginning of the buffered bytes."""

    WHOLE = auto()
    SHORT = auto()
    BROKEN = auto()
    TOO_DEEP = auto()
    TOO_BIG = auto()


# --- Only these lines depend on the text of msgspec's errors; a test pins it. A decoder of Raw
# skips one value in C and reports what follows it as "trailing characters (byte N)".
_RAW_DECODER = msgspec.json.Decoder(msgspec.Raw)
_PLACE = re.compile(r"\(byte ([0-9]+)\)\Z")


def skip_value(data: memoryview | bytes) -> tuple[StreamOutcome, int]:
    """Return WHOLE and the offset after the value and its blanks, or the fault and its offset."""
    try:
        _RAW_DECODER.decode(data)
    except msgspec.DecodeError as error:
        sentence = str(error)
        place = _PLACE.search(sentence)
        if place is None:  # "Input data was truncated"
            return StreamOutcome.SHORT, len(data)
        if "trailing characters" in sentence:  # this offset counts from one, all others from zero
            return StreamOutcome.WHOLE, int(place[1]) - 1
        return StreamOutcome.BROKEN, int(place[1])
    except RecursionError:
        return StreamOutcome.TOO_DEEP, 0
    return StreamOutcome.WHOLE, len(data)


# --- end of msgspec's wording


class Window:
    """The buffered part of the file, and the position in it."""

    def __init__(self, read_at: ReadAt, chunk: int) -> None:
        self._read_at = read_at
        self._chunk = chunk
        self._start = 0
        self._may_hold_surrogates = False
        self.buffer = b""
        self.pos = 0

    @property
    def offset(self) -> int:
        """The position as an offset in the file."""
        return self._start + self.pos

    @property
    def held(self) -> int:
        """The number of buffered bytes from the position on."""
        return len(self.buffer) - self.pos

    def more(self) -> bool:
        """Double the buffer, by at least a chunk; return False at the end of the file."""
        size = max(self._chunk, min(self.held, _MOST_AT_ONCE))
        piece = self._read_at(self._start + len(self.buffer), size)
        self.buffer = b"".join((memoryview(self.buffer)[self.pos :], piece))
        self._may_hold_surrogates = True
        self._start += self.pos
        self.pos = 0
        return bool(piece)

    def scout(self) -> Window:
        """Return another window at the same position, for looking ahead."""
        other = Window(self._read_at, self._chunk)
        other.follow(self)
        return other

    def follow(self, other: Window) -> None:
        """Move to the position of another window."""
        self._start, self.buffer, self.pos = other._start, other.buffer, other.pos
        self._may_hold_surrogates = other._may_hold_surrogates

    def peek(self) -> int:
        """Skip blanks and return the byte after them."""
        while True:
            found = NOT_BLANK.search(self.buffer, self.pos)
            if found:
                self.pos = found.start()
                return self.buffer[self.pos]
            self.pos = len(self.buffer)
            if not self.more():
                return END_OF_FILE

    def skip_bom(self) -> None:
        """Skip a byte order mark at the beginning of the file."""
        while self.held < len(_BOM) and self.more():
            pass
        if self.buffer.startswith(_BOM):
            self.pos = len(_BOM)

    def value(self, limit: int = MAX_INVOICE) -> tuple[StreamOutcome, int]:
        """Return the state of the value at the position, and its length or its fault's offset."""
        while True:
            data = memoryview(self.buffer)[self.pos : self.pos + limit + 1]
            outcome, end = skip_value(data)
            # A number that is cut may look complete, or broken at its end.
            if outcome is not StreamOutcome.SHORT and end < len(data):
                if outcome is not StreamOutcome.BROKEN or not self._take_out_surrogates():
                    break
            elif self.held > limit:
                return StreamOutcome.TOO_BIG, end
            elif not (self.more() or self._take_out_surrogates()):
                break
        if outcome is StreamOutcome.BROKEN and end >= self.held:
            outcome = StreamOutcome.SHORT  # a number that is cut after its point
        if outcome is not StreamOutcome.WHOLE:
            return outcome, end
        while data[end - 1] in BLANKS:
            end -= 1
        return (StreamOutcome.TOO_BIG if end > limit else outcome), end

    def _take_out_surrogates(self) -> bool:
        """Replace each buffered surrogate escape by that of a blank; return whether there was any.

        JSON allows a lone surrogate, msgspec does not. The text does not matter here, only its end.
        """
        if not self._may_hold_surrogates:
            return False
        self._may_hold_surrogates = False
        self.buffer, count = _SURROGATE.subn(rb"\\u0020", self.buffer)
        return count > 0

    def line(self, most: int) -> bytes:
        """Return the rest of the line at the position, at most `most` bytes."""
        while True:
            end = self.buffer.find(b"\n", self.pos)
            if end >= 0 or self.held >= most or not self.more():
                break
        end = len(self.buffer) if end < 0 else end
        return self.buffer[self.pos : min(end, self.pos + most)]

    def skip_line(self) -> int | None:
        """Move past the line at the position without buffering it; return the offset of its end.

        Returns None if the line has no end, or is longer than an invoice may be.
        """
        begin = self.offset
        while True:
            found = self.buffer.find(b"\n", self.pos)
            if found >= 0:
                self.pos = found + 1
                return self.offset - 1
            self.pos = len(self.buffer)
            if self.offset - begin > 2 * MAX_INVOICE or not self.more():
                return None
