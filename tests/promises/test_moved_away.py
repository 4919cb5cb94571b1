"""A database that is moved or replaced while it is open: what was told of is in the moved file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import DatabaseRefused
from app.store.database import database, reading, writing
from app.store.opening import close_database, open_database
from app.store.preview import Outcome
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.cli.commandline import Desk
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, enter, opened, rows
from tests.transfer.carrying import write

pytestmark = pytest.mark.files_only

RULE = ImportRule(series="A", create_cards=True)
SENTENCE = "Veritabanı dosyası taşınmış ya da değişmiş; programı yeniden açın"


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    short_steps(monkeypatch, transaction=2, batch=1)
    yield
    close_database()


def import_while(books: Path, meanwhile: Callable[[], None]) -> list[str]:
    """The numbers that an import tells of, with whose second transaction something happens."""
    told: list[str] = []

    def tell(results: list[Outcome]) -> None:
        told.extend(result.new_number for result in results)
        if len(told) == 4:
            meanwhile()

    file = write(books.with_name("x.json"), [document(f"K-{n}") for n in range(9)])
    with pytest.raises(DatabaseRefused) as refused:
        run_import(IncomingFile(file), None, RULE, told=tell)
    assert refused.value.sentence == SENTENCE
    close_database()
    return told


def numbers(books: Path) -> list[object]:
    """What is in a database; denetle finds nothing there."""
    with opened(books):
        return [number for (number,) in rows("SELECT number FROM invoice ORDER BY id")]


def test_what_was_told_of_is_in_the_file_that_was_moved(books: Path) -> None:
    moved = books.with_name("eski.db")
    told = import_while(books, lambda: books.rename(moved) and None)
    assert numbers(moved) == told
    assert len(told) == 4
    assert not books.exists()


def test_another_database_in_its_place_is_left_alone(books: Path) -> None:
    other, moved = books.with_name("baska.db"), books.with_name("eski.db")
    close_database()
    with opened(other):
        enter(document("B-1"))
    open_database(str(books))

    def replace() -> None:
        books.rename(moved)
        other.rename(books)

    told = import_while(books, replace)
    assert numbers(books) == ["B-1"]
    assert numbers(moved) == told


def test_what_others_write_to_the_database_in_its_place_stays_there(books: Path) -> None:
    """They share a log with us by its name; what they have written is none of ours."""
    moved = books.with_name("eski.db")
    enter(document("A-1"))
    database.pragma("wal_checkpoint")
    before = books.read_bytes()
    books.rename(moved)
    shutil.copy(moved, books)
    write(books.with_name("x.json"), [document("B-1")])
    said = Desk(books.parent).ask("iceri-aktar", "x.json", "--kaynak-no")
    assert (said.status, said.err) == (0, "")
    close_database()
    assert moved.read_bytes() == before
    assert numbers(books) == ["A-1", "B-1"]


def test_a_file_that_is_gone_is_neither_read_nor_written(books: Path) -> None:
    books.unlink()
    for way in (reading, writing):
        with pytest.raises(DatabaseRefused) as refused, way():
            pass
        assert refused.value.sentence == SENTENCE


def test_no_new_database_takes_the_log_of_one_that_was_moved(tmp_path: Path) -> None:
    books, log = tmp_path / "defter.db", tmp_path / "defter.db-wal"
    for empty in (False, True):
        log.write_bytes(b"belgeler")
        if empty:
            books.touch()
        with pytest.raises(DatabaseRefused) as refused:
            open_database(str(books))
        assert refused.value.sentence == (
            f"Veritabanı yok, günlüğü duruyor: {log}; "
            "veritabanını geri getirin ya da günlüğü kaldırın"
        )
        assert log.read_bytes() == b"belgeler"
    log.unlink()
    assert numbers(books) == []
