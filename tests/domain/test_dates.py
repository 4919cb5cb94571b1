"""Dates: the short forms that a user types, and the forms that files have."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import dates

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
        ("-20", date(2026, 2, 28)),
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


@pytest.mark.parametrize(
    "text",
    ["", "15.03.2024", "2024-3-15", "2024-02-30", "0000-01-01", "2024-03-15T", "2024-03-15 25:00",
     "2024-03-15 00:00:00 x", "٢٠٢٤-٠٣-١٥", "20240315"],
)  # fmt: skip
def test_other_file_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"tarih değil|böyle bir gün yok"):
        dates.parse_file_date(text)
