"""The order of rates and accounts in totals."""

from __future__ import annotations

from decimal import Decimal

from app.domain.overview import Figures, TypeOverview, in_order


def test_the_highest_rate_comes_first_and_the_unknown_one_last() -> None:
    assert in_order([None, Decimal(1), Decimal(20)]) == [Decimal(20), Decimal(1), None]


def test_an_account_of_great_returns_is_a_top_account() -> None:
    totals = {"A": Decimal(5), "B": Decimal(-90), "C": Decimal(7)}
    accounts = {code: Figures(total=total) for code, total in totals.items()}
    found = TypeOverview({}, {}, {}, accounts).top_accounts(2)
    assert [code for code, _ in found] == ["B", "C"]
