"""The members that we do not model, as their bytes: which they are, and their plain form.

Objects of one file mostly have the same keys in the same order: what can be known from the keys is
computed once for each such tuple.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from itertools import chain
from operator import and_
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw

from app.domain.fingerprint import plain_extra, plain_nested, plain_value
from app.domain.invoice import Extra, InvoiceHeader, InvoiceLine, members
from app.domain.netsis_json import join, spell_extra
from app.netsis.tolerant.strictness import MAX_DEPTH, MAX_VALUES_OF_PART, check_unknown
from app.netsis.wire import CASES, Case, Odd, decode_object

# What is kept for the next document is short, and there is not much of it.
_SHORT: Final = 512
_CACHED: Final = 8192
_MOST_KEYS: Final = 512
_MOST_LETTERS: Final = 16_384
_SHAPES: Final = 512


class Shape(NamedTuple):
    """What the keys of an object say."""

    case: Case | None
    """The case of the known members; None where they have not all the same."""
    names: tuple[str | None, ...]
    """The name of each member in our spelling; None for one that we do not model."""
    unknown: tuple[str, ...]
    """The keys of those."""
    heads: tuple[bytes, ...]
    """`,"Name":` of each of those."""
    places: tuple[int, ...]
    """Their positions in the order of the plain form; none where their values decide it."""
    plain_heads: tuple[bytes, ...]
    """`,"name":` of each in that order."""


class _Key(NamedTuple):
    """What a key says, whatever stands beside it: most files have few."""

    key: str
    name: str | None
    cases: frozenset[int]
    """Those of CASES that spell the name so."""
    head: bytes
    lowered: str
    plain_head: bytes


_ALL_CASES: Final = frozenset(range(len(CASES)))


class Unknown(NamedTuple):
    """The unknown members of an object: `,"Name":value…`, or empty where there is none."""

    text: bytes
    """As our files have them."""
    plain: bytes
    """As the fingerprint has them."""
    keys: int
    """The number of keys in their values."""


NONE: Final = Unknown(b"", b"", 0)


class Table:
    """The names of the known members of one kind of object."""

    def __init__(self, names: Sequence[str]) -> None:
        self._folded = {name.lower(): name for name in names}
        self._keys: dict[str, _Key] = {}
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def shape(self, keys: tuple[str, ...]) -> Shape:
        """Return what the keys say. Raises Odd where two of them mean one member."""
        return self._shapes.get(keys) or self._new_shape(keys)

    def unknown_after(self, text: bytes) -> Unknown:
        """Return the members of `,"Name":value…`. Raises Odd where it is not our spelling."""
        if not text:
            return NONE
        if len(text) < _SHORT:
            return _after_short(text, self)
        return _after(text, self)

    def _new_shape(self, keys: tuple[str, ...]) -> Shape:
        found = [self._keys.get(key) or self._new_key(key) for key in keys]
        names = tuple([key.name for key in found])
        known = [key for key in found if key.name]
        if len({key.name for key in known}) < len(known):
            raise Odd
        cases = reduce(and_, [key.cases for key in known], _ALL_CASES)
        unknown = [key for key in found if not key.name]
        shape = Shape(
            CASES[min(cases)] if cases else None,
            names,
            tuple([key.key for key in unknown]),
            tuple([key.head for key in unknown]),
            *_plain_order(unknown),
        )
        if len(keys) <= _MOST_KEYS and sum(map(len, keys)) <= _MOST_LETTERS:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[keys] = shape
        return shape

    def _new_key(self, key: str) -> _Key:
        name = self._folded.get(key.lower()) if key.isascii() else None
        cases = frozenset(n for n, case in enumerate(CASES) if name and case(name) == key)
        head, plain_head = (b",%b:" % msgspec.json.encode(text) for text in (key, key.lower()))
        found = _Key(key, name, cases, head, key.lower(), plain_head)
        if len(key) < _SHORT:
            if len(self._keys) >= _CACHED:
                self._keys.clear()
            self._keys[key] = found
        return found


def _plain_order(unknown: Sequence[_Key]) -> tuple[tuple[int, ...], tuple[bytes, ...]]:
    lowered = sorted([(key.lowered, place) for place, key in enumerate(unknown)])
    if len({key for key, _ in lowered}) < len(lowered) or any("\0" in key for key, _ in lowered):
        return (), ()
    places = tuple([place for _, place in lowered])
    return places, tuple([unknown[place].plain_head for place in places])


TOP: Final = Table(("Seri", "FaturaTip", "KalemAdedi", "FatUst", "Kalems"))
HEADER: Final = Table(("Tip", *(member.name for member in members(InvoiceHeader))))
LINE: Final = Table([member.name for member in members(InvoiceLine)])


def unknown_members(shape: Shape, record: Mapping[str, Raw]) -> Unknown:
    """Return the unknown members of an object with these keys. Raises Odd."""
    if not shape.unknown:
        return NONE
    # All in C: a reply has some sixty of them.
    values = list(map(bytes, map(record.__getitem__, shape.unknown)))
    text = b"".join(chain.from_iterable(zip(shape.heads, values, strict=True)))
    if b"\n" in text or b"\r" in text:
        text = text.replace(b"\n", b" ").replace(b"\r", b" ")
    if b"[" in text or b"{" in text:
        return _with_nested(shape, values, text)
    plain = map(_scalar_short if max(map(len, values)) < _SHORT else plain_value, values)
    return Unknown(text, _plain(shape, values, list(plain)), 0)


def _with_nested(shape: Shape, values: list[bytes], text: bytes) -> Unknown:
    keys, plain = 0, []
    for value in values:
        if value.startswith((b"{", b"[")):
            nested, count = (_nested_short if len(value) < _SHORT else _nested)(value)
            plain.append(nested)
            keys += count
        else:
            plain.append(plain_value(value))
    return Unknown(text, _plain(shape, values, plain), keys)


def _plain(shape: Shape, values: list[bytes], plain: list[bytes]) -> bytes:
    if shape.places:
        ordered = map(plain.__getitem__, shape.places)
        return b"".join(chain.from_iterable(zip(shape.plain_heads, ordered, strict=True)))
    extra: Extra = {key: Raw(value) for key, value in zip(shape.unknown, values, strict=True)}
    return b"," + join(spell_extra(plain_extra(extra)))[1:-1]


_scalar_short = lru_cache(_CACHED)(plain_value)


def _nested(value: bytes) -> tuple[bytes, int]:
    """Return the plain form of an object or an array and the number of its keys.

    Raises Odd or DocumentError where it cannot be kept.
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


def _after(text: bytes, table: Table) -> Unknown:
    if text.count(b",") > MAX_VALUES_OF_PART // 2:
        raise Odd  # there may be too many, those that we model included
    extra = decode_object(b"{%b}" % text[1:])
    shape = table.shape(tuple(extra))
    found = unknown_members(shape, extra)
    if found.text != text:
        raise Odd
    return found


_after_short = lru_cache(_CACHED)(_after)
