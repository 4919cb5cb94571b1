"""Whatever happens to a file of the database, no document that was reported as saved is lost.

Each cell is a file (database, log, index, rollback journal), what is done to it, and the state
that the database is in. The program then goes on rightly or refuses with a sentence; it is never
malformed, and never silent. What nobody can see: a closed database that a copy has replaced is the
copy, and a log that is removed together with its index after a kill leaves no trace.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from bookkeeping import document, enter, opened, rows

from app.errors import AppError
from app.store import checks
from app.store.database import database, reading
from app.store.opening import close_database, open_database

pytestmark = pytest.mark.broken_books

FILES = ("", "-wal", "-shm", "-journal")
STATES = ("closed", "killed", "open")
_FORK = multiprocessing.get_context("fork")


class Colleague:
    """Another process that has the database open and saves documents."""

    def __init__(self, books: Path) -> None:
        close_database()
        self._ours, theirs = _FORK.Pipe()
        self.process = _FORK.Process(target=_work, args=(books, theirs))
        self.process.start()
        theirs.close()

    def save(self, number: str) -> str:
        """What it says: empty where the document was saved."""
        return self._ask(number)

    def leave(self) -> None:
        """Close the database and end."""
        self._ask("")
        self.process.join()
        assert self.process.exitcode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def _ask(self, number: str) -> str:
        self._ours.send(number)
        return str(self._ours.recv())


def _work(books: Path, pipe: Connection) -> None:
    signal.alarm(60)
    database.init(None)
    while number := pipe.recv():
        pipe.send(_said(lambda number=number: _save(books, number)))
    close_database()
    pipe.send("")


def _save(books: Path, number: str) -> None:
    if database.is_closed():
        open_database(str(books))
    enter(document(number))


def _said(work: Callable[[], object]) -> str:
    try:
        work()
    except AppError as error:
        return error.sentence
    return ""


class Cell:
    """The database, an older copy of each of its files, and another database's."""

    def __init__(self, folder: Path) -> None:
        self.books = folder / "defter.db"
        self.told = []
        with opened(folder / "baska.db"):
            enter(*(document(f"B-{n}") for n in range(40)))
        with self._colleague() as one:
            for n in range(3):
                self._save(one, f"A-{n}")
        with self._colleague() as one:
            self._save(one, "A-3")
            self.older = {end: self._read(end) for end in FILES}
            for n in range(4, 30):
                self._save(one, f"A-{n}")
            self.older["-journal"] = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600)
            self.foreign = {"": (folder / "baska.db").read_bytes()}

    def path(self, end: str) -> Path:
        return Path(f"{self.books}{end}")

    def bring_to(self, state: str) -> Colleague | None:
        """The one who has it open, if so; what it saved may stand in the log alone."""
        one = Colleague(self.books)
        for n in range(5):
            self._save(one, f"{state}-{n}")
        if state == "closed":
            one.leave()
        elif state == "killed":
            one.kill()
        return one if state == "open" else None

    def look(self) -> str:
        """Open it as another user would: what is said; else it has all and can be written."""
        try:
            return _said(self._look)
        finally:
            close_database()

    def _look(self) -> None:
        open_database(str(self.books), make=False)
        with reading():
            assert checks.failures() == []
        there = {str(number) for (number,) in rows("SELECT number FROM invoice")}
        assert there >= set(self.told), sorted(set(self.told) - there)
        number = f"later-{len(self.told)}"
        enter(document(number))
        self.told.append(number)

    def _save(self, one: Colleague, number: str) -> None:
        assert one.save(number) == ""
        self.told.append(number)

    @contextmanager
    def _colleague(self) -> Iterator[Colleague]:
        one = Colleague(self.books)
        yield one
        one.leave()

    def _read(self, end: str) -> bytes:
        path = self.path(end)
        return path.read_bytes() if path.exists() else b""


def remove(cell: Cell, end: str) -> None:
    cell.path(end).unlink(missing_ok=True)


def truncate(cell: Cell, end: str) -> None:
    os.truncate(cell.path(end), 0)


def halve(cell: Cell, end: str) -> None:
    os.truncate(cell.path(end), cell.path(end).stat().st_size // 2)


def copy_older_over(cell: Cell, end: str) -> None:
    cell.path(end).write_bytes(cell.older[end])


def move_older_over(cell: Cell, end: str) -> None:
    copy = cell.path(".kopya")
    copy.write_bytes(cell.older[end])
    copy.replace(cell.path(end))


def copy_foreign_over(cell: Cell, end: str) -> None:
    cell.path(end).write_bytes(cell.foreign.get(end, os.urandom(8192)))


def link(cell: Cell, end: str) -> None:
    os.link(cell.path(end), cell.path(".ikinci"))


def make_symbolic(cell: Cell, end: str) -> None:
    cell.path(end).rename(cell.path(".asil"))
    cell.path(end).symlink_to(cell.path(".asil"))


def make_pipe(cell: Cell, end: str) -> None:
    cell.path(end).unlink(missing_ok=True)
    os.mkfifo(cell.path(end))


def give_away(cell: Cell, end: str) -> None:
    cell.books.parent.chmod(0o1777)
    os.chown(cell.path(end), 61_234, -1)


ACTS = (
    remove, truncate, halve, copy_older_over, move_older_over, copy_foreign_over, link,
    make_symbolic, make_pipe, give_away,
)  # fmt: skip
_NEED_NO_FILE = (copy_older_over, move_older_over, copy_foreign_over, make_pipe)
# A closed database that was replaced by a whole one is that one.
_REPLACED = (copy_older_over, move_older_over, copy_foreign_over)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("end", FILES)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_no_reported_document_is_lost(
    tmp_path: Path, act: Callable[[Cell, str], None], end: str, state: str
) -> None:
    if act is give_away and os.getuid():
        pytest.skip("only root gives files away")
    cell = Cell(tmp_path)
    one = cell.bring_to(state)
    if not cell.path(end).exists() and act not in _NEED_NO_FILE:
        if one:
            one.leave()
        pytest.skip("there is no such file then")
    act(cell, end)
    if one:
        said = one.save("afterwards")
        if not said:
            cell.told.append("afterwards")
        cell.look()
        one.leave()
    if not end and state == "closed" and act in _REPLACED:
        cell.told.clear()
    cell.look()
    cell.look()
