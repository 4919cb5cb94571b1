"""Split a JSON file into its invoices without holding more of it than one invoice needs.

The forms of domain §3: an array, one object, an envelope with `Data`, one object a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from os import PathLike
from typing import Final, NamedTuple

import msgspec

from app.domain import reasons, text
from app.domain.reasons import Code, Reason
from app.netsis.json_stream import (
    CHUNK,
    END_OF_FILE,
    MAX_INVOICE,
    Outcome,
    ReadAt,
    Window,
    skip_value,
)
from app.os_errors import refused

# An object no longer than this is searched as a whole to tell an invoice from an envelope.
PEEK: Final = 1 << 20
# The length up to which an invoice's end is searched before its line is suspected to be cut.
_LOOKS: Final = (1 << 16, PEEK)

NOT_JSON: Final = "JSON değil"
NO_INVOICE: Final = "dosyada fatura yok"

_HEADER_KEY = re.compile(rb'"fatust"', re.IGNORECASE)
_COMMA, _COLON, _OPEN_ARRAY, _CLOSE_ARRAY, _OPEN_OBJECT, _CLOSE_OBJECT = b",:[]{}"


class Span(NamedTuple):
    """The bytes of one invoice in the file; `error` tells why it cannot be read."""

    offset: int
    length: int
    error: Reason | None = None


class _Unreadable(Exception):
    """Nothing can be read at the window's position; the error is `at` bytes behind it."""

    def __init__(self, outcome: Outcome, at: int = 0) -> None:
        super().__init__(outcome, at)
        self.outcome = outcome
        self.at = at


def split(
    read_at: ReadAt, path: str | PathLike[str], chunk: int = CHUNK, max_invoice: int = MAX_INVOICE
) -> Iterator[Span]:
    """Yield each invoice of the file in order; a span with an error for one that cannot be read.

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
        raise refused(path, NO_INVOICE if _is_one_value(window) else NOT_JSON)
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
        yield _last(window, end)
    else:
        if empty:
            raise refused(path, NO_INVOICE)


def _is_one_value(window: Window) -> bool:
    """Return whether the file is a JSON value that is no array or object."""
    outcome, length = window.value(PEEK)
    window.pos += length
    return outcome is Outcome.WHOLE and window.peek() == END_OF_FILE


def _array_alone(window: Window, limit: int) -> Iterator[Span]:
    yield from _array(window, limit)
    while window.peek() != END_OF_FILE:
        yield Span(window.offset, 0, Reason(Code.TRAILING_DATA))
        if _next_line(window) is None:
            return
        yield from _elements(window, limit)  # there was a bracket too many in a line


def _array(window: Window, limit: int) -> Iterator[Span]:
    """Yield the elements of the array at the position; moves behind it."""
    window.pos += 1
    if window.peek() == _CLOSE_ARRAY:
        window.pos += 1
        return
    yield from _elements(window, limit)


def _elements(window: Window, limit: int) -> Iterator[Span]:
    """Yield the elements of an array from the position on; moves behind the array."""
    while True:
        yield from _whole_lines(window, b"},\n", limit)
        try:
            yield _element(window, limit)
            following = window.peek()
            if following == _OPEN_OBJECT:  # a missing comma does not spoil the invoice behind it
                yield Span(window.offset, 0, _reason(window, _no_json(window)))
                continue
            if following not in (_COMMA, _CLOSE_ARRAY):
                raise _no_json(window)
        except _Unreadable as end:
            yield _broken_line(window, end)
            continue
        window.pos += 1
        if following == _CLOSE_ARRAY:
            return
        window.peek()


def _objects(window: Window, limit: int) -> Iterator[Span]:
    """Yield one object after the other, each on a line of its own or not."""
    while True:
        yield from _whole_lines(window, b"}\n", limit)
        following = window.peek()
        if following == END_OF_FILE:
            return
        try:
            if following != _OPEN_OBJECT:
                raise _no_json(window)
            yield _element(window, limit)
        except _Unreadable as end:
            yield _broken_line(window, end)


def _whole_lines(window: Window, tail: bytes, limit: int) -> Iterator[Span]:
    """Yield the invoices that fill whole lines of the buffer: a shortcut for our own layout."""
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
    """Yield the invoices in `Data`. Raises FileRefused with a failed request's `ErrorDesc`."""
    failed, told, empty = False, "", True
    for name in _members(window, limit):
        first = window.buffer[window.pos]
        if name == "data" and not failed and first == _OPEN_ARRAY:
            for span in _array(window, limit):
                empty = False
                yield span
        elif name == "data" and not failed and first == _OPEN_OBJECT:
            empty = False
            yield _element(window, limit)
        elif name == "issuccessful":
            failed = _take(window, limit).lower() in (b"false", b'"false"', b"0")
        elif name == "errordesc":
            told = _as_text(_take(window, limit))
        else:
            _take(window, limit)
    if failed:
        reason = Reason(Code.ERROR_RESPONSE, values=(told,))
        if empty:
            raise refused(path, reasons.text(reason))
        yield Span(window.offset, 0, reason)
    if window.peek() != END_OF_FILE:
        yield Span(window.offset, 0, Reason(Code.TRAILING_DATA))


def _is_envelope(window: Window) -> bool:
    """Return whether the object at the position is an envelope: `Data` or `IsSuccessful`."""
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
    ahead = window.scout()
    try:
        for name in _members(ahead, MAX_INVOICE):
            if name in ("fatust", "data", "issuccessful"):
                return name != "fatust"
            _take(ahead, MAX_INVOICE)
    except _Unreadable:
        pass
    return False


def _members(window: Window, limit: int) -> Iterator[str]:
    """Yield the names in the object at the position; the caller moves behind each value."""
    window.pos += 1
    if window.peek() == _CLOSE_OBJECT:
        window.pos += 1
        return
    while True:
        name = _take(window, limit)
        if not name.startswith(b'"') or window.peek() != _COLON:
            raise _no_json(window)
        window.pos += 1
        if window.peek() == END_OF_FILE:
            raise _no_json(window)
        yield _as_text(name).lower()
        following = window.peek()
        if following not in (_COMMA, _CLOSE_OBJECT):
            raise _no_json(window)
        window.pos += 1
        if following == _CLOSE_OBJECT:
            return
        window.peek()


def _take(window: Window, limit: int) -> bytes:
    """Return the value at the position; moves behind it."""
    outcome, length = window.value(limit)
    if outcome is not Outcome.WHOLE:
        raise _Unreadable(outcome, length)
    value = window.buffer[window.pos : window.pos + length]
    window.pos += length
    return value


def _element(window: Window, limit: int) -> Span:
    """Return the invoice at the position; moves behind it."""
    is_object = window.peek() == _OPEN_OBJECT
    outcome, length = window.value(min(limit, _LOOKS[0]))
    if outcome is Outcome.TOO_BIG:
        outcome, length = _long_value(window, limit)
    if outcome is not Outcome.WHOLE or not (is_object or _stands_alone(window, length)):
        raise _Unreadable(outcome, length)
    span = Span(window.offset, length, None if is_object else Reason(Code.NOT_AN_INVOICE))
    window.pos += length
    return span


def _long_value(window: Window, limit: int) -> tuple[Outcome, int]:
    """Find the value as `window.value` does, with a limit that grows step by step.

    In a file with one invoice a line, an invoice that was cut would otherwise take all the
    following ones before it is found to be broken.
    """
    outcome, length = Outcome.TOO_BIG, 0
    for looked, most in pairwise((*_LOOKS, MAX_INVOICE)):
        if outcome is not Outcome.TOO_BIG or looked >= limit:
            break
        if not _stands_alone(window, looked):
            return Outcome.SHORT, 0
        outcome, length = window.value(min(limit, most))
    return outcome, length


def _stands_alone(window: Window, length: int) -> bool:
    """Return whether no invoice begins on its own line in a value of at least that length."""
    end = window.pos + length
    return window.buffer.find(b"\n", window.pos, end) < 0 or _next_line(window.scout()) is None


def _broken_line(window: Window, end: _Unreadable) -> Span:
    """Return the error of the line at the position; moves to the next line.

    Raises `end` where the next line does not begin an invoice.
    """
    ahead = window.scout()
    line_end = _next_line(ahead)
    if line_end is None:
        raise end
    length = line_end - window.offset
    if end.outcome is Outcome.SHORT:
        end = _Unreadable(Outcome.BROKEN, length)
    end.at = min(end.at, length)
    span = Span(window.offset, length, _reason(window, end))
    window.follow(ahead)
    return span


def _next_line(window: Window) -> int | None:
    """Move to the next line that is not blank; returns where the line before it ended.

    None where there is no such line, or it does not begin an invoice.
    """
    end = window.skip_line()
    if end is None or window.peek() != _OPEN_OBJECT or not _HEADER_KEY.search(window.line(PEEK)):
        return None
    return end


def _no_json(window: Window) -> _Unreadable:
    """Return the error where the position holds nothing that JSON allows."""
    return _Unreadable(Outcome.SHORT if window.peek() == END_OF_FILE else Outcome.BROKEN)


def _last(window: Window, end: _Unreadable) -> Span:
    """Return the last span of a file whose rest cannot be read."""
    return Span(window.offset, 0, _reason(window, end, to_end=True))


def _reason(window: Window, end: _Unreadable, *, to_end: bool = False) -> Reason:
    if end.outcome is Outcome.SHORT:
        return Reason(Code.CUT_SHORT)
    if end.outcome is Outcome.TOO_DEEP:
        return Reason(Code.TOO_DEEP_TO_END if to_end else Code.TOO_DEEP)
    if end.outcome is Outcome.TOO_BIG:
        most = MAX_INVOICE >> 20
        return Reason(Code.TOO_BIG_TO_END if to_end else Code.TOO_BIG, values=(most,))
    code = Code.BROKEN_JSON_TO_END if to_end else Code.BROKEN_JSON_AT
    return Reason(code, values=(window.offset + end.at,))


def _as_text(value: bytes) -> str:
    """Return a JSON string as it may be shown; empty for any other value."""
    try:
        decoded = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return text.shorten(text.one_line(decoded), 200) if isinstance(decoded, str) else ""
