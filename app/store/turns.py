"""Turns at the write lock: who waits for it says so, and a long job then stands back.

SQLite's lock has no queue: a job that takes it again and again starves everybody else. So whoever
finds it taken holds a shared lock on a file beside the database for as long as the wait lasts, and
a job looks at that between its transactions. Whoever finds the file without another's lock on it
takes it away. It is but a courtesy: where there can be no such file, nothing is said.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STEP_SECONDS = 0.002
_MOST_SECONDS = 0.03  # longer than the pauses in which SQLite first looks for the lock again
_TRIES = 3


@contextmanager
def waiting(database: str) -> Iterator[None]:
    """Say that the write lock of this database is waited for."""
    file = _join(database)
    try:
        yield
    finally:
        if file is not None:
            _is_last(database, file)
            os.close(file)


def stand_back(database: str) -> None:
    """Let those who wait go first: at once where nobody does."""
    file = _open(database, 0)
    if file is None:
        return
    try:
        end = time.monotonic() + _MOST_SECONDS
        while not _is_last(database, file) and time.monotonic() < end:
            time.sleep(_STEP_SECONDS)
    finally:
        os.close(file)


def _join(database: str) -> int | None:
    """The file of turns, with a shared lock on it; None where that cannot be had."""
    for _ in range(_TRIES):
        file = _open(database, os.O_CREAT)
        if file is None:
            break
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH)
            if os.fstat(file).st_nlink:
                return file
        os.close(file)  # somebody has just taken it away
    return None


def _is_last(database: str, file: int) -> bool:
    """Whether nobody else has a lock on the file; then it is taken away."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks here
        return True
    if os.fstat(file).st_nlink:
        with suppress(OSError):
            os.unlink(_path(database))
    return True


def _open(database: str, create: int) -> int | None:
    with suppress(OSError):
        mode = os.stat(database).st_mode & 0o777
        return os.open(_path(database), os.O_RDWR | os.O_CLOEXEC | create, mode)
    return None


def _path(database: str) -> str:
    return f"{database}-sira"
