"""Whether a run of the journal still goes on: its process holds a lock, which ends with it.

The lock is on an empty file beside the database, with the run's number in its name. However the
process ends, the system lets go of the lock; a process id could belong to another by then.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.store.database import database

# Whatever else has been put there under its name is neither followed nor waited for.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@contextmanager
def present(transfer_id: int) -> Iterator[None]:
    """This process does the run, for as long as this lasts.

    To be entered before others can see the run. Where there can be no such file, the run looks as
    if it had been cut off.
    """
    file = _make(transfer_id)
    try:
        yield
    finally:
        if file is not None:
            _take_away(transfer_id)
            os.close(file)


def is_present(transfer_id: int) -> bool:
    """Whether some process does the run; also where that cannot be known."""
    try:
        file = os.open(_path(transfer_id), _FLAGS)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        _take_away(transfer_id)
        return False
    finally:
        os.close(file)


def _make(transfer_id: int) -> int | None:
    with suppress(OSError):
        file = os.open(_path(transfer_id), _FLAGS | os.O_CREAT, 0o600)
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever may write the database may look, whatever the umask.
            os.fchmod(file, os.stat(str(database.database)).st_mode & 0o660)
        return file
    return None


def _take_away(transfer_id: int) -> None:
    with suppress(OSError):
        os.unlink(_path(transfer_id))


def _path(transfer_id: int) -> str:
    return f"{database.database}-aktarim-{transfer_id}"
