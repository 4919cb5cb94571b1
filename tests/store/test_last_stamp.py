"""The stamp file tells the truth, whoever else copies the log at the same moment."""

import fcntl
import subprocess
import sys
from contextlib import contextmanager

import apsw
import pytest

from app.store import settings
from app.store.database import database, sqlite, writing
from app.store.engine import last_stamp
from app.store.engine.file_format import STAMPS

pytestmark = pytest.mark.files_only

COPYING_LOCK = 121  # the byte of the index that whoever copies the log locks
HOLD = f"""
import fcntl, sys
index = open(sys.argv[1], "r+b")
fcntl.lockf(index, fcntl.LOCK_EX, 1, {COPYING_LOCK})
print("locked", flush=True)
sys.stdin.read()
"""


def noted(books):
    with open(f"{books}{last_stamp.END}", "rb") as file:
        return last_stamp._read(file.fileno())


def commit(name):
    with writing():
        settings.set_company(name)


def copy(books):
    last_stamp.copy_log(str(books), database.connection())


@contextmanager
def another_program_copies(books):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, f"{books}-shm"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == b"locked\n"
        yield
        other.stdin.close()


def test_what_is_copied_is_noted(books):
    commit("BİR")
    assert noted(books).copied != noted(books).last
    copy(books)
    assert noted(books).copied == noted(books).last


def test_a_note_that_comes_late_does_not_replace_a_later_one(books):
    commit("BİR")
    last = noted(books).last
    sqlite._last.note((last - 1) % STAMPS)
    assert noted(books).last == last
    commit("İKİ")
    assert noted(books).last == (last + 1) % STAMPS


def test_while_another_program_copies_nothing_is_noted(books):
    commit("BİR")
    copy(books)
    commit("İKİ")
    before = noted(books)
    with another_program_copies(books), pytest.raises(apsw.BusyError):
        copy(books)
    assert noted(books) == before
    copy(books)
    assert noted(books).copied == before.last


def test_while_the_program_copies_elsewhere_its_note_stays(books):
    commit("BİR")
    with open(f"{books}{last_stamp.END}", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last_stamp._write(file.fileno(), last_stamp._COPYING, last_stamp._COPIED_AT)
        copy(books)
        assert noted(books).copied == last_stamp._COPYING
    copy(books)
    assert noted(books).copied == noted(books).last
