"""Translate a typed document number, or a range of numbers, into ranges of keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.domain.codes import unique_key
from app.domain.numbers import (
    MAX_SOURCE,
    WIDTH,
    is_year_prefix,
    narrow_gib_number,
    series_of,
    split,
)
from app.errors import UsageError

_SHORT_YEAR = re.compile(r"([A-Z0-9]{3}20[0-9]{2})([0-9]{1,7})\Z")
_YEAR_TAIL = 8  # digits after a year


class KeyRange(NamedTuple):
    """The keys from `low` to `high` that have the length and prefix of both.

    After the prefix they have digits only.
    """

    low: str
    high: str
    prefix_length: int


class _End(NamedTuple):
    prefix: str
    digits: str


def key_ranges(first: str | None, last: str | None) -> list[KeyRange]:
    """Return the ranges of keys (`codes.unique_key`) that a number or a range means.

    A number means itself and the same number with more zeros: `a600` also means `A00000000000600`,
    and `RDM2024600` also `RDM202400000600`. A range has one prefix and is numeric, not
    alphabetical: from `A-1` to `A-9` there is no `A-15`. Its short ends may have a year if they
    have the same one. An open end is the end of the given number's series. Raises UsageError for a
    range that makes no sense.
    """
    low, high = _key(first), _key(last)
    if low is not None and low == high:
        return [KeyRange(key, key, len(key)) for key in _spellings(low)]
    in_full = _in_full(low), _in_full(high)
    if in_full == (low, high) or not _are_of_a_year(*in_full):
        return list(_between(low, high))
    found = list(_between(*in_full))
    if None not in (low, high) and (low == in_full[0] or high == in_full[1]):
        return found  # one end is in full, so the other means a year too
    return [*_between(low, high), *found]


def _key(number: str | None) -> str | None:
    if number is None:
        return None
    key = unique_key(number.strip())
    if len(key) > MAX_SOURCE:
        raise UsageError(f"Fatura No çok uzun; en çok {WIDTH} karakter olabilir")
    return narrow_gib_number(key)


def _in_full(key: str | None) -> str | None:
    """Zero-pad a key with a year: `RDM202400000600` for `RDM2024600`; return other keys as is."""
    year = _SHORT_YEAR.match(key or "")
    return year[1] + year[2].zfill(_YEAR_TAIL) if year else key


def _are_of_a_year(low: str | None, high: str | None) -> bool:
    """Return whether the ends have the same year; RDM20000 may also be a plain number."""
    prefixes = {split(key).prefix for key in (low, high) if key}
    return len(prefixes) == 1 and all(map(is_year_prefix, prefixes))


def _spellings(key: str) -> list[str]:
    """Return the key, and the keys of the same number with more zeros before its digits."""
    prefix, digits = _end(key)
    widths = range(len(digits), WIDTH - len(prefix) + 1) if digits else ()
    padded = [prefix + digits.zfill(width) for width in widths]
    return list(dict.fromkeys((key, *padded, _in_full(key) or key)))


def _between(low: str | None, high: str | None) -> Iterator[KeyRange]:
    """Yield a range for each length that a number between the two keys can have."""
    ends = [_open_end(key) if None in (low, high) else _end(key) for key in (low, high) if key]
    if not all(end.digits for end in ends):
        raise UsageError("Fatura No: aralığın uçları rakamla bitmeli (RDM202400000001 gibi)")
    if len({end.prefix for end in ends}) > 1:
        raise UsageError("Fatura No: aralığın iki ucu aynı seriden olmalı")
    prefix, digits = ends[0]
    least = int(digits) if low else 0
    most = int(ends[-1].digits) if high else 10**WIDTH
    if least > most:
        raise UsageError("Fatura No: son numara ilk numaradan küçük")
    shortest = 1 if low is None and digits[0] != "0" else min(len(end.digits) for end in ends)
    widths = range(shortest, WIDTH - len(prefix) + 1)
    if None in (low, high) and _SHORT_YEAR.match(low or high or ""):
        widths = range(len(digits), len(digits) + 1)  # longer numbers are of other years
    for width in widths:
        last = min(most, 10**width - 1)
        if least <= last:
            digits_of = [str(tail).zfill(width) for tail in (least, last)]
            yield KeyRange(prefix + digits_of[0], prefix + digits_of[1], len(prefix))


def _end(key: str) -> _End:
    """Split the key at an end of a closed range; the year is not part of its series."""
    prefix = series_of(split(key).prefix)
    return _End(prefix, key[len(prefix) :])


def _open_end(key: str) -> _End:
    """Split the only key of an open range; the year is part of its series."""
    prefix = split(key).prefix
    return _End(prefix, key[len(prefix) :])
