"""The invented company: right to the kuruş, the same each time, and with everything in it."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
import tracemalloc
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import msgspec
import pytest

from app.demo import Company
from app.demo.numbering import SALES_SERIES
from app.domain import amounts, numbers, stated_totals
from app.domain.invoice import (
    DocumentType,
    Invoice,
    InvoiceHeader,
    InvoiceKind,
    InvoiceLine,
    members,
)

RETURNS = (InvoiceKind.RETURN, InvoiceKind.WASTE_RETURN)


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


@pytest.fixture(scope="module")
def invoices(company: Company) -> list[Invoice]:
    return list(company.invoices(5000))


def fingerprint(company: Company, count: int) -> str:
    """A hash over the cards and all of the invoices."""
    found = hashlib.sha256(msgspec.json.encode([company.accounts, company.stock]))
    for invoice in company.invoices(count):
        found.update(msgspec.json.encode(invoice))
    return found.hexdigest()


# The same seed, the same data.


def test_the_same_seed_gives_the_same_data_in_another_process() -> None:
    script = (
        "from test_demo_company import Company, fingerprint; print(fingerprint(Company(7), 400))"
    )
    path = os.pathsep.join([os.path.dirname(__file__), *sys.path])
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert answers == {fingerprint(Company(7), 400)}


def test_another_seed_gives_other_data() -> None:
    assert fingerprint(Company(1), 50) != fingerprint(Company(2), 50)


def test_invoices_may_be_asked_for_again(company: Company) -> None:
    assert list(company.invoices(60)) == list(company.invoices(60))


# Arithmetic, done again here with fractions.


def half_up(value: Fraction) -> Fraction:
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def line_figures(line: InvoiceLine) -> tuple[Fraction, Fraction]:
    gross = rest = half_up(Fraction(line.quantity) * Fraction(line.gross_price or 0))
    for place, discount in enumerate(line.discounts):
        if place == 0 and line.discount1_is_amount:
            rest -= Fraction(discount or 0)
        else:
            rest *= 1 - Fraction(discount or 0) / 100
    return gross, half_up(rest)


def vat_figures(invoice: Invoice, discount: Fraction) -> dict[Fraction, Fraction]:
    nets: dict[Fraction, Fraction] = defaultdict(Fraction)
    for line in invoice.lines:
        nets[Fraction(line.vat_rate or 0)] += line_figures(line)[1]
    whole = sum(nets.values())
    found = {}
    for rate, net in nets.items():
        base = half_up(net - discount * net / whole) if whole else Fraction(0)
        if invoice.header.vat_included:
            base = half_up(base * 100 / (100 + rate))
        found[rate] = half_up(base * rate / 100)
    return {rate: vat for rate, vat in found.items() if rate}


def fraction(amount: Decimal | None) -> Fraction:
    return Fraction(amount or 0)


@pytest.mark.parametrize("seed", [1, 20260101])
def test_every_total_follows_from_the_lines_to_the_kurus(seed: int) -> None:
    for invoice in Company(seed).invoices(2000):
        header = invoice.header
        figures = [line_figures(line) for line in invoice.lines]
        gross, net = (sum(column) for column in zip(*figures, strict=True))
        discount = fraction(header.general_discount1) + fraction(header.general_discount2)
        vat = vat_figures(invoice, discount)
        total = net - discount + fraction(header.extra_cost2) + fraction(header.rounding)
        if not header.vat_included:
            total += sum(vat.values())

        assert fraction(header.gross_total) == gross
        assert fraction(header.line_discount) == gross - net
        assert {Fraction(rate): Fraction(v) for rate, v in header.vat_buckets} == vat
        assert fraction(header.vat_total) == sum(vat.values())
        assert fraction(header.grand_total) == total
        assert total > 0
        assert stated_totals.warnings(invoice) == []


def test_general_discounts_are_their_rate_of_what_is_left(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        rest = sum(line_figures(line)[1] for line in invoice.lines)
        for rate, amount in invoice.header.general_discounts:
            assert Fraction(amount) == half_up(rest * fraction(rate) / 100)
            rest -= Fraction(amount)


def test_the_net_price_is_the_gross_price_after_the_lines_own_discounts(
    invoices: list[Invoice],
) -> None:
    for line in itertools.chain.from_iterable(invoice.lines for invoice in invoices):
        if line.discount1_is_amount:
            expected = line_figures(line)[1] / Fraction(line.quantity)
        else:
            expected = fraction(line.gross_price)
            for discount in line.discounts:
                expected *= 1 - fraction(discount) / 100
        assert abs(fraction(line.net_price) - expected) <= Fraction(1, 2 * 10**8)


def test_a_foreign_price_times_the_rate_is_the_price_in_lira(
    company: Company, invoices: list[Invoice]
) -> None:
    for invoice in invoices:
        header = invoice.header
        if not header.currency:
            assert header.currency_total is None
            continue
        rate = company.almanac.day(header.document_date).rates[header.currency]
        for line in invoice.lines:
            assert line.currency == header.currency
            assert line.gross_price == (line.currency_price or 0) * rate
        assert fraction(header.currency_total) == half_up(
            fraction(header.grand_total) / Fraction(rate)
        )


# Dates and numbers.


def test_documents_come_in_the_order_of_their_dates_on_weekdays_mostly(
    invoices: list[Invoice],
) -> None:
    days = [invoice.header.document_date for invoice in invoices]
    assert days == sorted(days)
    assert days[0] <= date(2025, 1, 3)
    assert days[-1] >= date(2026, 10, 28)
    assert days[-1] <= date(2026, 10, 31)
    assert 0 < sum(day.weekday() >= 5 for day in days) < len(days) * 0.1


def test_the_last_day_may_be_another() -> None:
    days = [i.header.document_date for i in Company(last_day=date(2027, 2, 10)).invoices(900)]
    assert date(2025, 5, 1) <= min(days) < max(days) <= date(2027, 2, 10)


def test_each_sales_series_is_without_a_gap(invoices: list[Invoice]) -> None:
    tails: dict[str, list[int | None]] = defaultdict(list)
    for invoice in invoices:
        if invoice.document_type is DocumentType.SALES:
            number = numbers.split(invoice.header.number, invoice.series)
            assert len(invoice.header.number) == numbers.WIDTH
            assert numbers.series_of(number.prefix) == invoice.series
            tails[number.prefix].append(number.tail)
    assert {numbers.series_of(prefix) for prefix in tails} == {s.name for s in SALES_SERIES}
    assert {"RDM2025", "RDM2026", "A", "IHR2026"} <= set(tails)
    for found in tails.values():
        assert found == list(range(1, len(found) + 1))


def test_a_year_in_a_number_is_the_documents_own(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        prefix = numbers.split(invoice.header.number, invoice.series).prefix
        if numbers.is_year_prefix(prefix):
            assert prefix.endswith(str(invoice.header.document_date.year))
            gib_number = invoice.header.gib_number or ""
            assert len(gib_number) == 16
            assert numbers.narrow_gib_number(gib_number) == invoice.header.number


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_supplier_gives_no_number_twice(seed: int) -> None:
    purchases = [
        (invoice.header.account_code, invoice.header.number)
        for invoice in Company(seed).invoices(4000)
        if invoice.document_type is DocumentType.PURCHASE
    ]
    assert len(purchases) == len(set(purchases)) > 1000


def test_suppliers_write_numbers_of_many_formats(invoices: list[Invoice]) -> None:
    found = {
        "".join("9" if c.isdigit() else "X" if c.isalpha() else c for c in invoice.header.number)
        for invoice in invoices
        if invoice.document_type is DocumentType.PURCHASE
    }
    assert {"X-999", "9999/9999", "XXX999999", "9" * 15, "XXX" + "9" * 12} <= found


# Members.


def test_cards_are_as_many_as_promised_and_different(company: Company) -> None:
    assert len({account.code for account in company.accounts}) == 200
    assert len({account.name for account in company.accounts}) == 200
    assert len({item.code for item in company.stock}) == 300
    assert len({item.name for item in company.stock}) == 300
    assert sum(item.code.startswith("HIZ-") for item in company.stock) == 12
    for item in company.stock:
        assert item.price > 0
        assert len(item.code) <= 35
    for account in company.accounts:
        assert account.code[:3] in ("120", "320")
        assert len(account.code) <= 15
        assert len(account.tax_number) in (0, 10, 11)


def test_no_tax_number_can_be_anybodys(company: Company) -> None:
    def check_digit(digits: list[int]) -> int:
        shifted = [(digit + 9 - place) % 10 for place, digit in enumerate(digits)]
        powers = [n * 2 ** (9 - place) % 9 or 9 for place, n in enumerate(shifted) if n]
        return -sum(powers) % 10

    for account in company.accounts:
        digits = [int(c) for c in account.tax_number]
        if len(digits) == 10:
            assert digits[9] != check_digit(digits[:9])
        elif len(digits) == 11:
            assert digits[10] != sum(digits[:10]) % 10


def test_every_member_is_within_its_limits_and_canonical(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        # Decoding checks the limits that the structs state.
        assert msgspec.json.decode(msgspec.json.encode(invoice), type=Invoice) == invoice
        for record in (invoice.header, *invoice.lines):
            for member in members(type(record)):
                value = getattr(record, member.attribute)
                if isinstance(value, Decimal):
                    assert str(value) == amounts.spell(amounts.canonical(value, member.places))


def test_accounts_and_stock_items_of_documents_have_cards(
    company: Company, invoices: list[Invoice]
) -> None:
    names = {account.code for account in company.accounts}
    items = {item.code for item in company.stock}
    for invoice in invoices:
        assert invoice.header.account_code in names
        ledger = "120" if invoice.document_type is DocumentType.SALES else "320"
        assert invoice.header.account_code.startswith(ledger)
        assert {line.stock_code for line in invoice.lines} <= items


def test_goods_go_the_way_that_type_and_kind_say(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        is_sale = invoice.document_type is DocumentType.SALES
        goes_out = is_sale != (invoice.header.kind in RETURNS)
        for order, line in enumerate(invoice.lines, 1):
            assert line.order == order
            assert line.direction == ("C" if goes_out else "G")
            assert line.type_code == invoice.document_type.line_code


def test_payment_follows_the_date(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        header = invoice.header
        assert header.payment_days is not None
        assert header.payment_date == header.document_date + timedelta(header.payment_days)


def test_old_vat_rates_stand_on_returns_only(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        rates = {line.vat_rate for line in invoice.lines}
        if rates & {Decimal(18), Decimal(8)}:
            assert invoice.header.kind in RETURNS
            assert not rates & {Decimal(20), Decimal(10)}


# Everything is in it.


def header_features(header: InvoiceHeader) -> dict[str, bool]:
    return {
        "return": header.kind == InvoiceKind.RETURN,
        "waste return": header.kind == InvoiceKind.WASTE_RETURN,
        "closed": header.kind == InvoiceKind.CLOSED,
        "export": header.kind == InvoiceKind.EXPORT,
        "import": header.kind == InvoiceKind.FOREIGN,
        "withholding": (header.extra_cost2 or 0) < 0,
        "currency 1": header.currency == 1,
        "currency 2": header.currency == 2,
        "line discount": header.line_discount is not None,
        "general discount": header.general_discount1 is not None,
        "second general discount": header.general_discount2 is not None,
        "VAT included": header.vat_included is True,
        "rounding": header.rounding is not None,
        "salesman": header.salesman is not None,
        "project": header.project is not None,
        "branch 1": header.branch == 1,
        "note": header.note1 is not None,
        "Turkish letters": any(c in "ğĞıİşŞ" for c in (header.note1 or "")),
        "description": header.description is not None,
        "extra in header": bool(header.extra),
        "three rates": len(header.vat_buckets) == 3,
        "e-invoice": header.einvoice_account is True,
    }


def line_features(line: InvoiceLine) -> dict[str, bool]:
    return {
        f"VAT {line.vat_rate}": True,
        "cascaded discounts": line.discount2 is not None,
        "discount as amount": line.discount1_is_amount == 1,
        "broken quantity": line.quantity % 1 != 0,
        "service": line.stock_code.startswith("HIZ-"),
        "waybill": line.waybill_number is not None,
        "free goods": line.free_quantity is not None,
        "extra in line": bool(line.extra),
    }


def test_five_thousand_documents_have_everything(invoices: list[Invoice]) -> None:
    found: Counter[str] = Counter()
    for invoice in invoices:
        found[invoice.document_type.word] += 1
        found[f"series {invoice.series}"] += 1
        found["extra"] += bool(invoice.extra)
        for feature, has in header_features(invoice.header).items():
            found[feature] += has
        for line in invoice.lines:
            for feature, has in line_features(line).items():
                found[feature] += has
    rates = {f"VAT {rate}.0" for rate in (0, 1, 8, 10, 18, 20)}
    series = {f"series {series.name}" for series in SALES_SERIES}
    assert rates | series <= set(found)
    assert {feature: n for feature, n in found.items() if n < 10 and "series" not in feature} == {}
    assert found["satis"] > 2500
    assert found["alis"] > 1500


def test_documents_have_one_to_twelve_lines_mostly_three_to_five(invoices: list[Invoice]) -> None:
    counts = Counter(len(invoice.lines) for invoice in invoices)
    assert set(counts) == set(range(1, 13))
    assert counts[3] + counts[4] + counts[5] > len(invoices) / 2


# Size.


@pytest.mark.parametrize("count", [0, 1, 7])
def test_few_documents_are_as_many_as_asked_for(company: Company, count: int) -> None:
    assert len(list(company.invoices(count))) == count


def test_memory_does_not_grow_with_the_number(company: Company) -> None:
    documents = company.invoices(1_000_000)
    for _ in itertools.islice(documents, 500):
        pass
    tracemalloc.start()
    try:
        for _ in itertools.islice(documents, 2500):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 300_000
