"""Whoever waits for the write lock is seen, gets the next turn, and leaves nothing behind."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app import wait_notice
from app.store.database import is_waited_for, writing
from app.store.engine import lock_file, write_queue
from app.store.engine.write_queue import entered, is_anyone_waiting, waiting, yield_to_waiting
from tests.store.bookkeeping import counters

pytestmark = pytest.mark.files_only
ROOT = Path(__file__).parents[2]


@pytest.fixture
def target(tmp_path: Path) -> str:
    """A database as far as the queue is concerned: a file with a name."""
    path = tmp_path / "defter.db"
    path.touch()
    return str(path)


@contextmanager
def never_sleeping(monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr(time, "sleep", lambda _: pytest.fail("nobody waits"))
        yield


def files(target: str) -> list[str]:
    return [path.name for path in Path(target).parent.iterdir()]


def seen(target: str) -> bool:
    """Whether a long job lets anybody pass, for as long as it does at most."""
    begin = time.monotonic()
    yield_to_waiting(target)
    return time.monotonic() - begin >= write_queue._YIELD_SECONDS


def test_where_nobody_waits_a_job_goes_on_at_once(target, monkeypatch):
    with never_sleeping(monkeypatch):
        yield_to_waiting(target)
        with waiting(target):
            pass
        yield_to_waiting(target)


def test_who_waits_is_seen_as_long_as_the_wait_lasts(target):
    with waiting(target):
        assert seen(target)
        assert seen(target)
    assert not seen(target)
    assert files(target) == ["defter.db"]


def test_a_long_job_waits_without_standing_in_line(target):
    for behind in (False, True):
        with entered(target, 60, bulk=behind) as wait:
            assert not is_anyone_waiting(target)
            assert wait(0)
            assert is_anyone_waiting(target) is not behind
            assert wait(1)
        assert files(target) == ["defter.db"]


def test_whoever_waits_for_long_is_told(target, monkeypatch):
    heard = []
    monkeypatch.setattr(wait_notice, "_wait", wait_notice._Wait())
    monkeypatch.setattr(wait_notice, "MOMENT", 0)
    wait_notice.tell(heard.append)
    for behind in (False, True):
        with entered(target, 60, bulk=behind) as wait:
            assert heard == []
            assert wait(0)
            assert heard == ["Veritabanını başka biri kullanıyor, bekleniyor…"]
        assert heard.pop() == ""
        heard.clear()


def test_nobody_waits_for_ever(target):
    with entered(target, 0, bulk=False) as wait:
        assert not wait(0)


def test_a_wait_that_ends_with_an_error_leaves_no_file(target):
    with pytest.raises(TimeoutError), waiting(target):
        raise TimeoutError
    assert files(target) == ["defter.db"]


@pytest.mark.parametrize("first", [0, 1])
def test_one_of_two_who_gets_the_turn_leaves_the_other_seen(target, first):
    waits = [ExitStack(), ExitStack()]
    for wait in waits:
        wait.enter_context(waiting(target))
    waits[first].close()
    assert seen(target)
    waits[1 - first].close()
    assert files(target) == ["defter.db"]


def test_a_file_that_somebody_left_is_taken_away(target, monkeypatch):
    """As after a program that was killed while it waited."""
    left = Path(f"{target}-sira")
    left.touch()
    os.utime(left, (0, 0))
    with never_sleeping(monkeypatch):
        yield_to_waiting(target)
    assert files(target) == ["defter.db"]


def test_it_is_a_courtesy_that_may_fail(target, monkeypatch):
    def no_locks(*_):
        raise OSError(37, "No locks available")

    Path(f"{target}-sira").touch()
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with never_sleeping(monkeypatch), waiting(target):
        yield_to_waiting(target)
    with waiting("/olmayan/klasor/defter.db"):
        yield_to_waiting("/olmayan/klasor/defter.db")


_OTHER = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.store.bookkeeping import set_counter
from app.store.opening import open_database
open_database(sys.argv[2])
set_counter("BASKA", 1)
"""


def test_another_program_gets_its_turn_between_two_transactions_of_a_long_job(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "_YIELD_SECONDS", 60)  # however slow the machine is
    command = [sys.executable, "-c", _OTHER, str(ROOT), str(books)]
    waits = Path(f"{books}-sira")
    with subprocess.Popen(command) as other:
        with writing():
            while not is_waited_for():  # its file is there a moment before it is locked
                assert other.poll() is None
        turn = 0
        while "BASKA" not in counters():
            turn += 1
            assert turn == 1, "it starves"
            with writing(behind=True):
                pass
        assert other.wait(10) == 0
    assert not waits.exists()


def test_one_that_stands_in_line_and_does_not_move_holds_up_nobody_for_long(books: Path) -> None:
    with waiting(str(books)), writing(behind=True):
        assert is_waited_for()


def test_whoever_looks_again_and_again_drives_no_waiting_writer_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look comes between the moments when the writer makes its file and locks it."""
    path, flock = str(tmp_path / "defter.db-sira"), fcntl.flock

    def looked_at_before(file: int, how: int) -> None:
        if how == fcntl.LOCK_SH:
            lock_file.is_held(path)
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", looked_at_before)
    with lock_file.held(path, str(tmp_path)):
        assert lock_file.is_held(path)
    assert not lock_file.is_held(path)
