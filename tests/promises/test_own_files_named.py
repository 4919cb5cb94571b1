"""A user who names the open database as a file to import does not unlock it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import FileRefused
from app.guarded_open import open_to_read
from app.netsis.input_file import open_source
from app.store.database import connected, reading
from app.store.opening import close_database, open_database
from app.transfer import history
from tests.promises.file_acts import Colleague
from tests.store.bookkeeping import document, enter

pytestmark = pytest.mark.files_only

# Whether another process could lock the whole database file.
_LOCK = """
import fcntl, sys
try:
    fcntl.lockf(open(sys.argv[1], "r+b"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("serbest")
except BlockingIOError:
    print("kilitli")
"""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_database()


def is_locked(path: Path) -> bool:
    said = subprocess.run(
        [sys.executable, "-c", _LOCK, str(path)], capture_output=True, text=True, check=True
    )
    return said.stdout == "kilitli\n"


def read_once() -> None:
    with reading():
        pass


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_no_file_of_the_open_database_is_opened_as_an_input(books: Path, end: str) -> None:
    enter(document("A-1"))
    name = f"{books.name}{end}"
    assert is_locked(books)
    with pytest.raises(FileRefused) as refused:
        open_source(books.with_name(name))
    assert refused.value.sentence == (
        f"{name}: bu, açık olan veritabanının dosyası; başka bir dosya verin"
    )
    assert is_locked(books)


def test_a_link_to_the_database_is_the_database(books: Path) -> None:
    link = books.with_name("fatura.json")
    link.symlink_to(books)
    read_once()
    with pytest.raises(FileRefused):
        open_source(link)
    assert is_locked(books)


def test_a_journal_that_names_the_database_does_not_unlock_it(books: Path) -> None:
    read_once()
    run = history.Unfinished(1, str(books), "2026-03-15 10:00:00", 1, "A-1", "A-1")
    history._is_ours(run)
    assert is_locked(books)


def test_once_the_database_is_closed_its_file_is_a_file(books: Path) -> None:
    close_database()
    os.close(open_to_read(books))


def test_the_lock_test_itself_sees_an_unlocked_file(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch()
    assert not is_locked(file)
    with file.open("r+b") as held:
        fcntl.lockf(held, fcntl.LOCK_SH)
        assert is_locked(file)


def test_a_connection_that_follows_another_keeps_its_place_among_the_users(books: Path) -> None:
    """Its lock on the index tells the next who opens that the index is in use."""
    index = books.with_name(f"{books.name}-shm")
    one = Colleague(books)
    one.save(document("A-1"))
    open_database(str(books))
    with connected():
        read_once()
    read_once()
    one.kill()
    assert is_locked(index)
