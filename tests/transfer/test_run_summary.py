"""The numbers that a run gave are told by series, from the lowest to the highest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.transfer.run_summary import NumberRanges

TAILS = st.integers(0, 10**6)
SPELLINGS = st.sampled_from(["A-{}", "a-{:04}", "A-{:08}", "a‐{}"])


@given(st.lists(st.tuples(TAILS, SPELLINGS), min_size=1))
def test_a_range_goes_from_the_lowest_to_the_highest_however_they_are_spelled(numbers) -> None:
    ranges = NumberRanges()
    for tail, spelling in numbers:
        ranges.add((0, "A-"), spelling.format(tail))
    (found,) = ranges
    tails = [tail for tail, _ in numbers]
    ends = [int(number[2:]) for number in (found.first, found.last)]
    assert ends == [min(tails), max(tails)]
    assert found.count == len(numbers)
