"""Compute the totals that a document leaves to Netsis from its lines (domain §5, §8)."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from app.domain.amounts import INTEGER_DIGITS, ZERO, canonical, exact, round_kurus
from app.domain.arithmetic import (
    general_discount_total,
    grand_total,
    has_only_net_price,
    has_price,
    line_sums,
    nets_by_rate,
    vat_of_nets,
)
from app.domain.invoice import Invoice
from app.domain.reasons import Code, DocumentError, Reason

_TOTAL = "GENELTOPLAM"


def with_totals(invoice: Invoice) -> tuple[Invoice, list[Reason]]:
    """Return the document with a grand total, and a warning for each total that was computed.

    A stated total is never changed. A total that is absent, or zero although what it sums is not,
    counts as not computed yet: then the grand total, Brüt and KDV are made from the lines, with
    the costs and the KDV that the header states. Raises DocumentError if there is no grand total
    and the lines do not give one.
    """
    if invoice.header.grand_total:
        return invoice, []
    try:
        computed = _computed(invoice)
    except DocumentError:
        if invoice.header.grand_total is None:
            raise
        return invoice, []
    if invoice.header.grand_total is not None and not computed.header.grand_total:
        return invoice, []  # the lines come to zero, as the document states
    return computed, [Reason(Code.TOTALS_COMPUTED), *_without_rate(invoice)]


@exact
def _computed(invoice: Invoice) -> Invoice:
    header, lines = invoice.header, invoice.lines
    for number, line in enumerate(lines, 1):
        if not has_price(line):
            raise DocumentError(Reason(Code.NO_PRICE, "STra_BF", line=number))
    pairs = line_sums(lines)
    nets = [net for _, net in pairs]
    net = round_kurus(sum(nets, ZERO))
    if any(map(has_only_net_price, lines)):
        gross = net + (header.line_discount or ZERO)  # only the header states the line discounts
    else:
        gross = sum((gross for gross, _ in pairs), ZERO)
    # ÖTV is part of the base of VAT (domain §5).
    spread = general_discount_total(header, net) - (header.special_tax or ZERO)
    by_rate = vat_of_nets(nets_by_rate(lines, nets), spread, bool(header.vat_included))
    vat = header.vat_total or _total(sum((vat for _, vat in by_rate.values()), ZERO))
    total = _total(grand_total(invoice, net, vat))
    gross = header.gross_total or _total(gross)
    header = replace(header, gross_total=gross, vat_total=vat, grand_total=total)
    return replace(invoice, header=header)


def _total(amount: Decimal) -> Decimal:
    """Round a total to kuruş. Raises DocumentError if it has too many digits."""
    amount = canonical(round_kurus(amount))
    if amount.adjusted() >= INTEGER_DIGITS:
        raise DocumentError(Reason(Code.NUMBER_TOO_LARGE, _TOTAL, (INTEGER_DIGITS,)))
    return amount


def _without_rate(invoice: Invoice) -> list[Reason]:
    """Return a warning about the first line without a VAT rate, if the VAT was computed."""
    if invoice.header.vat_total:
        return []
    lines = (n for n, line in enumerate(invoice.lines, 1) if line.vat_rate is None)
    return [Reason(Code.RATE_COUNTED_AS_ZERO, "STra_KDV", line=n) for n in lines][:1]
