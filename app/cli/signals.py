"""How a subcommand ends: its exit status, and the wish to stop."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread
from types import FrameType

DONE, SOME_FAILED, NOTHING_DONE, STOPPED = 0, 1, 2, 130


_PATIENCE = 0.8  # seconds


class StopSignal:
    """Ctrl+C and SIGTERM end a job between two documents, and in any case a moment later.

    What our caller ignores (a job in the background) stays ignored. SIGHUP cuts the job off, as
    kill does: the line has dropped, nobody has asked it to stop, and the journal shows that.
    """

    def __init__(self) -> None:
        self._asked = False
        news, told = os.pipe()
        os.set_blocking(told, False)
        # The interpreter writes there at once, even where our own code waits for something else.
        signal.set_wakeup_fd(told)
        Thread(target=_end_late, args=(news,), daemon=True).start()
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def __call__(self) -> bool:
        """Whether the job is to stop."""
        return self._asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True


def _end_late(news: int) -> None:
    """For a job that is held up: by whoever reads its output, by a busy database."""
    os.read(news, 1)
    time.sleep(_PATIENCE)
    os._exit(STOPPED)
