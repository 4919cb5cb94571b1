"""Arithmetic of a document: its lines, discounts, VAT and totals (domain §5).

Public functions compute in `amounts.EXACT`. Totals are rounded to kuruş, lines are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter

from app.domain.amounts import ZERO, exact, round_kurus
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceLine

_HUNDRED = Decimal(100)
KNOWN_RATES = {Decimal(rate) for rate in (0, 1, 8, 10, 18, 20)}


def has_price(line: InvoiceLine) -> bool:
    """Return whether a line has a gross or net unit price."""
    return line.gross_price is not None or line.net_price is not None


def has_only_net_price(line: InvoiceLine) -> bool:
    """Return whether a line has a net unit price (after discounts) and no gross one."""
    return bool(line.net_price and not line.gross_price)


@exact
def line_net(line: InvoiceLine) -> Decimal:
    """Return the amount of a line after its own discounts."""
    return _discounted(line, _gross(line))


@exact
def line_sums(lines: Iterable[InvoiceLine]) -> list[tuple[Decimal, Decimal]]:
    """Return the gross amount and `line_net` of each line."""
    grosses = [(line, _gross(line)) for line in lines]
    return [(gross, _discounted(line, gross)) for line, gross in grosses]


@exact
def rounded_line_sums(lines: Iterable[InvoiceLine]) -> list[tuple[Decimal, Decimal]]:
    """Return `line_sums`, each rounded to kuruş, for programs that add up the printed figures."""
    grosses = [(line, round_kurus(_gross(line))) for line in lines]
    return [(gross, round_kurus(_discounted(line, gross))) for line, gross in grosses]


def _gross(line: InvoiceLine) -> Decimal:
    """Return quantity × gross unit price; × net unit price if no gross price is given."""
    return line.quantity * (line.gross_price or line.net_price or ZERO)


def _discounted(line: InvoiceLine, rest: Decimal) -> Decimal:
    """Subtract a line's discounts from the amount `rest`.

    The discounts cascade and only the first may be an amount. A net price already includes them.
    """
    if has_only_net_price(line):
        return rest
    for index, discount in enumerate(line.discounts):
        if not discount:
            continue
        if index == 0 and line.discount1_is_amount:
            rest -= discount
        else:
            rest = rest * (_HUNDRED - discount) / _HUNDRED
    return rest


@exact
def nets_by_rate(lines: Sequence[InvoiceLine], nets: Iterable[Decimal]) -> dict[Decimal, Decimal]:
    """Return rate → sum of the lines' `nets`; a line without a rate counts at rate zero."""
    found: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for line, net in zip(lines, nets, strict=True):
        found[line.vat_rate or ZERO] += net
    return found


@exact
def vat_of_nets(
    nets: Mapping[Decimal, Decimal], general_discount: Decimal, included: bool = False
) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Return rate → (base, VAT), with the general discount spread in proportion to `nets`.

    `nets` is rate → sum of the lines after their own discounts. If the prices include VAT, VAT is
    taken out of them instead of added.
    """
    whole = sum(nets.values(), ZERO)
    result = {}
    for rate, net in nets.items():
        share = general_discount * net / whole if whole else ZERO
        base = round_kurus(net - share)
        if included and rate != -_HUNDRED:
            base = round_kurus(base * _HUNDRED / (_HUNDRED + rate))
        result[rate] = (base, round_kurus(base * rate / _HUNDRED))
    return result


@exact
def general_discount_amounts(header: InvoiceHeader, net: Decimal) -> list[Decimal]:
    """Return the amounts of the general discounts that are used, which cascade.

    A discount given only as a rate applies to what free goods and the earlier discounts leave of
    `net`, the sum of the lines after their own discounts (domain §5, §8).
    """
    rest = net - (header.free_goods_discount or ZERO)
    amounts = []
    for rate, amount in header.general_discounts:
        amounts.append(amount or round_kurus(rest * (rate or ZERO) / _HUNDRED))
        rest -= amounts[-1]
    return amounts


@exact
def general_discount_total(header: InvoiceHeader, net: Decimal) -> Decimal:
    """Return the sum of the free-goods discount and the general discounts, as an amount."""
    return sum(general_discount_amounts(header, net), header.free_goods_discount or ZERO)


@exact
def extra_costs(header: InvoiceHeader) -> Decimal:
    """Return the sum of the three extra costs; a withholding is a negative one."""
    return sum(filter(None, _costs(header)), ZERO)


_costs = attrgetter("extra_cost1", "extra_cost2", "extra_cost3")
_base_costs = attrgetter("extra_cost1", "extra_cost2", "extra_cost3", "rounding")


def costs_and_rounding(header: InvoiceHeader) -> Decimal:
    """Return the part of a grand total beside matrah and KDV. Use inside `amounts.exact`."""
    return sum(filter(None, _base_costs(header)), ZERO)


@exact
def grand_total(invoice: Invoice, net: Decimal, vat: Decimal) -> Decimal:
    """Return the grand total of a document whose lines sum to `net` and whose VAT is `vat`."""
    header = invoice.header
    after = net - general_discount_total(header, net) + extra_costs(header)
    after += (header.special_tax or ZERO) + (header.rounding or ZERO)
    return after + (ZERO if header.vat_included else vat)
