"""Whether lines explain totals: figures to the kuruş, and warnings that never stop a document."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from strategies import invoices

from app.domain import arithmetic
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine

D = Decimal


def _worked_example() -> Invoice:
    """The worked example of domain §3."""
    lines = [
        InvoiceLine(stock_code="150-01-0001", quantity=D("10.0"), gross_price=D("150.0"),
                    discount1=D("10.0"), discount2=D("5.0"), vat_rate=D("20.0")),
        InvoiceLine(stock_code="HIZ-NAKLIYE", quantity=D("4.0"), gross_price=D("75.5"),
                    vat_rate=D("10.0")),
    ]  # fmt: skip
    return _with(
        lines, gross_total="1802.0", line_discount="217.5", general_discount_rate1="2.0",
        general_discount1="31.69", vat_total="280.97", grand_total="1833.78",
    )  # fmt: skip


def _with(lines: list[InvoiceLine], **amounts: str) -> Invoice:
    import datetime

    header = InvoiceHeader(
        number="A-1", account_code="120", document_date=datetime.date(2024, 3, 15),
        **{name: D(value) for name, value in amounts.items()},
    )  # fmt: skip
    return Invoice(document_type=DocumentType.SALES, header=header, lines=lines)


def _line(price: str, **more: Decimal | int) -> InvoiceLine:
    return InvoiceLine(stock_code="1", quantity=D("1.0"), gross_price=D(price), **more)


def test_the_worked_example_to_the_kurus() -> None:
    invoice = _worked_example()
    first, second = invoice.lines
    assert arithmetic.line_gross(first) + arithmetic.line_gross(second) == D("1802.00")
    assert arithmetic.line_net(first) == D("1282.50")
    assert arithmetic.line_net(second) == D("302.00")
    assert arithmetic.vat_by_rate(invoice.lines, D("31.69")) == {
        D("20.0"): (D("1256.85"), D("251.37")),
        D("10.0"): (D("295.96"), D("29.60")),
    }
    assert arithmetic.warnings(invoice) == []


def test_vat_is_computed_where_the_header_does_not_say_it() -> None:
    invoice = _worked_example()
    invoice.header.vat_total = None
    assert arithmetic.warnings(invoice) == []


def test_a_withholding_is_a_negative_extra_cost() -> None:
    line = _line("100.0", vat_rate=D("18.0"))
    invoice = _with([line], vat_total="18.0", extra_cost2="-5.4", grand_total="112.6")
    assert arithmetic.warnings(invoice) == []
    invoice.header.extra_cost2 = None
    assert arithmetic.warnings(invoice) == ["GENELTOPLAM: belgede 112,60, kalemlerden 118,00"]


def test_only_the_first_discount_may_be_an_amount() -> None:
    line = _line("100.0", discount1=D("10.0"), discount1_is_amount=1, discount2=D("10.0"))
    assert arithmetic.line_net(line) == D("81.00")


def test_vat_is_taken_out_where_prices_include_it() -> None:
    invoice = _with([_line("120.0", vat_rate=D("20.0"))], grand_total="120.0")
    invoice.header.vat_included = True
    assert arithmetic.warnings(invoice) == []
    assert arithmetic.vat_by_rate(invoice.lines, D(0), included=True) == {
        D("20.0"): (D("100.00"), D("20.00"))
    }


@pytest.mark.parametrize(
    ("stated", "told"),
    [("100.0", False), ("100.05", False), ("99.95", False), ("100.06", True), ("99.94", True),
     ("100.0500001", True)],
)  # fmt: skip
def test_a_difference_beyond_five_kurus_is_told(stated: str, told: bool) -> None:
    invoice = _with([_line("100.0")], gross_total=stated, grand_total="100.0")
    assert bool(arithmetic.warnings(invoice)) is told


def test_rates_and_types_that_do_not_fit_are_told_with_their_place() -> None:
    line = _line("100.0", vat_rate=D("17.0"))
    line.type_code = "2"
    invoice = _with([_line("1.0"), line], vat_total="17.0", grand_total="118.0")
    assert arithmetic.warnings(invoice) == [
        "2. kalem, STra_KDV: bilinmeyen oran %17",
        "2. kalem, STra_FTIRSIP: belge tipiyle uyuşmuyor",
    ]


def test_absurd_figures_are_a_warning_and_never_an_end() -> None:
    huge = D("999999999999999.99999999")
    line = InvoiceLine(
        stock_code="1", quantity=huge, gross_price=huge, vat_rate=D("-100.0"),
        discount1=huge, discount2=huge, discount3=huge, discount4=-huge, discount5=huge,
        discount6=huge,
    )  # fmt: skip
    for included in (False, True):
        invoice = _with([line, line], gross_total="1.0", grand_total="1.0")
        invoice.header.vat_included = included
        assert any("GENELTOPLAM" in warning for warning in arithmetic.warnings(invoice))


@settings(max_examples=40)
@given(invoices())
def test_any_document_can_be_looked_at(invoice: Invoice) -> None:
    for warning in arithmetic.warnings(invoice):
        assert "\n" not in warning
