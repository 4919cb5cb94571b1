"""Do a transaction again that failed for what passes: a clash, or a connection that was lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from app.errors import DatabaseRefused

T = TypeVar("T")
_FIRST, _LONGEST_PAUSE = 0.02, 0.5  # seconds between two tries


def again(work: Callable[[], T], stop: Callable[[], bool]) -> T:
    """Return what `work`, one transaction, returns; try it for as long as its failure may pass.

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
