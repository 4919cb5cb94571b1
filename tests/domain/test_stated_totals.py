"""Totals that a document states against its lines: each wrong one is told, and no right one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from test_quick_sums import quick

from app.demo import Company
from app.domain import amounts, arithmetic, stated_totals
from app.domain.amounts import ZERO, canonical
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceKind, InvoiceLine
from app.domain.reasons import text
from tests.scale import rounds

D = Decimal
Mistake = Callable[[Invoice, st.DataObject, Decimal], None]


def line(price: str = "100.0", quantity: str = "2.0", **more: object) -> InvoiceLine:
    values = {"gross_price": D(price), "net_price": D(price), "vat_rate": D("20.0")}
    return InvoiceLine(stock_code="STK-001", quantity=D(quantity), **(values | more))  # type: ignore[arg-type]


def invoice(lines: InvoiceLine | Iterable[InvoiceLine], **members: object) -> Invoice:
    figures = {
        name: D(value) if isinstance(value, str) and not name.startswith("note") else value
        for name, value in members.items()
    }
    header = InvoiceHeader(
        number="W1", account_code="120", document_date=date(2024, 3, 15), **figures
    )
    found = [lines] if isinstance(lines, InvoiceLine) else list(lines)
    return Invoice(document_type=DocumentType.SALES, header=header, lines=found)


def told(document: Invoice) -> list[str]:
    """The warnings; where there is one, the quick look has to leave the document alone."""
    found = list(map(text, stated_totals.warnings(document)))
    assert not (found and quick(document))
    return found


# VAT of 200 at 20 %


PLAIN = {"gross_total": "200.0", "vat_total": "40.0", "grand_total": "240.0"}
SPLIT = PLAIN | {"vat_rate1": "20.0", "vat_amount1": "40.0"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"vat_total": "0.0"}, ["KDV tutarı (KDV): belgede 0,00, kalemlerden 40,00"]),
        ({"vat_total": "45.0"}, ["KDV tutarı (KDV): belgede 45,00, kalemlerden 40,00"]),
        (
            {"vat_total": "45.0", "grand_total": "245.0"},
            ["KDV tutarı (KDV): belgede 45,00, kalemlerden 40,00"],
        ),
        ({"vat_rate1": "10.0"}, ["1. KDV oranı (KDV1O): belgede %10, kalemlerde %20"]),
        ({"vat_amount1": "35.0"}, ["1. KDV tutarı (KDV1T): belgede 35,00, kalemlerden 40,00"]),
        (
            {"vat_rate2": "10.0", "vat_amount2": "5.0"},
            ["2. KDV oranı (KDV2O): belgede %10, kalemlerde %20"],
        ),
        ({"vat_rate2": "10.0", "vat_amount2": "0.0", "vat_rate3": "1.0"}, []),
        ({"vat_rate1": "0.0", "vat_amount1": "0.0"}, []),
        ({"vat_rate1": None}, []),
        (
            {"vat_rate1": None, "vat_amount1": "35.0"},
            ["KDV tutarı (KDV): belgede 40,00, oranlara göre tutarların toplamı 35,00"],
        ),
        (
            {"grand_total": "250.0"},
            ["Genel toplam (GENELTOPLAM): belgede 250,00, kalemlerden 240,00"],
        ),
    ],
)
def test_what_a_header_says_of_the_vat(change: dict[str, str], expected: list[str]) -> None:
    assert told(invoice(line(), **(SPLIT | change))) == expected


def test_a_line_at_another_rate_is_one_fault_and_is_told_once() -> None:
    document = invoice(line(vat_rate=D("10.0")), **SPLIT)
    assert told(document) == ["KDV tutarı (KDV): belgede 40,00, kalemlerden 20,00"]


def test_parts_by_rate_that_changed_places_are_both_told() -> None:
    figures = {"grand_total": "460.0", "vat_total": "60.0", "vat_rate1": "10.0",
               "vat_amount1": "40.0", "vat_rate2": "20.0", "vat_amount2": "20.0"}  # fmt: skip
    assert told(invoice([line(), line(vat_rate=D("10.0"))], **figures)) == [
        "1. KDV tutarı (KDV1T): belgede 40,00, kalemlerden 20,00",
        "2. KDV tutarı (KDV2T): belgede 20,00, kalemlerden 40,00",
    ]


@pytest.mark.parametrize(("stated", "is_right"), [("33.33", True), ("40.0", False)])
def test_prices_that_include_the_vat(stated: str, is_right: bool) -> None:
    figures = {"gross_total": "200.0", "vat_total": stated, "grand_total": "200.0"}
    document = invoice(line(), vat_included=True, **figures)
    expected = [] if is_right else [f"KDV tutarı (KDV): belgede {stated[:2]},00, kalemlerden 33,33"]
    assert told(document) == expected


@pytest.mark.parametrize("places", [1, 2, 3])
def test_a_general_discount_as_a_rate_alone_cascades(places: int) -> None:
    rates = {f"general_discount_rate{n}": "10.0" for n in range(1, places + 1)}
    rest = 200 * D("0.9") ** places
    right = {"vat_total": str(rest / 5), "grand_total": str(rest * 6 / 5)}
    assert told(invoice(line(), **(rates | right))) == []
    assert len(told(invoice(line(), **(rates | right | {"grand_total": "240.0"})))) == 1


# What may not be accused (domain §8)


@pytest.mark.parametrize(
    "change",
    [
        {"extra_cost2": "-36.0", "grand_total": "204.0"},  # withholding
        {"extra_cost2": "-36.0", "vat_total": "4.0", "grand_total": "168.0"},
        {"extra_cost1": "10.0", "vat_total": "42.0", "grand_total": "252.0"},  # commission
        {"extra_cost3": "10.0", "vat_total": "42.0", "grand_total": "252.0"},
        {"special_tax": "20.0", "vat_total": "44.0", "grand_total": "264.0"},  # ÖTV
        {"rounding": "-0.4", "grand_total": "239.6"},
        {"kind": InvoiceKind.EXPORT, "vat_total": "0.0", "grand_total": "200.0"},
        {"kind": InvoiceKind.FOREIGN, "vat_total": "0.0", "grand_total": "200.0"},
        {"note3": "Özel Matrah: 805", "vat_total": "3.0", "grand_total": "203.0"},
        {"note1": "301 Mal ihracatı İSTİSNASI", "vat_total": "0.0", "grand_total": "200.0"},
        {"extra": {"HalFaturasi": Raw(b"1")}, "vat_total": "41.6", "grand_total": "225.6"},
        {"extra": {"KONAKLAMA": Raw(b"true")}, "vat_total": "40.0", "grand_total": "244.0"},
    ],
)  # fmt: skip
def test_taxes_and_costs_that_are_not_in_the_lines_are_no_fault(change: dict[str, object]) -> None:
    assert told(invoice(line(), **(PLAIN | change))) == []
    split = {"vat_rate1": "20.0", "vat_amount1": "77.0"}
    (warning,) = told(invoice(line(), **(PLAIN | split | change)))
    assert "belgede 77,00" in warning if "rounding" in change else "toplamı 77,00" in warning


def test_a_tax_on_a_line_that_is_not_modelled_is_no_fault() -> None:
    taxed = line(extra={"Stra_Otv": Raw(b"20.0")})
    assert told(invoice(taxed, vat_total="44.0", grand_total="264.0")) == []
    for zero in (b"0", b"0.0", b'"0"', b'""', b"null", b"false"):
        plain = line(extra={"Stra_Otv": Raw(zero)})
        assert len(told(invoice(plain, vat_total="44.0", grand_total="264.0"))) == 2


def test_a_line_without_a_rate_leaves_only_the_parts_by_rate_to_compare() -> None:
    for vat, total in (("40.0", "240.0"), ("7.0", "207.0")):
        assert told(invoice(line(vat_rate=None), vat_total=vat, grand_total=total)) == []
    unknown = invoice(line(vat_rate=None), vat_total=None, grand_total="207.0")
    assert told(unknown) == []
    split = invoice(line(vat_rate=None), **(SPLIT | {"vat_amount1": "5.0"}))
    assert told(split) == ["KDV tutarı (KDV): belgede 40,00, oranlara göre tutarların toplamı 5,00"]


def test_free_goods_are_not_spread_over_lines_of_several_rates() -> None:
    lines = [line(), line(vat_rate=D("10.0"))]
    given_at_ten = {"free_goods_discount": "100.0", "vat_total": "50.0", "grand_total": "350.0"}
    assert told(invoice(lines, **given_at_ten)) == []
    assert told(invoice([line(), line()], **given_at_ten)) == [
        "KDV tutarı (KDV): belgede 50,00, kalemlerden 60,00"
    ]


# Net prices


@pytest.mark.parametrize(
    ("price", "is_right"),
    [("90.0", True), ("89.995", True), ("0.0", True), ("81.0", True), ("55.0", False),
     ("180.0", False), ("90.03", False), ("100.0", False)],
)  # fmt: skip
def test_a_net_price_is_one_after_the_discounts_of_the_line_or_of_the_document_too(
    price: str, is_right: bool
) -> None:
    discounted = line(net_price=D(price), discount1=D("10.0"))
    figures = {"general_discount1": "18.0", "vat_total": "32.4", "grand_total": "194.4"}
    shown = f"{D(price):.2f}".replace(".", ",")
    expected = f"1. kalem, Net fiyat (STra_NF): belgede {shown}, fiyat ve iskontolardan 90,00"
    assert told(invoice(discounted, **figures)) == ([] if is_right else [expected])


def test_a_net_price_may_be_without_the_vat_that_the_price_includes() -> None:
    for price, is_right in (("100.0", True), ("83.33", True), ("50.0", False)):
        document = invoice(line(net_price=D(price)), vat_included=True, vat_total="33.33",
                           grand_total="200.0")  # fmt: skip
        assert bool(told(document)) is not is_right


def test_a_net_price_in_whole_kurus_is_no_contradiction_in_a_great_quantity() -> None:
    figures = {"vat_total": "246.8", "grand_total": "1480.8"}
    assert told(invoice(line("1.234", "1000.0", net_price=D("1.23")), **figures)) == []
    assert len(told(invoice(line("1.234", "1000.0", net_price=D("1.22")), **figures))) == 1
    assert len(told(invoice(line("1.234", "1000.0", net_price=D("1.2335")), **figures))) == 1


def test_without_a_gross_price_the_net_price_counts() -> None:
    only_net = line(gross_price=None)
    assert told(invoice(only_net, **PLAIN)) == []
    wrong = PLAIN | {"gross_total": "999.0", "grand_total": "999.0"}
    assert told(invoice(only_net, **wrong)) == [
        "Brüt toplam (BRUTTUTAR): belgede 999,00, kalemlerden 200,00",
        "Genel toplam (GENELTOPLAM): belgede 999,00, kalemlerden 240,00",
    ]


def test_line_discounts_were_taken_off_a_net_price_before() -> None:
    told_by_header = PLAIN | {"gross_total": "220.0", "line_discount": "20.0"}
    assert told(invoice(line(gross_price=None), **told_by_header)) == []
    discounted = line(gross_price=None, discount1=D("10.0"))
    assert told(invoice(discounted, **(PLAIN | {"gross_total": "222.22"}))) == []


# Rounding


def test_a_hundred_halves_of_a_kurus_may_be_rounded_once_or_each() -> None:
    lines = [line("0.125", "1.0", net_price=None) for _ in range(100)]
    for gross, vat, total in (
        ("12.5", "2.5", "15.0"),
        ("13.0", "2.6", "15.6"),
        ("13.0", "3.0", "16.0"),
    ):
        assert told(invoice(lines, gross_total=gross, vat_total=vat, grand_total=total)) == []
    assert len(told(invoice(lines, gross_total="11.99", vat_total="2.5", grand_total="15.0"))) == 1


@pytest.mark.parametrize(
    ("lines", "most"), [(1, "0.05"), (10, "0.05"), (11, "0.055"), (100, "0.5")]
)
def test_the_tolerance_is_half_a_kurus_a_line_and_five_at_least(lines: int, most: str) -> None:
    assert stated_totals.tolerance(lines) == D(most)
    whole = D(lines * 200)
    for off in (D(most), -D(most), D(most) + D("0.001"), -D(most) - D("0.001")):
        figures = {"vat_total": f"{lines * 40}.0", "grand_total": f"{lines * 240}.0"}
        document = invoice([line()] * lines, **figures)
        document.header.gross_total = whole + off
        assert bool(told(document)) is (abs(off) > D(most))


# Every kind of mistake, in documents of all kinds


DEMO = list(Company(5).invoices(300))
QUANTITIES = st.decimals(D("0.001"), 500, places=3).map(canonical)
PRICES = st.decimals(D("0.001"), 5000, places=3).map(canonical)
RATES = st.sampled_from([D(rate) for rate in ("0.0", "1.0", "10.0", "20.0")])
DISCOUNTS = st.sampled_from([None, *map(D, ("2.5", "10.0", "33.33"))])
LINES = st.builds(
    InvoiceLine,
    stock_code=st.just("S"),
    quantity=QUANTITIES,
    gross_price=PRICES,
    vat_rate=RATES,
    discount1=DISCOUNTS,
    discount2=DISCOUNTS,
)


@st.composite
def documents(draw: st.DrawFn) -> Invoice:
    """A right document, rounded once or line by line; its lines have their net prices."""
    lines = draw(st.lists(LINES, min_size=1, max_size=25))
    document = invoice(lines, vat_included=draw(st.booleans()), grand_total=ZERO)
    rate = draw(st.sampled_from([None, D("2.0"), D("7.5")]))
    document.header.general_discount_rate1 = rate
    for each in lines:
        each.net_price = canonical(arithmetic.line_net(each) / each.quantity)
    return filled(document, draw(st.booleans()), draw(st.booleans()))


@amounts.exact
def filled(document: Invoice, each_line: bool, states_discount: bool) -> Invoice:
    """Put the totals in, computed here by hand."""
    kurus = amounts.round_kurus if each_line else lambda amount: amount
    header = document.header
    grosses = [kurus(one.quantity * one.gross_price) for one in document.lines]
    nets = []
    for one, rest in zip(document.lines, grosses, strict=True):
        for discount in (one.discount1, one.discount2):
            rest -= rest * (discount or 0) / 100
        nets.append(kurus(rest))
    net = amounts.round_kurus(sum(nets, ZERO))
    general = amounts.round_kurus(net * (header.general_discount_rate1 or 0) / 100)
    header.general_discount1 = canonical(general) if states_discount else None
    vat: dict[Decimal, Decimal] = {}
    for one, rest in zip(document.lines, nets, strict=True):
        base, rate = rest - rest * general / (net or 1), one.vat_rate
        part = base * rate / (100 + rate if header.vat_included else 100)
        vat[rate] = vat.get(rate, ZERO) + kurus(part)
    for place, rate in enumerate(sorted(filter(None, vat)), 1):
        setattr(header, f"vat_rate{place}", rate)
        setattr(header, f"vat_amount{place}", canonical(amounts.round_kurus(vat[rate])))
    header.vat_total = canonical(amounts.round_kurus(sum(vat.values(), ZERO)))
    gross = amounts.round_kurus(sum(grosses, ZERO))
    header.gross_total, header.line_discount = canonical(gross), canonical(gross - net)
    total = net - general + (0 if header.vat_included else header.vat_total)
    header.grand_total = canonical(total)
    return document


RIGHT = st.one_of(st.sampled_from(DEMO), documents())


@settings(max_examples=rounds(150))
@given(RIGHT)
def test_right_documents_are_not_accused_however_they_are_rounded(document: Invoice) -> None:
    assert told(document) == []


def put_vat_zero(document: Invoice, _: st.DataObject, most: Decimal) -> None:
    assume(document.header.vat_total > most)
    document.header.vat_total = ZERO


def add_five_to_the_vat(document: Invoice, data: st.DataObject, _: Decimal) -> None:
    document.header.vat_total += 5
    if not document.header.vat_included:
        document.header.grand_total += data.draw(st.sampled_from([0, 5]))


def change_a_line_rate(document: Invoice, data: st.DataObject, most: Decimal) -> None:
    # VAT that an export leaves out altogether is no mistake, whatever its lines say.
    assume(document.header.kind not in (InvoiceKind.EXPORT, InvoiceKind.FOREIGN))
    one = data.draw(st.sampled_from(document.lines))
    before, one.vat_rate = one.vat_rate, data.draw(RATES)
    assume(abs(arithmetic.line_net(one) * (one.vat_rate - before)) / 150 > most)


def change_a_bucket_rate(document: Invoice, data: st.DataObject, most: Decimal) -> None:
    place = a_bucket(document, data, most)
    before = getattr(document.header, f"vat_rate{place}")
    after = data.draw(st.sampled_from([D("8.0"), D("18.0")]).filter(lambda rate: rate != before))
    setattr(document.header, f"vat_rate{place}", after)


def change_a_bucket_amount(document: Invoice, data: st.DataObject, most: Decimal) -> None:
    name = f"vat_amount{a_bucket(document, data, most)}"
    before = getattr(document.header, name)
    setattr(document.header, name, data.draw(st.sampled_from([ZERO, before - most, before + 5])))


def a_bucket(document: Invoice, data: st.DataObject, most: Decimal) -> int:
    sums = {n: getattr(document.header, f"vat_amount{n}") or ZERO for n in range(1, 6)}
    places = [n for n, amount in sums.items() if amount > most]
    assume(places)
    return data.draw(st.sampled_from(places))


def double_a_net_price(document: Invoice, data: st.DataObject, most: Decimal) -> None:
    one = data.draw(st.sampled_from(document.lines))
    assume(arithmetic.line_net(one) > most and one.net_price > D("0.01"))
    one.net_price *= 2


def move_the_grand_total(document: Invoice, data: st.DataObject, most: Decimal) -> None:
    document.header.grand_total += data.draw(st.sampled_from([-most, most]))


MISTAKES = (
    put_vat_zero, add_five_to_the_vat, change_a_line_rate, change_a_bucket_rate,
    change_a_bucket_amount, double_a_net_price, move_the_grand_total,
)  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
@settings(max_examples=rounds(40))
@given(right=RIGHT, data=st.data())
def test_each_kind_of_mistake_is_told(
    mistake: Mistake, right: Invoice, data: st.DataObject
) -> None:
    document = copy.deepcopy(right)
    assume(not document.header.extra_cost2)  # of a withholding, only the parts are compared
    # Beyond the tolerance from what either way of rounding gives.
    mistake(document, data, 2 * stated_totals.tolerance(len(document.lines)) + D("0.1"))
    assert told(document)
