"""Find the bytes in a document that a reason is about, to highlight them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from app.domain.reasons import Code, Reason

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},:]|[^\s"\[\]{},:]++')
_LINES = "kalems"
_HEADER = "fatust"
_Path: TypeAlias = tuple[str | int, ...]


class PlacedMember(NamedTuple):
    """A value in the text of a document, with its place."""

    path: _Path
    """Lower-case keys; for an array element its position, from 1."""
    begin: int
    """The offset of the member's key, or of an array element's value."""
    end: int
    """The end of a scalar; for an object or array, the offset after its first character."""


def fault_place(raw: bytes, reason: Reason) -> tuple[int, int] | None:
    """Return the byte range of the faulty member, or of the object that lacks it.

    `raw` may be cut off or broken. Returns None if the place is not found.
    """
    wanted = _wanted(reason)
    outside: _Path = (_LINES, reason.line) if reason.line else (_HEADER,)
    found = around = None
    for member in placed_members(raw):
        if around is None and member.path in (outside, ()):
            around = member
        if member.path == outside:
            around = member
        if reason.outer:
            names = member.path[-1:] == wanted[0][-1:] and reason.outer.lower() in member.path
            matches = names and (not reason.line or member.path[:2] == outside)
        else:
            matches = member.path in wanted
        if matches:
            found = member
            if reason.code is not Code.REPEATED:  # of a repeated key, the last occurrence is marked
                break
    place = found or (around if reason.field else None)
    return (place.begin, place.end) if place else None


def _wanted(reason: Reason) -> tuple[_Path, ...]:
    field = (reason.field.lower(),) if reason.field else ()
    if reason.line:
        return ((_LINES, reason.line, *field),)
    return ((_HEADER, *field), field) if field else ()


def placed_members(raw: bytes) -> Iterator[PlacedMember]:
    """Yield each value at every depth, in the order of the text, which may be broken JSON."""
    path: list[str | int] = []
    begin: int | None = None
    before_key = False
    for token in _TOKEN.finditer(raw):
        sign = token[0]
        if sign in (b"}", b"]"):
            del path[-1:]
            before_key = False
        elif sign == b",":
            if path and isinstance(path[-1], int):
                path[-1] += 1
            before_key, begin = bool(path) and isinstance(path[-1], str), None
        elif before_key and sign.startswith(b'"'):
            path[-1], begin, before_key = _name(sign), token.start(), False
        elif sign != b":":
            yield PlacedMember(tuple(path), token.start() if begin is None else begin, token.end())
            begin = None
            if sign in (b"{", b"["):
                before_key = sign == b"{"
                path.append("" if before_key else 1)


def _name(key: bytes) -> str:
    try:
        return str(json.loads(key)).lower()
    except ValueError:
        return key.decode(errors="replace").lower()
