"""What a typed number or range of numbers means."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.number_ranges import key_ranges
from app.errors import UsageError

STORED = [
    "A600", "A-600", "A00000000000600", "A00000000000601", "A00000000006000", "RDM202400000600",
    "RDM202400000601", "RDM202500000001", "A-1", "A-5", "A-15", "A-99", "A-100", "A-101", "B-5",
    "FATURA", "ABC2024600", "000000000000600", "GB1202400000007", "GB2202400000007", "A-1X",
]  # fmt: skip


def found(first: str | None, last: str | None) -> list[str]:
    """The stored numbers that are meant, by the definition of KeyRange."""
    ranges = key_ranges(first, last)
    return [
        number
        for number in STORED
        if any(
            low <= number <= high
            and len(number) == len(low)
            and number[prefix:].isdecimal() | (prefix == len(number))
            for low, high, prefix in ranges
        )
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("A600", ["A600", "A00000000000600"]),
        (" a0600 ", ["A00000000000600"]),
        ("A00000000000600", ["A00000000000600"]),
        ("a-5", ["A-5"]),
        ("rdm2024600", ["RDM202400000600"]),
        ("ABC2024600", ["ABC2024600"]),
        ("RDM2024000000600", ["RDM202400000600"]),  # as GİB writes it
        ("RDM2024900000600", []),
        ("fatura", ["FATURA"]),
        ("600", ["000000000000600"]),
        ("A", []),
    ],
)
def test_one_number_is_that_number_however_it_is_typed(typed: str, meant: list[str]) -> None:
    assert found(typed, typed) == meant


@pytest.mark.parametrize(
    ("first", "last", "meant"),
    [
        ("A-1", "A-9", ["A-1", "A-5"]),
        ("A-99", "a-100", ["A-99", "A-100"]),
        ("A600", "A601", ["A600", "A00000000000600", "A00000000000601"]),
        ("A00000000000600", "A00000000006000", STORED[2:5]),
        ("A00000000000601", None, STORED[3:5]),
        (None, "A00000000000600", ["A00000000000600"]),
        ("RDM202400000601", "RDM202500000009", STORED[6:8]),
        ("RDM202400000601", None, ["RDM202400000601"]),
        ("RDM2024600", None, STORED[5:7]),
        ("RDM2024600", "RDM2024601", STORED[5:7]),
        ("GB1202400000001", None, ["GB1202400000007"]),
        (None, "A-15", ["A-1", "A-5", "A-15"]),
        ("RDM20000", "RDM20990", []),  # plain numbers, not those of a century
        ("RDM202400000600", "RDM2024601", STORED[5:7]),
        ("RDM2024600", "RDM202400000601", STORED[5:7]),
    ],
)
def test_a_range_keeps_to_its_series_and_counts(
    first: str | None, last: str | None, meant: list[str]
) -> None:
    assert found(first, last) == meant


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("A", "B", "rakamla bitmeli"),
        ("A", None, "rakamla bitmeli"),
        ("A-1", "B-9", "aynı seriden"),
        ("GB1202400000001", "GB2202400000001", "aynı seriden"),
        ("A-9", "A-1", "son numara ilk numaradan küçük"),
        ("A-100", "A-99", "son numara ilk numaradan küçük"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(first: str, last: str | None, reason: str) -> None:
    with pytest.raises(UsageError, match=f"Fatura No: .*{reason}"):
        key_ranges(first, last)


PREFIXES = st.sampled_from(["", "A", "A-", "RDM", "2024/"])


@given(PREFIXES, *(st.integers(0, 10**6) for _ in range(3)), st.integers(1, 9))
@example("A-", 98, 100, 99, 1)
@example("RDM", 0, 20000, 20001, 1)  # RDM20000 may also be the first number of the year 2000
@example("RDM", 20000, 20005, 20003, 1)
def test_a_number_is_in_a_range_if_its_count_is(
    prefix: str, one: int, other: int, tail: int, width: int
) -> None:
    low, high = sorted((one, other))
    number = prefix + str(tail).zfill(width)
    inside = any(
        a <= number <= b and len(number) == len(a)
        for a, b, _ in key_ranges(f"{prefix}{low}", f"{prefix}{high}")
    )
    assert inside == (low <= tail <= high and len(number) <= 15)
