"""The quick look at a document's sums is never surer than the exact one."""

import copy
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain import arithmetic, stated_totals
from app.domain.amounts import ZERO, canonical
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine, members
from app.domain.quick_sums import adds_up
from tests.netsis.strategies import vat_by_rate

RATES = st.none() | st.sampled_from(sorted(arithmetic.KNOWN_RATES)).map(canonical)
DEMO = list(Company(5).invoices(200))


def in_floats(record: InvoiceHeader | InvoiceLine) -> SimpleNamespace:
    values = {m.attribute: getattr(record, m.attribute) for m in members(type(record))}
    return SimpleNamespace(
        **{name: float(v) if hasattr(v, "quantize") else v for name, v in values.items()}
    )


def quick(invoice: Invoice) -> bool:
    lines = [in_floats(line) for line in invoice.lines]
    return adds_up(in_floats(invoice.header), lines, invoice.document_type.line_code)


def test_documents_that_are_right_are_nearly_all_seen_to_be():
    assert all(stated_totals.warnings(invoice) == [] for invoice in DEMO)
    assert sum(map(quick, DEMO)) > 0.95 * len(DEMO)


@st.composite
def moved(draw: st.DrawFn) -> Invoice:
    """Figures are moved by small and by large steps, halves of a kurus among them."""
    invoice = copy.deepcopy(draw(st.sampled_from(DEMO)))
    records = [invoice.header, *invoice.lines]
    for _ in range(draw(st.integers(1, 3))):
        record = draw(st.sampled_from(records))
        amounts = [
            m
            for m in members(type(record))
            if m.places in (2, 8) and getattr(record, m.attribute) is not None
        ]
        member = draw(st.sampled_from(amounts))
        before = getattr(record, member.attribute)
        step = draw(st.decimals(-1, 1, places=3) | st.decimals(-100, 100, places=8))
        after = draw(RATES) if member.places == 2 else canonical(before + step)
        setattr(record, member.attribute, after)
    if draw(st.booleans()):
        invoice.header.vat_included = not invoice.header.vat_included
    return invoice


@settings(max_examples=300)
@given(moved())
def test_what_the_quick_look_lets_pass_has_no_warning(invoice):
    if quick(invoice):
        assert stated_totals.warnings(invoice) == []


def amounts_of(*ranges: tuple[float, float, int]) -> st.SearchStrategy[Decimal]:
    spread = [st.decimals(low, high, places=places) for low, high, places in ranges]
    return st.one_of(spread).map(canonical)


PRICES = amounts_of((0, 50, 3), (0, 10**6, 2), (0, 10**15 - 1, 8))
FIGURES = amounts_of((-5, 5, 2), (-(10**15) + 1, 10**15 - 1, 1))
DISCOUNTS = amounts_of((0, 100, 1), (-300, 300, 4), (-(10**15) + 1, 10**15 - 1, 8))
COSTS = ("extra_cost1", "extra_cost2", "extra_cost3", "special_tax", "rounding")
GENERAL = ("general_discount1", "general_discount2", "general_discount3", "free_goods_discount")
LINES = st.builds(
    lambda values: InvoiceLine(stock_code="S", **values),
    st.fixed_dictionaries(
        {"quantity": PRICES, "gross_price": PRICES, "vat_rate": RATES},
        optional={f"discount{n}": DISCOUNTS for n in range(1, 7)}
        | {"discount1_is_amount": st.sampled_from([0, 1]), "net_price": PRICES},
    ),
)


def document(lines: list[InvoiceLine], figures: dict[str, Decimal], off: Decimal) -> Invoice:
    """A document whose total is off by so much; its VAT is that of its lines, or is given."""
    net = sum(map(arithmetic.line_net, lines), ZERO)
    discount = sum((figures.get(name, ZERO) for name in GENERAL), ZERO)
    by_rate = vat_by_rate(lines, discount)
    vat = canonical(sum((vat for _, vat in by_rate.values()), ZERO))
    costs = sum((figures.get(name, ZERO) for name in COSTS), ZERO)
    header = InvoiceHeader(
        number="A1",
        account_code="C",
        document_date=date(2024, 3, 15),
        grand_total=ZERO,
        **({"vat_total": vat} | figures),
    )
    header.grand_total = canonical(net - discount + costs + header.vat_total + off)
    for place, (rate, (_, amount)) in enumerate(by_rate.items(), 1):
        if rate and place <= 5:
            setattr(header, f"vat_rate{place}", rate)
            setattr(header, f"vat_amount{place}", canonical(amount + off))
    return Invoice(document_type=DocumentType.SALES, header=header, lines=lines)


BIG = (
    st.lists(LINES, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from([*COSTS, *GENERAL, "vat_total"]), FIGURES, max_size=3),
    st.decimals(Decimal("-0.15"), Decimal("0.15"), places=3),
)


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("documents", [moved(), st.builds(document, *BIG)], ids=["moved", "big"])
def test_such_documents_are_of_both_kinds(documents, sure):
    """Else the laws above and below would say nothing."""
    invoice = find(
        documents, lambda one: one.lines[0].gross_price and quick(one) is sure,
        settings=settings(phases=[Phase.generate]),  # any will do, not only the smallest
    )  # fmt: skip
    assert (stated_totals.warnings(invoice) == []) or not sure


@settings(max_examples=500)
@given(*BIG)
def test_it_is_not_sure_where_figures_are_too_big_for_floats(lines, figures, off):
    invoice = document(lines, figures, off)
    if quick(invoice):
        assert stated_totals.warnings(invoice) == []


@pytest.mark.parametrize("flag", [None, 0, 1])
@pytest.mark.parametrize("place", range(1, 7))
def test_a_discount_may_stand_in_any_place_without_the_ones_before_it(place, flag):
    line = InvoiceLine(stock_code="S", quantity=Decimal("1.0"), gross_price=Decimal("100.0"))
    setattr(line, f"discount{place}", Decimal("5.0"))
    line.discount1_is_amount = flag
    assert stated_totals.warnings(document([line], {}, ZERO)) == []
    assert quick(document([line], {}, ZERO)) is (place < 4)
    assert not quick(document([line], {}, Decimal("0.06")))


def test_a_difference_that_a_float_would_swallow_is_no_explanation():
    line = InvoiceLine(stock_code="S", quantity=Decimal("1.0"), gross_price=Decimal("100.0"))
    huge = Decimal(9 * 10**14)
    figures = {"extra_cost1": huge, "extra_cost2": Decimal("0.07"), "extra_cost3": -huge}
    invoice = document([line], figures, Decimal("-0.07"))
    assert stated_totals.warnings(invoice)
    assert not quick(invoice)


def test_it_leaves_a_rate_alone_and_a_net_price_alone_to_the_exact_one():
    line = InvoiceLine(stock_code="S", quantity=Decimal("1.0"), gross_price=Decimal("100.0"))
    plain = document([line], {}, ZERO)
    assert quick(plain)
    plain.header.general_discount_rate2 = Decimal("10.0")
    assert [warning.field for warning in stated_totals.warnings(plain)] == ["GENELTOPLAM"]
    assert not quick(plain)
    line.gross_price, line.net_price = ZERO, Decimal("100.0")
    assert not quick(document([line], {}, ZERO))
