"""Compare an incoming card with the stored one, so that nothing is overwritten silently.

An empty value states nothing, and a value that the incoming card does not state is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Raw

from app.domain.cards import CardRecord, inside, members_of
from app.domain.fingerprint import plain_value
from app.domain.netsis_json import join
from app.domain.text import one_line

_UNSET: Final = (b"null", b'""', b'"\\u0000"', b"[]", b"{}")
_NAME: Final = 1
"""The index of the name among the columns."""

_Path: TypeAlias = tuple[str, ...]
"""The lower-case member names that lead to a value, outermost first."""


class Difference(NamedTuple):
    """A value in which two cards differ; `ours` is empty where our card has none."""

    field: str
    ours: str
    theirs: str


class Verdict(Enum):
    """What to do with an incoming card whose code is already stored."""

    SAME = auto()
    FILL = auto()
    """Our card has no name, and no value of it differs: it can be completed."""
    DIFFERENT = auto()


def compare(ours: CardRecord, theirs: CardRecord) -> tuple[Verdict, list[Difference]]:
    """Compare our card with theirs.

    Returns the verdict, and each value that their card states and ours lacks or contradicts.
    """
    found = [] if ours == theirs else _differences(ours, theirs)
    if not found:
        return Verdict.SAME, []
    if ours.is_nameless:
        now, name = filled(ours, theirs), inside(ours.kind)[_NAME].name
        if not _differences(now, theirs) and {d.field for d in _differences(now, ours)} <= {name}:
            return Verdict.FILL, found
    return Verdict.DIFFERENT, found


def filled(ours: CardRecord, theirs: CardRecord) -> CardRecord:
    """Return our card completed with the values of theirs; the verdict has to be FILL."""
    columns = [old or new for old, new in zip(ours.columns, theirs.columns, strict=True)]
    columns[_NAME] = theirs.columns[_NAME] or ours.columns[_NAME]
    return ours._replace(
        columns=tuple(columns),
        main_extra=_merged(ours.main_extra, theirs.main_extra),
        extra=_merged(ours.extra, theirs.extra),
    )


def _differences(ours: CardRecord, theirs: CardRecord) -> list[Difference]:
    stored = {path: value for path, _, value in _stated(ours)}
    return [
        Difference(name, _shown(stored.get(path)), _shown(value))
        for path, name, value in _stated(theirs)
        if path not in stored or plain_value(value) != plain_value(stored[path])
    ]


def _stated(card: CardRecord) -> Iterator[tuple[_Path, str, bytes]]:
    """Yield path, shown name and JSON of each value that is not empty."""
    for name, value in members_of(card).items():
        main = name == card.kind.main
        yield from _leaves((name.lower(),), "" if main else name, bytes(value))


def _leaves(path: _Path, name: str, value: bytes) -> Iterator[tuple[_Path, str, bytes]]:
    if not value.startswith(b"{"):
        if value not in _UNSET:
            yield path, name, value
        return
    for inner, raw in _members(value).items():
        outer = f"{name}." if name else ""
        yield from _leaves((*path, inner.lower()), outer + inner, bytes(raw))


def _members(value: bytes) -> dict[str, Raw]:
    return msgspec.json.decode(value, type=dict[str, Raw])


def _shown(value: bytes | None) -> str:
    if value is None:
        return ""
    decoded: Any = msgspec.json.decode(value) if value.startswith(b'"') else value.decode()
    return one_line(decoded)


def _merged(ours: str | None, theirs: str | None) -> str | None:
    """Return our JSON members, completed at any depth with those of theirs that ours lacks."""
    if ours is None or theirs is None:
        return ours or theirs
    return _merge(ours.encode(), theirs.encode()).decode()


def _merge(ours: bytes, theirs: bytes) -> bytes:
    found = {name: bytes(value) for name, value in _members(ours).items()}
    names = {name.lower(): name for name in found}
    for name, raw in _members(theirs).items():
        value, there = bytes(raw), names.get(name.lower(), name)
        old = found.get(there)
        if old is None or old in _UNSET:
            found[there] = value
        elif old.startswith(b"{") and value.startswith(b"{"):
            found[there] = _merge(old, value)
    return join((msgspec.json.encode(name), value) for name, value in found.items())
