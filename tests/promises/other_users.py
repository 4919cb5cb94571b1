"""Helper for tests with several users of one machine: work in a child that has become another."""

from __future__ import annotations

import os
import select
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from app.errors import AppError
from app.store.opening import close_database
from tests.cli.commandline import ROOT
from tests.store.bookkeeping import document, enter, new_books
from tests.transfer.carrying import carry, export_all

_READABLE = all(folder.stat().st_mode & 0o1 for folder in (ROOT, *ROOT.parents))

only_root = pytest.mark.skipif(
    os.getuid() != 0 or not _READABLE,
    reason="only root can become another user, who has to reach the program",
)

_PATIENCE = 20  # seconds; only a failure waits that long


class User(NamedTuple):
    """Who does it; numbers that no account has are as good as any."""

    uid: int
    groups: Sequence[int]
    umask: int = 0o022

    @property
    def gid(self) -> int:
        return self.groups[0]


class Child:
    """Work of another user, going on beside us."""

    def __init__(self, user: User, work: Callable[[], object]) -> None:
        close_database()
        _load_what_is_loaded_late()
        self._answers, theirs = os.pipe()
        self._child = os.fork()
        if not self._child:
            _live(user, work, theirs)
        os.close(theirs)

    def result(self) -> str:
        """What the work returned, or the sentence that it was refused with."""
        with open(self._answers, encoding="utf-8") as answer:
            said = answer.read()
        os.waitpid(self._child, 0)
        assert not said.startswith("Traceback"), said
        return said


def as_user(user: User, work: Callable[[], object]) -> str:
    """What another user's work returned, or the sentence that it was refused with."""
    return Child(user, work).result()


def _live(user: User, work: Callable[[], object], answers: int) -> None:
    signal.alarm(_PATIENCE)  # who waits for a test that has failed ends too
    try:
        os.setgroups(list(user.groups))
        os.setgid(user.gid)
        os.setuid(user.uid)
        os.umask(user.umask)
        try:
            said = str(work())
        except AppError as error:
            said = error.sentence
        except BaseException:
            said = traceback.format_exc()
        close_database()
        os.write(answers, said.encode())
    finally:
        os._exit(0)


@cache
def _load_what_is_loaded_late() -> None:
    """Another user may not be able to read this Python's own modules."""
    with new_books():
        enter(document("A-1"))
        with tempfile.TemporaryDirectory() as folder:
            export_all(Path(folder) / "x.json")
            carry(Path(folder) / "x.json")


@contextmanager
def public_folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are its user's alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class Gate:
    """Holds one process until another opens it."""

    def __init__(self) -> None:
        self._in, self._out = os.pipe()

    def open(self) -> None:
        os.write(self._out, b".")

    def wait(self) -> None:
        assert select.select([self._in], [], [], _PATIENCE)[0], "nobody came to open"
        os.read(self._in, 1)
