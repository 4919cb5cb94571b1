"""Fair queueing for the write lock: bulk jobs yield to waiting writers.

SQLite's lock has no queue, so a job that takes it again and again would starve everybody else. A
writer that finds the lock taken holds a lock file beside the database while it waits. A bulk job
that sees this ends its transaction early and begins the next one only when nobody waits any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from app import wait_notice
from app.store.engine import lock_file

_RETRY_SECONDS = 0.002
_BULK_RETRY_SECONDS = 0.005  # longer, so that waiting writers get the lock first
# the longest that a bulk job yields to a waiting writer that makes no progress
_YIELD_SECONDS = 0.25


@contextmanager
def entered(database: str, seconds: float, *, bulk: bool) -> Iterator[Callable[[int], bool]]:
    """Take part in the queue; yield a busy handler for SQLite that retries for `seconds`.

    SQLite calls the handler each time it finds the lock taken, with the number of earlier calls;
    the handler waits a little and returns whether to try again. A bulk job yields to all waiting
    writers; any other writer becomes a waiting one at its first call. A long wait is reported.
    """
    end = time.monotonic() + seconds
    with ExitStack() as wait, wait_notice.waiting(wait_notice.FOR_LOCK) as tell:

        def retry(calls: int) -> bool:
            if bulk:
                yield_to_waiting(database)
            elif not calls:
                wait.enter_context(waiting(database))
            tell()
            time.sleep(_BULK_RETRY_SECONDS if bulk else _RETRY_SECONDS)
            return time.monotonic() < end

        if bulk:
            yield_to_waiting(database)
        yield retry


def waiting(database: str) -> AbstractContextManager[None]:
    """Be visible as a waiting writer of this database for the duration of a block."""
    return lock_file.held(_path(database), database)


def is_anyone_waiting(database: str) -> bool:
    """Return whether any writer waits; False if unknown."""
    return lock_file.is_held(_path(database)) is True


def yield_to_waiting(database: str) -> None:
    """Wait until no writer waits, but at most `_YIELD_SECONDS`."""
    end = time.monotonic() + _YIELD_SECONDS
    while is_anyone_waiting(database) and time.monotonic() < end:
        time.sleep(_RETRY_SECONDS)


def _path(database: str) -> str:
    return f"{database}-sira"
