"""Exit statuses of the subcommands, and the signals that stop them."""

from __future__ import annotations

import signal
from types import FrameType

from app import log
from app.cli.output import print_at_once
from app.domain.text import turkish_count
from app.signals import SignalWatch, end_after

DONE, SOME_FAILED, NOTHING_DONE, STOPPED = 0, 1, 2, 130

_PATIENCE = 0.8  # seconds until a job that does not stop is ended


class StopSignal:
    """Stops a job on a signal: between two documents, or a moment later in any case.

    A signal that the calling process ignores (a background job) stays ignored. SIGHUP means that
    the terminal hung up. Nobody asked to stop, so an import stays open in the journal.
    """

    def __init__(self) -> None:
        self.saved = 0
        """The number of documents that are certainly committed."""
        self.is_hung_up = False
        """Whether the terminal has hung up."""
        self._asked = False
        SignalWatch(self._end_late)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def __call__(self) -> bool:
        """Return whether the job has to stop."""
        return self._asked

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._asked = True
        self.is_hung_up |= number == signal.SIGHUP

    def _end_late(self, _number: int) -> None:
        """End a job that is blocked, by the reader of its output or by a busy database."""
        end_after(_PATIENCE, STOPPED, at_last=self._last_words)

    def _last_words(self) -> None:
        if self.saved:
            count = turkish_count(self.saved)
            print_at_once(f"Yarıda kesildi; en az {count} belge kaydedilmişti")
        log.end(STOPPED)
