"""The company's number series, and the numbers of its suppliers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from app.domain.numbers import compose, year_prefix
from app.domain.text import fold


@dataclass(frozen=True, slots=True)
class SalesSeries:
    """A series and the properties of its documents. `share` is its percentage of the sales."""

    name: str
    share: int
    branch: int
    with_year: bool = False
    export: bool = False
    retail: bool = False
    """Whether it is for retail: prices include VAT, paid at once."""


SALES_SERIES: Final = (
    SalesSeries("RDM", 38, 0, with_year=True),
    SalesSeries("EFT", 26, 0, with_year=True),
    SalesSeries("A", 20, 1),
    SalesSeries("PS", 9, 1, retail=True),
    SalesSeries("IHR", 7, 0, with_year=True, export=True),
)


class Number(NamedTuple):
    """The numbers of a document: Netsis' 15 characters, series, GİB's 16 characters."""

    number: str
    series: str | None = None
    gib_number: str | None = None


def year_number(series: str, year: int, tail: int) -> Number:
    """`RDM`, 2026, 348 → RDM202600000348 and RDM2026000000348 (domain §4)."""
    prefix = year_prefix(series, year)
    return Number(compose(prefix, tail), series, f"{prefix}{tail:09}")


class SalesNumbers:
    """Numbers each series without a gap; a series with a year restarts each year."""

    def __init__(self) -> None:
        self._last: Counter[tuple[str, int]] = Counter()

    def next(self, series: SalesSeries, year: int) -> Number:
        """Return the number after the last one of `series`."""
        key = (series.name, year if series.with_year else 0)
        self._last[key] += 1
        if series.with_year:
            return year_number(series.name, year, self._last[key])
        return Number(compose(series.name, self._last[key]), series.name)


# Formats of suppliers: three letters of their name, the year, a running number.
_YEAR_FORM = "{letters}{year}{n:08}"
_FORMATS = (
    _YEAR_FORM, "A-{n}", "{year}/{n}", "FTR{n:06}", "{n:015}", "{letters}{n:012}", "{year}-{n:05}",
)  # fmt: skip


class SupplierNumbers:
    """The numbers of one supplier in its own format; other customers cause gaps."""

    def __init__(self, rng: Random, name: str) -> None:
        self._letters = supplier_letters(name)
        self._format = rng.choice(_FORMATS)
        self._last = rng.randrange(1, 1500)

    def next(self, rng: Random, year: int) -> Number:
        """Return a number that this supplier has not used before."""
        self._last += 1 + int(8 * rng.random() ** 2)
        if self._format is _YEAR_FORM:
            return year_number(self._letters, year, self._last)
        return Number(self._format.format(letters=self._letters, year=year, n=self._last))


def supplier_letters(name: str) -> str:
    """Return the first three letters of a name in A–Z: `Çınarlı Gıda` → CIN."""
    return "".join(c for c in fold(name).upper() if "A" <= c <= "Z")[:3]
