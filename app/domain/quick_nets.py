"""Matrah and KDV of a document's lines by rate, in floats where these surely round as amounts do.

At a fifth of the cost of `vat_split`, which computes in Decimals wherever this is not sure: near
half a kuruş, and with what is rare. A property proves that the two agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from math import floor
from operator import attrgetter
from typing import Any, Final, TypeAlias

from app.domain.amounts import KURUS, ZERO, stored
from app.domain.invoice import InvoiceHeader

QuickLine: TypeAlias = tuple[str | None, float, float | None, float | None, Any]
"""The rate as canonical text, quantity, gross and net price; discounts as InvoiceLine has them."""

# Lines, and their sum, are smaller than so much: floats are off by less than 0.001 kuruş.
_MOST: Final = 1e9
_MOST_LINES: Final = 1000
_UNSURE: Final = 0.001  # kuruş about a half
_HUNDREDTHS: Final = 10_000  # a rate of a hundred per cent, in hundredths of one per cent

_general = attrgetter(
    "free_goods_discount", "general_discount1", "general_discount2", "general_discount3",
    "general_discount_rate1", "general_discount_rate2", "general_discount_rate3", "special_tax",
)  # fmt: skip
_NONE: Final = (None,) * 8
_line_rates = attrgetter(*(f"discount{place}" for place in range(1, 7)))


def by_rate(
    header: InvoiceHeader, lines: Sequence[QuickLine], silent: Decimal
) -> dict[Decimal, tuple[Decimal, Decimal]] | None:
    """Return rate → (matrah, KDV), a line without a rate at `silent`; None if that is not sure."""
    nets = _nets(lines)
    if nets is None:
        return None
    whole = sum(nets.values())
    share = _share(header, whole)
    if share is None or len(lines) > _MOST_LINES or whole >= _MOST:
        return None
    found = {}
    for rate, of_rate in _at_rates(nets, silent).items():
        net = (of_rate - of_rate * share) * 100
        base = floor(net + 0.5)
        if not _UNSURE < net + 0.5 - base < 1 - _UNSURE:
            return None
        hundredths = _hundredths(rate)
        if hundredths < 0:
            return None
        if header.vat_included:
            base = _rounded(base * _HUNDREDTHS, _HUNDREDTHS + hundredths)
        vat = _rounded(base * hundredths, _HUNDREDTHS)
        found[rate] = base * KURUS, vat * KURUS
    return found


def _nets(lines: Sequence[QuickLine]) -> dict[str | None, float] | None:
    """Return rate → the lines after their own discounts; None where that is not sure."""
    nets: dict[str | None, float] = {}
    for rate, quantity, gross, price, discounts in lines:
        if gross:
            net = quantity * gross
            if discounts is not None and net < _MOST:
                net = _discounted(net, discounts)
        elif discounts is None and not (gross is None and price is None):
            net = quantity * (price or 0.0)
        else:
            return None
        if not 0 <= net < _MOST:
            return None
        nets[rate] = nets[rate] + net if rate in nets else net
    return nets


def _at_rates(nets: dict[str | None, float], silent: Decimal) -> dict[Decimal, float]:
    found: dict[Decimal, float] = {}
    for text, net in nets.items():
        rate = silent if text is None else rate_of(text)
        found[rate] = found.get(rate, 0.0) + net
    return found


rate_of = cache(stored)
"""Return the rate that the database keeps as a text. Raises ValueError for a damaged one."""


def _discounted(net: float, discounts: Any) -> float:
    """Return what the discounts leave; negative where one does not reduce it."""
    rates = _line_rates(discounts)
    if discounts.discount1_is_amount:
        net -= rates[0] or 0.0
        rates = rates[1:]
    for rate in rates:
        if rate:
            if not 0 < rate <= 100:
                return -1.0
            net -= net * rate / 100
    return net


def _share(header: InvoiceHeader, whole: float) -> float | None:
    """Return the part of the lines that general discounts, less ÖTV, take; None if not sure.

    Exact sums inside `amounts.exact`: they may be great, and what they leave small.
    """
    general = _general(header)
    if general == _NONE:
        return 0.0
    amounts, rates, special_tax = general[:4], general[4:7], general[7]
    if any(rate and not amount for rate, amount in zip(rates, amounts[1:], strict=True)):
        return None  # it is rounded itself
    spread = float(sum(filter(None, amounts), ZERO) - (special_tax or ZERO))
    if not spread:
        return 0.0
    return spread / whole if abs(spread) <= whole and whole >= 1 else None


@cache
def _hundredths(rate: Decimal) -> int:
    """Return a rate in hundredths of one per cent; -1 for a negative one, or of more decimals."""
    found = rate.scaleb(2)
    return int(found) if 0 <= found == found.to_integral_value() else -1


def _rounded(numerator: int, denominator: int) -> int:
    """Return a quotient of what is not negative, half up."""
    return (2 * numerator + denominator) // (2 * denominator)
