"""A reader may read and not write: a member of the group, or anybody on a read-only mount.

SQLite can make no log for such a reader. What is shown is what was saved, and nothing else; where
that cannot be, a sentence says why.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from forked import run_forked
from other_users import Child, Gate, User, as_user, only_root, public_folder

from app.cli import exporting, importing, looking, upkeep  # noqa: F401  # the readers cannot load them
from app.errors import DatabaseRefused
from app.store import moving
from app.store.database import database, reading
from app.store.engine.resting_file import CHANGED, LEFT_LOG, UNREADABLE_LOG
from app.store.opening import close_database, open_database
from app.transfer import document_page  # noqa: F401
from app.tui.app import TransferApp
from tests.cli.commandline import ROOT, environment
from tests.store.bookkeeping import document, enter, failures, opened, rows, vandalise
from tests.transfer.carrying import write

GROUP = 61_000
OWNER = User(61_001, [GROUP])
READER = User(61_002, [61_002, GROUP])
NOT_WRITTEN = "Veritabanı: dosyaya yazma izniniz yok, salt okunur açıldı; yazılmadı"

pytestmark = [only_root, pytest.mark.files_only]


class Office(NamedTuple):
    """The owner's folder, which his group may look into, and the reader's own."""

    books: Path
    own: Path

    @property
    def beside(self) -> list[str]:
        """What lies in the owner's folder."""
        return sorted(file.name for file in self.books.parent.iterdir())

    def run(self, *arguments: object) -> str:
        """The status of the reader's command, and what it said."""
        said = as_user(READER, lambda: self._said(*arguments))
        return said.replace(str(self.own), "~").strip()

    def _said(self, *arguments: object) -> str:
        said, _ = run_forked(self.own, "--veritabani", self.books, *arguments)
        return f"{said.status} {said.out}{said.err}"

    def as_owner(self, work: Callable[[], object]) -> str:
        return as_user(OWNER, work)

    def numbers(self) -> str:
        """The documents that the reader sees, or why he sees none."""
        return as_user(READER, lambda: _numbers(self.books))


@pytest.fixture
def office() -> Iterator[Office]:
    with public_folder() as folder:
        theirs, own = folder / "defterler", folder / "okuyan"
        theirs.mkdir(mode=0o750)
        own.mkdir(mode=0o700)
        os.chown(theirs, OWNER.uid, GROUP)
        os.chown(own, READER.uid, READER.gid)
        office = Office(theirs / "defter.db", own)
        office.as_owner(lambda: _enter(office.books, "A-1"))
        yield office
        close_database()
        (theirs / "defter.db-wal").unlink(missing_ok=True)
        (theirs / "defter.db-shm").unlink(missing_ok=True)


@contextmanager
def held_open(office: Office, *numbers: str) -> Iterator[None]:
    """The owner enters documents, and has the database open meanwhile."""
    entered, over = Gate(), Gate()

    def work() -> None:
        with opened(office.books):
            enter(*map(document, numbers))
            entered.open()
            over.wait()

    owner = Child(OWNER, work)
    entered.wait()
    yield
    over.open()
    owner.result()


def _enter(path: Path, *numbers: str) -> None:
    with opened(path):
        enter(*map(document, numbers))


def _numbers(path: Path) -> str:
    open_database(str(path), make=False)
    return _seen()


def _move(books: Path, target: str) -> str:
    return moving.move(str(books), target, lambda *_: None, lambda: False).checksum


def _seen() -> str:
    return " ".join(str(number) for (number,) in rows("SELECT number FROM invoice ORDER BY id"))


def _die(path: Path) -> None:
    """Enter a document and end as a kill does."""
    open_database(str(path))
    enter(document("A-2"))
    os.kill(os.getpid(), signal.SIGKILL)


# Nobody has it open


def test_a_reader_lists_shows_and_exports_what_nobody_has_open(office: Office) -> None:
    assert office.run("listele").startswith("0 A-1 ")
    assert "A-1" in office.run("goster", "A-1")
    said = office.run("disari-aktar", office.own / "x.json")
    assert said.splitlines() == [
        "0 Aktarım tamamlandı: ~/x.json, 1 belge, toplam 100,00 TL",
        f"aktarım günlüğüne yazılamadı: {NOT_WRITTEN}",
    ]
    assert json.loads((office.own / "x.json").read_bytes())[0]["FatUst"]["FATIRS_NO"] == "A-1"
    assert office.run("denetle") == "0"
    assert office.beside == ["defter.db"]


def test_a_reader_who_writes_is_told_why_he_cannot(office: Office) -> None:
    write(office.own / "y.json", [document("K-1")])
    (office.own / "y.json").chmod(0o644)
    arguments = ("iceri-aktar", office.own / "y.json", "--kaynak-no", "--eksik-kartlari-olustur")
    assert office.run(*arguments).endswith(NOT_WRITTEN)
    assert office.run(*arguments).startswith("2 ")
    with held_open(office, "A-2"):
        assert office.run(*arguments).endswith(NOT_WRITTEN)
        assert office.run(*arguments).startswith("2 ")
    assert office.run(*arguments, "--dene").startswith("0 ")
    assert office.numbers() == "A-1 A-2"
    assert office.beside == ["defter.db"]


def test_a_reader_moves_his_own_copy_to_a_server(office: Office) -> None:
    """While books go to a server nobody may write to them, which a reader cannot prevent."""
    said = as_user(READER, lambda: _move(office.books, "postgresql:///x?host=/yok&sema=F"))
    assert said.startswith("Kaynağa yazma izniniz yok; ")
    assert office.run("yedekle", office.own / "kopya.db").startswith("0 ")


def test_a_folder_that_cannot_be_written_is_read_too_and_named(office: Office) -> None:
    office.books.chmod(0o660)
    assert office.numbers() == "A-1"
    assert as_user(READER, lambda: _enter(office.books, "A-2")) == (
        "Veritabanı: veritabanının klasörüne yazma izniniz yok, salt okunur açıldı; yazılmadı"
    )


def test_a_reader_leaves_nothing_in_a_folder_that_he_may_write(office: Office) -> None:
    """Its log would be his own, and the owner could not write it."""
    office.books.parent.chmod(0o770)
    assert office.numbers() == "A-1"
    assert office.beside == ["defter.db"]


def test_the_screens_of_a_reader_list_and_export(office: Office) -> None:
    async def work() -> str:
        app = TransferApp(str(office.own), "")
        async with app.run_test(size=(80, 24)) as pilot:
            for key in ("f5", "a", "f2", "e"):
                await pilot.press(key)
                while app.jobs() or app.keys_wait():
                    await pilot.pause()
                await pilot.pause()
        return " ".join(file.name.partition("-")[0] for file in office.own.iterdir())

    def look() -> str:
        open_database(str(office.books))
        return asyncio.run(work())

    assert as_user(READER, look) == "satis"
    assert office.beside == ["defter.db"]


def test_an_older_database_is_named_as_such(office: Office) -> None:
    vandalise(office.books, "PRAGMA user_version = 1")
    assert office.numbers().startswith("Veritabanı eski bir sürümden (sürüm 1, gereken ")
    assert office.numbers().endswith("yazma izni olan biri bir kez açsın, sonra yeniden deneyin")
    office.books.unlink()


# Others have it open


def test_a_reader_sees_what_somebody_enters_who_has_it_open(office: Office) -> None:
    with held_open(office, "A-2"):
        assert office.numbers() == "A-1 A-2"
        assert office.run("listele").count("\n") == 1
    assert office.numbers() == "A-1 A-2"
    assert office.beside == ["defter.db"]


def test_a_log_that_the_reader_may_not_read_is_said(office: Office) -> None:
    with held_open(office, "A-2"):
        for end in ("-wal", "-shm"):
            Path(f"{office.books}{end}").chmod(0o600)
        assert office.numbers() == UNREADABLE_LOG
    assert office.numbers() == "A-1 A-2"


@contextmanager
def reader_who_looks_twice(office: Office) -> Iterator[Child]:
    """A reader who has looked; when the block ends, he looks again."""
    looked, entered = Gate(), Gate()

    def look() -> str:
        first = _numbers(office.books)
        looked.open()
        entered.wait()
        return f"{first}, {_seen()}"

    reader = Child(READER, look)
    looked.wait()
    yield reader
    entered.open()


def test_a_reader_who_works_sees_what_is_entered_after_he_began(office: Office) -> None:
    with ExitStack() as until_he_has_looked:
        with reader_who_looks_twice(office) as reader:
            until_he_has_looked.enter_context(held_open(office, "A-2"))
        assert reader.result() == "A-1, A-1 A-2"


def test_a_reader_who_works_sees_what_was_entered_by_somebody_who_has_left(office: Office) -> None:
    with reader_who_looks_twice(office) as reader:
        office.as_owner(lambda: _enter(office.books, "A-2"))
    assert reader.result() == "A-1, A-1 A-2"


def test_a_reader_who_stays_longer_than_the_owner_loses_nobody_anything(office: Office) -> None:
    looked, left = Gate(), Gate()

    def look() -> str:
        first = _numbers(office.books)
        looked.open()
        left.wait()
        return f"{first}, {_seen()}"

    with held_open(office, "A-2"):
        reader = Child(READER, look)
        looked.wait()
    left.open()
    assert reader.result() == "A-1 A-2, A-1 A-2"
    assert office.numbers() == "A-1 A-2"
    office.as_owner(lambda: _enter(office.books, "A-3"))
    assert office.numbers() == "A-1 A-2 A-3"
    assert office.beside == ["defter.db"]


@pytest.mark.parametrize("is_over", [False, True], ids=["open", "written"])
def test_what_is_read_while_somebody_writes_is_of_one_state_or_refused(
    office: Office, is_over: bool
) -> None:
    looked, entered = Gate(), Gate()

    def look() -> str:
        open_database(str(office.books))
        with reading():
            before = database.execute_sql("SELECT count(*) FROM invoice").fetchone()
            looked.open()
            entered.wait()
            after = database.execute_sql("SELECT count(*) FROM line").fetchone()
        return f"{before} {after}"

    reader = Child(READER, look)
    looked.wait()
    if is_over:
        office.as_owner(lambda: _enter(office.books, "A-2"))
        entered.open()
        assert reader.result() == CHANGED
    else:
        with held_open(office, "A-2"):
            entered.open()
            assert reader.result() == "(1,) (1,)"


def test_an_export_that_the_file_changed_under_leaves_no_file(office: Office) -> None:
    def export() -> str:
        open_database(str(office.books))
        from app.transfer import export_run

        def change(_done: int, _of: int) -> None:
            looked.open()
            entered.wait()

        try:
            export_run.run_export([1], office.own / "x.json", progress=change)
        except DatabaseRefused as error:
            return error.sentence + str(os.listdir(office.own))
        return "exported"

    looked, entered = Gate(), Gate()
    reader = Child(READER, export)
    looked.wait()
    office.as_owner(lambda: _enter(office.books, "A-2"))
    entered.open()
    assert reader.result() == f"{CHANGED}[]"


# Somebody was killed


def test_what_a_kill_left_in_the_log_is_read_through_its_index(office: Office) -> None:
    office.as_owner(lambda: _die(office.books))
    assert office.beside == ["defter.db", "defter.db-damga", "defter.db-shm", "defter.db-wal"]
    assert office.numbers() == "A-1 A-2"


def test_a_log_without_an_index_has_to_be_ended_by_somebody_who_may_write(office: Office) -> None:
    office.as_owner(lambda: _die(office.books))
    Path(f"{office.books}-shm").unlink()
    assert office.numbers() == LEFT_LOG
    office.as_owner(lambda: _enter(office.books, "A-3"))
    assert office.numbers() == "A-1 A-2 A-3"


# A read-only mount

_MOUNTED = """
import subprocess, sys
books, out = sys.argv[1:]
subprocess.run(["mount", "-o", "bind,ro", books, books], check=True)
program = [sys.executable, "-m", "app", "--veritabani", books + "/defter.db"]
for arguments in (["listele"], ["goster", "A-1"], ["disari-aktar", out + "/x.json"],
                  ["iceri-aktar", out + "/x.json", "--seri", "B"]):
    done = subprocess.run([*program, *arguments], capture_output=True, text=True)
    print(done.returncode, "A-1" in done.stdout, done.stderr.strip(), flush=True)
"""


def test_a_read_only_mount_is_read_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "salt"
    with opened(folder / "defter.db"):
        enter(document("A-1"))
    try:
        done = subprocess.run(
            ["unshare", "--mount", sys.executable, "-c", _MOUNTED, str(folder), str(tmp_path)],
            text=True, timeout=60, env=environment(tmp_path), cwd=ROOT, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("no file system can be mounted here")
    refused = "Veritabanı: disk salt okunur; yazılmadı"
    assert done.stdout.splitlines() == [
        "0 True ",
        "0 True ",
        f"0 False aktarım günlüğüne yazılamadı: {refused}",
        f"2 False {refused}",
    ]
    assert [file.name for file in folder.iterdir()] == ["defter.db"]
    assert failures(folder / "defter.db") == []
