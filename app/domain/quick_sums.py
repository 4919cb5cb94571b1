"""A fast check that a document's lines explain its totals: True is sure, False is not.

It computes in floats, at a tenth of the cost of `arithmetic`, which decides wherever this check
is not sure. A property proves that the two agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from app.domain import arithmetic

# Half up. A float's error may round a sum this near to a half the wrong way: each counts as a
# kuruş of difference. Where a line or a total is too large for that, the check is not sure.
_NEAR = 1e-5
_HALF = 0.5 + _NEAR
_MOST_KURUS = 1e9
_MOST_TOTAL_KURUS = 1e12
_TOLERANCE_KURUS = 4.9
KNOWN_RATES = frozenset((None, *map(float, arithmetic.KNOWN_RATES)))


def adds_up(header: Any, lines: Sequence[Any], line_code: str) -> bool:
    """Return whether `arithmetic.warnings` would surely find nothing.

    Header and lines have the attributes of InvoiceHeader and InvoiceLine, amounts as floats.
    """
    if header.vat_total is None or _has_rate_alone(header):
        return False
    gross = net = 0.0
    unsure = 0
    for line in lines:
        if not line.gross_price and (line.net_price or line.gross_price is None):
            return False
        kurus = line.quantity * line.gross_price * 100 + _HALF
        if not _HALF <= kurus < _MOST_KURUS or line.vat_rate not in KNOWN_RATES:
            return False
        if line.type_code and line.type_code != line_code:
            return False
        rest = kurus % 1
        unsure += rest < 2 * _NEAR
        kurus -= rest
        gross += kurus
        if line.discount1 or line.discount2 or line.discount3:
            kurus = _discounted(line, kurus) + _HALF
            if not -_MOST_KURUS < kurus < _MOST_KURUS:
                return False
            rest = kurus % 1
            unsure += rest < 2 * _NEAR
            kurus -= rest
        elif line.discount4 or line.discount5 or line.discount6:
            return False
        net += kurus
    return _explained(header, gross, net, _TOLERANCE_KURUS - unsure)


def _has_rate_alone(header: Any) -> bool:
    """Return whether a general discount is given only as a rate."""
    rates = _general_rates(header)
    return any(rates) and any(
        rate and not amount for rate, amount in zip(rates, _discounts(header), strict=False)
    )


def _discounted(line: Any, kurus: float) -> float:
    """Return the line after its discounts; infinite where a discount does not reduce it."""
    first, *rates = _line_discounts(line)
    if first and line.discount1_is_amount:
        if not 0 < first * 100 < _MOST_KURUS:
            return math.inf
        kurus -= first * 100
    elif first:
        rates.append(first)
    for rate in rates:
        if rate:
            if not 0 < rate <= 100:
                return math.inf
            kurus *= 1 - rate / 100
    return kurus


def _explained(header: Any, gross: float, net: float, tolerance: float) -> bool:
    total = net
    size = gross + abs(net)
    for cost in _costs(header):
        if cost:
            total += cost * 100
            size += abs(cost) * 100
    for discount in _discounts(header):
        if discount:
            total -= discount * 100
            size += abs(discount) * 100
    if not header.vat_included:
        total += header.vat_total * 100
        size += abs(header.vat_total) * 100
    stated, discount = header.gross_total, header.line_discount
    return (
        size < _MOST_TOTAL_KURUS
        and abs(total - header.grand_total * 100) <= tolerance
        and (stated is None or abs(gross - stated * 100) <= tolerance)
        and (discount is None or abs(gross - net - discount * 100) <= tolerance)
    )


_line_discounts = attrgetter(*(f"discount{place}" for place in range(1, 7)))
_general_rates = attrgetter(*(f"general_discount_rate{place}" for place in (1, 2, 3)))
_costs = attrgetter("extra_cost1", "extra_cost2", "extra_cost3", "special_tax", "rounding")
_discounts = attrgetter(
    "general_discount1", "general_discount2", "general_discount3", "free_goods_discount"
)
