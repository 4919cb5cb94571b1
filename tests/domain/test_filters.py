"""Filters and text: what can be asked for, and what may be shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.filters import InvoiceFilter
from app.domain.text import find_control, one_line, shorten
from app.errors import DocumentError, UsageError


def test_ranges_may_be_open_or_of_one_value() -> None:
    InvoiceFilter(date_from=date(2024, 1, 1))
    InvoiceFilter(date_from=date(2024, 1, 1), date_to=date(2024, 1, 1))
    InvoiceFilter(number_from="A", number_to="A")


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="son tarih ilk tarihten önce"):
        InvoiceFilter(date_from=date(2024, 1, 2), date_to=date(2024, 1, 1))
    with pytest.raises(UsageError, match="son numara ilk numaradan küçük"):
        InvoiceFilter(number_from="B", number_to="A")


def test_controls_are_found_and_never_shown() -> None:
    for sign in ("\x1b", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ud800"):
        assert find_control(f"a{sign}b") == f"U+{ord(sign):04X}"
        assert one_line(f"a{sign}b") == "a\ufffdb"
    assert find_control("Şişli\tİzmir\r\n") is None
    assert one_line("a\tb\nc\rd") == "a b c d"


@given(st.text(st.characters()))
def test_one_line_is_one_line_and_can_be_written(text: str) -> None:
    shown = one_line(text)
    assert find_control(shown) is None
    assert shown.splitlines() in ([shown], [])
    shown.encode()
    assert len(shown) == len(text)


def test_shortened_text_says_so() -> None:
    assert shorten("Mart", 4) == "Mart"
    assert shorten("Mart sevkiyatı", 6) == "Mart …"
    assert shorten("Mart", 0) == "…"


def test_an_error_gathers_its_place_from_the_inside_out() -> None:
    error = DocumentError("sayı değil", "STra_GCMIK").within("2. kalem").within("3. belge")
    assert str(error) == "3. belge, 2. kalem, STra_GCMIK: sayı değil"
    assert str(DocumentError("JSON bozuk").within("3. belge")) == "3. belge: JSON bozuk"
