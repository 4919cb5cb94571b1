"""Fast check that a document's lines explain its totals; only a positive answer is certain.

It computes in floats, in a tenth of the time of `stated_totals`, which decides where this check
does not return True. A property test proves that the two agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from app.domain import arithmetic

# Nothing is rounded here. `stated_totals` tolerates five kuruş but rounds: a total by at most one
# kuruş, the VAT of five rates and their bases by 3.1. The error of floats is under 0.1 kuruş, since
# each line, and the whole times the number of lines, is below the limit in kuruş.
_TOLERANCE_KURUS = 3.9
_VAT_TOLERANCE_KURUS = 1.8
_MOST_KURUS = 1e9
_MOST_TOTAL_KURUS = 1e12
_MOST_TOTAL_TIMES_LINES = 1e14
KNOWN_RATES = frozenset((None, *map(float, arithmetic.KNOWN_RATES)))


def adds_up(header: Any, lines: Sequence[Any], line_code: str) -> bool:
    """Return True only if `stated_totals.warnings` is certain to find nothing.

    Header and lines have the attributes of InvoiceHeader and InvoiceLine, with amounts as floats.
    """
    if header.vat_total is None or _has_rate_alone(header):
        return False
    gross = net = 0.0
    nets: dict[float | None, float] = {}
    for line in lines:
        price, net_price, rate = line.gross_price, line.net_price, line.vat_rate
        if not price and (net_price or price is None):
            return False
        rest = kurus = line.quantity * price * 100
        if not 0 <= kurus < _MOST_KURUS or (line.type_code and line.type_code != line_code):
            return False
        if line.discount1 or line.discount2 or line.discount3:
            rest = _discounted(line, kurus)
        elif line.discount4 or line.discount5 or line.discount6:
            return False
        # Most lines have no discount and one price.
        if net_price and (net_price != price or rest != kurus):
            off = line.quantity * net_price * 100 - rest
            if not -_TOLERANCE_KURUS <= off <= _TOLERANCE_KURUS:
                return False
        gross += kurus
        net += rest
        nets[rate] = nets[rate] + rest if rate in nets else rest
    return KNOWN_RATES.issuperset(nets) and _explained(header, gross, net, nets, len(lines))


def _has_rate_alone(header: Any) -> bool:
    """Return whether a general discount is given only as a rate."""
    rates = _general_rates(header)
    return rates != _NO_RATES and any(
        rate and not amount for rate, amount in zip(rates, _discounts(header), strict=False)
    )


def _discounted(line: Any, kurus: float) -> float:
    """Return a line in kuruş after its discounts; infinity if one of them does not reduce it."""
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
    return kurus if kurus >= 0 else math.inf


def _explained(
    header: Any, gross: float, net: float, nets: dict[float | None, float], lines: int
) -> bool:
    """Return whether the lines explain the totals; `nets` is rate → sum of lines in kuruş."""
    costs, discounts, vat = _costs(header), _discounts(header), header.vat_total * 100
    cost = discount = 0.0
    size = gross + net + abs(vat)
    if costs != _NO_COSTS:
        for amount in filter(None, costs):
            cost += amount * 100
            size += abs(amount) * 100
    if discounts != _NO_DISCOUNTS:
        for amount in filter(None, discounts):
            discount += amount * 100
            size += abs(amount) * 100
    total = net - discount + cost + (0.0 if header.vat_included else vat)
    stated, of_lines = header.gross_total, header.line_discount
    return (
        size < _MOST_TOTAL_KURUS
        and size * lines < _MOST_TOTAL_TIMES_LINES
        and abs(total - header.grand_total * 100) <= _TOLERANCE_KURUS
        and (stated is None or abs(gross - stated * 100) <= _TOLERANCE_KURUS)
        and (of_lines is None or abs(gross - net - of_lines * 100) <= _TOLERANCE_KURUS)
        and (
            # The lines alone do not determine the VAT.
            _split_explained(header, vat, {})
            if None in nets or (costs != _NO_COSTS and any(costs[:-1]))
            else _vat_explained(header, vat, nets, 1 - discount / net if discount and net else 1.0)
        )
    )


def _vat_explained(header: Any, vat: float, nets: dict[float | None, float], left: float) -> bool:
    """Return whether the lines explain KDV and its parts by rate.

    `left` is the share of the lines that general discounts leave, from 0 to 1.
    """
    if not 0 <= left <= 1:
        return False
    whole, included = 0.0, header.vat_included
    for rate, net in nets.items():
        if rate:
            nets[rate] = net * left * rate / (100 + rate if included else 100)
            whole += nets[rate]
    return abs(whole - vat) <= _VAT_TOLERANCE_KURUS and _split_explained(header, vat, nets)


def _split_explained(header: Any, vat: float, of_lines: dict[float | None, float]) -> bool:
    """Return whether the parts of KDV by rate sum to it, and agree with `of_lines` if given."""
    split = None
    for rate, amount in zip(_vat_rates(header), _vat_amounts(header), strict=True):
        if amount is None or not (rate or amount):
            continue
        kurus = amount * 100
        split = kurus if split is None else split + kurus
        if rate and of_lines:
            off = kurus - of_lines.get(rate, 0.0)
            if not -_VAT_TOLERANCE_KURUS <= off <= _VAT_TOLERANCE_KURUS:
                return False
    return split is None or bool(abs(split - vat) <= _VAT_TOLERANCE_KURUS)


_line_discounts = attrgetter(*(f"discount{number}" for number in range(1, 7)))
_general_rates = attrgetter(*(f"general_discount_rate{number}" for number in (1, 2, 3)))
_costs = attrgetter("extra_cost1", "extra_cost2", "extra_cost3", "special_tax", "rounding")
_discounts = attrgetter(
    "general_discount1", "general_discount2", "general_discount3", "free_goods_discount"
)
# Most documents have none of these members, and a comparison is faster than a loop.
_NO_RATES = (None,) * 3
_NO_COSTS = (None,) * 5
_NO_DISCOUNTS = (None,) * 4
_vat_rates = attrgetter(*(f"vat_rate{number}" for number in range(1, 6)))
_vat_amounts = attrgetter(*(f"vat_amount{number}" for number in range(1, 6)))
