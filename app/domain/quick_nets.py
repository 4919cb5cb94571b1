"""Matrah and KDV of a document's lines by rate, in floats, where rounding is certain to agree.

It takes a fifth of the time of `vat_split`, which computes in Decimals and takes over where the
result is not certain: near half a kuruş, and with rare members. A property test proves that the two
agree.
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
"""Rate as canonical text, quantity, gross and net unit price; discounts as in InvoiceLine."""

# Upper limit of a line and of the sum of lines: below it the error of floats is under 0.001 kuruş.
_MOST: Final = 1e9
_MOST_LINES: Final = 1000
_UNSURE: Final = 0.001  # kuruş around one half in which rounding is not certain
_HUNDREDTHS: Final = 10_000  # a rate of 100 % in hundredths of one per cent

_general = attrgetter(
    "free_goods_discount", "general_discount1", "general_discount2", "general_discount3",
    "general_discount_rate1", "general_discount_rate2", "general_discount_rate3", "special_tax",
)  # fmt: skip
_NONE: Final = (None,) * 8
_line_rates = attrgetter(*(f"discount{number}" for number in range(1, 7)))


def by_rate(
    header: InvoiceHeader, lines: Sequence[QuickLine], silent: Decimal
) -> dict[Decimal, tuple[Decimal, Decimal]] | None:
    """Return rate → (matrah, KDV); None if uncertain.

    `silent` is the rate of lines without one.
    """
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
    """Return rate → sum of the lines after their own discounts; None if uncertain."""
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
"""Parse a rate that the database stores as text. Raises ValueError for a damaged one."""


def _discounted(net: float, discounts: Any) -> float:
    """Subtract a line's discounts; negative if one of them does not reduce the amount."""
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
    """Return the share of the lines that general discounts, less ÖTV, take; None if uncertain.

    Uses exact sums inside `amounts.exact`, since the sums may be large and their difference small.
    """
    general = _general(header)
    if general == _NONE:
        return 0.0
    amounts, rates, special_tax = general[:4], general[4:7], general[7]
    if any(rate and not amount for rate, amount in zip(rates, amounts[1:], strict=True)):
        return None  # this discount is itself rounded
    spread = float(sum(filter(None, amounts), ZERO) - (special_tax or ZERO))
    if not spread:
        return 0.0
    return spread / whole if abs(spread) <= whole and whole >= 1 else None


@cache
def _hundredths(rate: Decimal) -> int:
    """Return a rate in hundredths of one per cent; -1 if it is negative or has more decimals."""
    found = rate.scaleb(2)
    return int(found) if 0 <= found == found.to_integral_value() else -1


def _rounded(numerator: int, denominator: int) -> int:
    """Divide two non-negative integers, rounding half up."""
    return (2 * numerator + denominator) // (2 * denominator)
