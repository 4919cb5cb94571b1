"""Arithmetic of a document, enough to see whether its lines explain its totals (domain §5).

Public functions compute in `amounts.EXACT`; only what is rounded to kuruş here is ever rounded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from app.domain.amounts import ZERO, exact, round_kurus, spell
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceLine
from app.domain.reasons import Code, Reason

TOLERANCE = Decimal("0.05")
_HUNDRED = Decimal(100)
KNOWN_RATES = {Decimal(rate) for rate in (0, 1, 8, 10, 18, 20)}


def has_price(line: InvoiceLine) -> bool:
    """Return whether a line says what it costs."""
    return line.gross_price is not None or line.net_price is not None


@exact
def line_gross(line: InvoiceLine) -> Decimal:
    """Return quantity × gross unit price, in kuruş; × net unit price where that is not given."""
    return round_kurus(line.quantity * (line.gross_price or line.net_price or ZERO))


@exact
def line_net(line: InvoiceLine) -> Decimal:
    """Return the line after its own discounts, which cascade; only the first may be an amount.

    A net price is one after them.
    """
    rest = line_gross(line)
    if line.net_price and not line.gross_price:
        return rest
    for place, discount in enumerate(line.discounts):
        if not discount:
            continue
        if place == 0 and line.discount1_is_amount:
            rest -= discount
        else:
            rest = rest * (_HUNDRED - discount) / _HUNDRED
    return round_kurus(rest)


@exact
def vat_by_rate(
    lines: Iterable[InvoiceLine], general_discount: Decimal, included: bool = False
) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Return rate → (base, VAT), with the general discount spread in proportion to the lines.

    If prices include VAT, take it out of the line instead of adding it.
    """
    nets: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        nets[line.vat_rate or ZERO] += line_net(line)
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
def general_discount_total(header: InvoiceHeader, net: Decimal) -> Decimal:
    """Return the free goods and the three general discounts, as amounts.

    They cascade in that order. One that is given only as a rate is of what those before it leave
    of `net`, the sum of the lines after their own discounts (domain §5, §8).
    """
    rest = net - (header.free_goods_discount or ZERO)
    for rate, amount in header.general_discounts:
        rest -= amount or round_kurus(rest * (rate or ZERO) / _HUNDRED)
    return net - rest


@exact
def extra_costs(header: InvoiceHeader) -> Decimal:
    """Return the three extra costs; a withholding is a negative one."""
    costs = (header.extra_cost1, header.extra_cost2, header.extra_cost3)
    return sum((cost for cost in costs if cost), ZERO)


@exact
def warnings(invoice: Invoice) -> list[Reason]:
    """Return what the lines do not explain, with both figures.

    It never stops a document: VAT may be edited by hand, and not every tax is modelled.
    """
    header, lines = invoice.header, invoice.lines
    found = _line_warnings(invoice)
    if all(map(has_price, lines)):
        gross = sum((line_gross(line) for line in lines), ZERO)
        net = sum((line_net(line) for line in lines), ZERO)
        found += _differs("BRUTTUTAR", header.gross_total, gross)
        found += _differs("SAT_ISKT", header.line_discount, gross - net)
        found += _differs("GENELTOPLAM", header.grand_total, _grand_total(invoice, net))
    return found


def _grand_total(invoice: Invoice, net: Decimal) -> Decimal:
    header = invoice.header
    discount = general_discount_total(header, net)
    included = bool(header.vat_included)
    vat = header.vat_total
    if vat is None:
        vat = sum((v for _, v in vat_by_rate(invoice.lines, discount, included).values()), ZERO)
    after = net - discount + extra_costs(header) + (header.special_tax or ZERO)
    return after + (header.rounding or ZERO) + (ZERO if included else vat)


def _line_warnings(invoice: Invoice) -> list[Reason]:
    found = []
    for number, line in enumerate(invoice.lines, 1):
        rate = line.vat_rate
        if rate is not None and rate not in KNOWN_RATES:
            found.append(Reason(Code.UNKNOWN_RATE, "STra_KDV", (spell(rate),), number))
        if line.type_code and line.type_code != invoice.document_type.line_code:
            found.append(Reason(Code.WRONG_LINE_TYPE, "STra_FTIRSIP", line=number))
    return found


def _differs(name: str, stated: Decimal | None, computed: Decimal) -> list[Reason]:
    if stated is None or abs(stated - computed) <= TOLERANCE:
        return []
    return [Reason(Code.TOTAL_DIFFERS, name, (spell(stated), spell(computed)))]
