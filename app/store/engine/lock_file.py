"""Lock files beside the database: a lock shows others what this process is doing right now.

However the process ends, the system drops its locks; a process id in a file could belong to
another process by then. A lock file without a lock is abandoned and is removed by whoever finds
it, unless it is new: its maker is about to lock it. All of this is advisory: where there can be no
such file, nothing is shown.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Does not follow a link or wait for a pipe of this name.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_TRIES = 100  # a holder that leaves may remove it before each
_NEW_SECONDS = 1


@contextmanager
def held(path: str, database: str) -> Iterator[None]:
    """Hold a shared lock on the file at `path`, made if needed and shared like the database."""
    file = _lock(path, database)
    try:
        yield
    finally:
        if file is not None:
            _remove_if_free(path, file)
            os.close(file)


def is_held(path: str) -> bool | None:
    """Return whether some process holds a lock on the file; None if that is unknown."""
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
        with suppress(OSError):  # another's file: it was shared when it was made
            # All who may write the database may use the file, whatever the umask.
            os.fchmod(file, os.stat(database).st_mode & 0o660)
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH)
            if os.fstat(file).st_nlink:
                return file
        os.close(file)  # removed by another process before it was locked
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
