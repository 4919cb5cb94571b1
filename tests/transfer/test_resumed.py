"""An import that was cut off, done again by the same command, does exactly the rest."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.domain.netsis_json import encode_invoice
from app.errors import DatabaseRefused
from app.store import preview
from app.transfer import history, import_run
from app.transfer.finished import finished_in
from tests.scale import rounds
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, enter, failures, new_books, rows
from tests.transfer.carrying import Carried, ImportRule, write

pytestmark = pytest.mark.both_engines

MAKE = ImportRule(create_cards=True)
POSITIONS = st.sets(st.integers(1, 9))
LETTERS = st.lists(st.sampled_from("KLMN"), min_size=1, max_size=9)
_names = count()


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch of two is a transaction of its own; each third document ends one by its size."""
    size = len(encode_invoice(document("K-1")))
    short_steps(monkeypatch, batch=2, seconds=0, lot_bytes=5 * size // 2)


def made(folder: Path, letters: list[str]) -> Path:
    """A file with a document for each letter: the very same one for the same letter."""
    return write(folder / f"{next(_names)}.json", [document(f"{one}-1") for one in letters])


def cut_off(
    file: Path, rule: ImportRule, after: int, *, chosen: list[int] | None = None
) -> list[str]:
    """Begin to import it; the run fails once so many documents are told of. Return the numbers."""
    with Carried(file, chosen=chosen) as carried:

        def told(outcomes: list[preview.Outcome]) -> None:
            carried.results.extend(outcomes)
            if len(carried.results) >= after:
                raise DatabaseRefused("kesildi")

        with pytest.raises(DatabaseRefused):
            import_run.run_import(carried.incoming, carried.positions, rule, told=told)
        return [one for one in carried.numbers if one]


def resumed(
    file: Path, rule: ImportRule = MAKE, *, run: int | None = None, chosen: list[int] | None = None
) -> list[str]:
    """Import the rest as the command does, rehearsed before; return the numbers given.

    Or resume that run with the chosen documents, as on the screen.
    """
    rule = structs.replace(rule, resumes=run or history.cut_off_run(file))
    with Carried(file, chosen=chosen) as carried:
        rehearsed = [one.status for one in carried.rehearse(rule)]
        plan = carried.plan(rule)
        carried.save(rule, shown=plan.digests)
        done = [one.status for one in carried.results]
        assert [one.replace("hazir", "aktarildi") for one in rehearsed] == done
        assert plan.skipped == done.count("atlandi")
        return [one for one in carried.numbers if one]


@pytest.mark.long
@settings(max_examples=rounds(40))
@given(LETTERS, LETTERS, st.integers(1, 9), st.booleans())
def test_two_parts_make_the_whole(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], letters: list[str], after: int,
    often: bool,
) -> None:  # fmt: skip
    folder = tmp_path_factory.getbasetemp()
    with new_books():
        with Carried(made(folder, before)) as earlier:
            earlier.save(MAKE)
        with Carried(made(folder, letters)) as at_once:
            at_once.save(MAKE)
        whole = rows("SELECT number FROM invoice ORDER BY id")
    with new_books() as books:
        with Carried(made(folder, before)) as earlier:
            earlier.save(MAKE)
        file = made(folder, letters)
        cut_off(file, MAKE, min(after, len(letters)))
        if often and history.cut_off_run(file):
            rule = ImportRule(create_cards=True, resumes=history.cut_off_run(file))
            cut_off(file, rule, 1)
        resumed(file)
        assert rows("SELECT number FROM invoice ORDER BY id") == whole
        assert failures(books) == []


@pytest.mark.long
@settings(max_examples=rounds(40))
@given(LETTERS, st.integers(1, 9), POSITIONS, st.lists(POSITIONS, max_size=3))
def test_whichever_documents_are_chosen_each_copy_is_saved_once(
    tmp_path_factory: pytest.TempPathFactory, letters: list[str], after: int, first: set[int],
    choices: list[set[int]],
) -> None:  # fmt: skip
    with new_books() as books:
        file = made(tmp_path_factory.getbasetemp(), letters)
        there = set(range(1, len(letters) + 1))
        begun = sorted(first & there) or sorted(there)
        cut_off(file, MAKE, min(after, len(begun)), chosen=begun)
        run = history.cut_off_run(file)
        for chosen in (*choices, there):
            resumed(file, run=run, chosen=sorted(chosen & there))
        saved = [number[0] for (number,) in rows("SELECT number FROM invoice")]
        assert sorted(saved) == sorted(letters)
        assert failures(books) == []


@pytest.mark.usefixtures("books")
def test_copies_that_are_not_chosen_are_those_that_were_saved(tmp_path: Path) -> None:
    file = made(tmp_path, list("KLK"))
    assert cut_off(file, MAKE, 1) == ["K-1", "L-1"]
    assert resumed(file, chosen=[3]) == ["K-2"]


@pytest.mark.usefixtures("books")
def test_a_copy_that_was_never_chosen_stands_for_none_that_was_saved(tmp_path: Path) -> None:
    file, chosen = made(tmp_path, list("KKLMN")), [1, 3, 4, 5]
    assert cut_off(file, MAKE, 2, chosen=chosen) == ["K-1", "L-1"]
    assert resumed(file, chosen=chosen) == ["M-1", "N-1"]


@pytest.mark.usefixtures("books")
def test_a_run_of_chosen_documents_does_not_end_that_of_the_whole_file(tmp_path: Path) -> None:
    file = made(tmp_path, list("KLMN"))
    assert cut_off(file, MAKE, 2) == ["K-1", "L-1"]
    for chosen, numbers in (([4], ["N-1"]), ([1, 2], ["K-2", "L-2"])):
        with Carried(file, chosen=chosen) as carried:
            carried.save(MAKE)
            assert carried.numbers == numbers
    assert resumed(file) == ["M-1"]
    assert history.cut_off_run(file) is None
    with Carried(file, chosen=[2]) as carried:
        carried.save(MAKE)
    assert history.cut_off_run(file) is None


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("number", ["K-1", ""])
def test_a_skipped_document_that_was_changed_since_is_not_finished(
    tmp_path: Path, number: str
) -> None:
    """The journal does not have the content of one that was skipped as imported before."""
    coming = [document(number, series="K"), document("L-1")]
    with Carried(write(tmp_path / "a.json", coming[:1])) as carried:
        carried.save(MAKE)
    file = write(tmp_path / "b.json", coming)
    with Carried(file) as carried:
        carried.save(structs.replace(MAKE, skip_transferred=True))
        assert [one.status for one in carried.results] == ["atlandi", "aktarildi"]
    with Carried(file) as carried:
        assert list(finished_in(carried.incoming.rows, 2)) == ([1, 2] if number else [2])
    other = [document(number, series="K", total="7.0"), coming[1]]
    with Carried(write(tmp_path / "c.json", other).replace(file)) as carried:
        assert list(finished_in(carried.incoming.rows, 2)) == [2]


@pytest.mark.usefixtures("books")
def test_as_many_copies_are_skipped_as_were_saved(tmp_path: Path) -> None:
    file = made(tmp_path, list("KKKKK"))
    assert cut_off(file, MAKE, 2) == ["K-1", "K-2"]
    assert resumed(file) == ["K-3", "K-4", "K-5"]
    assert history.cut_off_run(file) is None


@pytest.mark.usefixtures("books")
def test_a_document_that_stands_elsewhere_in_the_file_now_is_not_saved_again(
    tmp_path: Path,
) -> None:
    file = made(tmp_path, list("KLMN"))
    cut_off(file, MAKE, 2)
    made(tmp_path, list("NMKL")).replace(file)
    assert resumed(file) == ["N-1", "M-1"]


@pytest.mark.usefixtures("books")
def test_one_who_skips_what_was_imported_saves_one_copy_in_two_parts_too(tmp_path: Path) -> None:
    skip = ImportRule(create_cards=True, skip_transferred=True)
    file = made(tmp_path, list("KKLLM"))
    assert cut_off(file, skip, 2) == ["K-1"]
    with Carried(file) as carried:
        carried.save(skip)
        assert [one for one in carried.numbers if one] == ["L-1", "M-1"]


@pytest.mark.usefixtures("books")
def test_who_resumes_beside_another_who_does_saves_nothing_twice(tmp_path: Path) -> None:
    """Both began when the first run was cut off; the other one is done in between."""
    file = made(tmp_path, list("KKLL"))
    cut_off(file, MAKE, 2)
    rule = ImportRule(create_cards=True, resumes=history.cut_off_run(file))
    assert resumed(file) == ["L-1", "L-2"]
    with Carried(file) as carried:
        carried.save(rule)
        assert [one.status for one in carried.results] == ["atlandi"] * 4


@pytest.mark.usefixtures("books")
def test_a_user_who_resumes_skips_what_others_imported_as_the_box_says(tmp_path: Path) -> None:
    with Carried(made(tmp_path, ["M"])) as others:
        others.save(MAKE)
    file = made(tmp_path, list("KKMLL"))
    cut_off(file, MAKE, 1)
    enter(document("N-9"))
    run = history.cut_off_run(file)
    with Carried(file) as carried:
        carried.save(ImportRule(create_cards=True, skip_transferred=True, resumes=run))
        assert [one.status for one in carried.results] == [
            "atlandi", "atlandi", "atlandi", "aktarildi", "aktarildi",
        ]  # fmt: skip
