"""Retry a transaction that failed for a passing reason: a clash, or a lost connection.

All writes go through `once` or `repeatable`, as a test of the source checks, except those of an
import, which consults its own journal (`run_transactions`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from app.errors import CommitUncertain, DatabaseRefused
from app.progress import Stop, never
from app.store.database import writing

T = TypeVar("T")
_FIRST, _LONGEST_PAUSE = 0.02, 0.5  # seconds between two tries


def again(work: Callable[[], T], stop: Stop) -> T:
    """Return the result of `work`, one transaction; retry it while its failure may pass.

    `stop` ends the waiting. Each call of `work` starts from the beginning, and finds out whether an
    earlier try was committed after all. Raises the last DatabaseRefused.
    """
    begin, patience, pause = time.monotonic(), 0.0, _FIRST
    while True:
        try:
            return work()
        except DatabaseRefused as error:
            patience = max(patience, error.patience)
            if not error.patience or time.monotonic() - begin >= patience or stop():
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def repeatable(work: Callable[[], T], stop: Stop = never) -> T:
    """Return the result of `work` inside `writing()`; retry it even if it may be committed.

    The `work` has to have the same effect however often it is done. Raises as `once` does.
    """
    return once(work, lambda _: False, stop)


def once(
    work: Callable[[], T],
    kept: Callable[[T], bool],
    stop: Stop,
    *,
    behind: bool = False,
) -> T:
    """Return the result of `work` inside `writing()`; retry it, but never commit it twice.

    If a commit was not confirmed, the next transaction calls `kept` with the result of `work` to
    find out whether it was committed. Raises the last DatabaseRefused, or CommitUncertain if that
    could not be found out.
    """
    doubts: list[tuple[T, CommitUncertain]] = []

    def transaction() -> T:
        done: list[T] = []
        try:
            with writing(behind=behind):
                if doubts and kept(doubts[0][0]):
                    done.append(doubts[0][0])
                else:
                    doubts.clear()
                    done.append(work())
        except CommitUncertain as error:
            doubts[:] = [(done[0], error)]
            raise
        return done[0]

    try:
        return again(transaction, stop)
    except CommitUncertain:
        raise
    except DatabaseRefused as error:
        if doubts:
            raise CommitUncertain(doubts[0][1].refusal) from error
        raise
