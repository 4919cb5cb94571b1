"""Generate a whole invoice: lines, totals, notes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

import msgspec

from app.demo import words
from app.demo.cards import DemoStockItem
from app.demo.deal import RETURNS, Deal, pick
from app.demo.lines import invent_lines
from app.demo.numbering import Number
from app.domain import dates
from app.domain.amounts import ZERO, canonical, exact, round_kurus
from app.domain.arithmetic import (
    general_discount_total,
    nets_by_rate,
    rounded_line_sums,
    vat_of_nets,
)
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceKind, InvoiceLine
from app.domain.text import turkish_amount

_HUNDRED = Decimal(100)
_LIRA = Decimal(1)
_PAYMENT_DAYS = (0, 7, 15, 30, 30, 30, 45, 60, 60, 90, 120)
_GENERAL_RATES = tuple(Decimal(text) for text in ("1.0", "2.0", "2.0", "3.0", "5.0", "7.5"))
_WITHHELD_TENTHS = (2, 3, 4, 5, 7, 9)
# Members of Logo's client that we do not model: kept unchanged.
_SWITCHES = {"SonNumaraYazilsin": msgspec.Raw(b"true"), "SeriliHesapla": msgspec.Raw(b"false")}
CURRENCY_WORDS = ("TL", "USD", "EUR")

_GENERAL_DISCOUNT = 0.12
_SECOND_GENERAL = 0.25
_WITHHELD = 0.6  # share of the documents with services


@exact
def invent_invoice(rng: Random, deal: Deal, stock: list[DemoStockItem], number: Number) -> Invoice:
    """Make the invoice of `deal`; its totals match its lines to the kuruş (domain §5)."""
    project = f"PRJ-{deal.day.date.year}-{1 + int(rng.random() * 12):02}"
    header = InvoiceHeader(
        branch=deal.branch,
        number=number.number,
        gib_number=number.gib_number,
        account_code=deal.account.code,
        document_date=deal.day.date,
        kind=deal.kind,
        vat_included=deal.vat_included,
        grand_total=ZERO,
        currency=deal.currency,
        salesman=f"PLS-{1 + int(rng.random() * 9):02}" if rng.random() < 0.35 else None,
        project=project if rng.random() < 0.18 else None,
    )
    lines = invent_lines(rng, deal, stock, header.project, header.salesman)
    _set_terms(rng, header)
    _set_totals(rng, deal, header, lines)
    _set_words(rng, deal, header)
    invoice = Invoice(
        series=number.series, document_type=deal.document_type, header=header, lines=lines
    )
    if rng.random() < 0.3:
        invoice.extra = dict(_SWITCHES)
    return invoice


def _set_terms(rng: Random, header: InvoiceHeader) -> None:
    """Set the terms of payment: ODEMETARIHI = Tarih + ODEMEGUNU; 0 days for a closed invoice."""
    days = 0 if header.kind == InvoiceKind.CLOSED else pick(rng, _PAYMENT_DAYS)
    header.payment_days = days
    header.payment_date = header.document_date + timedelta(days)
    if rng.random() < 0.1:
        header.actual_date = header.posting_date = header.document_date


def _set_totals(rng: Random, deal: Deal, header: InvoiceHeader, lines: list[InvoiceLine]) -> None:
    sums = rounded_line_sums(lines)
    gross = sum((gross for gross, _ in sums), ZERO)
    nets = [net for _, net in sums]
    net = sum(nets, ZERO)
    header.gross_total = canonical(gross)
    header.line_discount = canonical(gross - net) if gross != net else None
    if rng.random() < _GENERAL_DISCOUNT:
        _discount_all(rng, header, net)
    discount = general_discount_total(header, net)
    by_rate = nets_by_rate(lines, nets)
    vat = _set_vat(header, vat_of_nets(by_rate, discount, deal.vat_included))
    total = net - discount + (ZERO if deal.vat_included else vat)
    if deal.services and not deal.old_rates and rng.random() < _WITHHELD:
        total -= _withhold(rng, header, vat)
    if deal.vat_included:
        total = _round_to_lira(header, total)
    header.grand_total = canonical(total)
    if deal.currency:
        header.currency_total = canonical(round_kurus(total / deal.rate))


def _discount_all(rng: Random, header: InvoiceHeader, net: Decimal) -> None:
    """Add one general discount, or a second one on the rest."""
    header.general_discount_rate1 = pick(rng, _GENERAL_RATES)
    first = round_kurus(net * header.general_discount_rate1 / _HUNDRED)
    header.general_discount1 = canonical(first)
    if rng.random() < _SECOND_GENERAL:
        header.general_discount_rate2 = pick(rng, _GENERAL_RATES)
        second = round_kurus((net - first) * header.general_discount_rate2 / _HUNDRED)
        header.general_discount2 = canonical(second)


def _set_vat(header: InvoiceHeader, by_rate: dict[Decimal, tuple[Decimal, Decimal]]) -> Decimal:
    """Write VAT by rate, the highest first; return its total."""
    whole = ZERO
    buckets = sorted(((rate, vat) for rate, (_, vat) in by_rate.items() if rate), reverse=True)
    for n, (rate, vat) in enumerate(buckets, 1):
        setattr(header, f"vat_rate{n}", rate)
        setattr(header, f"vat_amount{n}", canonical(vat))
        whole += vat
    header.vat_total = canonical(whole)
    return whole


def _withhold(rng: Random, header: InvoiceHeader, vat: Decimal) -> Decimal:
    """Withhold tenths of the VAT (tevkifat), which the buyer pays: a negative FAT_ALTM2."""
    tenths = pick(rng, _WITHHELD_TENTHS)
    withheld = round_kurus(vat * tenths / 10)
    header.extra_cost2 = canonical(-withheld)
    header.note2 = f"KDV tevkifatı {tenths}/10"
    return withheld


def _round_to_lira(header: InvoiceHeader, total: Decimal) -> Decimal:
    """Round a retail total to whole lira; the difference is YUVARLAMA."""
    whole = total.quantize(_LIRA)
    if whole == total or not whole:
        return total
    header.rounding = canonical(whole - total)
    return whole


def _set_words(rng: Random, deal: Deal, header: InvoiceHeader) -> None:
    if deal.kind in RETURNS:
        header.description = pick(rng, words.RETURN_DESCRIPTIONS)
    elif rng.random() < 0.5:
        month = dates.MONTHS[header.document_date.month - 1]
        header.description = (
            f"{month} sevkiyatı" if rng.random() < 0.4 else pick(rng, words.DESCRIPTIONS)
        )
    if rng.random() < 0.25:
        header.note1 = pick(rng, words.NOTES)
    if deal.currency:
        rate = turkish_amount(deal.rate, 4)
        header.note3 = f"1 {CURRENCY_WORDS[deal.currency]} = {rate} TL"
    if deal.series is not None and deal.series.name == "EFT":
        header.einvoice_account = True
    if rng.random() < 0.2:
        header.code1 = pick(rng, "SPTİ")
        header.extra = {
            "GENISK1TIP": msgspec.Raw(b"0"),
            "EFatOzelKod": msgspec.Raw('"Şube çıkışı"'.encode()),
        }
