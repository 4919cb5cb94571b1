"""Lock files beside the database, which show other processes what this one is doing.

However the process ends, the system drops its locks, whereas a process id in a file could belong to
another process by then. A lock file without a lock is abandoned; the process that finds it removes
it, unless it is so new that its creator has yet to lock it. All of this is advisory: if no such
file is possible, nothing is shown.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Neither follows a link nor waits for a pipe with this name.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_TRIES = 100  # a leaving holder may remove the file before each try
_NEW_SECONDS = 1


@contextmanager
def held(path: str, database: str) -> Iterator[None]:
    """Hold a shared lock on the file at `path`, created if needed and shared like the database."""
    file = _lock(path, database)
    try:
        yield
    finally:
        if file is not None:
            _remove_if_free(path, file)
            os.close(file)


def is_held(path: str) -> bool | None:
    """Return whether any process holds a lock on the file; None if unknown."""
    try:
        file = os.open(path, _FLAGS)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        is_new = abs(time.time() - os.fstat(file).st_mtime) < _NEW_SECONDS
        is_free = _is_free(file) if is_new else _remove_if_free(path, file)
        return None if is_free is None else not is_free
    finally:
        os.close(file)


def _lock(path: str, database: str) -> int | None:
    """Return the file with a shared lock on it; None if it cannot be locked."""
    for _ in range(_TRIES):
        try:
            file = os.open(path, _FLAGS | os.O_CREAT, 0o600)
        except OSError:
            return None
        with suppress(OSError):  # another user's file, shared when it was created
            # All users who may write the database may use the file, whatever the umask.
            os.fchmod(file, os.stat(database).st_mode & 0o660)
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH)
            if os.fstat(file).st_nlink:
                return file
        os.close(file)  # another process removed it before it was locked
    return None


def _remove_if_free(path: str, file: int) -> bool | None:
    """Remove the file unless another process has a lock on it; None if locks do not work."""
    is_free = _is_free(file)
    if is_free and os.fstat(file).st_nlink:
        with suppress(OSError):
            os.unlink(path)
    return is_free


def _is_free(file: int) -> bool | None:
    """Return whether no other process has a lock on the file; None if locks do not work."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
