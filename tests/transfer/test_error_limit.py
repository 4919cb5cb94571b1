"""An import that ends at its first or nth error says how far it came; the rest can follow."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from app.store.database import ConstraintBroken
from app.transfer import batch_writer, history
from tests.store.bookkeeping import document, failures, make_cards, rows
from tests.transfer.carrying import Carried, ImportRule, write

FIRST = ImportRule(most_errors=1)
BAD = "320-YOK"


def made(folder: Path, accounts: str) -> Path:
    """A file with a document for each letter; those of `x` have an account without a card."""
    named = [document(f"A-{n}", account="320-1") for n, _ in enumerate(accounts, 1)]
    make_cards(named)
    file = folder / "gelen.json"
    file.unlink(missing_ok=True)
    return write(file, [
        document(f"A-{n}", account=BAD if letter == "x" else "320-1")
        for n, letter in enumerate(accounts, 1)
    ])  # fmt: skip


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("accounts", "most", "told"),
    [
        ("ooxoxo", 1, "ssh"), ("ooxoxo", 2, "ssh" "sh"), ("ooxoxo", 3, "sshshs"),
        ("xoo", 1, "h"), ("oox", 1, "ssh"), ("ooo", 1, "sss"),
    ],
)  # fmt: skip
def test_it_ends_with_the_error_that_is_one_too_many(tmp_path, accounts, most, told):
    with Carried(made(tmp_path, accounts)) as carried:
        rule = structs.replace(FIRST, most_errors=most)
        plan = carried.plan(rule)
        summary = carried.save(rule, shown=plan.digests)
    assert ["sh"[one.status == "hata"] for one in carried.results] == list(told)
    assert summary.halted == (len(told) < len(accounts)) == bool(plan.untried)
    assert rows("SELECT status FROM transfer") == [("durduruldu" if plan.untried else "tamam",)]


@pytest.mark.usefixtures("books")
def test_no_number_is_given_to_what_was_not_tried(tmp_path):
    with Carried(made(tmp_path, "oxoo")) as carried:
        carried.save(structs.replace(FIRST, series="ZZZ"))
    assert rows("SELECT number FROM invoice") == [("ZZZ000000000001",)]
    assert rows("SELECT last_number FROM series") == [(1,)]


def test_the_same_command_later_does_exactly_the_rest(books, tmp_path):
    file = made(tmp_path, "ooxooxo")
    with Carried(file) as carried:
        carried.save(FIRST)
    for _ in range(2):  # nothing has changed: it comes as far as before, and saves nothing twice
        with Carried(file) as carried:
            carried.save(structs.replace(FIRST, resumes=history.cut_off_run(file)))
            assert [one.status for one in carried.results] == ["atlandi", "atlandi", "hata"]
    make_cards([document("A-1", account=BAD)])
    with Carried(file) as carried:
        summary = carried.save(structs.replace(FIRST, resumes=history.cut_off_run(file)))
    assert (summary.skipped, summary.saved, summary.halted) == (2, 5, False)
    assert sorted(rows("SELECT number FROM invoice")) == [(f"A-{n}",) for n in range(1, 8)]
    assert failures(books) == []


@pytest.mark.usefixtures("books")
def test_what_the_database_refuses_counts_as_an_error_too(tmp_path, monkeypatch):
    real = batch_writer.save

    def refusing(new, today):
        if any(one.record.number == "A-2" for one in new):
            raise ConstraintBroken("deneme")
        real(new, today)

    monkeypatch.setattr(batch_writer, "save", refusing)
    with Carried(made(tmp_path, "oooo")) as carried:
        summary = carried.save(FIRST)
    assert [one.status for one in carried.results] == ["aktarildi", "hata"]
    assert summary.halted
