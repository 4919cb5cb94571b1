"""A server's reply around invoices: distinguish it from an invoice, and read its members.

A reply is an object with `Data` or `IsSuccessful` and without `FatUst` (domain §7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from app.domain import text
from app.netsis.json_stream import END_OF_FILE, StreamOutcome, Window

PEEK: Final = 1 << 20
"""An object up to this length in bytes is searched as a whole to tell an invoice from a reply."""
MOST_NESTED: Final = 4
"""The deepest nesting of replies; a deeper one is refused as an invoice."""

OPEN_ARRAY, OPEN_OBJECT, CLOSE_OBJECT = b"[{}"
_COMMA, _COLON = b",:"

# In an invoice, FatUst is the first of these names; in a reply, Data or IsSuccessful is.
_TELLING = re.compile(rb'"(?:(fatust)|data|issuccessful)"|\\u00', re.IGNORECASE)
_OUR_BEGINNING = re.compile(
    rb'\{(?:"Seri":"[^"\\]*+",)?"FaturaTip":[01],"KalemAdedi":[0-9]++,"FatUst"'
)
_HOLDS_INVOICE = re.compile(rb'"(?:fatust|caritemelbilgi|stoktemelbilgi)"', re.IGNORECASE)
_REPLY_NAMES = frozenset(("data", "issuccessful"))


class Unreadable(Exception):
    """Nothing can be read at the window's position; the error is `at` bytes after it."""

    def __init__(self, outcome: StreamOutcome, at: int = 0) -> None:
        super().__init__(outcome, at)
        self.outcome = outcome
        self.at = at


def looks_plain(buffer: bytes, begin: int, end: int) -> bool:
    """Return whether the object at these bytes is certainly not a reply.

    The first name in _TELLING decides; an escape, which may hide a name, leaves it uncertain.
    """
    if _OUR_BEGINNING.match(buffer, begin, end):  # the usual spelling, without a search
        return True
    ours = buffer.find(b'"FatUst"', begin, end)
    if ours >= 0:  # without a case-insensitive search
        head = buffer[begin:ours].lower()
        return not (b'"data"' in head or b'"issuccessful"' in head or b"\\u00" in head)
    found = _TELLING.search(buffer, begin, end)
    return found is None or found.lastindex is not None


def is_envelope(window: Window, limit: int) -> bool:
    """Return whether the object at the position is a reply, complete or not.

    `limit` is the greatest length of a member to skip.
    """
    outcome, length = window.value(PEEK)
    if outcome is StreamOutcome.WHOLE:
        return _is_reply(window.buffer[window.pos : window.pos + length])
    ahead = window.scout()
    try:
        for name in members(ahead, limit):
            if name == "fatust" or name in _REPLY_NAMES:
                return name != "fatust"
            take(ahead, limit)
    except Unreadable:
        pass
    return False


def _is_reply(body: bytes) -> bool:
    try:
        names = {name.lower() for name in msgspec.json.decode(body, type=dict[str, msgspec.Raw])}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return "fatust" not in names and not names.isdisjoint(_REPLY_NAMES)


def fills_line(window: Window) -> bool:
    """Return whether the reply at the position has an invoice on its first line.

    If so, the next line holds the next reply and not another invoice of this one.
    """
    return _HOLDS_INVOICE.search(window.line(PEEK)) is not None


def members(window: Window, limit: int) -> Iterator[str]:
    """Yield the names in the object at the position; the caller moves past each value."""
    window.pos += 1
    if window.peek() == CLOSE_OBJECT:
        window.pos += 1
        return
    while True:
        name = take(window, limit)
        if not name.startswith(b'"') or window.peek() != _COLON:
            raise no_json(window)
        window.pos += 1
        if window.peek() == END_OF_FILE:
            raise no_json(window)
        yield as_text(name).lower()
        following = window.peek()
        if following not in (_COMMA, CLOSE_OBJECT):
            raise no_json(window)
        window.pos += 1
        if following == CLOSE_OBJECT:
            return
        window.peek()


def take(window: Window, limit: int) -> bytes:
    """Return the value at the position and move past it. Raises Unreadable."""
    outcome, length = window.value(limit)
    if outcome is not StreamOutcome.WHOLE:
        raise Unreadable(outcome, length)
    value = window.buffer[window.pos : window.pos + length]
    window.pos += length
    return value


def no_json(window: Window) -> Unreadable:
    """Return the error for a position without valid JSON."""
    return Unreadable(StreamOutcome.SHORT if window.peek() == END_OF_FILE else StreamOutcome.BROKEN)


def as_text(value: bytes) -> str:
    """Return a JSON string made safe to show; empty for any other value."""
    try:
        decoded = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return text.shorten(text.one_line(decoded), 200) if isinstance(decoded, str) else ""
