"""The time left of a job: right in the end, steady meanwhile, in good words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.transfer.time_left import TimeLeft, left_words
from tests.scale import rounds

OF = 100_000


def told(steps: Iterable[tuple[float, int]], of: int = OF) -> Iterator[tuple[float, int | None]]:
    """(moment, what is told) after each step of so many seconds, with so much more done."""
    left, now, done = TimeLeft(), 1000.0, 0
    assert left.seconds(0, of, now) is None
    for seconds, more in steps:
        now, done = now + seconds, min(done + more, of)
        yield now, left.seconds(done, of, now)


@settings(max_examples=rounds(100))
@given(
    pace=st.floats(0.01, 1.0),
    bursts=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    times=st.integers(50, 200),
)
@example(pace=0.3, bursts=[1, 1, 5, 9], times=50)  # told so early, it is off by 45 %
def test_work_in_bursts_is_told_right(pace: float, bursts: list[int], times: int) -> None:
    steps = [(pace, burst) for _ in range(times) for burst in bursts]
    seconds = pace * len(steps)
    for now, left in told(steps, sum(bursts) * times):
        passed = now - 1000
        if left is not None and passed > max(0.1 * seconds, 5):
            assert abs(left - (seconds - passed)) <= max(0.5 * (seconds - passed), 5)


def test_the_number_counts_down_with_the_clock_and_does_not_jump() -> None:
    steps = [(0.1, 60 if n % 2 else 140) for n in range(1000)]
    numbers = [left for _, left in told(steps) if left is not None]
    assert numbers[0] in range(90, 101)
    assert numbers == sorted(numbers, reverse=True)
    assert max(before - after for before, after in pairwise(numbers)) <= 1
    assert numbers[-1] == 1


def test_a_lasting_change_of_speed_is_followed() -> None:
    fast, slow = [(0.1, 100)] * 400, [(0.1, 20)] * 600  # the rest takes 288 s from there
    numbers = [left for _, left in told(fast + slow)]
    assert numbers[399] == pytest.approx(60, abs=2)
    assert numbers[-1] == pytest.approx((OF - 52_000) / 200, rel=0.1)


def test_nothing_is_told_too_early_at_the_end_and_of_work_that_stands_still() -> None:
    assert [left for _, left in told([(0.5, 10)] * 3)] == [None] * 3
    assert [left for _, left in told([(10, OF)])] == [None]
    assert [left for _, left in told([(10, 0)] * 3)] == [None] * 3
    assert [left for _, left in told([(3, 0)], of=0)] == [None]


def test_a_second_phase_is_measured_anew() -> None:
    left = TimeLeft()
    for second in range(20):
        left.seconds(second * 1000, OF, 1000.0 + second)
    assert left.seconds(0, OF, 1020.0) is None
    assert left.seconds(10_000, OF, 1025.0) == 45


@given(st.integers(1, 500_000))
def test_the_words_never_tell_less_than_is_left(seconds: int) -> None:
    units = {"sn": 1, "dk": 60, "sa": 3600}
    *words, last = left_words(seconds).split()
    numbers = [int(n) * units[unit] for n, unit in zip(words[::2], words[1::2], strict=True)]
    assert last == "kaldı"
    assert seconds <= sum(numbers) <= seconds * 1.17


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (1, "1 sn kaldı"),
        (59, "59 sn kaldı"),
        (60, "1 dk kaldı"),
        (61, "1 dk 10 sn kaldı"),
        (150, "2 dk 30 sn kaldı"),
        (600, "10 dk kaldı"),
        (601, "11 dk kaldı"),
        (3600, "1 sa kaldı"),
        (3900, "1 sa 5 dk kaldı"),
    ],
)
def test_the_words(seconds: int | None, words: str) -> None:
    assert left_words(seconds) == words
