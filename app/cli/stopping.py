"""How a subcommand ends: its exit status, and the wish to stop."""

from __future__ import annotations

import signal
from types import FrameType

DONE, SOME_FAILED, NOTHING_DONE, STOPPED = 0, 1, 2, 130


class StopSignal:
    """Ctrl+C, SIGTERM and SIGHUP end a job between two documents.

    What our caller ignores (nohup, a job in the background) stays ignored.
    """

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def __call__(self) -> bool:
        """Whether the job is to stop."""
        return self._asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
