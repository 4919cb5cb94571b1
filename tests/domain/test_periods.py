"""Periods: the same words mean other days each month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.periods import Period


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        (Period.LAST_MONTH, "2026-03-15", "2026-02-01", "2026-02-28"),
        (Period.LAST_MONTH, "2024-03-31", "2024-02-01", "2024-02-29"),
        (Period.LAST_MONTH, "2026-01-01", "2025-12-01", "2025-12-31"),
        (Period.THIS_MONTH, "2026-02-28", "2026-02-01", "2026-02-28"),
        (Period.THIS_MONTH, "2026-12-31", "2026-12-01", "2026-12-31"),
        (Period.THIS_YEAR, "2026-07-05", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_its_first_and_last_day(period, today, first, last):
    days = period.days(date.fromisoformat(today))
    assert days == (date.fromisoformat(first), date.fromisoformat(last))


@given(st.dates(date(1901, 1, 1), date(2100, 12, 31)))
def test_months_follow_each_other_without_a_gap(today):
    before, begin = Period.LAST_MONTH.days(today), Period.THIS_MONTH.days(today)
    assert before[0].day == begin[0].day == 1
    assert before[1] + timedelta(days=1) == begin[0]
    assert begin[0] <= today <= begin[1]
    assert (begin[1] + timedelta(days=1)).day == 1
