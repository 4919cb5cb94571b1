"""Searches of a Rehber: shown as they go, and stopped by whoever no longer waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.filling import fill
from app.domain.codes import search_key
from app.domain.dates import turkish
from app.domain.invoice import DocumentType
from app.domain.text import fold
from app.store import lookups
from app.store.database import Interrupted, database, reading
from app.store.lookups import LookupEntry, search_numbers
from app.store.opening import close_database
from tests.store.bookkeeping import MARCH, document, enter, open_books, purchase, rows

pytestmark = pytest.mark.both_engines

LIMIT = 500
WORDS = ("a", "rdm", "2026", "17", "7", "öksüz", "ltd", "14.", "05.2024", "irs", "İRS", "ırs",
         "irs-", "irs–", "ı9", "Ş", "s", "/1", "öz", "oz", "320", "yok")  # fmt: skip
BUSY, SALES_OF_BUSY = "yoğun", 100
TYPED = ("", "A", "rdm", "2026", "17", "öksüz", "ltd", "rdm öksüz", "14.", "yok")


@pytest.fixture(scope="module", autouse=True)
def _company(_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    path: Path = tmp_path_factory.mktemp("rehber") / "defter.db"
    open_books(path)
    fill(300, 1)
    enter(
        document("ş ı9"),
        document("irs–17", day=date(2024, 5, 14)),
        purchase("İRS/17", "320-öz 1"),
        purchase("A  1", "320-öz 1"),
        purchase("A  1", "320-öz 2"),
        # Days that follow each other lie on different pages.
        *(
            document(f"K-{n}", account=f"120-{BUSY}", day=MARCH + timedelta(n * 37 % 100))
            for n in range(SALES_OF_BUSY)
        ),
    )
    yield
    close_database()


@pytest.fixture
def _at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search looks whether it is wanted, and shows what it has, as often as it can."""
    monkeypatch.setattr("app.store.engine.sqlite_limits._STEPS_BETWEEN_CHECKS", 1)
    monkeypatch.setattr(lookups, "SHOW_SECONDS", 0)
    monkeypatch.setattr(lookups, "_SLICE", 7)


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("kind", [None, *DocumentType])
@pytest.mark.files_only
def test_what_is_shown_on_the_way_belongs_to_the_answer(
    kind: DocumentType | None, typed: str
) -> None:
    shown: list[Sequence[LookupEntry]] = []
    with reading():
        whole = search_numbers(kind, typed, LIMIT, show=shown.append)
    assert shown
    assert set().union(*shown) <= set(whole)
    assert all(list(some) == sorted(some) for some in shown)
    assert [entry.code for entry in whole] == sorted(entry.code for entry in whole)


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.files_only
def test_a_number_that_is_typed_from_its_beginning_is_shown_before_the_scan() -> None:
    with reading():
        last = search_numbers(DocumentType.SALES, "", LIMIT)[-1]
        shown: list[Sequence[LookupEntry]] = []
        search_numbers(DocumentType.SALES, last.code.lower(), LIMIT, show=shown.append)
    first = next(some for some in shown if some)
    assert [last] == list(first)
    assert shown.index(first) < len(shown) / 2


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.files_only
def test_the_first_answer_does_not_wait_for_the_word_that_has_most_documents() -> None:
    def steps(typed: str) -> int:
        taken, first = 0, 0

        def stop() -> bool:
            nonlocal taken
            taken += 1
            return first > 0

        def show(some: Sequence[LookupEntry]) -> None:
            nonlocal first
            first = taken if some else 0

        with pytest.raises(Interrupted), reading():
            search_numbers(DocumentType.SALES, typed, LIMIT, stop, show)
        return first

    assert steps(f"120- {BUSY}") == steps(f"{BUSY} 120-")


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.files_only
def test_a_search_ends_within_its_statement_once_nobody_waits() -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    with pytest.raises(Interrupted), reading():
        search_numbers(None, "yok", LIMIT, stop)
    assert asked <= 25
    asked = 0
    with pytest.raises(Interrupted), reading():
        lookups.codes_in_use("project", None, stop)
    with reading():
        assert search_numbers(None, "", 1)


@pytest.mark.usefixtures("_at_each_step")
@pytest.mark.parametrize("member", [*lookups.CODES])
def test_codes_are_counted_slice_by_slice(member: str) -> None:
    shown: list[list[tuple[object, int]]] = []
    with reading():
        whole = lookups.codes_in_use(member, None, show=shown.append)
    sums = [sum(count for _, count in some) for some in shown]
    assert len(set(sums)) > 1
    assert sums == sorted(sums)
    assert shown[-1] == whole


def _scanned(kind: DocumentType | None, typed: str, limit: int) -> list[LookupEntry]:
    """What reading every document one by one finds."""
    stored = rows(
        f"SELECT document_type, number, {lookups.NUMBER_KEY}, account_code, document_date, name"
        " FROM invoice JOIN account ON code = account_code ORDER BY document_type, 3, 4"
    )
    of_kinds: dict[object, list[LookupEntry]] = {}
    for of, number, _, account, day, name in stored:
        shown = LookupEntry(str(number), f"{turkish(date.fromisoformat(str(day)))}  {name}")
        if kind in (None, of) and all(
            _has(str(number), word)
            or fold(word) in fold(f"{account} {name}")
            or word in shown.name[:10]
            for word in typed.split()
        ):
            of_kinds.setdefault(of, []).append(shown)
    found = [entry for some in of_kinds.values() for entry in some[:limit]]
    return sorted(found, key=lambda entry: entry.code)[:limit]


def _has(number: str, word: str) -> bool:
    return search_key(word) in search_key(number)


@settings(max_examples=150)
@given(
    st.sampled_from([None, *DocumentType]),
    st.lists(st.sampled_from(WORDS) | st.text("AR0127./-", min_size=1, max_size=3), max_size=3),
    st.sampled_from([1, 7, LIMIT]),
    st.sampled_from([0, 20, 100_000]),
)
def test_the_entries_are_those_of_a_full_scan(
    kind: DocumentType | None, words: list[str], limit: int, most_ids: int
) -> None:
    typed = " ".join(words)
    with pytest.MonkeyPatch.context() as patch, reading():
        patch.setattr(lookups, "_MOST_IDS", most_ids)
        assert search_numbers(kind, typed, limit) == _scanned(kind, typed, limit)


def _pages_read(kind: DocumentType | None, typed: str) -> int:
    """Each document that is read costs a page or more; an index has many on a page."""
    pages = apsw.SQLITE_DBSTATUS_CACHE_HIT
    with reading():
        database.connection().status(pages, True)
        search_numbers(kind, typed, LIMIT)
        return database.connection().status(pages)[0]


@pytest.mark.parametrize("typed", ["rdm qqq", "öksüz qqq"])
@pytest.mark.files_only
def test_a_scan_reads_the_index_and_not_the_documents(typed: str) -> None:
    """Digits also look up the days, a page or two each."""
    ((documents,),) = rows("SELECT count(*) FROM invoice")
    assert _pages_read(None, typed) < int(str(documents))


@pytest.mark.parametrize("most_ids", [0, 100_000])
@pytest.mark.files_only
def test_a_search_reads_no_documents_of_the_other_type(
    most_ids: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "_MOST_IDS", most_ids)
    assert _pages_read(DocumentType.SALES, BUSY) > SALES_OF_BUSY
    assert _pages_read(DocumentType.PURCHASE, BUSY) < SALES_OF_BUSY
