import sys

import pytest
from drawn import marked_rows
from hypothesis import given
from hypothesis import strategies as st

from app.tui.marks import MarkRange, Marks

SIZE = 12
position = st.integers(0, SIZE - 1)
mask = st.binary(min_size=SIZE, max_size=SIZE)
operation = st.one_of(
    st.tuples(st.just("toggle"), position),
    st.tuples(st.just("set"), position, st.booleans()),
    st.tuples(st.just("set_range"), position, position, st.booleans()),
    st.tuples(st.just("set_all"), st.booleans()),
    st.tuples(st.just("invert")),
    st.tuples(st.just("select"), mask),
    st.tuples(st.just("set_mask"), mask, st.booleans()),
    st.tuples(st.just("block"), mask),
    st.tuples(st.just("show_only"), st.none() | mask),
)


class PlainSets:
    """The same, as anybody would write it with sets."""

    def __init__(self, blocked: bytes) -> None:
        self.blocked = {n for n, byte in enumerate(blocked) if byte}
        self.marked: set[int] = set()
        self.shown = set(range(SIZE))

    def put(self, rows, on):
        self.marked = self.marked | (set(rows) - self.blocked) if on else self.marked - set(rows)

    def show_only(self, chosen):
        self.shown = {n for n in range(SIZE) if chosen is None or chosen[n]}

    def toggle(self, n):
        self.put([n], n not in self.marked)

    def set(self, n, on):
        self.put([n], on)

    def set_range(self, a, b, on):
        self.put(self.shown & set(range(min(a, b), max(a, b) + 1)), on)

    def set_all(self, on):
        self.put(self.shown, on)

    def invert(self):
        self.marked ^= self.shown - self.blocked

    def select(self, chosen):
        self.marked = {n for n, byte in enumerate(chosen) if byte} - self.blocked

    def set_mask(self, chosen, on):
        self.put([n for n, byte in enumerate(chosen) if byte], on)

    def block(self, chosen):
        self.blocked |= {n for n, byte in enumerate(chosen) if byte}
        self.marked -= self.blocked


@given(mask, st.lists(operation, max_size=12))
def test_marks_behave_as_a_plain_set_would(blocked, operations):
    marks, plain = Marks(SIZE, blocked), PlainSets(blocked)
    for name, *arguments in operations:
        getattr(marks, name)(*arguments)
        getattr(plain, name)(*arguments)
        assert marked_rows(marks) == sorted(plain.marked)
        assert marks.count == len(plain.marked)
        assert marks.hidden == len(plain.marked - plain.shown)
        assert marks.any_markable == bool(plain.shown - plain.blocked)
        assert [marks.is_blocked(n) for n in range(SIZE)] == [
            n in plain.blocked for n in range(SIZE)
        ]


@given(mask, mask, mask, st.lists(position, min_size=1, max_size=8))
def test_a_range_marks_just_what_is_shown_between_its_anchor_and_the_cursor(
    blocked, before, shown, path
):
    shown = bytes(byte or n in path for n, byte in enumerate(shown))  # the cursor is on shown rows
    marks = Marks(SIZE, blocked)
    marks.select(before)
    marks.show_only(shown)
    old = set(marked_rows(marks))
    followed = MarkRange(marks, path[0], sticky=True)
    for end in path:
        followed.extend(end)
    between = range(min(path[0], path[-1]), max(path[0], path[-1]) + 1)
    assert set(marked_rows(marks)) == old | {n for n in between if shown[n] and not blocked[n]}
    followed.cancel()
    assert set(marked_rows(marks)) == old
    assert marks.count == len(old)


def test_growing_adds_unmarked_rows_and_shrinking_forgets_marks():
    marks = Marks(3)
    marks.set_all(True)
    marks.resize(5)
    assert marked_rows(marks) == [0, 1, 2]
    marks.resize(2)
    assert (len(marks), marks.count) == (2, 2)
    marks.resize(0)
    marks.invert()
    marks.set_all(True)
    assert (len(marks), marks.count) == (0, 0)


@pytest.mark.parametrize("outside", [-1, 3])
def test_a_position_outside_the_list_is_refused(outside):
    marks = Marks(3)
    for attempt in (
        lambda: marks.toggle(outside),
        lambda: marks.set(outside, True),
        lambda: marks.set_range(0, outside, True),
        lambda: marks.is_marked(outside),
    ):
        with pytest.raises(IndexError):
            attempt()
    assert marks.count == 0


def test_a_mask_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 for 3"):
        Marks(3).select(b"\1\1")


def lines_run(work):
    """How many lines of Python a piece of work runs: a loop over the rows runs one for each."""
    count = 0

    def trace(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_a_million_rows_are_marked_and_inverted_without_a_loop_over_them():
    marks = Marks(1_000_000)

    def inverted_after_all():
        marks.set_all(True)
        marks.toggle(7)
        marks.invert()
        assert marks.count == 1

    assert lines_run(inverted_after_all) < 200
    assert marked_rows(marks) == [7]
    marks.show_only(b"\0\1" * 500_000)
    assert lines_run(inverted_after_all) < 200
    assert marks.count == 1
