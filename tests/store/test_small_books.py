"""Books of two or three documents, each for one rule of numbering."""

from __future__ import annotations

import pytest

from tests.store.bookkeeping import SALES, counters, document, enter, purchase, set_counter

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]


def test_a_counter_never_goes_back() -> None:
    enter(document("A00000000000009"))
    enter(document("A00000000000003"))
    assert counters() == {"A": 9}
    assert enter(document("X"), series="A") == ["A00000000000010"]
    set_counter("A", 50, SALES)
    enter(document("A00000000000011"))
    assert counters() == {"A": 50}
    assert enter(document("A00000000000011")) == ["A00000000000051"]


def test_a_number_that_stands_in_the_books_beats_a_counter_that_lags() -> None:
    enter(document("A00000000000009"))
    set_counter("A", 2, SALES)
    assert enter(document("X"), series="A") == ["A00000000000010"]


def test_two_suppliers_may_share_a_number_and_each_goes_on_alone() -> None:
    assert enter(purchase("A-7", "S1"), purchase("A-7", "S2")) == ["A-7", "A-7"]
    assert enter(purchase("A-8", "S1")) == ["A-8"]
    assert enter(purchase("A-7", "S1"), purchase("A-7", "S2")) == ["A-9", "A-8"]


def test_numbers_that_two_prefixes_share() -> None:
    """`A10000000000001` is the first of A1 and one of A."""
    enter(document("A10000000000001", series="A1"))
    assert enter(document("X"), series="A") == ["A10000000000002"]
    assert enter(document("Y"), series="A1") == ["A10000000000003"]


def test_a_short_number_goes_on_as_long_as_it_is() -> None:
    enter(document("A-9"), document("B9"), document("9"))
    assert enter(document("A-9"), document("B9"), document("9")) == ["A-10", "B10", "10"]
