"""What is foretold, by the plan and by the rehearsal, is what an import then does."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import accumulate
from pathlib import Path
from threading import Thread
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.domain.numbers import is_usable
from app.store.books import Books
from app.store.database import connected, database, writing
from app.store.preview import Outcome
from app.transfer.decide import Action, Decision, digest
from app.transfer.import_run import run_import
from app.transfer.phrases import message
from app.transfer.simulate import Decided, make_plan, simulate
from tests.store.bookkeeping import (
    ACCOUNT,
    PURCHASE,
    SALES,
    STOCK,
    document,
    enter,
    make_cards,
    new_books,
    purchase,
    rows,
)
from tests.transfer.carrying import KEEP, Carried, ImportRule, write

pytestmark = pytest.mark.both_engines

DOCUMENTS = st.builds(
    document,
    st.sampled_from(["A-1", "A-2", "A-9", "A00000000000001", "RDM202300000001", "RDM202399999999",
                     "A10000000000001", "SON", "X", "", "TOO-WIDE-FOR-US-1"]),
    kind=st.sampled_from([SALES, SALES, PURCHASE]),
    series=st.sampled_from([None, "A", "A1", "RDM"]),
    account=st.sampled_from(["320-1", "320-2", "320-YOK"]),
    day=st.sampled_from([date(2023, 5, 1), date(2024, 5, 1)]),
    total=st.sampled_from(["1.0", "2.0"]),
    rate=st.sampled_from([None, None, "17.0"]),
)  # fmt: skip
WARNED = (
    "SELECT position FROM transfer_item WHERE transfer_id = ? AND status = 'aktarildi'"
    " AND message IS NOT NULL ORDER BY position"
)
NUMBERED = DOCUMENTS.filter(lambda invoice: is_usable(invoice.header.number))
RULES = st.builds(
    ImportRule,
    series=st.sampled_from([None, None, "A", "RDM"]),
    create_cards=st.booleans(),
    skip_transferred=st.booleans(),
)


def _foretold(carried: Carried, rule: ImportRule) -> list[list[Decided]]:
    """What is decided in each batch; the dialog's figures and digests are made of it."""
    with connected():
        return list(simulate(carried.incoming, carried.positions, rule))


def _decisions(batches: Iterable[list[Decided]]) -> list[list[Decision]]:
    return [[decision for *_, decision in batch] for batch in batches]


def _done(results: list[Outcome]) -> list[tuple[str, str, str]]:
    return [(result.status, result.message, result.new_number) for result in results]


def _as_done(decided: list[Decided]) -> list[tuple[str, str, str]]:
    """What an import tells of documents that are decided about so."""
    status = {Action.SKIP: "atlandi", Action.REFUSE: "hata"}
    return [
        (status.get(one[2].action, "aktarildi"), message(*one), one[2].number) for one in decided
    ]


def _spans(results: list[Outcome]) -> set[tuple[str, str]]:
    """The lowest and the highest number of each series that was given."""
    given: dict[Any, list[tuple[int, str]]] = {}
    for one in results:
        if one.status == "aktarildi":
            given.setdefault(one.series, []).append((len(one.new_number), one.new_number))
    return {(min(numbers)[1], max(numbers)[1]) for numbers in given.values()}


def _keep(path: Path, documents: list[Any], rule: ImportRule) -> None:
    if documents:
        with Carried(write(path, documents)) as carried:
            carried.save(rule)


@settings(max_examples=60)
@given(
    st.lists(NUMBERED, max_size=5, unique_by=lambda invoice: invoice.header.number),
    st.lists(DOCUMENTS, max_size=5),
    st.lists(DOCUMENTS, min_size=1, max_size=12),
    RULES,
    st.booleans(),
    st.sampled_from([None, None, 1, 3, 25]),
)
def test_what_is_shown_is_what_happens(
    entered: list, before: list, coming: list, rule: ImportRule, straight: bool, most: int | None
) -> None:
    """From the list, or straight from the file as the command line imports."""
    coming = coming * 6  # more than one transaction
    rule = structs.replace(rule, most_errors=most)
    with tempfile.TemporaryDirectory() as folder, new_books():
        make_cards(d for d in [*before, *coming] if d.header.account_code != "320-YOK")
        enter(*entered)
        _keep(Path(folder) / "once.json", before, rule)
        with Carried(write(Path(folder) / "gelen.json", coming)) as carried:
            plan, rehearsed = carried.plan(rule), carried.rehearse(rule)
            decided = [one for batch in _foretold(carried, rule) for one in batch]
            positions, shown = (None, None) if straight else (carried.positions, plan.digests)
            summary = run_import(
                carried.incoming, positions, rule, shown=shown, told=carried.results.extend
            )
        assert summary.changed is None
        done = _done(carried.results)
        assert done == _as_done(decided)
        as_rehearsed = {"aktarildi": "hazir", "hata": "hata", "atlandi": "atlandi"}
        assert rehearsed == [
            one._replace(status=as_rehearsed[one.status], invoice_id=None)
            for one in carried.results
        ]
        counted = Counter(result.status for result in carried.results)
        left = len(coming) - len(done)
        assert (plan.untried, summary.halted) == (left, left > 0)
        if left:  # the last one tried is the last error that the rule allows
            assert (counted["hata"], done[-1][0]) == (most, "hata")
        else:
            assert most is None or counted["hata"] <= most
        coming = coming[: len(done)]
        kept = sum(
            result.new_number == invoice.header.number != ""
            for result, invoice in zip(carried.results, coming, strict=True)
        )
        assert (plan.keeping, plan.renumbered) == (kept, counted["aktarildi"] - kept)
        assert (plan.failing, plan.skipped) == (counted["hata"], counted["atlandi"])
        assert summary.saved == counted["aktarildi"] == summary.numbers.count
        assert {(one.first, one.last) for one in summary.numbers} == _spans(carried.results)
        for result, invoice in zip(carried.results, coming, strict=True):
            odd = invoice.lines[0].vat_rate is not None
            assert ("bilinmeyen oran %17" in result.message) == (odd and result.status != "atlandi")
        warned = [r.position for r in carried.results if r.status == "aktarildi" and r.message]
        assert len(warned) == summary.warned
        assert warned == [position for (position,) in rows(WARNED, summary.transfer_id)]


@settings(max_examples=60)
@example(  # the same document: skipped as saved by this run, then as saved by another
    [document("A-1", account="320-1", total="1.0")] * 8,
    [document("A-1", account="320-1", total="1.0")],
    0, ImportRule(series="A", skip_transferred=True), ImportRule(),
)  # fmt: skip
@given(
    st.lists(DOCUMENTS, min_size=1, max_size=8), st.lists(DOCUMENTS, max_size=3),
    st.integers(-1, 2), RULES, RULES,
)  # fmt: skip
def test_an_import_stops_before_the_first_batch_that_is_not_as_shown(
    coming: list, others: list, after: int, rule: ImportRule, their_rule: ImportRule
) -> None:
    """Somebody else saves documents before the run, or behind one of its transactions."""
    coming = coming * 14
    with tempfile.TemporaryDirectory() as folder, new_books():
        make_cards(d for d in [*others, *coming] if d.header.account_code != "320-YOK")
        theirs = Path(folder) / "baskasi.json"
        with Carried(write(Path(folder) / "gelen.json", coming)) as carried:
            positions = carried.positions
            plan, foretold = carried.plan(rule), _foretold(carried, rule)
            results: list[Outcome] = []
            transactions = 0

            def told(some: list[Outcome]) -> None:
                nonlocal transactions
                results.extend(some)
                if transactions == after:
                    _as_another(lambda: _keep(theirs, others, their_rule))
                transactions += 1

            if after < 0:
                _keep(theirs, others, their_rule)
            summary = run_import(carried.incoming, positions, rule, shown=plan.digests, told=told)
            left = positions[len(results) :]
            with connected(), _as_run(summary.transfer_id):
                now = _decisions(simulate(carried.incoming, left, rule))
        done = [one for batch in foretold for one in batch][: len(results)]
        assert _done(results) == _as_done(done)
        shown = _decisions(foretold)
        assert rows(
            "SELECT count(*) FROM transfer_item WHERE transfer_id = ?", summary.transfer_id
        ) == [(len(results),)]
        if summary.changed is None:
            assert not left
            return
        assert summary.changed[0] == left[0]
        behind = list(accumulate(map(len, shown), initial=0)).index(len(results))
        assert now[0] != shown[behind]
        assert digest(now[0][: len(shown[behind])]) != plan.digests[behind]


@contextmanager
def _as_run(transfer_id: int) -> Iterator[None]:
    """What a simulation looks up does not count this run's documents as another's."""

    def begun(*values: Any, **named: Any) -> Books:
        books = Books(*values, **named)
        books.begin(transfer_id)
        return books

    with mock.patch("app.transfer.simulate.Books", begun):
        yield


def _as_another(work: Callable[[], None]) -> None:
    """On a connection of its own."""
    thread = Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.usefixtures("books")
def test_a_plan_names_the_numbers_from_where_to_where(tmp_path: Path) -> None:
    enter(document("A00000000000007", series="A"), purchase("K-1", "320-1"))
    coming = [document("A00000000000007", series="A") for _ in range(3)]
    coming += [document("B-1"), purchase("K-1", "320-1"), document("C-1", account="320-YOK")]
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        plan = carried.plan()
        assert (plan.keeping, plan.renumbered, plan.failing, plan.skipped) == (1, 4, 1, 0)
        assert {(run.first, run.last, run.count) for run in plan.numbers} == {
            ("A00000000000008", "A00000000000010", 3), ("K-2", "K-2", 1),
        }  # fmt: skip
        assert plan.first_failure == "6. belge, Cari Kodu (CariKod): cari kartı yok (320-YOK)"
        assert plan.first_failure in [row.message for row in carried.rows]


@pytest.mark.usefixtures("books")
def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    make_cards([document("A-1")])
    with Carried(write(tmp_path / "x.json", [document("A-1"), document("A-1")])) as carried:
        assert [result.new_number for result in carried.rehearse(KEEP)] == ["A-1", "A-2"]
        assert {row.status for row in carried.rows} <= {"hazir", "uyari"}
    for table in ("invoice", "transfer", "transfer_item", "series"):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.usefixtures("books")
def test_what_was_saved_since_the_file_was_opened_counts(tmp_path: Path) -> None:
    make_cards([document("A-1")])
    rule = ImportRule(skip_transferred=True)
    with Carried(write(tmp_path / "x.json", [document("A-1")])) as carried:
        carried.save(rule)
        assert carried.plan(rule).skipped == 1


@pytest.mark.usefixtures("books")
def test_cards_made_since_the_file_was_opened_count(tmp_path: Path) -> None:
    coming = [document("A-1"), document("A-2", account="320-YOK")]
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        plan = carried.plan()
        assert (plan.failing, plan.cardless) == (2, 2)
        assert (plan.accounts, plan.stock_items) == ({ACCOUNT, "320-YOK"}, {STOCK})
        assert plan.first_card == ACCOUNT
        make_cards(coming[:1])
        plan = carried.plan()
        assert (plan.keeping, plan.failing, plan.cardless) == (1, 1, 1)
        assert (plan.accounts, plan.stock_items) == ({"320-YOK"}, set())
        made = carried.plan(ImportRule(create_cards=True))
        assert (made.failing, made.accounts, made.first_card) == (0, {"320-YOK"}, "320-YOK")
        assert plan.first_failure == "2. belge, Cari Kodu (CariKod): cari kartı yok (320-YOK)"


@pytest.mark.usefixtures("books")
def test_a_second_copy_is_seen_before_it_is_made(tmp_path: Path) -> None:
    coming = [document("A-1"), document("A-2")]
    make_cards(coming)
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        assert carried.plan().again == 0
        carried.save()
        assert (carried.plan().again, carried.plan().renumbered) == (2, 2)
        skipping = carried.plan(ImportRule(skip_transferred=True))
        assert (skipping.again, skipping.skipped) == (0, 2)


@pytest.mark.usefixtures("books")
def test_a_stopped_plan_is_no_plan(tmp_path: Path) -> None:
    with Carried(write(tmp_path / "x.json", [document("A-1")])) as carried:
        assert make_plan(carried.incoming, [1], KEEP, stop=lambda: True) is None


@pytest.mark.usefixtures("books")
def test_a_plan_ends_at_the_batch_where_it_is_stopped(tmp_path: Path) -> None:
    make_cards([document("A-1")])
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 2

    coming = [document(f"A-{n}") for n in range(1, 200)]
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        assert make_plan(carried.incoming, carried.positions, KEEP, stop=stop) is None
    assert len(asked) == 2


@pytest.mark.long
@pytest.mark.usefixtures("books")
def test_the_memory_of_a_plan_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    make_cards([document("A-1")])
    coming = [document(f"A{n % 7}-{n}") for n in range(1, 3001)]
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        few, many = (_peak(carried, count) for count in (1000, 3000))
    assert (many - few) / 2000 < 24  # bytes a document; a digest for twenty of them among these


def _peak(carried: Carried, count: int) -> int:
    positions = range(1, count + 1)
    make_plan(carried.incoming, positions, KEEP)
    tracemalloc.start()
    try:
        make_plan(carried.incoming, positions, KEEP)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.files_only
@pytest.mark.usefixtures("books")
def test_a_document_that_the_database_refuses_ends_a_run_whose_numbers_it_changes(
    tmp_path: Path,
) -> None:
    make_cards([document("X")])
    coming = [document("X", total=f"{n}.0") for n in range(1, 31)]
    coming[2].lines[0].quantity *= 7
    with writing():
        database.execute_sql(
            "CREATE TRIGGER no_seven BEFORE INSERT ON line WHEN new.quantity = '7.0'"
            " BEGIN SELECT raise(ABORT, 'yedi olmaz'); END"
        )
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        for rule, saved, changed in (
            (ImportRule(series="A"), 2, (4, 20)), (ImportRule(series="B"), 2, (4, 20)),
        ):  # fmt: skip
            carried.results.clear()
            summary = carried.save(rule, shown=carried.plan(rule).digests)
            assert (summary.saved, summary.failed, summary.changed) == (saved, 1, changed)
            assert "yedi olmaz" in carried.results[2].message
    with writing():
        database.execute_sql("DROP TRIGGER no_seven")
