"""The list without a screen, against plain lists and sets."""

from __future__ import annotations

import ast
import time
from array import array
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.tui
from app.domain.invoice import DocumentType
from app.domain.totals import Sums, Totals
from app.tui.list_model import Hits, ListModel, Snapshot, mask_of
from app.tui.stored_list import StoredRows

STEPS = ("sort", "mark", "block", "only", "all", "turn")
MILLION = 1_000_000
amounts = st.tuples(st.integers(-(10**12), 10**12), st.integers(0, 2), st.booleans())


def row(amount: tuple[int, int, bool]):
    """What the store reads of a document with this total; an odd one has three decimals."""
    kurus, currency, odd = amount
    text = str(Decimal(kurus).scaleb(-3))
    foreign = (currency, text) if currency else (None, None)
    kind = kurus % 2  # sales and purchases
    return (kind, None, text, *foreign) if odd else (kind, kurus, None, *foreign)


def listed(ids, rows) -> ListModel:
    return ListModel(Snapshot("filter", array("q", ids), Totals(rows)), StoredRows)


@st.composite
def lists(draw):
    ids = draw(st.lists(st.integers(1, 60), unique=True, max_size=20))
    return {key: row(draw(amounts)) for key in ids}


@given(lists(), st.data())
def test_whatever_is_done_the_list_has_the_documents_of_its_snapshot(rows, data) -> None:
    ids, marked, shown = list(rows), set(), None
    model = listed(ids, rows.values())
    some = st.sets(st.sampled_from(ids)) if ids else st.just(set())
    for step in data.draw(st.lists(st.sampled_from(STEPS))):
        if step == "sort":
            ids = data.draw(st.permutations(ids))
            assert model.reorder(model.snapshot.permuted(array("q", ids)), ("number", False))
        elif step == "mark":
            marked = data.draw(some) - blocked_of(model)
            model.marks.select(model.mask_of(marked))
        elif step == "block":
            model.block(blocked := data.draw(some))
            marked -= blocked
        elif step == "only":
            shown = data.draw(st.none() | some)
            model.narrow("some", None if shown is None else model.mask_of(shown))
        else:
            seen = (set(ids) if shown is None else shown) - blocked_of(model)
            if step == "all":
                marked = marked | seen
                model.marks.set_all(True)
            else:
                marked = marked ^ seen
                model.marks.invert()
        assert model.filter == "filter"
        assert list(model.ids) == ids
        assert list(model.marked_ids()) == [key for key in ids if key in marked]
        visible = [key for key in ids if shown is None or key in shown]
        assert list(model.shown.ids) == visible == [ids[row] for row in model.list_rows]
        assert model.marks.hidden == len(marked - set(visible))
        in_marks = [rows[key] for key in ids if key in marked]
        assert model.sums() == Totals(in_marks).sum(b"\1" * len(in_marks))
        assert [model.row_of(row) for row in model.list_rows] == list(range(len(visible)))


def blocked_of(model: ListModel) -> set[int]:
    return {key for place, key in enumerate(model.ids) if model.marks.is_blocked(place)}


def test_another_order_of_other_documents_is_refused() -> None:
    snapshot = Snapshot("filter", array("q", [3, 5]))
    for ids in ([3], [3, 4], [3, 3], [3, 5, 7], [3, 7]):
        with pytest.raises(ValueError, match="other documents"):
            snapshot.permuted(array("q", ids))


def test_an_order_that_comes_for_a_list_of_before_changes_nothing() -> None:
    late = Snapshot("old", array("q", [1, 2])).permuted(array("q", [2, 1]))
    model = listed([1, 2], [row((1, 0, False))] * 2)
    assert not model.reorder(late, ("number", False))
    assert (list(model.ids), model.order) == ([1, 2], None)


def test_totals_that_come_after_sorting_are_read_again_and_those_before_are_kept() -> None:
    model = ListModel(Snapshot("filter", array("q", [1, 2])), StoredRows)
    model.marks.set_all(True)
    old, totals = model.ids, Totals([row((100, 0, False)), row((200, 0, False))])
    permutation = model.snapshot.permuted(array("q", [2, 1]))
    assert model.sums() is None
    assert model.take_totals(old, totals)
    assert model.reorder(permutation, ("number", False))
    model.marks.set(0, False)
    assert model.sums() == {DocumentType.SALES: Sums(Decimal("1.0"))}
    assert not model.take_totals(old, totals)
    assert not model.take_totals(model.ids, Totals([]))


def test_a_second_time_by_the_same_column_is_the_other_way() -> None:
    model = listed([1, 2], [row((1, 0, False))] * 2)
    orders = []
    for column in ("number", "number", "number", "kind"):
        orders.append(order := model.next_order(column))
        model.reorder(model.snapshot.permuted(model.ids[:]), order)
    assert orders == [("number", False), ("number", True), ("number", False), ("kind", False)]


def test_a_list_that_grows_keeps_what_it_has() -> None:
    model = ListModel(Snapshot("file", array("q", [1, 2])), StoredRows, blocked=[1])
    model.grow(array("q", [3, 4]))
    assert list(model.ids) == list(model.shown.ids) == [1, 2, 3, 4]
    model.marks.set_all(True)
    assert list(model.marked_ids()) == [2, 3, 4]


def test_the_next_hit_goes_round_both_ways() -> None:
    hits = Hits(b"\0\1\0\1\0")
    assert [hits.next(here, 1) for here in range(5)] == [1, 3, 3, 1, 1]
    assert [hits.next(here, -1) for here in range(5)] == [3, 3, 1, 1, 3]
    assert Hits(b"\0").next(0, 1) is None


@given(st.lists(st.integers(0, 50), unique=True), st.sets(st.integers(0, 50)))
def test_a_mask_says_of_each_row_whether_it_is_chosen(ids, chosen) -> None:
    assert list(mask_of(ids, chosen & set(ids))) == [key in chosen for key in ids]


def test_a_million_rows_are_marked_and_sorted_in_good_time() -> None:
    ids = array("q", range(1, MILLION + 1))
    model = listed(ids, ((0, n, None, None, None) for n in range(MILLION)))
    begin = time.process_time()
    model.reorder(model.snapshot.permuted(ids[::-1]), ("number", True))
    assert time.process_time() - begin < 2
    model.marks.set_all(True)
    assert model.sums() == {DocumentType.SALES: Sums(Decimal("4999995000.0"))}


def test_no_class_handles_a_message_that_a_class_below_it_handles_too() -> None:
    """Textual calls both, so that the order of their effects would be an accident."""
    handlers: dict[str, set[str]] = {}
    bases: dict[str, list[str]] = {}
    for path in Path(app.tui.__file__).parent.rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.ClassDef):
                bases[one.name] = [base.id for base in one.bases if isinstance(base, ast.Name)]
                names = (part.name for part in one.body if hasattr(part, "name"))
                handlers[one.name] = {name for name in names if name.startswith("on_")}

    def below(name: str) -> set[str]:
        own = (handlers.get(base, set()) | below(base) for base in bases.get(name, ()))
        return set().union(*own)

    twice = {name: both for name in handlers if (both := handlers[name] & below(name))}
    assert not twice
