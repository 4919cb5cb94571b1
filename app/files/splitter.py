"""Splits a JSON file into its invoices without holding more of it than one invoice needs.

The forms of domain §3: an array, one object, an envelope with `Data`, one object a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from enum import Enum, auto
from os import PathLike
from typing import Final, NamedTuple, TypeAlias

import msgspec

from app.domain import text
from app.files.os_errors import refused

CHUNK: Final = 1 << 20
MAX_INVOICE: Final = 64 << 20
# An object that ends within this is looked at as a whole to tell an invoice from an envelope.
PEEK: Final = 1 << 20

NO_INVOICE: Final = "dosyada fatura yok"
CUT_SHORT: Final = "dosya burada kesilmiş; bu belge ve sonrası yok"
NOT_AN_OBJECT: Final = "belge nesnesi değil"
TOO_BIG: Final = f"belge çok büyük (en çok {MAX_INVOICE >> 20} MiB)"
TOO_DEEP: Final = "JSON çok derin iç içe"
TRAILING: Final = "faturaların sonundan sonra fazladan veri var"
REST_UNREADABLE: Final = "; bundan sonrası okunamadı"

ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Reads at an offset at most a number of bytes; nothing where the file ends."""

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_NOT_BLANK = re.compile(rb"[^ \t\r\n]")
_HEADER_KEY = re.compile(rb'"fatust"', re.IGNORECASE)
_END_OF_FILE = -1
_COMMA, _COLON, _OPEN_ARRAY, _CLOSE_ARRAY, _OPEN_OBJECT, _CLOSE_OBJECT = b",:[]{}"


class Span(NamedTuple):
    """Where one invoice stands in the file, in bytes; with `error`, why it cannot be read."""

    offset: int
    length: int
    error: str | None = None


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

# msgspec calls a number or an escape that the buffer cuts malformed: look again with more.
_CUT_TOKEN: Final = 16


class _Window:
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
            found = _NOT_BLANK.search(self.buffer, self.pos)
            if found:
                self.pos = found.start()
                return self.buffer[self.pos]
            self.pos = len(self.buffer)
            if not self.more():
                return _END_OF_FILE

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
            near = _CUT_TOKEN if outcome is Outcome.BROKEN else 0
            if outcome is not Outcome.SHORT and end + near < self.held:
                break
            if self.held > limit:
                return Outcome.TOO_BIG, end
            if not self.more():
                break
        if outcome is not Outcome.WHOLE:
            return outcome, end
        length = len(self.buffer[self.pos : self.pos + end].rstrip(_BLANKS))
        return (Outcome.TOO_BIG if length > limit else outcome), length

    def line_end(self, begin: int) -> int:
        """Where the line that holds `begin` ends; both count from the place."""
        while True:
            found = self.buffer.find(b"\n", self.pos + begin)
            if found >= 0:
                return found - self.pos
            if self.held > 2 * MAX_INVOICE or not self.more():
                return self.held


class _Unreadable(Exception):
    """Nothing behind this place can be read; `span` tells why."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


def split(
    read_at: ReadAt, path: str | PathLike[str], chunk: int = CHUNK, max_invoice: int = MAX_INVOICE
) -> Iterator[Span]:
    """Each invoice of the file, in order; where one cannot be read, a span with an error.

    Raises FileRefused where the file is empty, holds no invoice, is no JSON or is the answer of
    a server that failed.
    """
    window = _Window(read_at, chunk)
    window.skip_bom()
    first = window.peek()
    if first == _END_OF_FILE:
        raise refused(path, "dosya boş")
    if first == _OPEN_ARRAY:
        spans = _array_alone(window, max_invoice)
    elif first != _OPEN_OBJECT:
        raise refused(path, "JSON değil")
    elif _is_envelope(window):
        spans = _envelope(window, path, max_invoice)
    else:
        spans = _objects(window, max_invoice)
    empty = True
    try:
        for span in spans:
            empty = False
            yield span
    except _Unreadable as end:
        yield end.span
    else:
        if empty:
            raise refused(path, NO_INVOICE)


def _array_alone(window: _Window, limit: int) -> Iterator[Span]:
    yield from _array(window, limit)
    _expect_end(window)


def _array(window: _Window, limit: int) -> Iterator[Span]:
    """The elements of the array at the place; then the place is behind it."""
    window.pos += 1
    if window.peek() == _CLOSE_ARRAY:
        window.pos += 1
        return
    while True:
        yield from _whole_lines(window, b"},\n", limit)
        resumed = yield from _element(window, limit)
        if resumed:
            continue
        following = window.peek()
        if following not in (_COMMA, _CLOSE_ARRAY):
            raise _Unreadable(_broken(window))
        window.pos += 1
        if following == _CLOSE_ARRAY:
            return
        window.peek()


def _objects(window: _Window, limit: int) -> Iterator[Span]:
    """One object after the other, each on a line of its own or not."""
    while True:
        yield from _whole_lines(window, b"}\n", limit)
        if window.peek() == _END_OF_FILE:
            return
        resumed = yield from _element(window, limit)
        if resumed:
            continue
        following = window.peek()
        if following == _END_OF_FILE:
            return
        if following != _OPEN_OBJECT:
            raise _Unreadable(_broken(window))


def _whole_lines(window: _Window, tail: bytes, limit: int) -> Iterator[Span]:
    """The invoices that stand one on a line, as long as they do and are held: the fast way."""
    buffer, begin, base = window.buffer, window.pos, window.offset - window.pos
    view = memoryview(buffer)
    while buffer.startswith(b"{", begin):
        end = buffer.find(b"\n", begin) + 1
        brace = end - len(tail)
        if brace - begin >= limit or not buffer.startswith(tail, max(brace, begin)):
            return
        if skip_value(view[begin : brace + 1]) != (Outcome.WHOLE, brace + 1 - begin):
            return
        yield Span(base + begin, brace + 1 - begin)
        begin = window.pos = end


def _envelope(window: _Window, path: str | PathLike[str], limit: int) -> Iterator[Span]:
    """The invoices in `Data`; of a server's failure, its own words (`ErrorDesc`)."""
    failed, reason, empty = False, "", True
    for name in _members(window, limit):
        first = window.buffer[window.pos]
        if name == "data" and not failed and first == _OPEN_ARRAY:
            for span in _array(window, limit):
                empty = False
                yield span
        elif name == "data" and not failed and first == _OPEN_OBJECT:
            empty = False
            yield from _element(window, limit)
        elif name == "issuccessful":
            failed = _take(window, limit).lower() in (b"false", b'"false"', b"0")
        elif name == "errordesc":
            reason = _as_text(_take(window, limit))
        else:
            _take(window, limit)
    if failed:
        sentence = f"dosya bir hata yanıtı: {reason or 'nedeni yazılmamış'}"
        if empty:
            raise refused(path, sentence)
        yield Span(window.offset, 0, sentence)
    _expect_end(window)


def _is_envelope(window: _Window) -> bool:
    """Whether the object at the place holds `Data` or `IsSuccessful` and is no invoice itself."""
    begin = window.offset
    outcome, length = window.value(PEEK)
    if outcome is Outcome.WHOLE:
        body = window.buffer[window.pos : window.pos + length]
        try:
            names = {
                name.lower() for name in msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            }
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        return "fatust" not in names and not names.isdisjoint(("data", "issuccessful"))
    found = ""
    try:
        for name in _members(window, MAX_INVOICE):
            if name in ("fatust", "data", "issuccessful"):
                found = name
                break
            _take(window, MAX_INVOICE)
    except _Unreadable:
        pass
    window.seek(begin)
    window.peek()
    return found in ("data", "issuccessful")


def _members(window: _Window, limit: int) -> Iterator[str]:
    """Stops at each value of the object at the place; the caller goes behind the value."""
    window.pos += 1
    if window.peek() == _CLOSE_OBJECT:
        window.pos += 1
        return
    while True:
        name = _take(window, limit)
        if not name.startswith(b'"') or window.peek() != _COLON:
            raise _Unreadable(_broken(window))
        window.pos += 1
        if window.peek() == _END_OF_FILE:
            raise _Unreadable(_broken(window))
        yield _as_text(name).lower()
        following = window.peek()
        if following not in (_COMMA, _CLOSE_OBJECT):
            raise _Unreadable(_broken(window))
        window.pos += 1
        if following == _CLOSE_OBJECT:
            return
        window.peek()


def _take(window: _Window, limit: int) -> bytes:
    """The value at the place; then the place is behind it."""
    outcome, length = window.value(limit)
    if outcome is not Outcome.WHOLE:
        raise _Unreadable(_failure(window, outcome, length))
    value = window.buffer[window.pos : window.pos + length]
    window.pos += length
    return value


def _element(window: _Window, limit: int) -> Generator[Span, None, bool]:
    """The invoice at the place; then the place is behind it.

    Returns True where it is broken and the place is the next one, for the file has one a line.
    """
    is_object = window.peek() == _OPEN_OBJECT
    outcome, length = window.value(min(limit, PEEK))
    if outcome is Outcome.TOO_BIG:
        outcome, length = _long_value(window, limit)
    if outcome is Outcome.WHOLE:
        span = Span(window.offset, length, None if is_object else NOT_AN_OBJECT)
        window.pos += length
        yield span
        return False
    following = _next_line(window)
    if following is None:
        raise _Unreadable(_failure(window, outcome, length))
    line = len(window.buffer[window.pos : window.pos + window.line_end(0)].rstrip(_BLANKS))
    if outcome is Outcome.SHORT:
        outcome = Outcome.BROKEN
    yield Span(window.offset, line, _reason(window, outcome, min(length, line)))
    window.pos += following
    return True


def _long_value(window: _Window, limit: int) -> tuple[Outcome, int]:
    """As `window.value`, but looks at the line first.

    In a file with one invoice a line, one that was cut would swallow all that follow before it
    is seen to be broken.
    """
    end = window.line_end(0)
    outcome, length = skip_value(memoryview(window.buffer)[window.pos : window.pos + end])
    if outcome is Outcome.WHOLE and length <= limit:
        return outcome, len(window.buffer[window.pos : window.pos + length].rstrip(_BLANKS))
    if outcome is not Outcome.WHOLE and _next_line(window) is not None:
        return outcome, length
    return window.value(limit)


def _next_line(window: _Window) -> int | None:
    """How far the next line with something on it is, where it holds an invoice of its own."""
    end = window.line_end(0)
    if window.buffer[window.pos + end : window.pos + end + 1] != b"\n":
        return None
    while True:
        found = _NOT_BLANK.search(window.buffer, window.pos + end)
        if found:
            break
        end = window.held
        if not window.more():
            return None
    begin = found.start() - window.pos
    if window.buffer[found.start()] != _OPEN_OBJECT:
        return None
    end = window.line_end(begin)
    line = memoryview(window.buffer)[window.pos + begin : window.pos + end]
    return begin if _HEADER_KEY.search(line) else None


def _broken(window: _Window) -> Span:
    """Nothing that JSON allows stands at the place."""
    if window.peek() == _END_OF_FILE:
        return Span(window.offset, 0, CUT_SHORT)
    return _failure(window, Outcome.BROKEN, 0)


def _expect_end(window: _Window) -> None:
    if window.peek() != _END_OF_FILE:
        raise _Unreadable(Span(window.offset, 0, TRAILING))


def _failure(window: _Window, outcome: Outcome, place: int) -> Span:
    """The last span of a file of which the rest cannot be read."""
    reason = _reason(window, outcome, place)
    rest = "" if outcome is Outcome.SHORT else REST_UNREADABLE
    return Span(window.offset, 0, reason + rest)


def _reason(window: _Window, outcome: Outcome, place: int) -> str:
    if outcome is Outcome.SHORT:
        return CUT_SHORT
    if outcome is Outcome.TOO_DEEP:
        return TOO_DEEP
    if outcome is Outcome.TOO_BIG:
        return TOO_BIG
    return f"JSON bozuk (bayt {window.offset + place})"


def _as_text(value: bytes) -> str:
    """A JSON string as it may be shown; empty for any other value."""
    try:
        decoded = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return text.shorten(text.one_line(decoded), 200) if isinstance(decoded, str) else ""
