"""What happens while a run goes on: its file changes, its books move, it is stopped, read, asked.

Whatever comes in between, what was told of is committed, what was not is not, and the journal
says how it ended.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from app.domain.numbers import compose
from app.errors import DatabaseRefused, FileRefused
from app.netsis.input_file import open_source
from app.store import cards
from app.store.database import writing
from app.store.opening import close_database
from app.store.preview import Outcome
from app.transfer import batch_writer
from app.transfer.decide import ImportRule
from app.transfer.import_run import run_import
from tests.cli.commandline import Desk
from tests.short_steps import FOREVER, short_steps
from tests.store.bookkeeping import ACCOUNT, document, opened, rows
from tests.transfer.carrying import Carried, write

RULE = ImportRule(series="A", create_cards=True)
REST = ImportRule(series="A", create_cards=True, skip_transferred=True)
MANY = 4000  # documents: several transactions, and much more than a pipe holds


def numbered(count: int) -> list[str]:
    return [compose("A", n) for n in range(1, count + 1)]


def stored() -> list[object]:
    return [number for (number,) in rows("SELECT number FROM invoice ORDER BY id")]


def runs() -> list[object]:
    return [status for (status,) in rows("SELECT status FROM transfer ORDER BY id")]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions of two documents, saved one by one."""
    short_steps(monkeypatch, transaction=2, batch=1, seconds=FOREVER)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "x.json", [document(f"K-{n}", total=f"{n}.5") for n in range(1, 10)])


# One process, in small steps


def change_first_byte(file: Path) -> None:
    with file.open("r+b") as open_file:
        open_file.write(b" [")


def append(file: Path) -> None:
    with file.open("ab") as open_file:
        open_file.write(b"\n")


def truncate(file: Path) -> None:
    with file.open("r+b") as open_file:
        open_file.truncate(file.stat().st_size // 2)


@pytest.mark.usefixtures("books", "small_steps")
@pytest.mark.parametrize("change", [change_first_byte, append, truncate])
@pytest.mark.parametrize("listed", [True, False])
def test_a_file_that_changes_between_two_transactions(
    file: Path, change: Callable[[Path], None], listed: bool
) -> None:
    """What was saved of it before stays; nothing of the changed file is taken."""
    told: list[str] = []
    with Carried(file) as carried:

        def tell(results: list[Outcome]) -> None:
            told.extend(result.new_number for result in results)
            if len(told) == 4:
                change(file)

        positions = carried.positions if listed else None
        with pytest.raises(FileRefused) as refused:
            run_import(carried.incoming, positions, RULE, told=tell)
        shown = [row.status for row in carried.rows]
    assert str(file) not in refused.value.sentence
    assert "değişti" in refused.value.sentence
    assert told == stored() == numbered(len(told))
    assert runs() == ["hata"]
    assert shown == ["aktarildi" if listed and n < len(told) else "hata" for n in range(9)]


@pytest.mark.parametrize("change", [append, truncate])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_file_that_changes_behind_its_last_document(
    file: Path, change: Callable[[Path], None], at_once: bool
) -> None:
    with open_source(file, at_once=at_once) as source:
        spans = source.spans()
        assert len(list(islice(spans, 9))) == 9
        change(file)
        with pytest.raises(FileRefused, match="değişti"):
            list(spans)


@pytest.mark.usefixtures("books", "small_steps")
def test_a_document_that_the_run_itself_saved_before_is_as_shown(file: Path) -> None:
    """The second copy is none of an earlier import: nothing has changed since it was asked."""
    write(file.with_name("y.json"), [document(f"K-{n}") for n in (1, 2, 1, 2)])
    with Carried(file.with_name("y.json")) as carried:
        plan = carried.plan(RULE)
        summary = carried.save(RULE, shown=plan.digests)
    assert (summary.saved, summary.changed, plan.again) == (4, None, 0)
    assert stored() == numbered(4)


@pytest.mark.usefixtures("books", "small_steps")
def test_a_copy_that_another_run_makes_meanwhile_is_another_decision(file: Path) -> None:
    """It has the same number as was shown, but the user was not warned."""
    with Carried(file) as carried, Carried(file) as others:
        plan = carried.plan(RULE)
        others.save(ImportRule(series="B", create_cards=True))
        summary = carried.save(RULE, shown=plan.digests)
        assert (summary.saved, summary.changed) == (0, (1, 1))
        plan = carried.plan(RULE)
        assert plan.again == 9
        assert carried.save(RULE, shown=plan.digests).saved == 9


@pytest.mark.usefixtures("books", "small_steps")
def test_a_card_that_is_made_meanwhile_is_another_decision(file: Path) -> None:
    """Its account has a card now, its item has none: it fails for another reason than was shown."""
    rule = ImportRule(series="A")
    with Carried(file) as carried:
        plan = carried.plan(rule)
        assert "CariKod" in plan.first_failure
        with writing():
            cards.add_accounts([(ACCOUNT, ACCOUNT)])
        summary = carried.save(rule, shown=plan.digests)
        assert (summary.failed, summary.changed) == (0, (1, 1))
        assert "StokKodu" in carried.plan(rule).first_failure


@pytest.mark.usefixtures("small_steps")
@pytest.mark.files_only
@pytest.mark.parametrize("at", [1, 2, 3])
def test_books_that_move_within_a_transaction_take_nothing_of_it(
    books: Path, file: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """They move after a document was put in and before its commit."""
    moved = books.with_name("eski.db")
    told: list[str] = []
    saves = 0
    save = batch_writer.save

    def save_and_move(*arguments: object) -> None:
        nonlocal saves
        save(*arguments)  # type: ignore[arg-type]
        saves += 1
        if saves == at:
            books.rename(moved)

    monkeypatch.setattr(batch_writer, "save", save_and_move)
    with Carried(file) as carried, pytest.raises(DatabaseRefused) as refused:
        run_import(
            carried.incoming, None, RULE,
            told=lambda results: told.extend(result.new_number for result in results),
        )  # fmt: skip
    close_database()
    assert refused.value.sentence.startswith("Veritabanı dosyası taşınmış")
    assert len(told) == (at - 1) // 2 * 2
    with opened(moved):
        assert stored() == told
    assert not books.exists()


@pytest.mark.usefixtures("books", "small_steps")
@pytest.mark.parametrize("after", range(5))
def test_a_stop_between_two_transactions_leaves_the_rest_for_the_next_run(
    file: Path, after: int
) -> None:
    told: list[str] = []
    with Carried(file) as carried:
        summary = run_import(
            carried.incoming, carried.positions, RULE,
            told=lambda results: told.extend(result.new_number for result in results),
            stop=lambda: len(told) >= 2 * after,
        )  # fmt: skip
        assert summary.stopped
        assert summary.saved == len(told) == 2 * after
        assert stored() == told == numbered(2 * after)
        assert runs() == ["durduruldu"]
        again = run_import(carried.incoming, None, REST)
    assert (again.saved, again.skipped, again.stopped) == (9 - 2 * after, 2 * after, False)
    assert stored() == numbered(9)
    assert runs() == ["durduruldu", "tamam"]


@pytest.mark.usefixtures("books", "small_steps")
def test_a_stop_that_comes_behind_the_last_document_stops_nothing(file: Path) -> None:
    told: list[str] = []
    with Carried(file) as carried:
        summary = run_import(
            carried.incoming, None, RULE,
            told=lambda results: told.extend(result.new_number for result in results),
            stop=lambda: len(told) == 9,
        )  # fmt: skip
    assert (summary.saved, summary.stopped) == (9, False)
    assert runs() == ["tamam"]


@pytest.mark.usefixtures("books", "small_steps")
def test_a_fault_of_the_caller_between_two_transactions_leaves_the_run_open(file: Path) -> None:
    """As a kill does: it is told as cut off at the next start, and gone on with."""
    told: list[str] = []

    def tell(results: list[Outcome]) -> None:
        told.extend(result.new_number for result in results)
        if len(told) == 4:
            raise RuntimeError

    with Carried(file) as carried, pytest.raises(RuntimeError):
        run_import(carried.incoming, None, RULE, told=tell)
    assert stored() == told == numbered(4)
    assert runs() == ["suruyor"]


@pytest.mark.usefixtures("books")
def test_what_is_skipped_takes_no_number_from_its_neighbours(file: Path) -> None:
    """In one batch: the third was imported before, the others keep their own numbers."""
    coming = [document(f"K-{n}0", total=f"{n}.5") for n in range(1, 6)]
    keep = ImportRule(create_cards=True, skip_transferred=True)
    for name, documents in (("bir.json", coming[2:3]), ("hepsi.json", coming)):
        with Carried(write(file.with_name(name), documents)) as carried:
            carried.save(keep)
            told = [(one.status, one.new_number) for one in carried.results]
    assert told == [
        ("aktarildi", "K-10"), ("aktarildi", "K-20"), ("atlandi", ""), ("aktarildi", "K-40"),
        ("aktarildi", "K-50"),
    ]  # fmt: skip


# The program itself, read line by line


def saved_by_now(desk: Desk, number: str) -> bool:
    """Whether another program sees this document, which it does once it is committed."""
    other = sqlite3.connect(f"file:{desk.database}?mode=ro", uri=True)
    try:
        return bool(other.execute("SELECT 1 FROM invoice WHERE number = ?", (number,)).fetchone())
    finally:
        other.close()


@pytest.fixture
def many(desk: Desk) -> Path:
    documents = (document(f"K-{n}", total=f"{n}.5") for n in range(1, MANY + 1))
    return write(desk.folder / "cok.json", documents)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


ARGUMENTS = ("iceri-aktar", "cok.json", "--seri", "A", "--eksik-kartlari-olustur", "--json")


@pytest.mark.usefixtures("many")
@pytest.mark.files_only  # another driver looks into the file
def test_each_line_is_printed_after_its_commit_and_before_the_end(desk: Desk) -> None:
    running = desk.start(*ARGUMENTS)
    assert running.stdout
    for n in range(1, MANY + 1):
        line = json.loads(running.stdout.readline())
        assert (line["sira"], line["durum"]) == (n, "aktarildi")
        if n == 1 or n % 500 == 0:
            assert saved_by_now(desk, line["belgeNo"])
        if n == 1:
            assert not saved_by_now(desk, compose("A", MANY))  # the run waits for its reader
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")
    assert json.loads(out)["ozet"]["aktarilan"] == MANY


def test_a_command_whose_file_changes_meanwhile_says_what_was_not_done(
    desk: Desk, many: Path
) -> None:
    running = desk.start(*ARGUMENTS)
    assert running.stdout
    first = running.stdout.readline()
    append(many)
    out, err = running.communicate(timeout=60)
    *told, last = [json.loads(line) for line in (first + out).splitlines()]
    assert last["ozet"]["aktarilan"] == len(told)
    assert err.decode().startswith("cok.json: ")
    assert running.returncode == 1  # something was committed
    with opened(desk.database):
        assert stored() == [line["belgeNo"] for line in told] == numbered(len(told))
        assert runs() == ["hata"]
    assert 0 < len(told) < MANY


@pytest.mark.usefixtures("many")
@pytest.mark.files_only
def test_a_command_whose_books_move_meanwhile_says_what_was_not_done(desk: Desk) -> None:
    moved = desk.folder / "eski.db"
    running = desk.start(*ARGUMENTS)
    assert running.stdout
    first = running.stdout.readline()
    desk.database.rename(moved)
    out, err = running.communicate(timeout=60)
    *told, last = [json.loads(line) for line in (first + out).splitlines()]
    assert last["ozet"]["aktarilan"] == len(told)
    assert err.decode().startswith("Veritabanı dosyası taşınmış ya da değişmiş")
    assert running.returncode == 1
    with opened(moved):
        assert stored() == [line["belgeNo"] for line in told] == numbered(len(told))
    assert not desk.database.exists()
    assert 0 < len(told) < MANY
