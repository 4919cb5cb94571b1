"""Compare a card with the one that is there: nothing is overwritten silently.

A value that is empty says nothing. What the other card does not state is no difference.
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
"""The place of the name among the columns."""

_Path: TypeAlias = tuple[str, ...]
"""The names of a value from the outermost member on, in small letters."""


class Difference(NamedTuple):
    """A value in which two cards differ; empty where ours has none."""

    field: str
    ours: str
    theirs: str


class Verdict(Enum):
    """What becomes of a card for which there is one of the same code."""

    SAME = auto()
    FILL = auto()
    """Ours has no name, and nothing that it has differs."""
    DIFFERENT = auto()


def compare(ours: CardRecord, theirs: CardRecord) -> tuple[Verdict, list[Difference]]:
    """Return the verdict, and each value that theirs states and ours has not."""
    found = [] if ours == theirs else _differences(ours, theirs)
    if not found:
        return Verdict.SAME, []
    if ours.is_nameless:
        now, name = filled(ours, theirs), inside(ours.kind)[_NAME].name
        if not _differences(now, theirs) and {d.field for d in _differences(now, ours)} <= {name}:
            return Verdict.FILL, found
    return Verdict.DIFFERENT, found


def filled(ours: CardRecord, theirs: CardRecord) -> CardRecord:
    """Return our card with what theirs states beyond it; the verdict has to be FILL."""
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
    """Yield path, shown name and JSON of each value that says something."""
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
    """Return our members, and those of theirs that ours has not or has empty; at any depth."""
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
