"""Retry a transaction that failed for a passing reason: a clash, or a lost connection.

All that is written goes through `once` or `repeatable` (a test of the source holds it), but for an
import, whose transactions ask its own journal (`run_transactions`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from app.errors import CommitUncertain, DatabaseRefused
from app.store.database import writing

T = TypeVar("T")
_FIRST, _LONGEST_PAUSE = 0.02, 0.5  # seconds between two tries


def _never() -> bool:
    return False


def again(work: Callable[[], T], stop: Callable[[], bool]) -> T:
    """Return what `work`, one transaction, returns; retry it while its failure may pass.

    `stop` ends the waiting. The `work` has to begin anew each time, and to find out by itself
    whether an earlier try was committed after all. Raises the last DatabaseRefused.
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


def repeatable(work: Callable[[], T], stop: Callable[[], bool] = _never) -> T:
    """Return what `work` returns inside `writing()`; retry it, even if it may have been committed.

    The `work` leaves the same behind however often it is done. Raises as `once` does.
    """
    return once(work, lambda _: False, stop)


def once(
    work: Callable[[], T],
    kept: Callable[[T], bool],
    stop: Callable[[], bool],
    *,
    behind: bool = False,
) -> T:
    """Return what `work` returns inside `writing()`; retry it, but never commit it twice.

    Where a commit was not confirmed, `kept` finds out, in the next transaction, whether what
    `work` has returned is there. Raises the last DatabaseRefused, or the CommitUncertain behind
    which nobody could ask.
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
