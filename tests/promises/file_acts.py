"""What happens to the files of a database outside the program, and a colleague who has it open."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from app.domain.invoice import Invoice
from app.errors import AppError
from app.store.database import database
from app.store.opening import close_database, open_database
from tests.store.bookkeeping import document, enter, failures

FILES: Final = ("", "-wal", "-shm", "-journal", "-damga")
STATES: Final = ("closed", "killed", "open")
FORK: Final = multiprocessing.get_context("fork")
_PATIENCE = 60  # seconds; only a failure waits that long
_STRANGER = 61_234
_JOURNAL = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600)


class Answer(NamedTuple):
    """What a colleague says who was to save a document."""

    sentence: str
    """Why it was refused; empty where it was saved."""
    numbers: list[str]


class Colleague:
    """Another process that has the database open and saves documents."""

    def __init__(self, books: Path) -> None:
        close_database()
        self._ours, theirs = FORK.Pipe()
        self.process = FORK.Process(target=_work, args=(books, self._ours, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def save(self, invoice: Invoice, series: str | None = None) -> Answer:
        """Let them save it; they open the database for the first one."""
        answer: Answer = self._ask((invoice, series))
        return answer

    def leave(self) -> None:
        """Close the database and end."""
        self._ask(None)
        self.process.join()
        assert self.process.exitcode == 0

    def kill(self) -> None:
        """End it as it stands."""
        self.process.kill()
        self.process.join()

    def _ask(self, what: object) -> Answer:
        self._ours.send(what)
        answer: Answer = self._ours.recv()
        return answer


def _work(books: Path, ours: Connection, pipe: Connection) -> None:
    ours.close()
    signal.alarm(_PATIENCE)
    database.init(None)
    with suppress(EOFError):
        while asked := pipe.recv():
            pipe.send(_save(books, *asked))
        close_database()
        pipe.send(None)


def _save(books: Path, invoice: Invoice, series: str | None) -> Answer:
    numbers: list[str] = []

    def save() -> None:
        if database.is_closed():
            open_database(str(books))
        numbers.extend(enter(invoice, series=series))

    return Answer(said(save), numbers)


def said(work: Callable[[], object]) -> str:
    """The sentence with which it was refused; empty where it was done."""
    try:
        work()
    except AppError as error:
        return error.sentence
    return ""


class Files:
    """A database, what each of its files held earlier, and the files of another database."""

    def __init__(self, books: Path) -> None:
        self.books = books
        self.older: dict[str, bytes] = {}
        self.foreign: dict[str, bytes] = {}

    def path(self, end: str) -> Path:
        return Path(f"{self.books}{end}")

    def content(self) -> dict[str, bytes]:
        """What the files hold now, as far as they are there."""
        return {end: self.path(end).read_bytes() for end in FILES if self.path(end).is_file()}

    def keep_older(self) -> None:
        """Remember what they hold now as the older copies, and a rollback journal besides."""
        self.older = dict.fromkeys(FILES, b"") | self.content() | {"-journal": _JOURNAL}

    def tidy(self) -> None:
        """Leave nothing but the database under its own name, which nobody has open."""
        if self.books.is_symlink():
            self.books.resolve().replace(self.books)
        self.put_back({"": self.books.read_bytes()})

    def put_back(self, content: dict[str, bytes]) -> None:
        """What an administrator does: the files as they were, and nothing else beside them."""
        self.books.parent.chmod(0o700)
        for path in self.books.parent.glob(f"{self.books.name}[-.]*"):
            path.unlink()
        self.books.unlink(missing_ok=True)
        for end, data in content.items():
            self.path(end).write_bytes(data)


Act: TypeAlias = Callable[[Files, str], None]
"""Done to the file whose name is the database's and this end."""


def remove(files: Files, end: str) -> None:
    files.path(end).unlink(missing_ok=True)


def truncate(files: Files, end: str) -> None:
    os.truncate(files.path(end), 0)


def halve(files: Files, end: str) -> None:
    os.truncate(files.path(end), files.path(end).stat().st_size // 2)


def copy_older_over(files: Files, end: str) -> None:
    files.path(end).write_bytes(files.older.get(end, b""))


def move_older_over(files: Files, end: str) -> None:
    copy = files.path(".kopya")
    copy.write_bytes(files.older.get(end, b""))
    copy.replace(files.path(end))


def copy_foreign_over(files: Files, end: str) -> None:
    files.path(end).write_bytes(files.foreign.get(end, os.urandom(8192)))


def link(files: Files, end: str) -> None:
    os.link(files.path(end), files.path(".ikinci"))


def make_symbolic(files: Files, end: str) -> None:
    files.path(end).rename(files.path(".asil"))
    files.path(end).symlink_to(files.path(".asil"))


def make_pipe(files: Files, end: str) -> None:
    files.path(end).unlink(missing_ok=True)
    os.mkfifo(files.path(end))


def give_away(files: Files, end: str) -> None:
    files.books.parent.chmod(0o1777)
    os.chown(files.path(end), _STRANGER, -1)


def remove_log_and_index(files: Files, _end: str) -> None:
    """Done to both at once, whatever the end."""
    for end in ("-wal", "-shm"):
        files.path(end).unlink(missing_ok=True)


ACTS: Final = (
    remove, truncate, halve, copy_older_over, move_older_over, copy_foreign_over, link,
    make_symbolic, make_pipe, give_away,
)  # fmt: skip
REPLACING: Final = (copy_older_over, move_older_over, copy_foreign_over)
"""A closed database to which one of these is done is the other one."""
KEEPING: Final = (link, make_symbolic, give_away)
"""They leave the content of a file as it is."""


def can_be_done(files: Files, act: Act, end: str) -> bool:
    """Whether there is such a file, where the act needs one, and this user may do it."""
    if act is give_away and os.getuid():
        return False
    return files.path(end).exists() or act in (*REPLACING, make_pipe, remove_log_and_index)


@cache
def foreign_files() -> dict[str, bytes]:
    """The files of another office's database that was open when they were copied."""
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder) / "baska.db")
        colleague = Colleague(files.books)
        for number in range(9):
            colleague.save(document(f"B-{number}"))
        content = files.content()
        colleague.leave()
        content |= {"": files.books.read_bytes()}
        assert failures(files.books) == []  # what denetle derives once, players inherit
        close_database()
        return content
