"""Turns at the write lock: who finds it taken stands in line, a long job stands behind the line.

SQLite's lock has no queue: a job that takes it again and again starves everybody else. So whoever
finds it taken holds a shared lock on a file beside the database for as long as the wait lasts. A
long job looks at that: it ends its transaction early, and begins no other before the line is gone.
Whoever finds the file without another's lock on it takes it away. It is but a courtesy: where
there can be no such file, nothing is said.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

_STEP_SECONDS = 0.002
_LONG_STEP_SECONDS = 0.005  # long jobs look less often: who stands in line is quicker than they
_MOST_SECONDS = 0.25  # somebody who stands in line and does not move holds nobody up for longer
_TRIES = 3


@contextmanager
def place(database: str, seconds: float, *, behind: bool) -> Iterator[Callable[[int], bool]]:
    """A place at the lock; gives what SQLite calls where it finds the lock taken, as often as it
    does: that waits a little, and says whether to try again.

    With `behind`, everybody in line goes first; else the first wait stands in line.
    """
    end = time.monotonic() + seconds
    with ExitStack() as line:

        def wait(tries: int) -> bool:
            if behind:
                let_pass(database)
            elif not tries:
                line.enter_context(waiting(database))
            time.sleep(_LONG_STEP_SECONDS if behind else _STEP_SECONDS)
            return time.monotonic() < end

        if behind:
            let_pass(database)
        yield wait


@contextmanager
def waiting(database: str) -> Iterator[None]:
    """Stand in line for the write lock of this database."""
    file = _join(database)
    try:
        yield
    finally:
        if file is not None:
            _is_last(database, file)
            os.close(file)


def is_line(database: str) -> bool:
    """Whether anybody stands in line."""
    file = _open(database, 0)
    if file is None:
        return False
    try:
        return not _is_last(database, file)
    finally:
        os.close(file)


def let_pass(database: str) -> None:
    """Let those in line go first; returns at once where there is nobody."""
    end = time.monotonic() + _MOST_SECONDS
    while is_line(database) and time.monotonic() < end:
        time.sleep(_STEP_SECONDS)


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
    # Whatever else has been put there under its name is neither followed nor waited for.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | create
    with suppress(OSError):
        file = os.open(_path(database), flags, 0o600)
        if create:
            _share_as(database, file)
        return file
    return None


def _share_as(database: str, file: int) -> None:
    """Whoever may write the database may take part, whatever the umask."""
    with suppress(OSError):  # another's: it was shared when it was made
        os.fchmod(file, os.stat(database).st_mode & 0o660)


def _path(database: str) -> str:
    return f"{database}-sira"
