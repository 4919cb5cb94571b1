"""The meaning of an object's keys, computed once for each distinct tuple of keys.

Objects of one file mostly have the same keys in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from app.domain.invoice import InvoiceHeader, InvoiceLine, members
from app.netsis.wire import CASES, Case, Odd

# The caches are bounded: the length of a cached key, and the total size of the cached shapes.
_LONG_KEY: Final = 512
_KEYS: Final = 8192
_MOST_KEYS: Final = 512
_MOST_LETTERS: Final = 16_384
_WEIGHT_OF_KEY: Final = 64
_WEIGHT: Final = 6_000_000
"""The greatest weight of all cached shapes (`_has_room`): some 3,000 shapes of 30 keys."""


class UnknownKeys(NamedTuple):
    """The unknown keys of an object: those that we do not model."""

    keys: tuple[str, ...]
    text: list[bytes]
    """`,"Name":` of each key, followed by an empty slot for its value."""
    plain: list[bytes]
    """`,"name":` of each key in the order of the plain form, followed by an empty slot for its
    value."""
    in_plain_order: Callable[[Sequence[bytes]], Sequence[bytes]] | None
    """Sorts their values into the plain form's order; None if that order depends on the values."""


NO_UNKNOWN_KEYS: Final = UnknownKeys((), [], [], None)


class Shape(NamedTuple):
    """The meaning of an object's keys."""

    case: Case | None
    """The case of the known members' names; None if they differ in case."""
    names: tuple[str | None, ...]
    """The name of each member in our spelling; None for members that we do not model."""
    unknown: UnknownKeys

    def known(self, record: Mapping[str, Raw]) -> dict[str | None, Raw]:
        """Return name → value for the known members of an object with these keys."""
        found = dict(zip(self.names, record.values(), strict=True))
        if self.unknown.keys:
            del found[None]
        return found


class _Key(NamedTuple):
    """The meaning of a single key; most files have few distinct ones."""

    key: str
    name: str | None
    cases: frozenset[int]
    """Indexes into CASES of the cases that give this spelling."""
    head: bytes
    lowered: str
    plain_head: bytes


_ALL_CASES: Final = frozenset(range(len(CASES)))
_MOST_LEARNT: Final = 32
"""How often a cache learns another spelling; each takes msgspec a millisecond."""


class ShapeCache:
    """The members of one kind of object, and a cache of shapes."""

    def __init__(self, names: Iterable[str]) -> None:
        self._folded = {name.lower(): name for name in names}
        self._keys: dict[str, _Key] = {}
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._unknown: dict[tuple[str, ...], UnknownKeys] = {(): NO_UNKNOWN_KEYS}
        self._weight = 0
        self._learnt: dict[str, str] = {}
        self._lessons = 0
        self.learnt_case: Case | None = None
        """The spelling of members whose names follow none of CASES; None until one is seen."""

    def shape(self, keys: tuple[str, ...]) -> Shape:
        """Return the shape of these keys. Raises Odd if two of them mean the same member."""
        return self._shapes.get(keys) or self._new_shape(keys)

    def _new_shape(self, keys: tuple[str, ...]) -> Shape:
        found = [self._keys.get(key) or self._new_key(key) for key in keys]
        names = tuple([key.name for key in found])
        known = [key for key in found if key.name]
        if len({key.name for key in known}) < len(known):
            raise Odd
        unknown = [key for key in found if not key.name] if len(known) < len(found) else []
        cases = _ALL_CASES.intersection(*[key.cases for key in known])
        shape = Shape(
            CASES[min(cases)] if cases else self._case_of(known),
            names,
            self._unknown_keys(unknown),
        )
        if self._has_room(keys):
            self._shapes[keys] = shape
        return shape

    def _case_of(self, known: Sequence[_Key]) -> Case | None:
        """Return the learnt case if these members have it, and learn those that are new."""
        spelled = {key.name: key.key for key in known if key.name}
        if self._learnt.items() >= spelled.items():
            return self.learnt_case
        merged = spelled | self._learnt
        if self._lessons == _MOST_LEARNT or not merged.items() >= spelled.items():
            return None
        self._lessons += 1
        self._learnt = merged
        self._shapes.clear()
        self.learnt_case = lambda name: merged.get(name, name)
        return self.learnt_case

    def _unknown_keys(self, unknown: Sequence[_Key]) -> UnknownKeys:
        """Return the unknown keys, cached because many shapes have the same ones."""
        keys = tuple([key.key for key in unknown])
        found = self._unknown.get(keys)
        if not found:
            text = _with_places([key.head for key in unknown])
            found = UnknownKeys(keys, text, *_plain_order(unknown))
            if self._has_room(keys):
                self._unknown[keys] = found
        return found

    def _has_room(self, keys: tuple[str, ...]) -> bool:
        """Return whether the shape of these keys may be cached; empty the cache if it is full."""
        letters = sum(map(len, keys))
        if len(keys) > _MOST_KEYS or letters > _MOST_LETTERS:
            return False
        self._weight += letters + _WEIGHT_OF_KEY * len(keys)
        if self._weight > _WEIGHT:
            self._weight = 0
            self._shapes.clear()
            self._unknown = {(): NO_UNKNOWN_KEYS}
        return True

    def _new_key(self, key: str) -> _Key:
        name = self._folded.get(key.lower()) if key.isascii() else None
        cases = frozenset(n for n, case in enumerate(CASES) if name and case(name) == key)
        head, plain_head = (b",%b:" % msgspec.json.encode(text) for text in (key, key.lower()))
        found = _Key(key, name, cases, head, key.lower(), plain_head)
        if len(key) < _LONG_KEY:
            if len(self._keys) >= _KEYS:
                self._keys.clear()
            self._keys[key] = found
        return found


def _with_places(heads: Sequence[bytes]) -> list[bytes]:
    return [part for head in heads for part in (head, b"")]


def _plain_order(
    unknown: Sequence[_Key],
) -> tuple[list[bytes], Callable[[Sequence[bytes]], Sequence[bytes]] | None]:
    lowered = sorted([(key.lowered, index) for index, key in enumerate(unknown)])
    if len({key for key, _ in lowered}) < len(lowered) or any("\0" in key for key, _ in lowered):
        return [], None
    order = [index for _, index in lowered]
    plain = _with_places([unknown[index].plain_head for index in order])
    return plain, itemgetter(*order) if len(order) > 1 else list


TOP_MEMBERS: Final = ("Seri", "FaturaTip", "KalemAdedi", "FatUst", "Kalems")
HEADER_MEMBERS: Final = ("Tip", *(m.name for m in members(InvoiceHeader)))
LINE_MEMBERS: Final = tuple(m.name for m in members(InvoiceLine))
TOP: Final = ShapeCache(TOP_MEMBERS)
HEADER: Final = ShapeCache(HEADER_MEMBERS)
LINE: Final = ShapeCache(LINE_MEMBERS)
