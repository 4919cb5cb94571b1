"""The amounts of a long list, eight bytes each, summed exactly for whatever rows are chosen."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from decimal import Decimal
from itertools import compress

from app.domain import amounts


class Totals:
    """Amounts in kuruş; those that are no whole kuruş stand apart, by their place."""

    def __init__(self, rows: Iterable[tuple[int | None, str | None]]) -> None:
        """Of each row its amount in kuruş, or None and its canonical text."""
        self._kurus = array("q")
        self._odd: dict[int, Decimal] = {}
        for kurus, text in rows:
            if kurus is None and text is not None:
                self._odd[len(self._kurus)] = Decimal(text)
            self._kurus.append(kurus or 0)

    def __len__(self) -> int:
        return len(self._kurus)

    def sum(self, chosen: bytes) -> Decimal:
        """The exact sum of the chosen rows: one byte a row, zero for no."""
        kurus = sum(compress(self._kurus, chosen))
        total = Decimal(kurus).scaleb(-2, amounts.EXACT)
        for place, amount in self._odd.items():
            if chosen[place]:
                total = amounts.EXACT.add(total, amount)
        return amounts.canonical(total)
