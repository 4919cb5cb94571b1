"""What is foretold, by the plan and by the rehearsal, is what an import then does."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from bookkeeping import PURCHASE, SALES, document, enter, make_cards, new_books, purchase, rows
from carrying import KEEP, Carried, ImportRule, write
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transfer.simulate import make_plan

DOCUMENTS = st.builds(
    document,
    st.sampled_from(["A-1", "A-2", "A-9", "A00000000000001", "RDM202300000001", "RDM202399999999",
                     "A10000000000001", "SON", "X"]),
    kind=st.sampled_from([SALES, SALES, PURCHASE]),
    series=st.sampled_from([None, "A", "A1", "RDM"]),
    account=st.sampled_from(["320-1", "320-2", "320-YOK"]),
    day=st.sampled_from([date(2023, 5, 1), date(2024, 5, 1)]),
    total=st.sampled_from(["1.0", "2.0"]),
)  # fmt: skip
RULES = st.builds(
    ImportRule,
    series=st.sampled_from([None, None, "A", "RDM"]),
    create_cards=st.booleans(),
    skip_transferred=st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(DOCUMENTS, max_size=5), st.lists(DOCUMENTS, min_size=1, max_size=12), RULES)
def test_what_is_foretold_is_what_happens(before: list, coming: list, rule: ImportRule) -> None:
    coming = coming * 6  # more than one transaction
    with tempfile.TemporaryDirectory() as folder, new_books():
        make_cards(d for d in [*before, *coming] if d.header.account_code != "320-YOK")
        first = write(Path(folder) / "once.json", before) if before else None
        path = write(Path(folder) / "gelen.json", coming)
        if first:
            with Carried(first) as carried:
                carried.save(rule)
        with Carried(path) as carried:
            plan, foretold = carried.plan(rule), carried.rehearse(rule)
            summary = carried.save(rule)
        done = [(r.position, r.status, r.message, r.new_number) for r in carried.results]
        assert done == [
            (r.position, "aktarildi" if r.status == "hazir" else r.status, r.message, r.new_number)
            for r in foretold
        ]
        counted = Counter(result.status for result in carried.results)
        kept = sum(
            result.new_number == invoice.header.number
            for result, invoice in zip(carried.results, coming, strict=True)
        )
        assert (plan.keeping, plan.renumbered) == (kept, counted["aktarildi"] - kept)
        assert (plan.failing, plan.skipped) == (counted["hata"], counted["atlandi"])
        assert (summary.saved, summary.failed, summary.skipped) == (
            counted["aktarildi"], counted["hata"], counted["atlandi"],
        )  # fmt: skip


@pytest.mark.usefixtures("books")
def test_a_plan_names_the_numbers_from_where_to_where(tmp_path: Path) -> None:
    enter(document("A00000000000007", series="A"), purchase("K-1", "320-1"))
    coming = [document("A00000000000007", series="A") for _ in range(3)]
    coming += [document("B-1"), purchase("K-1", "320-1"), document("C-1", account="320-YOK")]
    with Carried(write(tmp_path / "x.json", coming)) as carried:
        plan = carried.plan()
        assert (plan.keeping, plan.renumbered, plan.failing, plan.skipped) == (1, 4, 1, 0)
        assert {(run.first, run.last, run.count) for run in plan.ranges.values()} == {
            ("A00000000000008", "A00000000000010", 3), ("K-2", "K-2", 1),
        }  # fmt: skip
        assert plan.first_failure == "6. belge, CariKod: cari kartı yok (320-YOK)"
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
        assert (carried.plan().failing, carried.plan().cardless) == (2, 2)
        make_cards(coming[:1])
        plan = carried.plan()
        assert (plan.keeping, plan.failing, plan.cardless) == (1, 1, 1)
        assert plan.first_failure == "2. belge, CariKod: cari kartı yok (320-YOK)"


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
