"""Work off the screen's thread: progress and the end come back as messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from textual.message import Message

from app import log
from app.errors import AppError

_TELL_SECONDS = 0.05


class Owner(Protocol):
    """Who hears of a job: a screen, or the program."""

    def post_message(self, message: Any) -> bool:
        """Textual's own."""


class Job:
    """One piece of work in a thread of its own.

    `work` gets the job, calls `progress` and asks `stopping`; what it returns or raises reaches
    `owner` as a JobEnded. An owner with several jobs has one handler for each message, which
    calls what the job itself names in `ended`, `progressed` and `shows`.
    """

    def __init__(
        self,
        owner: Owner,
        label: str,
        work: Callable[[Job], Any],
        *,
        ended: Callable[[JobEnded], None] = lambda _: None,
        progressed: Callable[[JobProgress], None] = lambda _: None,
        shows: Callable[[Any], None] = lambda _: None,
    ) -> None:
        self.label = label
        self.ended = ended
        self.progressed = progressed
        self.shows = shows
        self._owner = owner
        self._work = work
        self._stop = threading.Event()
        self._told = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True, name=label)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end at the next document."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def progress(self, done: int, of: int) -> None:
        """Tell the owner, a few times a second at most."""
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS or done >= of:
            self._told = now
            self._owner.post_message(JobProgress(self, done, of))

    def show(self, begun: Any) -> None:
        """Give the owner what can be seen of the result already."""
        self._owner.post_message(JobShows(self, begun))

    def _run(self) -> None:
        result, error = None, None
        try:
            result = self._work(self)
        except AppError as caught:
            log.fault(caught)
            error = caught
        except Exception as caught:
            if not self._owner.post_message(JobCrashed(self, caught)):
                log.fault(caught)  # nobody waits for the result, and nobody tells of the fault
            return
        self._owner.post_message(JobEnded(self, result, error))


@dataclass
class JobProgress(Message):
    """A job has come so far."""

    job: Job
    done: int
    of: int

    def can_replace(self, message: Message) -> bool:
        """Only the last of several matters."""
        return isinstance(message, JobProgress) and message.job is self.job


@dataclass
class JobShows(Message):
    """Something of a job's result can be seen, while the rest is still to come."""

    job: Job
    begun: Any


@dataclass
class JobEnded(Message):
    """A job is over, with a result or with an error of ours."""

    job: Job
    result: Any
    error: AppError | None


@dataclass
class JobCrashed(Message):
    """A job met a fault of the program itself."""

    job: Job
    error: Exception


class LeaveAsked(Message):
    """The user wants to leave the program."""
