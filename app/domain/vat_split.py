"""Split a document's matrah (base of VAT) and KDV by rate; the parts always sum to what it states.

KDV is the stated one. Matrah is what the grand total holds beside it: GENELTOPLAM − KDV − extra
costs (a withholding is a negative one) − YUVARLAMA; so ÖTV is part of it (domain §5). By rate:

1. No KDV at all: all of the matrah is at rate zero. A document that does not state its KDV has
   that of its lines if the grand total is right with it, none if it is right without; else its
   rate is unknown.
2. KDV of a rate is that of its buckets (KDVnO, KDVnT) where the document states any. Else it is
   that of the lines, general discounts spread, where it comes to the stated KDV (tolerance of
   domain §8; the kuruş of difference go to the rate with the most KDV).
3. Matrah of a rate is that of its lines. All lines of one rate have all of it. A bucket whose rate
   no line has stands for KDV × 100 / rate. Lines at zero count at zero. A line without a rate has
   the one rate that only the buckets name, else zero.
4. What this leaves of matrah and KDV is of unknown rate; a few kuruş of matrah go to the greatest.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeAlias

from app.domain.amounts import ZERO, exact, round_kurus
from app.domain.arithmetic import (
    costs_and_rounding,
    general_discount_total,
    has_price,
    line_sums,
    vat_of_nets,
)
from app.domain.invoice import InvoiceHeader, InvoiceLine
from app.domain.stated_totals import tolerance, vat_of_buckets

_HUNDRED = Decimal(100)

ByRate: TypeAlias = dict[Decimal, tuple[Decimal, Decimal]]
"""Rate in per cent → (matrah, KDV)."""
_Vats: TypeAlias = dict[Decimal | None, Decimal]
"""Rate in per cent → KDV; None → KDV without a rate."""


class RatePart(NamedTuple):
    """Matrah and KDV of one rate."""

    rate: Decimal | None
    """In per cent; None if neither the header nor the lines state it."""
    base: Decimal
    vat: Decimal


class Lines(Protocol):
    """The lines of a document, as needed to split matrah and KDV."""

    count: int
    rates: set[Decimal | None]

    def by_rate(self, header: InvoiceHeader, silent: Decimal) -> ByRate:
        """Return rate → (matrah, KDV) of the lines; `silent` is the rate of lines without one.

        Empty if a line has no price.
        """


class ExactLines:
    """Lines with Decimal amounts."""

    def __init__(self, lines: Sequence[InvoiceLine]) -> None:
        self.count = len(lines)
        self.rates = {line.vat_rate for line in lines}
        self._lines = lines

    def by_rate(self, header: InvoiceHeader, silent: Decimal) -> ByRate:
        """Return rate → (matrah, KDV). Use inside `amounts.exact`."""
        if not all(map(has_price, self._lines)):
            return {}
        nets: dict[Decimal, Decimal] = {}
        for line, (_, net) in zip(self._lines, line_sums(self._lines), strict=True):
            rate = silent if line.vat_rate is None else line.vat_rate
            nets[rate] = nets.get(rate, ZERO) + net
        whole = round_kurus(sum(nets.values(), ZERO))
        # ÖTV is part of the base of VAT (domain §5).
        spread = general_discount_total(header, whole) - (header.special_tax or ZERO)
        return vat_of_nets(nets, spread, bool(header.vat_included))


@exact
def split(header: InvoiceHeader, lines: Sequence[InvoiceLine]) -> list[RatePart]:
    """Split matrah and KDV of a document with a grand total by rate; returns stay positive."""
    return split_lines(header, ExactLines(lines))


def split_lines(header: InvoiceHeader, lines: Lines) -> list[RatePart]:
    """Split a document whose lines are in any form. Use inside `amounts.exact`."""
    stated = vat_of_buckets(header)
    most = tolerance(lines.count)
    vat = header.vat_total if header.vat_total is not None else _unstated(header, lines, stated)
    base = base_of(header, vat or ZERO)
    if not vat and not stated:
        return [RatePart(None if vat is None else ZERO, base, ZERO)]
    vat = vat or ZERO
    rate = next(iter(lines.rates)) if len(lines.rates) == 1 else None
    if rate and stated in ({}, {rate: vat}) and _is_vat(vat, base, rate, most):
        return [RatePart(rate, base, vat)]  # most documents: no arithmetic on their lines is needed
    of_lines = lines.by_rate(header, _rate_of_lines_without_one(stated, lines.rates))
    vats = stated or _explained(of_lines, vat, most)
    bases = _bases(vats, of_lines)
    return _with_rest(vats, bases, base, vat, most)


def base_of(header: InvoiceHeader, vat: Decimal) -> Decimal:
    """Return the matrah of a document whose KDV is `vat`."""
    return (header.grand_total or ZERO) - vat - costs_and_rounding(header)


def _unstated(header: InvoiceHeader, lines: Lines, stated: _Vats) -> Decimal | None:
    """Return the KDV of a document that does not state its total KDV; None if it is unknown."""
    if stated:
        return sum(stated.values(), ZERO)
    of_lines = lines.by_rate(header, ZERO).values()
    base, vat = sum((one for one, _ in of_lines), ZERO), sum((one for _, one in of_lines), ZERO)
    for found in (vat, ZERO):
        if lines.count and abs(base_of(header, found) - base) <= tolerance(lines.count):
            return found
    return None


def _is_vat(vat: Decimal, base: Decimal, rate: Decimal, most: Decimal) -> bool:
    return abs(round_kurus(base * rate / _HUNDRED) - vat) <= most


def _rate_of_lines_without_one(stated: _Vats, rates: set[Decimal | None]) -> Decimal:
    """Return the rate for lines without one: the only one that just the buckets name, or zero."""
    unseen = [rate for rate in stated if rate and rate not in rates]
    return unseen[0] if len(unseen) == 1 and None in rates else ZERO


def _explained(of_lines: ByRate, vat: Decimal, most: Decimal) -> _Vats:
    """Return rate → KDV of the lines, adjusted to sum to `vat`; empty if `most` is exceeded."""
    vats: _Vats = {rate: one for rate, (_, one) in of_lines.items()}
    off = vat - sum(vats.values(), ZERO)
    if not vats or abs(off) > most:
        return {}
    vats[max(vats, key=lambda rate: abs(vats[rate]))] += off
    return vats


def _bases(vats: _Vats, of_lines: ByRate) -> dict[Decimal, Decimal]:
    """Return the matrah of each known rate."""
    bases = {}
    for rate, vat in vats.items():
        if rate in of_lines:
            bases[rate] = of_lines[rate][0]
        elif rate:
            bases[rate] = round_kurus(vat * _HUNDRED / rate)
    if vats and ZERO in of_lines:
        bases[ZERO] = of_lines[ZERO][0]
    return bases


def _with_rest(
    vats: _Vats, bases: dict[Decimal, Decimal], base: Decimal, vat: Decimal, most: Decimal
) -> list[RatePart]:
    """Return the parts, with the remaining matrah and KDV as a part of unknown rate."""
    rest = base - sum(bases.values(), ZERO)
    if rest and bases and abs(rest) <= most:
        bases[max(bases, key=lambda rate: abs(bases[rate]))] += rest
        rest = ZERO
    parts = []
    rest_of_vat = vat
    for rate, one in bases.items():
        of_rate = vats.get(rate, ZERO)
        if one or of_rate:
            parts.append(RatePart(rate, one, of_rate))
            rest_of_vat -= of_rate
    return [*parts, RatePart(None, rest, rest_of_vat)] if rest or rest_of_vat else parts
