"""Totals that a document leaves out are made from its lines; those it states stay as they are."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain import stated_totals
from app.domain.computed_totals import with_totals
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.reasons import Code, DocumentError, text
from tests.netsis.strategies import invoices, plain_invoices

D = Decimal


def line(
    quantity: str, price: str | None, rate: str | None = "20.0", **more: object
) -> InvoiceLine:
    given_rate = None if rate is None else D(rate)
    return InvoiceLine(
        stock_code="S", quantity=D(quantity), gross_price=price and D(price), vat_rate=given_rate,
        **more,
    )  # fmt: skip


def document(*lines: InvoiceLine, included: bool | None = None, **amounts: str) -> Invoice:
    header = InvoiceHeader(
        number="A-1", account_code="120", document_date=date(2024, 3, 15), vat_included=included,
        **{"grand_total": None} | {name: D(value) for name, value in amounts.items()},
    )  # fmt: skip
    return Invoice(document_type=DocumentType.SALES, header=header, lines=list(lines))


def totals(invoice: Invoice) -> tuple[str, str, str]:
    """Brüt, KDV and GENELTOPLAM after computing."""
    header = with_totals(invoice)[0].header
    return str(header.gross_total), str(header.vat_total), str(header.grand_total)


def told(invoice: Invoice) -> list[str]:
    return list(map(text, with_totals(invoice)[1]))


COMPUTED = "toplamlar kalemlerden hesaplandı"
TWO = (
    line("10.0", "150.0", discount1=D("10.0"), discount2=D("5.0")), line("4.0", "75.5", "10.0"),
)  # fmt: skip
ONE = (line("2.0", "100.0"),)


@pytest.mark.parametrize(
    ("invoice", "expected"),
    [
        (document(*TWO, general_discount_rate1="2.0"), ("1802.0", "280.97", "1833.78")),
        (document(*TWO, general_discount1="31.69"), ("1802.0", "280.97", "1833.78")),
        # 200 less 10 of free goods, less 10 %, less 10 % of the rest
        (
            document(*ONE, free_goods_discount="10.0", general_discount_rate1="10.0",
                     general_discount_rate2="10.0"),
            ("200.0", "30.78", "184.68"),
        ),
        (document(*ONE, extra_cost1="15.5"), ("200.0", "40.0", "255.5")),
        # Tevkifat: 3/10 of 18
        (document(line("1.0", "100.0", "18.0"), extra_cost2="-5.4"), ("100.0", "18.0", "112.6")),
        # ÖTV is in the base of KDV
        (document(*ONE, special_tax="20.0"), ("200.0", "44.0", "264.0")),
        (document(*ONE, rounding="-0.4"), ("200.0", "40.0", "239.6")),
        (document(line("3.0", "120.5", None), included=True), ("361.5", "0.0", "361.5")),
        (document(line("1.0", "120.0"), included=True), ("120.0", "20.0", "120.0")),
        # The kuruş is rounded half up
        (document(line("1.0", "0.125", "0.0")), ("0.13", "0.0", "0.13")),
        (document(line("1.0", "0.25", "10.0")), ("0.25", "0.03", "0.28")),
        # The net price, where a serialiser wrote no gross one
        (document(line("3.0", None, net_price=D("12.5"))), ("37.5", "7.5", "45.0")),
        (document(line("3.0", "0.0", net_price=D("12.5"))), ("37.5", "7.5", "45.0")),
        # Zero totals beside lines that are not zero are as good as none
        (
            document(*ONE, gross_total="0.0", vat_total="0.0", grand_total="0.0"),
            ("200.0", "40.0", "240.0"),
        ),
        (
            document(*ONE, gross_total="200.0", vat_total="40.0", grand_total="0.0"),
            ("200.0", "40.0", "240.0"),
        ),
        # What is stated is believed, also by what is computed from it
        (document(*ONE, gross_total="199.0", vat_total="36.0"), ("199.0", "36.0", "236.0")),
        (document(line("1.0", "0.0")), ("0.0", "0.0", "0.0")),
    ],
)  # fmt: skip
def test_totals_by_the_rules_of_logos_manual(
    invoice: Invoice, expected: tuple[str, str, str]
) -> None:
    assert totals(invoice) == expected
    assert told(invoice)[0] == COMPUTED
    again, _ = with_totals(invoice)
    assert with_totals(again) == (again, [])
    if invoice.header.gross_total != D("199.0"):
        assert stated_totals.warnings(again) == []


def test_a_total_of_zero_beside_a_cost_or_a_vat_of_the_header_is_computed_too() -> None:
    nothing = line("1.0", "0.0")
    assert totals(document(nothing, extra_cost1="240.0", grand_total="0.0"))[2] == "240.0"
    assert totals(document(nothing, special_tax="100.0", grand_total="0.0"))[2] == "100.0"
    assert totals(document(nothing, vat_total="1396.0", grand_total="0.0"))[2] == "1396.0"


def test_a_line_without_a_rate_is_told_where_the_vat_was_computed() -> None:
    lines = (line("1.0", "100.0"), line("1.0", "50.0", None))
    assert told(document(*lines)) == [
        COMPUTED,
        "2. kalem, KDV oranı (STra_KDV): yok; KDV 0 sayıldı",
    ]
    assert totals(document(*lines)) == ("150.0", "20.0", "170.0")
    assert told(document(*lines, vat_total="30.0")) == [COMPUTED]


@pytest.mark.parametrize(
    "stated",
    [
        document(*ONE, grand_total="1.0"),
        document(*ONE, grand_total="1.0", vat_total="0.0", gross_total="0.0"),
        document(line("1.0", "0.0"), grand_total="0.0", vat_total="0.0"),
        document(line("1.0", "100.0", discount1=D("100.0")), grand_total="0.0"),
        document(*ONE, grand_total="0.0", vat_total="0.0", free_goods_discount="200.0"),
        document(line("1.0", None), grand_total="0.0"),
        document(line("999999999999999.0", "10.0"), grand_total="0.0"),
    ],
)
def test_a_total_that_says_what_it_means_is_left_alone(stated: Invoice) -> None:
    found, reasons = with_totals(stated)
    assert found is stated
    assert reasons == []


@pytest.mark.parametrize(
    ("invoice", "sentence"),
    [
        (
            document(*ONE, line("1.0", None)),
            "2. kalem, Fiyat (STra_BF): fiyat yok; toplamlar hesaplanamadı",
        ),
        (
            document(line("999999999999999.0", "10.0")),
            "Genel toplam (GENELTOPLAM): çok büyük bir sayı (en çok 15 basamak)",
        ),
    ],
)
def test_without_a_total_and_without_what_it_comes_from_a_document_is_refused(
    invoice: Invoice, sentence: str
) -> None:
    with pytest.raises(DocumentError) as error:
        with_totals(invoice)
    assert str(error.value) == sentence


def without_totals(invoice: Invoice) -> Invoice:
    header = replace(invoice.header, gross_total=None, vat_total=None, grand_total=None)
    return replace(invoice, header=header)


@settings(max_examples=300)
@given(plain_invoices())
def test_what_was_computed_is_explained_by_the_lines_and_computed_once(invoice: Invoice) -> None:
    with localcontext(Context(prec=3)):
        found, reasons = with_totals(without_totals(invoice))
    assert reasons[0].code is Code.TOTALS_COMPUTED
    assert found.lines == invoice.lines
    warned = {one.field for one in stated_totals.warnings(found)}
    assert not warned & {"GENELTOPLAM", "BRUTTUTAR"}
    assert with_totals(found)[0] == found
    assert without_totals(found) == without_totals(invoice)


@given(invoices())
def test_any_document_with_a_grand_total_stays_as_it_is(invoice: Invoice) -> None:
    assume(invoice.header.grand_total)
    assert with_totals(invoice)[0] is invoice


@pytest.mark.parametrize("name", ["gross_total", "vat_total"])
@given(plain_invoices(), st.decimals(1, 1000, places=2))
def test_a_total_that_is_stated_stays_where_others_are_computed(
    name: str, invoice: Invoice, amount: Decimal
) -> None:
    header = replace(without_totals(invoice).header, **{name: amount})
    found, _ = with_totals(replace(invoice, header=header))
    assert found.header.grand_total is not None
    assert getattr(found.header, name) == amount
