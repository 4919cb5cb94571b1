"""Numbers that documents are given: the rules of domain §4, one story each, then all of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import numbers
from app.domain.codes import plain_spelling, unique_key
from app.domain.invoice import DocumentType, Invoice
from app.domain.reasons import Code, NumberError
from app.domain.record import to_record
from app.store.books import Books
from app.store.database import database, reading, writing
from app.store.numbering import Numbering, number_request
from tests.store.bookkeeping import (
    PURCHASE,
    SALES,
    counters,
    document,
    enter,
    make_cards,
    new_books,
    purchase,
    rows,
    set_counter,
)

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]


def test_a_free_source_number_is_kept_and_moves_its_counter() -> None:
    assert enter(document("A00000000000123", series="A")) == ["A00000000000123"]
    assert counters() == {"A": 123}


def test_a_taken_source_number_gets_the_next_after_the_last_of_its_series() -> None:
    enter(document("A00000000000123"), document("A00000000000200"), document("B00000000000900"))
    assert enter(document("A00000000000123")) == ["A00000000000201"]


def test_a_sales_number_is_taken_whoever_the_customer_is() -> None:
    enter(document("A-1", account="120-001"))
    assert enter(document("A-1", account="120-002")) == ["A-2"]


def test_a_purchase_number_is_the_suppliers_own() -> None:
    enter(purchase("A-77", "320-001"))
    enter(purchase("A-500", "320-002"))
    assert enter(purchase("A-77", "320-002")) == ["A-77"]
    assert enter(purchase("A-77", "320-001")) == ["A-78"]
    assert enter(purchase("A-77", "320-002")) == ["A-501"]


def test_sales_and_purchases_never_meet() -> None:
    enter(purchase("A-77", "320-001"))
    assert enter(document("A-77")) == ["A-77"]


def test_the_next_number_is_as_long_as_the_source_number() -> None:
    enter(document("A-99"))
    assert enter(document("A-99")) == ["A-100"]
    enter(document("B-099"))
    assert enter(document("B-099")) == ["B-100"]


def test_the_last_number_is_the_greater_of_counter_and_stored() -> None:
    enter(document("A00000000000005"))
    set_counter("A", 40)
    assert enter(document("X", series=None), series="A") == ["A00000000000041"]
    enter(document("A00000000000090"))
    set_counter("A", 41)  # as an old counter does after history was imported
    assert enter(document("X"), series="A") == ["A00000000000091"]


def test_a_drifted_counter_of_purchases_is_overtaken_too() -> None:
    enter(purchase("KSM-7", "320-001"), purchase("KSM0012", "320-002"))
    with writing():
        database.execute_sql("DELETE FROM series")
    assert enter(purchase("X", "320-003"), series="KSM") == ["KSM000000000013"]
    set_counter("KSM-", 7, PURCHASE)


def test_a_given_series_counts_over_all_suppliers() -> None:
    enter(purchase("ALS000000000009", "320-001"))
    assert enter(purchase("77", "320-002"), purchase("77", "320-003"), series="ALS") == [
        "ALS000000000010", "ALS000000000011",
    ]  # fmt: skip


def test_a_new_series_begins_at_one_on_fifteen_characters() -> None:
    assert enter(document("X"), series="ZZ") == ["ZZ0000000000001"]
    assert enter(document("Y"), series="A123456789") == ["A12345678900001"]


def test_a_series_with_years_uses_the_documents_own_year() -> None:
    enter(document("RDM202300000348", series="RDM"))
    found = enter(
        document("X1", day=date(2023, 12, 31)),
        document("X2", day=date(2024, 1, 1)),
        document("X3", day=date(2023, 5, 1)),
        document("X4", day=date(2024, 6, 1)),
        series="RDM",
    )
    assert found == ["RDM202300000349", "RDM202400000001", "RDM202300000350", "RDM202400000002"]


def test_a_counter_alone_shows_that_a_series_has_years() -> None:
    set_counter("RDM2023", 12)
    assert enter(document("X", day=date(2023, 2, 1)), series="RDM") == ["RDM202300000013"]


def test_years_of_purchases_do_not_make_a_year_series_of_sales() -> None:
    enter(purchase("RDM202300000348", "320-001"))
    assert enter(document("X"), series="RDM") == ["RDM000000000001"]


def test_a_document_without_a_usable_number_takes_the_next_of_its_seri() -> None:
    enter(document("W00000000000007"))
    some = [document("", series="W"), document("W00000000000009"), document("X" * 16, series="w")]
    assert enter(*some) == ["W00000000000008", "W00000000000009", "W00000000000010"]
    assert rows("SELECT DISTINCT series FROM invoice WHERE tail IN (8, 10)") == [("W",)]
    assert enter(purchase("", "320-001", series="W")) == ["W00000000000001"]


def test_its_seri_has_years_as_soon_as_one_of_the_same_file_has() -> None:
    early, late = document("", series="RDM"), document("", series="RDM")
    between = document("RDM202400000041", series="RDM")
    assert enter(early, between, late) == ["RDM000000000001", "RDM202400000041", "RDM202400000042"]


@pytest.mark.parametrize("series", [None, "", " ", "Ş", "W-", "ELEVENCHARS"])
def test_without_number_and_seri_only_a_fatura_serisi_gives_one(series: str | None) -> None:
    with pytest.raises(NumberError, match=r"Fatura No yok, .*; bir Fatura Serisi seçin"):
        enter(document("", series=series))
    assert enter(document("", series=series), series="Z") == ["Z00000000000001"]


def test_a_document_of_a_series_has_it_as_its_seri() -> None:
    enter(document("OLD-7", series="OLD"), series="YNI")
    assert rows("SELECT number, series, prefix, tail FROM invoice") == [
        ("YNI000000000001", "YNI", "YNI", 1)
    ]


def test_within_one_file_the_first_that_asks_gets_the_number() -> None:
    assert enter(document("A-1", total="1.0"), document("A-1", total="2.0"), document("A-2")) == [
        "A-1", "A-2", "A-3",
    ]  # fmt: skip


def test_a_number_kept_just_before_counts_as_the_last() -> None:
    enter(purchase("A-77", "320-001"), document("B-77"))
    assert enter(purchase("A-90", "320-001"), purchase("A-77", "320-001")) == ["A-90", "A-91"]
    assert enter(document("B-90"), document("B-77")) == ["B-90", "B-91"]


def test_the_documents_own_seri_is_the_prefix() -> None:
    enter(document("A100000000005", series="A1"))
    assert enter(document("A100000000005", series="A1")) == ["A100000000006"]
    assert rows("SELECT DISTINCT prefix FROM invoice") == [("A1",)]


def test_numbers_that_read_as_the_series_count_whatever_their_seri() -> None:
    enter(document("A10000000000123"))
    assert enter(document("X"), series="A1") == ["A10000000000124"]


def test_years_do_not_hide_the_other_numbers_of_a_series() -> None:
    enter(document("RDM000000000007", series="RD"), document("RDM202300000001"))
    assert enter(document("RDM000000000007", series="RDM")) == ["RDM000000000008"]


@pytest.mark.parametrize("number", ["RDM202399999999", "999999999999999", "A-9999999999999"])
def test_a_full_series_is_an_error_that_says_so(number: str) -> None:
    enter(document(number))
    with pytest.raises(NumberError, match="dolu"):
        enter(document(number))


def test_a_full_fatura_serisi_is_an_error() -> None:
    set_counter("A123456789", 99999)
    with pytest.raises(NumberError, match="A123456789 serisi dolu"):
        enter(document("X"), series="A123456789")


def test_a_taken_number_without_digits_at_its_end_has_no_next() -> None:
    enter(document("SON"))
    with pytest.raises(NumberError, match="SON kullanılmış ve sonunda rakam yok"):
        enter(document("SON"))
    assert enter(document("SONRA")) == ["SONRA"]


@pytest.mark.parametrize(
    ("stored", "wanted", "given"),
    [
        ("rdm202400000348", "RDM202400000348", "RDM202400000349"),
        ("a-99", "A-99", "A-100"),
        ("A\u201399", "A-99", "A-100"),
        ("ŞB-77", "şb-77", "şb-78"),
        ("IŞ-7", "İŞ-7", "İŞ-8"),
    ],
)
@pytest.mark.parametrize("between", [0, 101])
def test_another_spelling_of_a_prefix_has_the_same_counter(
    stored: str, wanted: str, given: str, between: int
) -> None:
    """Within a batch, and in a later one."""
    others = [document(f"X-{n}") for n in range(1, between + 1)]
    assert enter(document(stored), *others, document(wanted))[-1] == given
    assert len(rows("SELECT DISTINCT prefix FROM invoice WHERE prefix <> 'X-'")) == 1


def test_counters_are_kept_per_branch_and_read_together() -> None:
    one, two = document("A-5"), document("A-9")
    two.header.branch = 3
    enter(one, two)
    assert rows("SELECT branch, prefix, last_number FROM series ORDER BY branch") == [
        (0, "A-", 5), (3, "A-", 9),
    ]  # fmt: skip
    assert enter(document("A-5")) == ["A-10"]


def test_a_transaction_that_failed_leaves_no_gap() -> None:
    numbering = Numbering("A")
    wanted = number_request(to_record(document("X")))
    for _ in range(3):
        with reading():
            numbering.begin()
            assert numbering.give(wanted).number == "A00000000000001"


class _Wish(NamedTuple):
    kind: DocumentType
    number: str
    series: str | None
    account: str
    year: int

    def document(self) -> Invoice:
        day = date(self.year, 5, 5)
        return document(
            self.number, kind=self.kind, series=self.series, account=self.account, day=day
        )


# Few numbers, so that they clash, are full, and read in more ways than one.
WISHES = st.builds(
    _Wish,
    st.sampled_from(DocumentType),
    st.sampled_from(
        ["A-1", "A-2", "A-9", "A-99", "A1", "A00000000000001", "A10000000000001",
         "A10000000000002", "RDM202300000001", "RDM202399999998", "RDM202399999999",
         "RDM000000000001", "RDM199999999999", "000000000000001", "1", "SON", "B99999999999999",
         "", "TOO-WIDE-FOR-US-1", "a-1", "A–99", "rdm202300000001", "Rdm000000000001",
         "b99999999999998", "ŞB-1", "şb-1", "şb-00000000009", "İŞ-1", "ış-1"],
    ),
    st.sampled_from([None, "", "A", "A1", "A-", "RDM", "rdm", "RD", "1"]),
    st.sampled_from(["320-1", "320-2"]),
    st.sampled_from([2023, 2024]),
)  # fmt: skip
SERIES = st.sampled_from([None, None, "A", "A1", "RDM", "Z"])


class _Oracle:
    """The rules, told once more without a database and without any haste."""

    def __init__(self) -> None:
        self.stored: list[tuple[_Wish, str, numbers.Split]] = []

    def give(self, wish: _Wish, series: str | None) -> str | None:
        try:
            number, split = self._number(wish, series)
        except NumberError:
            return None
        self.stored.append((wish, number, split))
        return number

    def _number(self, wish: _Wish, series: str | None) -> tuple[str, numbers.Split]:
        if series is None and not 0 < len(wish.number) <= numbers.WIDTH:
            series = numbers.check_series(wish.series or "")
        if series is None:
            split = numbers.split_key(wish.number, wish.series)
            if not self._taken(wish, wish.number):
                return wish.number, split
            if split.tail is None:
                raise NumberError(Code.NO_TAIL, wish.number)
            spelled = plain_spelling(wish.number)
            prefix = spelled[: len(spelled) - (split.width - len(split.prefix))]
            return self._next(wish, prefix, wish.kind is PURCHASE, len(spelled))
        prefix = series
        if any(
            seen.kind is wish.kind and s.prefix[:3] == series and numbers.is_year_prefix(s.prefix)
            for seen, _, s in self.stored
        ):
            prefix = f"{series}{wish.year}"
        return self._next(wish, prefix, False, numbers.WIDTH)

    def _next(self, wish: _Wish, prefix: str, own: bool, width: int) -> tuple[str, numbers.Split]:
        tail = 1 + max(
            (self._tail(number, split, prefix, own)
             for seen, number, split in self.stored
             if seen.kind is wish.kind and (not own or seen.account == wish.account)),
            default=0,
        )  # fmt: skip
        while self._taken(wish, number := numbers.compose(prefix, tail, width)):
            tail += 1
        return number, numbers.Split(unique_key(prefix), tail, len(number))

    def _tail(self, number: str, split: numbers.Split, prefix: str, own: bool) -> int:
        if split.prefix == unique_key(prefix):
            return split.tail or 0
        again = numbers.split_key(number, prefix)
        whole = len(number) == numbers.WIDTH and not own
        return again.tail or 0 if whole and again.prefix == unique_key(prefix) else 0

    def _taken(self, wish: _Wish, number: str) -> bool:
        return any(
            unique_key(number) == unique_key(seen_number) and seen.kind is wish.kind
            and (wish.kind is SALES or seen.account == wish.account)
            for seen, seen_number, _ in self.stored
        )  # fmt: skip


def _give_or_none(books: Books, wish: _Wish) -> str | None:
    record = to_record(wish.document())
    found = books.look_up([record], numbers=True)
    try:
        given_number = books.give(found.requests[0]).number
    except NumberError:
        return None
    books.plan([(1, record.fingerprint, None)], [])
    return given_number


@settings(max_examples=150)
@given(st.lists(st.tuples(SERIES, st.lists(WISHES, min_size=1, max_size=6)), max_size=4))
def test_any_runs_give_what_the_rules_say_and_what_was_foretold(
    runs: list[tuple[str | None, list[_Wish]]],
) -> None:
    oracle = _Oracle()
    with new_books():
        make_cards(wish.document() for _, wishes in runs for wish in wishes)
        for series, wishes in runs:
            with reading():
                simulation = Books(series, simulated=True)
                foretold = [_give_or_none(simulation, wish) for wish in wishes]
            expected = [oracle.give(wish, series) for wish in wishes]
            assert foretold == expected
            good = [w.document() for w, number in zip(wishes, foretold, strict=True) if number]
            half = len(good) // 2
            given_numbers = enter(*good[:half], series=series) + enter(*good[half:], series=series)
            assert given_numbers == [number for number in expected if number]


@pytest.mark.files_only
def test_a_series_of_a_run_is_without_a_gap(books: Path) -> None:
    found = [n for _ in range(3) for n in enter(*[document("X") for _ in range(40)], series="A")]
    assert found == [f"A{n:014}" for n in range(1, 121)]
    assert books.exists()
