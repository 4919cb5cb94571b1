"""Document numbers: taken apart, continued, and refused where they cannot be (domain §4)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain import numbers
from app.domain.numbers import Split
from app.domain.reasons import NumberError

ANY = st.text(st.sampled_from("ABZ019-/ .ş"), min_size=1, max_size=15)
YEARLY = st.builds(
    lambda series, year, tail: f"{series}20{year:02}{tail:08}",
    st.text(st.sampled_from("ABZ019"), min_size=3, max_size=3),
    st.integers(0, 99),
    st.integers(0, 10**8 - 1),
)
NUMBERS = ANY | YEARLY | st.text(st.sampled_from("0129"), min_size=1, max_size=15)


@pytest.mark.parametrize(
    ("number", "series", "split"),
    [
        ("RDM202300000348", None, ("RDM2023", 348)),
        ("RDM202300000348", "RDM", ("RDM2023", 348)),
        ("A00000000000123", None, ("A", 123)),
        ("A-77", None, ("A-", 77)),
        ("000000001234567", None, ("", 1234567)),
        ("B1000000000012", "B1", ("B1", 12)),
        ("B1000000000012", None, ("B", 1000000000012)),
        ("B1000000000012", "C", ("B", 1000000000012)),
        ("RD2023000000001", None, ("RD", 2023000000001)),
        ("RD2023000000001", "RD2023", ("RD2023", 1)),
        ("RDM192300000348", None, ("RDM", 192300000348)),
        ("A12X", "A", ("A12X", None)),
        ("SON", None, ("SON", None)),
        ("7", None, ("", 7)),
    ],
)
def test_prefix_and_tail(number: str, series: str | None, split: tuple[str, int | None]) -> None:
    assert numbers.split(number, series) == Split(*split, len(number))


@given(NUMBERS, st.none() | st.text(st.sampled_from("ABZ019"), max_size=4))
def test_a_number_taken_apart_and_put_together_is_the_same(number: str, series: str | None) -> None:
    prefix, tail, width = numbers.split(number, series)
    assert number.startswith(prefix)
    if tail is not None:
        assert numbers.compose(prefix, tail, width) == number


@given(NUMBERS)
def test_the_next_number_is_the_next_of_the_same_series(number: str) -> None:
    prefix, tail, width = numbers.split(number)
    assume(tail is not None)
    try:
        following = numbers.compose(prefix, tail + 1, width)
    except NumberError:
        return
    assert numbers.split(following, prefix)[:2] == (prefix, tail + 1)
    assert len(number) <= len(following) <= numbers.WIDTH


@pytest.mark.parametrize(
    ("number", "following"),
    [
        ("A-77", "A-78"), ("A-99", "A-100"), ("A-099", "A-100"), ("000000000000009",
        "000000000000010"), ("RDM202300000348", "RDM202300000349"), ("9", "10"),
    ],
)  # fmt: skip
def test_next_numbers(number: str, following: str) -> None:
    prefix, tail, width = numbers.split(number)
    assert tail is not None
    assert numbers.compose(prefix, tail + 1, width) == following


@pytest.mark.parametrize("number", ["RDM202399999999", "9" * 15, "A-9999999999999"])
def test_a_full_series_never_wraps_and_never_cuts(number: str) -> None:
    prefix, tail, width = numbers.split(number)
    assert tail is not None
    with pytest.raises(NumberError, match="dolu"):
        numbers.compose(prefix, tail + 1, width)


def test_a_tail_that_grows_into_a_year_is_refused() -> None:
    with pytest.raises(NumberError, match="yıl içeren"):
        numbers.compose("ABC", 199999999999 + 1)


def test_a_gib_number_loses_one_leading_zero() -> None:
    assert numbers.narrow_gib_number("RDM2024000000348") == "RDM202400000348"
    assert numbers.narrow_gib_number("rdm2024000000348") == "rdm202400000348"
    for other in ("RDM202400000348", "RDM19240000000348", "şdm2024000000348", "A-1", ""):
        assert numbers.narrow_gib_number(other) == other


@pytest.mark.parametrize("number", ["RDM202400000348", "rdm202400000348", "RDM2024000000348"])
@pytest.mark.parametrize("gib", ["RDM2024000000348", "rdm2024000000348"])
def test_a_number_in_other_letters_does_not_contradict_its_gib_number(number, gib) -> None:
    assert not numbers.contradict(numbers.narrow_gib_number(number), gib)
    assert numbers.contradict("RDM202400000349", gib)
    assert numbers.unique_gib_number(gib) == "RDM2024000000348"


@pytest.mark.parametrize(
    ("number", "series", "told"),
    [
        ("", None, "Fatura No yok, Seri de yok; bir Fatura Serisi seçin"),
        ("", "  ", "Fatura No yok, Seri de yok; bir Fatura Serisi seçin"),
        ("", "ŞB", "Fatura No yok, Seri (ŞB) kullanılamaz; bir Fatura Serisi seçin"),
        ("RDM2024100000348", "ELEVENCHARS",
         "RDM2024100000348 sığmıyor, Seri (ELEVENCHARS) kullanılamaz; bir Fatura Serisi seçin"),
    ],
)  # fmt: skip
def test_a_document_that_nothing_can_number_is_told_what_to_do(
    number: str, series: str | None, told: str
) -> None:
    assert not numbers.is_usable(number)
    with pytest.raises(NumberError) as error:
        numbers.own_series(number, series)
    assert str(error.value) == told


def test_its_own_series_numbers_a_document_in_capitals() -> None:
    assert numbers.own_series("", " rdm ") == "RDM"
    assert numbers.is_usable("A" * 15)
    assert not numbers.is_usable("A" * 16)


@pytest.mark.parametrize(
    ("typed", "series"),
    [("a", "A"), (" rdm ", "RDM"), ("i1", "I1"), ("ABCDEFGHIJ", "ABCDEFGHIJ"), ("12", "12")],
)
def test_a_series_as_typed(typed: str, series: str) -> None:
    assert numbers.check_series(typed) == series


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "boş"), ("  ", "boş"), ("ABCDEFGHIJK", "en çok 10"), ("ı", "A–Z"), ("İ", "A–Z"),
        ("ş", "A–Z"), ("A-", "A–Z"), ("A B", "A–Z"), ("A\n1", "A–Z"), ("٣", "A–Z"), ("ſ", "A–Z"),
    ],
)  # fmt: skip
def test_a_series_that_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(NumberError, match=reason):
        numbers.check_series(typed)


def test_the_year_of_a_series() -> None:
    assert numbers.year_prefix("RDM", 2024) == "RDM2024"
    assert numbers.series_of("RDM2024") == "RDM"
    assert numbers.series_of("A") == "A"
    assert numbers.is_year_prefix("1232024")
    assert not numbers.is_year_prefix("RDM1999")
    assert numbers.may_carry_year("RDM")
    assert not numbers.may_carry_year("RD")
