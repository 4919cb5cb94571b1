"""Matrah and KDV of lines in floats: where they are sure, they are those of the Decimals."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain import quick_nets
from app.domain.amounts import EXACT, ZERO, canonical, exact
from app.domain.invoice import InvoiceHeader, InvoiceLine
from app.domain.vat_split import ExactLines
from tests.domain.test_stated_totals import invoice, line

D = Decimal
RATES = [None, "20.0", "10.0", "1.0", "0.0", "18.0", "7.25"]
DISCOUNTS = [f"discount{place}" for place in range(1, 7)]
NAMES = [*DISCOUNTS, "discount1_is_amount"]


def quick(lines: list[InvoiceLine]) -> list[quick_nets.QuickLine]:
    """The lines as the store reads them."""

    def amount(value: Decimal | None) -> float | None:
        return None if value is None else float(value)

    def discounts(one: InvoiceLine) -> SimpleNamespace | None:
        found = {name: getattr(one, name) for name in NAMES}
        if not any(found.values()):
            return None
        return SimpleNamespace(**{
            name: amount(value) if name in DISCOUNTS else value for name, value in found.items()
        })  # fmt: skip

    return [
        (None if one.vat_rate is None else str(one.vat_rate), float(one.quantity),
         amount(one.gross_price), amount(one.net_price), discounts(one))
        for one in lines
    ]  # fmt: skip


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[Decimal]:
    """Amounts with few digits: sums of them are often exactly half a kuruş."""
    return st.builds(
        lambda digits, n: canonical(D(digits).scaleb(-n, EXACT)),
        st.integers(low * 10**places, high * 10**places), st.integers(0, places),
    )  # fmt: skip


some = st.none() | decimals(-2, 101, 1) | st.sampled_from([D("10.0"), D("50.0"), D("100.0")])
prices = st.none() | decimals(0, 1000, 3) | decimals(-5, 10**9, 4)
lines = st.builds(
    lambda quantity, gross, net, rate, found, flag: line(
        quantity=str(quantity), gross_price=gross, net_price=net,
        vat_rate=None if rate is None else D(rate), discount1_is_amount=flag,
        **dict(zip(DISCOUNTS, found, strict=False)),
    ),
    decimals(0, 50, 2) | decimals(-3, 10**6, 3), prices, prices,
    st.sampled_from(RATES), st.lists(some, max_size=6), st.sampled_from([None, 0, 1]),
)  # fmt: skip
huge = st.sampled_from([D("999999999999999.25"), D("999999999999998.0")])
costs = st.none() | decimals(-10, 200, 2) | huge
headers = st.fixed_dictionaries({}, optional={
    "vat_included": st.booleans(), "free_goods_discount": costs, "special_tax": costs,
    "general_discount1": costs, "general_discount2": costs, "general_discount_rate2": costs,
})  # fmt: skip


@exact
def of_both(header: InvoiceHeader, of: list[InvoiceLine], silent: Decimal) -> tuple[object, object]:
    return quick_nets.by_rate(header, quick(of), silent), ExactLines(of).by_rate(header, silent)


@given(st.lists(lines, max_size=4), headers, st.sampled_from([ZERO, D("20.0")]))
@settings(max_examples=1500)
def test_what_is_sure_is_exact(
    of: list[InvoiceLine], header: dict[str, object], silent: Decimal
) -> None:
    ours, theirs = of_both(invoice([], grand_total="1.0", **header).header, of, silent)
    event("sure" if ours else "not sure or empty")
    if ours is not None:
        assert list(ours.items()) == list(theirs.items())


def test_half_a_kurus_is_not_sure() -> None:
    half = [line(quantity="0.5", price="0.01", vat_rate=D("20.0"))]
    header = invoice([], grand_total="1.0").header
    assert of_both(header, half, ZERO) == (None, {D("20.0"): (D("0.01"), D("0.0"))})


def test_of_the_documents_of_a_company_nearly_all_are_sure() -> None:
    found = [of_both(one.header, one.lines, ZERO) for one in Company(seed=5).invoices(400)]
    assert all(ours in (None, theirs) for ours, theirs in found)
    assert sum(ours is not None for ours, _ in found) > 360
