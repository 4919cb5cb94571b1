"""Days: the short forms that a user types, the forms that files have, and periods."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import dates
from app.domain.dates import Period

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize("sign", ".,/-")
def test_short_forms_with_each_separator(sign: str) -> None:
    assert dates.parse_typed(f"5{sign}3", TODAY) == date(2026, 3, 5)
    assert dates.parse_typed(f"05{sign}12", TODAY) == date(2026, 12, 5)
    assert dates.parse_typed(f"5{sign}3{sign}2024", TODAY) == date(2024, 3, 5)
    assert dates.parse_typed(f"5{sign}3{sign}24", TODAY) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5", date(2026, 3, 5)), ("05", date(2026, 3, 5)), ("0503", date(2026, 3, 5)),
        ("050324", date(2024, 3, 5)), ("05032024", date(2024, 3, 5)), (" b ", TODAY), ("B", TODAY),
        ("+7", date(2026, 3, 27)), ("-1", date(2026, 3, 19)), ("+0", TODAY),
        ("-20", date(2026, 2, 28)), ("2024-03-15", date(2024, 3, 15)),
    ],
)  # fmt: skip
def test_short_forms(typed: str, day: date) -> None:
    assert dates.parse_typed(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    ["", "32", "0", "31.2", "2902", "5.13", "5.3.1899", "5.3.2101", "bugün", "5.3.", "+", "٥",
     "5 3", "+99999", "503", "5.3.202"],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(ValueError, match=r"tarih anlaşılmadı|böyle bir gün yok|yıl 1900"):
        dates.parse_typed(typed, TODAY)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_what_is_shown_can_be_typed(day: date) -> None:
    assert dates.parse_typed(dates.turkish(day), TODAY) == day


@given(st.dates())
def test_what_is_written_can_be_read(day: date) -> None:
    assert dates.parse_file_date(dates.file_text(day)) == day
    assert dates.parse_file_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "tail",
    ["", " 00:00:00", "T00:00:00", "T23:59", "T10:20:30.1234567", "T10:20:30Z", " 01:02:03+03:00"],
)
def test_file_dates_with_their_time(tail: str) -> None:
    assert dates.parse_file_date("2024-03-15" + tail) == date(2024, 3, 15)


@pytest.mark.parametrize("tail", ["", " 14:05:09", " 9:05", " 00:00:00", "  "])
def test_file_dates_as_turks_write_them(tail: str) -> None:
    assert dates.parse_file_date("15.03.2024" + tail) == date(2024, 3, 15)
    assert dates.parse_file_date("5.3.2024" + tail) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    ["", "15/03/2024", "15.03.24", "15.3", "31.02.2024", "2024.03.15", "15.03.2024T10:00",
     "15.03.2024 24:00:00", "15-03-2024", "2024-3-15",
     "2024-02-30", "0000-01-01", "2024-03-15T", "2024-03-15 25:00",
     "2024-03-15 00:00:00 x", "٢٠٢٤-٠٣-١٥", "20240315"],
)  # fmt: skip
def test_other_file_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"geçersiz tarih|böyle bir gün yok"):
        dates.parse_file_date(text)


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


def test_periods_and_months_are_their_days() -> None:
    march = date(2026, 3, 1), date(2026, 3, 31)
    assert dates.parse_days("bu-ay", TODAY) == dates.parse_days(" 2026-03 ", TODAY) == march
    assert dates.parse_days("Geçen ay", TODAY) == (date(2026, 2, 1), date(2026, 2, 28))
    assert dates.parse_days("2026-12", TODAY) == (date(2026, 12, 1), date(2026, 12, 31))
    assert dates.parse_days("bu-yil", TODAY) == (date(2026, 1, 1), date(2026, 12, 31))
    assert dates.parse_days("-1", TODAY) == (date(2026, 3, 19), date(2026, 3, 19))
    assert dates.parse_days("2024", TODAY) == (date(2024, 1, 1), date(2024, 12, 31))
    assert dates.parse_days("0503", TODAY) == (date(2026, 3, 5), date(2026, 3, 5))
    for typed in ("2012", "1901"):  # nobody looks for a day and gets a year, or the other way round
        with pytest.raises(ValueError, match=f"yıl mı gün mü belli değil; yıl için {typed}-01"):
            dates.parse_days(typed, TODAY)
    for typed in ("2026-13", "1899-12", "2199", "gelecek-ay"):
        with pytest.raises(ValueError, match=r"böyle bir gün yok|arasında|anlaşılmadı"):
            dates.parse_days(typed, TODAY)
