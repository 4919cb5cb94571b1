"""The members that we do not model, as bytes and in plain form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec import Raw

from app.domain.fingerprint import plain_extra, plain_nested, plain_value
from app.domain.invoice import Extra
from app.domain.netsis_json import join, spell_extra
from app.netsis.shapes import Shape, ShapeCache, UnknownKeys
from app.netsis.tolerant.strictness import MAX_DEPTH, MAX_VALUES_OF_PART, check_unknown
from app.netsis.wire import Odd, decode_object, encode_lines

# The cached values are short, and few are kept.
_SHORT: Final = 512
_CACHED: Final = 8192


class Unknown(NamedTuple):
    """The unknown members of an object as `,"Name":value…`; empty if there are none."""

    text: bytes
    """In the spelling of our files."""
    plain: bytes
    """In the plain form of the fingerprint."""
    keys: int
    """The number of keys in their values."""


NONE: Final = Unknown(b"", b"", 0)


def unknown_members(shape: Shape, record: Mapping[str, Raw]) -> Unknown:
    """Return the unknown members of an object with these keys. Raises Odd or UnicodeError."""
    unknown = shape.unknown
    if not unknown.keys:
        return NONE
    # Mapped in C, since a reply has about a hundred unknown members.
    raws = list(map(record.__getitem__, unknown.keys))
    values = encode_lines(raws).split(b"\n")
    values.pop()
    if len(values) > len(raws):  # a value contains a line end
        values = list(map(bytes, raws))
    text = _joined(unknown.text, values)
    if not text.isascii():
        text.decode()  # not decoded so far
    if b"\n" in text or b"\r" in text:
        text = text.replace(b"\n", b" ").replace(b"\r", b" ")
    if b"[" in text or b"{" in text:
        return _with_nested(unknown, values, text)
    are_short = len(text) < _SHORT or max(map(len, values)) < _SHORT
    plain = list(map(_scalar_short if are_short else plain_value, values))
    return Unknown(text, _plain(unknown, values, plain), 0)


def _with_nested(unknown: UnknownKeys, values: list[bytes], text: bytes) -> Unknown:
    keys, plain = 0, []
    for value in values:
        if value.startswith((b"{", b"[")):
            nested, count = (_nested_short if len(value) < _SHORT else _nested)(value)
            plain.append(nested)
            keys += count
        else:
            plain.append(plain_value(value))
    return Unknown(text, _plain(unknown, values, plain), keys)


def _plain(unknown: UnknownKeys, values: list[bytes], plain: list[bytes]) -> bytes:
    if unknown.in_plain_order:
        return _joined(unknown.plain, unknown.in_plain_order(plain))
    extra: Extra = {key: Raw(value) for key, value in zip(unknown.keys, values, strict=True)}
    return b"," + join(spell_extra(plain_extra(extra)))[1:-1]


def _joined(parts: list[bytes], values: Sequence[bytes]) -> bytes:
    parts = parts[:]
    parts[1::2] = values
    return b"".join(parts)


_scalar_short = lru_cache(_CACHED)(plain_value)


def _nested(value: bytes) -> tuple[bytes, int]:
    """Return the plain form of an object or array, and the number of its keys.

    Raises Odd or DocumentError if it cannot be kept.
    """
    keys = 0

    def counted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal keys
        keys += len(pairs)
        found = dict(pairs)
        if len(found) < len(pairs):
            raise Odd
        return found

    try:
        plain = plain_nested(value, counted)
    except ValueError:
        raise Odd from None
    if value.count(b"{") + value.count(b"[") >= MAX_DEPTH:
        check_unknown("", value)
    return plain, keys


_nested_short = lru_cache(1024)(_nested)


def unknown_after(text: bytes, shapes: ShapeCache) -> Unknown:
    """Parse the members in `,"Name":value…`. Raises Odd if it is not in our spelling."""
    if not text:
        return NONE
    return (_after_short if len(text) < _SHORT else _parsed_after)(text, shapes)


def _parsed_after(text: bytes, shapes: ShapeCache) -> Unknown:
    if text.count(b",") > MAX_VALUES_OF_PART // 2:
        raise Odd  # there may be too many, or some that we model
    extra = decode_object(b"{%b}" % text[1:])
    shape = shapes.shape(tuple(extra))
    found = unknown_members(shape, extra)
    if found.text != text:
        raise Odd
    return found


_after_short = lru_cache(_CACHED)(_parsed_after)
