"""Compare the totals that a document states with the totals of its lines (domain §5, §8).

Programs round once or line by line, so a total is wrong only if it is near to neither result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product
from operator import attrgetter

from app.domain.amounts import ZERO, canonical, exact, round_kurus, spell
from app.domain.arithmetic import (
    KNOWN_RATES,
    general_discount_total,
    grand_total,
    has_only_net_price,
    has_price,
    line_sums,
    nets_by_rate,
    rounded_line_sums,
    vat_of_nets,
)
from app.domain.invoice import Extra, Invoice, InvoiceHeader, InvoiceKind, InvoiceLine
from app.domain.reasons import Code, Reason
from app.domain.text import fold

TOLERANCE = Decimal("0.05")
_HALF_KURUS = Decimal("0.005")
_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_BUCKETS = range(1, 6)
_rates = attrgetter(*(f"vat_rate{number}" for number in _BUCKETS))
_amounts = attrgetter(*(f"vat_amount{number}" for number in _BUCKETS))
_NO_AMOUNTS = (None,) * len(_BUCKETS)

# Members that we do not model and that stand for taxes or costs outside the lines.
_TAX_MEMBERS = frozenset(("halfaturasi", "konaklama", "otvtevtutar", "bolge_farki_isk"))
_LINE_TAX_MEMBERS = frozenset(("stra_otv", "otvtut", "gekaptutar"))
# Words that GİB requires on a document whose VAT is not that of its lines: an exemption, a sale for
# export, a special base.
_VAT_WORDS = ("istisna", "ihrac kayitli", "ozel matrah")


@exact
def warnings(invoice: Invoice) -> list[Reason]:
    """Return a warning, with both figures, for each total that the lines do not explain.

    A warning never stops a document: VAT may be edited by hand, and not every tax is modelled.
    """
    once = _rounded_once(invoice)
    found = list(_line_warnings(invoice, once))
    if not all(map(has_price, invoice.lines)):
        return found + _vat_split_warnings(invoice, tolerance(len(invoice.lines)))
    taxed = _has_other_taxes(invoice)
    vat_is_of_lines = not taxed and _is_vat_of_lines(invoice, once)
    differences = _differences(invoice, [once], vat_is_of_lines, taxed)
    if differences:
        sums = [once, _rounded_line_by_line(invoice)]
        differences = _differences(invoice, sums, vat_is_of_lines, taxed)
    return found + differences


@cache
def tolerance(lines: int) -> Decimal:
    """Return the tolerance of a total in TL: 0.05, or half a kuruş a line if that is more (§8)."""
    return max(TOLERANCE, _HALF_KURUS * lines)


@dataclass(frozen=True, slots=True)
class _Sums:
    """The sums of the lines, before and after their discounts, and their VAT by rate."""

    nets: list[Decimal]
    gross: Decimal
    net: Decimal
    discount: Decimal
    vat: dict[Decimal, Decimal]

    @property
    def whole_vat(self) -> Decimal:
        return sum(self.vat.values(), ZERO)


def _rounded_once(invoice: Invoice) -> _Sums:
    pairs = line_sums(invoice.lines)
    gross = round_kurus(sum((gross for gross, _ in pairs), ZERO))
    nets = [net for _, net in pairs]
    net = round_kurus(sum(nets, ZERO))
    discount = general_discount_total(invoice.header, net)
    by_rate = nets_by_rate(invoice.lines, nets)
    vat = vat_of_nets(by_rate, discount, bool(invoice.header.vat_included))
    return _Sums(nets, gross, net, discount, {rate: amount for rate, (_, amount) in vat.items()})


def _rounded_line_by_line(invoice: Invoice) -> _Sums:
    pairs = rounded_line_sums(invoice.lines)
    gross = sum((gross for gross, _ in pairs), ZERO)
    nets = [net for _, net in pairs]
    net = sum(nets, ZERO)
    discount = general_discount_total(invoice.header, net)
    included = bool(invoice.header.vat_included)
    vat: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for line, rest in zip(invoice.lines, nets, strict=True):
        share = discount * rest / net if discount and net else ZERO
        rate = line.vat_rate or ZERO
        vat[rate] += vat_of_nets({rate: rest}, share, included)[rate][1]
    return _Sums(nets, gross, net, discount, vat)


def _differences(
    invoice: Invoice, sums: Sequence[_Sums], vat_is_of_lines: bool, taxed: bool
) -> list[Reason]:
    """Return warnings for totals that differ from all of `sums`; the first one is shown.

    `taxed` tells whether taxes that we do not model apply, so that the grand total is unknown.
    """
    header = invoice.header
    most = tolerance(len(invoice.lines))
    of_lines = [one.whole_vat for one in sums] if vat_is_of_lines else []
    vat = _vat_warnings(header, sums, most) if of_lines else []
    # The grand total is right with the stated VAT, or with the computed one.
    stated = [] if header.vat_total is None else [header.vat_total]
    vats = of_lines + stated if vat else stated + of_lines
    if header.vat_included:
        vats = [ZERO]
    if taxed:
        vats = []
    totals = [grand_total(invoice, one.net, vat) for one, vat in product(sums, vats)]
    return [
        *_gross_warnings(invoice, sums, most),
        *(vat or _vat_split_warnings(invoice, most)),
        *_differs("GENELTOPLAM", header.grand_total, totals, most),
    ]


def _gross_warnings(invoice: Invoice, sums: Sequence[_Sums], most: Decimal) -> list[Reason]:
    """Return warnings about Brüt Toplam and the line discounts."""
    header = invoice.header
    only_net = [line for line in invoice.lines if has_only_net_price(line)]
    if not only_net:
        discounts = [one.gross - one.net for one in sums]
        return [
            *_differs("BRUTTUTAR", header.gross_total, [one.gross for one in sums], most),
            *_differs("SAT_ISKT", header.line_discount, discounts, most),
        ]
    # With net prices only the header states the discount.
    if not header.line_discount and any(any(line.discounts) for line in only_net):
        return []
    grosses = [one.net + (header.line_discount or ZERO) for one in sums]
    return _differs("BRUTTUTAR", header.gross_total, grosses, most)


# VAT


def _is_vat_of_lines(invoice: Invoice, sums: _Sums) -> bool:
    """Return whether VAT follows from the lines alone, without other taxes or charges (§8)."""
    header = invoice.header
    return not (
        any(line.vat_rate is None for line in invoice.lines)
        or any((header.special_tax, header.extra_cost1, header.extra_cost2, header.extra_cost3))
        or (header.free_goods_discount and len(sums.vat) > 1)
        or (not header.vat_total and header.kind in (InvoiceKind.EXPORT, InvoiceKind.FOREIGN))
        or _has_vat_words(invoice)
    )


def _has_other_taxes(invoice: Invoice) -> bool:
    if _states(invoice.header.extra, _TAX_MEMBERS):
        return True
    return not invoice.header.special_tax and any(
        _states(line.extra, _LINE_TAX_MEMBERS) for line in invoice.lines
    )


def _states(extra: Extra, names: frozenset[str]) -> bool:
    """Return whether one of the members is present and neither zero nor empty."""
    if not extra or names.isdisjoint(map(str.lower, extra)):  # the most frequent case
        return False
    return any(
        name.lower() in names and bytes(value).strip(b' "0.') not in (b"", b"null", b"false")
        for name, value in extra.items()
    )


def _has_vat_words(invoice: Invoice) -> bool:
    texts = [invoice.header.description, *invoice.header.notes]
    for line in invoice.lines:
        texts += (line.description, line.note1, line.note2)
    folded = fold("\n".join(filter(None, texts)))
    return any(word in folded for word in _VAT_WORDS)


def _vat_warnings(header: InvoiceHeader, sums: Sequence[_Sums], most: Decimal) -> list[Reason]:
    """Compare KDV with the lines and, if it is right, its parts by rate."""
    found = _differs("KDV", header.vat_total, [one.whole_vat for one in sums], most)
    if found:
        return found
    for rate, (number, amount) in _by_rate(header).items():
        if any(rate in one.vat for one in sums):
            computed = [one.vat[rate] for one in sums]
            found += _differs(f"KDV{number}T", amount, computed, most)
        elif abs(amount) > most:
            rates = [spell(rate) for rate in sums[0].vat]
            found.append(Reason(Code.RATE_NOT_ON_LINES, f"KDV{number}O", (spell(rate), *rates)))
    return found


def vat_of_buckets(header: InvoiceHeader) -> dict[Decimal | None, Decimal]:
    """Return rate → KDV of the buckets; None → KDV without a rate; empty if all are zero."""
    amounts = _amounts(header)
    if amounts == _NO_AMOUNTS:
        return {}
    found: dict[Decimal | None, Decimal] = {}
    for rate, amount in zip(_rates(header), amounts, strict=True):
        if amount is not None and (rate or amount):
            key = rate or None
            found[key] = found[key] + amount if key in found else amount
    return found if any(found.values()) else {}


def _by_rate(header: InvoiceHeader) -> dict[Decimal, tuple[int, Decimal]]:
    """Return rate → (number of its first bucket, sum of its buckets)."""
    found: dict[Decimal, tuple[int, Decimal]] = {}
    for number, rate, amount in _buckets(header):
        if rate:
            first, so_far = found.get(rate, (number, ZERO))
            found[rate] = first, so_far + amount
    return found


def _buckets(header: InvoiceHeader) -> Iterator[tuple[int, Decimal | None, Decimal]]:
    """Yield (number, rate, amount) of each VAT bucket with an amount; zero counts beside a rate."""
    for number, rate, amount in zip(_BUCKETS, _rates(header), _amounts(header), strict=True):
        if amount is not None and (rate or amount):
            yield number, rate, amount


def _vat_split_warnings(invoice: Invoice, most: Decimal) -> list[Reason]:
    """Compare KDV with the sum of its parts by rate."""
    amounts = [amount for _, _, amount in _buckets(invoice.header)]
    stated, whole = invoice.header.vat_total, sum(amounts, ZERO)
    if not amounts or stated is None or abs(stated - whole) <= most:
        return []
    return [Reason(Code.VAT_SPLIT_DIFFERS, "KDV", (spell(stated), spell(canonical(whole))))]


# Lines


def _line_warnings(invoice: Invoice, sums: _Sums) -> Iterator[Reason]:
    left = 1 - sums.discount / sums.net if sums.discount and sums.net else _ONE
    included = bool(invoice.header.vat_included)
    for number, (line, net) in enumerate(zip(invoice.lines, sums.nets, strict=True), 1):
        rate = line.vat_rate
        if rate is not None and rate not in KNOWN_RATES:
            yield Reason(Code.UNKNOWN_RATE, "STra_KDV", (spell(rate),), number)
        if line.type_code and line.type_code != invoice.document_type.line_code:
            yield Reason(Code.WRONG_LINE_TYPE, "STra_FTIRSIP", line=number)
        for price in _contradicted_net_price(line, net, left, included):
            yield Reason(Code.NET_PRICE_DIFFERS, "STra_NF", price, number)


def _contradicted_net_price(
    line: InvoiceLine, net: Decimal, left: Decimal, included: bool
) -> Iterator[tuple[str, str]]:
    """Yield (stated, computed) if a net price contradicts `net`, the line after its discounts.

    A net price may also be one after general discounts, which leave the share `left`, or without
    VAT.
    """
    if not (line.net_price and line.gross_price and line.quantity):
        return
    stated = line.quantity * line.net_price
    most = max(TOLERANCE, abs(line.quantity) * _half_of_last_place(line.net_price))
    if abs(stated - net) <= most:
        return
    rest = _HUNDRED + (line.vat_rate or ZERO)
    without_vat = _HUNDRED / rest if included and rest else _ONE
    parts = product((_ONE, left), (_ONE, without_vat))
    if all(abs(stated - net * one * other) > most for one, other in parts):
        yield spell(line.net_price), spell(canonical(net / line.quantity))


def _half_of_last_place(price: Decimal) -> Decimal:
    """Return the greatest rounding error of a price, which has at least two decimals."""
    return _HALF_KURUS.scaleb(min(0, int(price.as_tuple().exponent) + 2))


def _differs(
    name: str, stated: Decimal | None, computed: Iterable[Decimal], most: Decimal
) -> list[Reason]:
    figures = list(computed)
    if stated is None or not figures or any(abs(stated - one) <= most for one in figures):
        return []
    shown = canonical(round_kurus(figures[0]))
    return [Reason(Code.TOTAL_DIFFERS, name, (spell(stated), spell(shown)))]
