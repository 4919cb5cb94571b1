"""Split a JSON file into its invoices, holding no more of it in memory than one invoice needs.

The file is an array, one object, or several in a row (domain §3). Instead of an invoice there may
be a server's reply: its `Data` contains invoices, or the reply itself is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from os import PathLike
from typing import Final, NamedTuple

from app.domain import reasons
from app.domain.reasons import Code, Reason
from app.errors import NothingInFile
from app.netsis.envelopes import (
    MOST_NESTED,
    OPEN_ARRAY,
    OPEN_OBJECT,
    PEEK,
    Unreadable,
    as_text,
    fills_line,
    is_envelope,
    looks_plain,
    members,
    no_json,
    take,
)
from app.netsis.json_stream import (
    BLANKS,
    CHUNK,
    END_OF_FILE,
    MAX_INVOICE,
    ReadAt,
    StreamOutcome,
    Window,
    skip_value,
)
from app.os_errors import refused

# Lengths in bytes at which a value without an end is suspected to be an invoice cut off in its
# line.
_LOOKS: Final = (1 << 16, PEEK)

NOT_JSON: Final = "JSON değil"
NO_INVOICE: Final = "dosyada fatura yok"

# Keys in the line of an object that begins an invoice, a card or a reply.
_HEADER_KEY = re.compile(rb'"(?:fatust|caritemelbilgi|stoktemelbilgi|issuccessful)"', re.IGNORECASE)
_COMMA, _CLOSE_ARRAY = b",]"
_NEXT_OBJECT = re.compile(rb",[ \t\r\n]*+(?=\{)")


class Span(NamedTuple):
    """The byte range of one invoice in the file; `error` tells why it cannot be read."""

    offset: int
    length: int
    error: Reason | None = None


def split(read_at: ReadAt, path: str | PathLike[str], chunk: int = CHUNK) -> Iterator[Span]:
    """Yield each invoice of the file in order; a span with an error if it cannot be read.

    Raises FileRefused if the file is empty, has no invoice, is not JSON, or consists only of the
    reply to a failed request.
    """
    window = Window(read_at, chunk)
    window.skip_bom()
    first = window.peek()
    if first == END_OF_FILE:
        raise refused(path, "dosya boş")
    if first not in (OPEN_ARRAY, OPEN_OBJECT):
        raise refused(path, NO_INVOICE if _is_one_value(window) else NOT_JSON)
    spans = (_arrays if first == OPEN_ARRAY else _objects)(window)
    empty = True
    try:
        for span in spans:
            if empty and span.error and first == OPEN_OBJECT and _is_all(window, span.error):
                raise refused(path, reasons.text(span.error))
            empty = False
            yield span
    except Unreadable as end:
        yield _last(window, end)
    else:
        if empty:
            raise NothingInFile(refused(path, NO_INVOICE).sentence)


def _is_all(window: Window, error: Reason) -> bool:
    """Return whether the file consists only of the reply that gave this error."""
    return error.code is Code.ERROR_RESPONSE and window.peek() == END_OF_FILE


def _is_one_value(window: Window) -> bool:
    """Return whether the file is a single JSON value that is neither array nor object."""
    outcome, length = window.value(PEEK)
    window.pos += length
    return outcome is StreamOutcome.WHOLE and window.peek() == END_OF_FILE


def _arrays(window: Window) -> Iterator[Span]:
    yield from _array(window)
    while window.peek() != END_OF_FILE:
        if window.peek() == OPEN_ARRAY:
            yield from _array(window)
            continue
        yield Span(window.offset, 0, Reason(Code.TRAILING_DATA))
        if _next_line(window) is None:
            return
        yield from _elements(window)  # a line had one bracket too many


def _array(window: Window, depth: int = 0, mends: bool = True) -> Iterator[Span]:
    """Yield the elements of the array at the position, and move past it."""
    window.pos += 1
    if window.peek() == _CLOSE_ARRAY:
        window.pos += 1
        return
    yield from _elements(window, depth, mends)


def _elements(window: Window, depth: int = 0, mends: bool = True) -> Iterator[Span]:
    """Yield the array's elements from the position on, and move past the array.

    If the array `mends`, a broken element costs only its line; otherwise Unreadable is raised.
    """
    while True:
        yield from _whole_lines(window, b"},\n")
        yield from _array_run(window)
        try:
            yield from _documents(window, depth)
            following = window.peek()
            if following == OPEN_OBJECT:  # a missing comma does not affect the invoice after it
                yield Span(window.offset, 0, _reason(window, no_json(window)))
                continue
            if following not in (_COMMA, _CLOSE_ARRAY):
                raise no_json(window)
        except Unreadable as end:
            if not mends:
                raise
            yield _broken_line(window, end)
            continue
        window.pos += 1
        if following == _CLOSE_ARRAY:
            return
        window.peek()


def _objects(window: Window) -> Iterator[Span]:
    """Yield consecutive objects, whether each is on its own line or not."""
    while True:
        yield from _whole_lines(window, b"}\n")
        following = window.peek()
        if following == END_OF_FILE:
            return
        try:
            if following != OPEN_OBJECT:
                raise no_json(window)
            yield from _documents(window, 0)
        except Unreadable as end:
            yield _broken_line(window, end)


def _whole_lines(window: Window, tail: bytes) -> Iterator[Span]:
    """Yield the invoices that fill whole lines of the buffer: a shortcut for our own layout."""
    buffer, begin, base = window.buffer, window.pos, window.offset - window.pos
    view = memoryview(buffer)
    while buffer.startswith(b"{", begin):
        end = buffer.find(b"\n", begin, begin + _LOOKS[0]) + 1
        brace = end - len(tail)
        if not buffer.startswith(tail, max(brace, begin)):
            return
        if skip_value(view[begin : brace + 1]) != (StreamOutcome.WHOLE, brace + 1 - begin):
            return
        if not looks_plain(buffer, begin, brace):
            return
        yield Span(base + begin, brace + 1 - begin)
        begin = window.pos = end


def _array_run(window: Window) -> Iterator[Span]:
    """Yield the array's buffered invoices that have another object after them.

    A shortcut for arrays of any layout, as `_whole_lines` is for our own.
    """
    buffer, begin, base = window.buffer, window.pos, window.offset - window.pos
    view = memoryview(buffer)
    while buffer.startswith(b"{", begin):
        outcome, length = skip_value(view[begin : begin + _LOOKS[0]])
        end = begin + length  # after the blanks behind the object
        following = _NEXT_OBJECT.match(buffer, end) if outcome is StreamOutcome.WHOLE else None
        if not following or not looks_plain(buffer, begin, end):
            return
        while buffer[end - 1] in BLANKS:
            end -= 1
        yield Span(base + begin, end - begin)
        begin = window.pos = following.end()


def _envelope(window: Window, depth: int) -> Iterator[Span]:
    """Yield the invoices of the reply at the position, or an error if the request had failed."""
    begin, mends = window.offset, not fills_line(window)
    failed, told, empty = False, "", True
    for name in members(window, MAX_INVOICE):
        if name == "data" and not failed:
            for span in _data(window, depth, mends):
                empty = False
                yield span
        elif name == "issuccessful":
            failed = take(window, MAX_INVOICE).lower() in (b"false", b'"false"', b"0")
        elif name == "errordesc":
            told = as_text(take(window, MAX_INVOICE))
        else:
            take(window, MAX_INVOICE)
    if failed:
        length = window.offset - begin
        place = (begin, length) if empty and length <= MAX_INVOICE else (window.offset, 0)
        yield Span(*place, Reason(Code.ERROR_RESPONSE, values=(told,)))


def _data(window: Window, depth: int, mends: bool) -> Iterator[Span]:
    first = window.buffer[window.pos]
    if first == OPEN_ARRAY:
        yield from _array(window, depth, mends)
    elif window.buffer.startswith(b"null", window.pos):
        take(window, MAX_INVOICE)
    else:
        yield from _documents(window, depth)


def _documents(window: Window, depth: int) -> Iterator[Span]:
    """Yield the invoice at the position, or those of the reply there, and move past it."""
    is_object = window.peek() == OPEN_OBJECT
    outcome, length = window.value(_LOOKS[0])
    end = window.pos + length
    if not is_object or (
        outcome is StreamOutcome.WHOLE and looks_plain(window.buffer, window.pos, end)
    ):
        yield _element(window, outcome, length)
    elif depth < MOST_NESTED and is_envelope(window, _most_ahead(window)):
        yield from _envelope(window, depth + 1)
    else:
        yield _element(window, outcome, length)


def _most_ahead(window: Window) -> int:
    """Return the greatest length of a member to skip while a reply is told from an invoice.

    In a file with one invoice a line, a member that was cut off seems to reach to the end of the
    file.
    """
    return MAX_INVOICE if _stands_alone(window, _LOOKS[0]) else PEEK


def _element(window: Window, outcome: StreamOutcome, length: int) -> Span:
    """Return the span of the invoice at the position, whose value has this length; move past it."""
    if outcome is StreamOutcome.TOO_BIG:
        outcome, length = _long_value(window)
    is_object = window.peek() == OPEN_OBJECT
    if outcome is not StreamOutcome.WHOLE or not (is_object or _stands_alone(window, length)):
        raise Unreadable(outcome, length)
    span = Span(window.offset, length, None if is_object else Reason(Code.NOT_AN_INVOICE))
    window.pos += length
    return span


def _long_value(window: Window) -> tuple[StreamOutcome, int]:
    """Find the end of a value like `window.value`, with a limit that grows step by step.

    Otherwise, in a file with one invoice a line, an invoice that was cut off would swallow all
    later ones before it is found to be broken.
    """
    outcome, length = StreamOutcome.TOO_BIG, 0
    for looked, most in pairwise((*_LOOKS, MAX_INVOICE)):
        if outcome is not StreamOutcome.TOO_BIG:
            break
        if not _stands_alone(window, looked):
            return StreamOutcome.SHORT, 0
        outcome, length = window.value(most)
    return outcome, length


def _stands_alone(window: Window, length: int) -> bool:
    """Return whether no other invoice begins on a line of its own within this length."""
    end = window.pos + length
    return window.buffer.find(b"\n", window.pos, end) < 0 or _next_line(window.scout()) is None


def _broken_line(window: Window, end: Unreadable) -> Span:
    """Return a span with the error of the line at the position; move to the next line.

    Raises `end` if the next line does not begin an invoice.
    """
    ahead = window.scout()
    line_end = _next_line(ahead)
    if line_end is None:
        raise end
    length = line_end - window.offset
    if end.outcome is StreamOutcome.SHORT:
        end = Unreadable(StreamOutcome.BROKEN, length)
    end.at = min(end.at, length)
    span = Span(window.offset, length, _reason(window, end))
    window.follow(ahead)
    return span


def _next_line(window: Window) -> int | None:
    """Move to the next line that is not blank; return where the previous line ended.

    Returns None if there is no such line, or if it does not begin an invoice.
    """
    end = window.skip_line()
    if end is None or window.peek() != OPEN_OBJECT or not _HEADER_KEY.search(window.line(PEEK)):
        return None
    return end


def _last(window: Window, end: Unreadable) -> Span:
    """Return the last span of a file, which ends with the error that makes its rest unreadable."""
    length = {StreamOutcome.SHORT: end.at, StreamOutcome.BROKEN: end.at + 1}.get(end.outcome, 0)
    return Span(window.offset, length, _reason(window, end, to_end=True))


def _reason(window: Window, end: Unreadable, *, to_end: bool = False) -> Reason:
    if end.outcome is StreamOutcome.SHORT:
        return Reason(Code.CUT_SHORT)
    if end.outcome is StreamOutcome.TOO_DEEP:
        return Reason(Code.TOO_DEEP_TO_END if to_end else Code.TOO_DEEP)
    if end.outcome is StreamOutcome.TOO_BIG:
        most = MAX_INVOICE >> 20
        return Reason(Code.TOO_BIG_TO_END if to_end else Code.TOO_BIG, values=(most,))
    code = Code.BROKEN_JSON_TO_END if to_end else Code.BROKEN_JSON_AT
    return Reason(code, values=(window.offset + end.at,))
