"""Whether lines explain totals: figures to the kuruş, and warnings that never stop a document."""

from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import arithmetic, stated_totals
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.reasons import text
from tests.netsis.strategies import canonical_amounts, invoices, vat_by_rate

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
    header = InvoiceHeader(
        number="A-1", account_code="120", document_date=date(2024, 3, 15),
        **{"grand_total": D("0.0")} | {name: D(value) for name, value in amounts.items()},
    )  # fmt: skip
    return Invoice(document_type=DocumentType.SALES, header=header, lines=lines)


def _line(price: str, **more: Decimal | int) -> InvoiceLine:
    return InvoiceLine(stock_code="1", quantity=D("1.0"), gross_price=D(price), **more)


def told(invoice: Invoice) -> list[str]:
    return list(map(text, stated_totals.warnings(invoice)))


def test_the_worked_example_to_the_kurus() -> None:
    invoice = _worked_example()
    assert arithmetic.line_sums(invoice.lines) == [
        (D("1500.00"), D("1282.50")), (D("302.00"), D("302.00"))
    ]  # fmt: skip
    assert vat_by_rate(invoice.lines, D("31.69")) == {
        D("20.0"): (D("1256.85"), D("251.37")),
        D("10.0"): (D("295.96"), D("29.60")),
    }
    assert stated_totals.warnings(invoice) == []


def test_vat_is_computed_where_the_header_does_not_say_it() -> None:
    invoice = _worked_example()
    invoice.header.vat_total = None
    assert stated_totals.warnings(invoice) == []


def test_a_withholding_is_a_negative_extra_cost() -> None:
    line = _line("100.0", vat_rate=D("18.0"))
    invoice = _with([line], vat_total="18.0", extra_cost2="-5.4", grand_total="112.6")
    assert stated_totals.warnings(invoice) == []
    invoice.header.extra_cost2 = None
    assert told(invoice) == ["Genel toplam (GENELTOPLAM): belgede 112,60, kalemlerden 118,00"]


def test_a_general_discount_given_only_as_a_rate_is_of_what_those_before_it_leave() -> None:
    """200 less 10 of free goods, less 10 %, less 20.00 as stated, less 50 %."""
    invoice = _with(
        [_line("200.0", vat_rate=D("20.0"))], free_goods_discount="10.0",
        general_discount_rate1="10.0", general_discount1="0.0", general_discount_rate2="1.0",
        general_discount2="20.0", general_discount_rate3="50.0", vat_total="15.1",
        grand_total="90.6",
    )  # fmt: skip
    assert arithmetic.general_discount_total(invoice.header, D("200.0")) == D("124.5")
    assert stated_totals.warnings(invoice) == []
    invoice.header.general_discount_rate3 = None
    assert told(invoice) == [
        "KDV tutarı (KDV): belgede 15,10, kalemlerden 30,20",
        "Genel toplam (GENELTOPLAM): belgede 90,60, kalemlerden 181,20",
    ]


def test_a_line_without_a_gross_price_counts_at_its_net_price() -> None:
    for gross_price in (None, D("0.0")):
        line = InvoiceLine(stock_code="1", quantity=D("3.0"), gross_price=gross_price,
                           net_price=D("12.5"), discount1=D("10.0"))  # fmt: skip
        assert told(_with([line], vat_total="0.0", grand_total="37.5")) == []
        assert told(_with([line], vat_total="0.0", grand_total="33.75")) == [
            "Genel toplam (GENELTOPLAM): belgede 33,75, kalemlerden 37,50"
        ]


def test_only_the_first_discount_may_be_an_amount() -> None:
    line = _line("100.0", discount1=D("10.0"), discount1_is_amount=1, discount2=D("10.0"))
    assert arithmetic.line_net(line) == D("81.00")


def test_vat_is_taken_out_where_prices_include_it() -> None:
    invoice = _with([_line("120.0", vat_rate=D("20.0"))], grand_total="120.0")
    invoice.header.vat_included = True
    assert stated_totals.warnings(invoice) == []
    assert vat_by_rate(invoice.lines, D(0), included=True) == {D("20.0"): (D("100.00"), D("20.00"))}


@pytest.mark.parametrize(
    ("stated", "is_told"),
    [("100.0", False), ("100.05", False), ("99.95", False), ("100.06", True), ("99.94", True),
     ("100.0500001", True)],
)  # fmt: skip
def test_a_difference_beyond_five_kurus_is_told(stated: str, is_told: bool) -> None:
    invoice = _with([_line("100.0")], gross_total=stated, grand_total="100.0")
    assert bool(stated_totals.warnings(invoice)) is is_told


def test_rates_and_types_that_do_not_fit_are_told_with_their_place() -> None:
    line = _line("100.0", vat_rate=D("17.0"))
    line.type_code = "2"
    invoice = _with([_line("1.0"), line], vat_total="17.0", grand_total="118.0")
    assert told(invoice) == [
        "2. kalem, KDV oranı (STra_KDV): bilinmeyen oran %17",
        "2. kalem, Kalemin belge tipi (STra_FTIRSIP): belge tipiyle uyuşmuyor",
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
        assert any(warning.field == "GENELTOPLAM" for warning in stated_totals.warnings(invoice))


@settings(max_examples=40)
@given(invoices())
def test_any_document_can_be_looked_at(invoice: Invoice) -> None:
    for warning in told(invoice):
        assert "\n" not in warning


# The same figures in fractions, which never round unasked.


def kurus(value: Fraction) -> Fraction:
    """Half up, away from zero."""
    size = Fraction(floor(abs(value) * 100 + Fraction(1, 2)), 100)
    return -size if value < 0 else size


def in_fractions(value: Decimal | None) -> Fraction:
    return Fraction(value or 0)


def gross_in_fractions(line: InvoiceLine) -> Fraction:
    return in_fractions(line.quantity) * in_fractions(line.gross_price)


def net_in_fractions(line: InvoiceLine, rest: Fraction) -> Fraction:
    for number, discount in enumerate(line.discounts, 1):
        if number == 1 and line.discount1_is_amount:
            rest -= in_fractions(discount)
        else:
            rest *= 1 - in_fractions(discount) / 100
    return rest


def vat_in_fractions(
    lines: Iterable[InvoiceLine], discount: Fraction, included: bool
) -> dict[Fraction, tuple[Fraction, Fraction]]:
    nets: dict[Fraction, Fraction] = {}
    for line in lines:
        rate = in_fractions(line.vat_rate)
        net = net_in_fractions(line, gross_in_fractions(line))
        nets[rate] = nets.get(rate, Fraction(0)) + net
    whole = sum(nets.values())
    found = {}
    for rate, net in nets.items():
        base = kurus(net - (discount * net / whole if whole else 0))
        if included and rate != -100:
            base = kurus(base * 100 / (100 + rate))
        found[rate] = (base, kurus(base * rate / 100))
    return found


AMOUNTS = canonical_amounts()
LINES = st.builds(
    lambda values: InvoiceLine(stock_code="S", **values),
    st.fixed_dictionaries(
        {"quantity": AMOUNTS, "gross_price": AMOUNTS},
        optional={f"discount{n}": AMOUNTS for n in range(1, 7)}
        | {"discount1_is_amount": st.sampled_from([0, 1]), "vat_rate": canonical_amounts(2)},
    ),
)


def test_a_small_discount_on_a_huge_line_is_not_lost() -> None:
    huge = D("999999999999999.0")
    line = InvoiceLine(
        stock_code="S", quantity=huge, gross_price=huge, discount1=D("0.01"), discount1_is_amount=1
    )
    gross, net = D("999999999999998000000000000001.00"), D("999999999999998000000000000000.99")
    assert arithmetic.line_sums([line]) == [(gross, net)]


@settings(max_examples=300)
@given(st.lists(LINES, min_size=1, max_size=4), AMOUNTS, st.booleans())
def test_every_figure_is_exact(lines: list[InvoiceLine], discount: Decimal, included: bool) -> None:
    exact, rounded = arithmetic.line_sums(lines), arithmetic.rounded_line_sums(lines)
    for line, one, other in zip(lines, exact, rounded, strict=True):
        gross = gross_in_fractions(line)
        assert one[1] == arithmetic.line_net(line)
        assert tuple(map(Fraction, one)) == (gross, net_in_fractions(line, gross))
        rest = kurus(net_in_fractions(line, kurus(gross)))
        assert tuple(map(Fraction, other)) == (kurus(gross), rest)
    assert {
        Fraction(rate): (Fraction(base), Fraction(vat))
        for rate, (base, vat) in vat_by_rate(lines, discount, included).items()
    } == vat_in_fractions(lines, Fraction(discount), included)


HEADER_AMOUNTS = (
    "gross_total", "line_discount", "free_goods_discount", "vat_total", "special_tax", "rounding",
    *(f"general_discount{n}" for n in (1, 2, 3)), *(f"extra_cost{n}" for n in (1, 2, 3)),
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(LINES, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(HEADER_AMOUNTS), AMOUNTS),
    AMOUNTS,
    st.booleans(),
)
def test_what_is_told_does_not_depend_on_the_context_of_the_thread(
    lines: list[InvoiceLine], figures: dict[str, Decimal], total: Decimal, included: bool
) -> None:
    invoice = _with(lines)
    for name, amount in {**figures, "grand_total": total}.items():
        setattr(invoice.header, name, amount)
    invoice.header.vat_included = included
    with localcontext(Context(prec=3)):
        coarse = (
            stated_totals.warnings(invoice),
            arithmetic.general_discount_total(invoice.header, total),
            arithmetic.extra_costs(invoice.header),
        )
    with localcontext(Context(prec=400)):
        assert coarse == (
            stated_totals.warnings(invoice),
            arithmetic.general_discount_total(invoice.header, total),
            arithmetic.extra_costs(invoice.header),
        )
