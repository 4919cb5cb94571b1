"""Turns at the write lock: who waits for it says so, and a long job then stands back.

SQLite's lock has no queue: a job that takes it again and again starves everybody else. So whoever
finds it taken holds a shared lock on a file beside the database for as long as the wait lasts, and
a job looks at that between its transactions.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STEP_SECONDS = 0.002
_MOST_SECONDS = 0.03  # longer than the pauses in which SQLite looks for the lock again


@contextmanager
def waiting(database: str) -> Iterator[None]:
    """Say that the write lock of this database is waited for."""
    with _opened(database, os.O_CREAT) as file:
        if file is not None:
            fcntl.flock(file, fcntl.LOCK_SH)
        yield
        with suppress(OSError):
            os.unlink(_path(database))


def stand_back(database: str) -> None:
    """Let those who wait go first: at once where nobody does."""
    with _opened(database, 0) as file:
        end = time.monotonic() + _MOST_SECONDS
        while file is not None and _somebody_waits(file) and time.monotonic() < end:
            time.sleep(_STEP_SECONDS)


def _somebody_waits(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


@contextmanager
def _opened(database: str, create: int) -> Iterator[int | None]:
    """The file of turns; None where there is none or it cannot be had: it is but a courtesy."""
    file = None
    with suppress(OSError):
        mode = os.stat(database).st_mode & 0o777
        file = os.open(_path(database), os.O_RDWR | os.O_CLOEXEC | create, mode)
    try:
        yield file
    finally:
        if file is not None:
            os.close(file)


def _path(database: str) -> str:
    return f"{database}-sira"
