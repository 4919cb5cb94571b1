"""Amounts: exact in every spelling, refused where the spelling is not sure."""

import time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain import amounts
from app.domain.text import (
    turkish_amount,
    turkish_amount_width,
    turkish_count,
    turkish_trimmed,
)
from tests.netsis.strategies import canonical_amounts


@given(canonical_amounts())
def test_canonical_text_is_read_back_the_same(value: Decimal) -> None:
    text = amounts.spell(value)
    assert amounts.parse_json_number(text) == value
    assert amounts.spell(amounts.parse_json_number(text)) == text
    assert "e" not in text.lower()
    assert "." in text


@given(canonical_amounts())
def test_what_a_turkish_reader_sees_is_the_amount(value: Decimal) -> None:
    shown = turkish_amount(value)
    assert Decimal(shown.replace(".", "").replace(",", ".")) == value
    assert Decimal(turkish_trimmed(value).replace(".", "").replace(",", ".")) == value
    assert turkish_amount_width(amounts.spell(value)) == len(shown)


@given(st.integers(-(10**23), 10**23), st.integers(0, 12))
@example(5, 9)
@example(-5, 9)
def test_the_ninth_decimal_is_rounded_half_up(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places, amounts.EXACT)
    rounded = amounts.canonical(value)
    error = abs(rounded - value)
    assert error <= Decimal("0.000000005")
    if error == Decimal("0.000000005"):
        assert abs(rounded) > abs(value)
    assert amounts.canonical(rounded) == rounded


@pytest.mark.parametrize(
    ("spelled", "value"),
    [
        ("0", "0.0"), ("-0", "0.0"), ("-0.0", "0.0"), ("1802", "1802.0"), ("217.50", "217.5"),
        ("1e2", "100.0"), ("1.5E-3", "0.0015"), ("0.000000005", "0.00000001"),
        ("0.0000000049", "0.0"), ("1e-99", "0.0"), ("0e99", "0.0"),
        ("999999999999999.99999999", "999999999999999.99999999"),
        ("150.00000000000001", "150.0"),
    ],
)  # fmt: skip
def test_numbers_of_a_file(spelled: str, value: str) -> None:
    assert amounts.spell(amounts.parse_json_number(spelled)) == value


@pytest.mark.parametrize(
    "spelled",
    ["", "NaN", "Infinity", "-Infinity", "1_000", "١٢٣", " 1.5", "1.5 ", "01", "+1", ".5", "5.",
     "0x10", "1e999999999", "1e100", "1\n", "--1", "1,5", "1e", "9" * 61],
)  # fmt: skip
def test_what_python_would_take_and_json_does_not(spelled: str) -> None:
    with pytest.raises(ValueError, match="sayı"):
        amounts.parse_json_number(spelled)


@pytest.mark.parametrize(
    "spelled",
    ["1e15", "1000000000000000", "999999999999999.999999999", "-1e15", "1e99", "9" * 59],
)
def test_more_than_fifteen_digits_are_refused(spelled: str) -> None:
    with pytest.raises(ValueError, match="çok büyük"):
        amounts.parse_json_number(spelled)


def test_a_hostile_exponent_costs_nothing() -> None:
    start = time.process_time()
    for spelled in ("1e99999999999999", "1" * 10**6, "1e" + "9" * 10**6):
        with pytest.raises(ValueError, match="sayı"):
            amounts.parse_json_number(spelled)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,50", "12.5"), ("1.234,56", "1234.56"), ("12.50", "12.5"), ("1234.567", "1234.567"),
        ("-0,5", "-0.5"), (" 7 ", "7.0"), ("0.125", "0.125"), ("1.234.567,8", "1234567.8"),
    ],
)  # fmt: skip
def test_numbers_as_text(text: str, value: str) -> None:
    assert amounts.parse_text_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", "-1.234", "12.345.678"])
def test_a_point_that_may_group_or_divide_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="binlik mi"):
        amounts.parse_text_number(text)


@pytest.mark.parametrize(
    "text", ["", "on iki", "1,234,567", "1.23,4", "1.2345,6", "1 234", "1,5e3", "٣,٥", "1,2.3", ","]
)
def test_texts_that_are_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="sayı değil"):
        amounts.parse_text_number(text)


def test_kurus_are_rounded_half_up() -> None:
    assert [str(amounts.round_kurus(Decimal(v))) for v in ("0.005", "-0.005", "2.675", "1.0")] == [
        "0.01", "-0.01", "2.68", "1.00",
    ]  # fmt: skip


def test_figures_on_the_screen() -> None:
    assert turkish_amount(Decimal("1234567.5")) == "1.234.567,50"
    assert turkish_amount(Decimal("0.12345678")) == "0,12345678"
    assert turkish_trimmed(Decimal("100.0")) == "100"
    assert turkish_trimmed(Decimal("0.50")) == "0,5"
    assert turkish_count(1234567) == "1.234.567"
