"""Splits a JSON file into its invoices without holding more of it than one invoice needs.

The forms of domain §3: an array, one object, an envelope with `Data`, one object a line.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from os import PathLike
from typing import Final, NamedTuple

import msgspec

from app.domain import text
from app.files.os_errors import refused
from app.files.window import (
    BLANKS,
    CHUNK,
    END_OF_FILE,
    MAX_INVOICE,
    NOT_BLANK,
    Outcome,
    ReadAt,
    Window,
    skip_value,
)

# An object that ends within this is looked at as a whole to tell an invoice from an envelope.
PEEK: Final = 1 << 20

NO_INVOICE: Final = "dosyada fatura yok"
CUT_SHORT: Final = "dosya burada kesilmiş; bu belge ve sonrası yok"
NOT_AN_OBJECT: Final = "belge nesnesi değil"
TOO_BIG: Final = f"belge çok büyük (en çok {MAX_INVOICE >> 20} MiB)"
TOO_DEEP: Final = "JSON çok derin iç içe"
TRAILING: Final = "faturaların sonundan sonra fazladan veri var"
REST_UNREADABLE: Final = "; bundan sonrası okunamadı"

_HEADER_KEY = re.compile(rb'"fatust"', re.IGNORECASE)
_COMMA, _COLON, _OPEN_ARRAY, _CLOSE_ARRAY, _OPEN_OBJECT, _CLOSE_OBJECT = b",:[]{}"


class Span(NamedTuple):
    """Where one invoice stands in the file, in bytes; with `error`, why it cannot be read."""

    offset: int
    length: int
    error: str | None = None


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
    window = Window(read_at, chunk)
    window.skip_bom()
    first = window.peek()
    if first == END_OF_FILE:
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


def _array_alone(window: Window, limit: int) -> Iterator[Span]:
    yield from _array(window, limit)
    _expect_end(window)


def _array(window: Window, limit: int) -> Iterator[Span]:
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


def _objects(window: Window, limit: int) -> Iterator[Span]:
    """One object after the other, each on a line of its own or not."""
    while True:
        yield from _whole_lines(window, b"}\n", limit)
        if window.peek() == END_OF_FILE:
            return
        resumed = yield from _element(window, limit)
        if resumed:
            continue
        following = window.peek()
        if following == END_OF_FILE:
            return
        if following != _OPEN_OBJECT:
            raise _Unreadable(_broken(window))


def _whole_lines(window: Window, tail: bytes, limit: int) -> Iterator[Span]:
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


def _envelope(window: Window, path: str | PathLike[str], limit: int) -> Iterator[Span]:
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


def _is_envelope(window: Window) -> bool:
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


def _members(window: Window, limit: int) -> Iterator[str]:
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
        if window.peek() == END_OF_FILE:
            raise _Unreadable(_broken(window))
        yield _as_text(name).lower()
        following = window.peek()
        if following not in (_COMMA, _CLOSE_OBJECT):
            raise _Unreadable(_broken(window))
        window.pos += 1
        if following == _CLOSE_OBJECT:
            return
        window.peek()


def _take(window: Window, limit: int) -> bytes:
    """The value at the place; then the place is behind it."""
    outcome, length = window.value(limit)
    if outcome is not Outcome.WHOLE:
        raise _Unreadable(_failure(window, outcome, length))
    value = window.buffer[window.pos : window.pos + length]
    window.pos += length
    return value


def _element(window: Window, limit: int) -> Generator[Span, None, bool]:
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
    line = window.buffer[window.pos : window.pos + window.line_end(0)].rstrip(BLANKS)
    if outcome is not Outcome.TOO_BIG:  # what is wrong with it may show only further on
        outcome, length = skip_value(line)
    if outcome is Outcome.SHORT:
        outcome = Outcome.BROKEN
    yield Span(window.offset, len(line), _reason(window, outcome, length))
    window.pos += following
    return True


def _long_value(window: Window, limit: int) -> tuple[Outcome, int]:
    """As `window.value`, but looks at the line first.

    In a file with one invoice a line, one that was cut would swallow all that follow before it
    is seen to be broken.
    """
    end = window.line_end(0)
    outcome, length = skip_value(memoryview(window.buffer)[window.pos : window.pos + end])
    if outcome is Outcome.WHOLE and length <= limit:
        return outcome, len(window.buffer[window.pos : window.pos + length].rstrip(BLANKS))
    if outcome is not Outcome.WHOLE and _next_line(window) is not None:
        return outcome, length
    return window.value(limit)


def _next_line(window: Window) -> int | None:
    """How far the next line with something on it is, where it holds an invoice of its own."""
    end = window.line_end(0)
    if window.buffer[window.pos + end : window.pos + end + 1] != b"\n":
        return None
    while True:
        found = NOT_BLANK.search(window.buffer, window.pos + end)
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


def _broken(window: Window) -> Span:
    """Nothing that JSON allows stands at the place."""
    if window.peek() == END_OF_FILE:
        return Span(window.offset, 0, CUT_SHORT)
    return _failure(window, Outcome.BROKEN, 0)


def _expect_end(window: Window) -> None:
    if window.peek() != END_OF_FILE:
        raise _Unreadable(Span(window.offset, 0, TRAILING))


def _failure(window: Window, outcome: Outcome, place: int) -> Span:
    """The last span of a file of which the rest cannot be read."""
    reason = _reason(window, outcome, place)
    rest = "" if outcome is Outcome.SHORT else REST_UNREADABLE
    return Span(window.offset, 0, reason + rest)


def _reason(window: Window, outcome: Outcome, place: int) -> str:
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
