"""The amounts of a long list, eight bytes each, summed exactly for whatever rows are chosen."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from typing import TypeAlias

from app.domain import amounts

Row: TypeAlias = tuple[int | None, str | None, int | None, str | None]
"""The total in kuruş, or None and its canonical text; the currency, and the amount in it."""


@dataclass(frozen=True, slots=True)
class ForeignSum:
    """What documents come to in a currency that is not TL, as far as they say it."""

    currency: int
    amount: Decimal
    count: int
    """How many documents are in it."""
    silent: int = 0
    """How many of them do not say their amount in it."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The sum in TL of all documents; of those in a foreign currency, by its code, in it too."""

    total: Decimal = Decimal(0)
    foreign: tuple[ForeignSum, ...] = ()


class Totals:
    """Totals in TL, a place each; of documents in a foreign currency their amounts in it, apart."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """In list order."""
        self._kurus = array("q")
        self._odd: dict[int, Decimal] = {}
        """Totals that are no whole kuruş, by their place."""
        self._foreign: dict[int, _Foreign] = {}
        for kurus, text, currency, amount in rows:
            place = len(self._kurus)
            if kurus is None and text is not None:
                self._odd[place] = Decimal(text)
            self._kurus.append(kurus or 0)
            if currency:
                self._foreign.setdefault(currency, _Foreign()).add(place, amount)

    def __len__(self) -> int:
        return len(self._kurus)

    def sum(self, chosen: bytes) -> Sums:
        """The exact sums of the chosen rows: one byte a row, zero for no."""
        total = _exact(sum(compress(self._kurus, chosen)))
        for place, amount in self._odd.items():
            if chosen[place]:
                total = amounts.EXACT.add(total, amount)
        foreign = (self._foreign[code].sum(code, chosen) for code in sorted(self._foreign))
        return Sums(amounts.canonical(total), tuple(one for one in foreign if one.count))

    def all(self) -> Sums:
        """The exact sums of all rows."""
        return self.sum(b"\1" * len(self))


class _Foreign:
    """The documents in one currency: where they stand, and their amounts in it."""

    def __init__(self) -> None:
        self._places = array("q")
        self._kurus = array("q")
        self._odd: dict[int, Decimal] = {}
        self._silent = array("q")

    def add(self, place: int, amount: str | None) -> None:
        """One more document, and its amount as canonical text."""
        self._places.append(place)
        whole, _, fraction = (amount or "0.0").partition(".")
        if amount is None:
            self._silent.append(place)
        elif len(fraction) > 2:
            self._odd[place] = Decimal(amount)
            whole, fraction = "0", ""
        self._kurus.append(int(whole + fraction.ljust(2, "0")))

    def sum(self, currency: int, chosen: bytes) -> ForeignSum:
        """What the chosen ones of these come to."""
        marked = bytes(map(chosen.__getitem__, self._places))
        total = _exact(sum(compress(self._kurus, marked)))
        for place, amount in self._odd.items():
            if chosen[place]:
                total = amounts.EXACT.add(total, amount)
        count = len(marked) - marked.count(0)
        silent = sum(bool(chosen[place]) for place in self._silent)
        return ForeignSum(currency, amounts.canonical(total), count, silent)


def _exact(kurus: int) -> Decimal:
    return Decimal(kurus).scaleb(-2, amounts.EXACT)
