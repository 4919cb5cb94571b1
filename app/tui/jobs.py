"""Work in a thread that reports its progress and end to the UI thread as messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from textual.message import Message

from app import limits, log, wait_notice
from app.errors import AppError

_TELL_SECONDS = 0.05
SILENCE = 5.0
"""How many seconds a job that was asked to stop still waits for a server's answer."""


class Owner(Protocol):
    """The receiver of a job's messages: a screen, or the application."""

    def post_message(self, message: Any) -> bool:
        """Post a message; Textual implements it."""


class Job:
    """A piece of work in its own thread.

    `work` gets the job, calls `progress` and checks `stopping`; its result or AppError reaches
    `owner` as a JobEnded. An owner with several jobs has one handler for each message, which calls
    the job's `ended`, `progressed` or `shows`.
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
        """Start the thread; if that fails, the job ends with the error that says so."""
        try:
            limits.start(self._thread)
        except AppError as error:
            self._owner.post_message(JobEnded(self, None, error))

    def stop(self) -> None:
        """Ask the job to stop at the next document."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    def join(self) -> None:
        """Wait for the end of the thread."""
        self._thread.join()

    def progress(self, done: int, of: int) -> None:
        """Report progress; messages are sent a few times a second at most."""
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS or done >= of:
            self._told = now
            self._owner.post_message(JobProgress(self, done, of))

    def show(self, begun: Any) -> None:
        """Send the owner a part of the result."""
        self._owner.post_message(JobShows(self, begun))

    def _run(self) -> None:
        wait_notice.attend(lambda silent: self.stopping() and silent >= SILENCE)
        result, error = None, None
        try:
            result = self._work(self)
        except AppError as caught:
            log.fault(caught)
            error = caught
        except Exception as caught:
            if not self._owner.post_message(JobCrashed(self, caught)):
                log.fault(caught)  # the owner has dropped this job and will not report the fault
            return
        self._owner.post_message(JobEnded(self, result, error))


@dataclass
class JobProgress(Message):
    """A job has made progress."""

    job: Job
    done: int
    of: int

    def can_replace(self, message: Message) -> bool:
        """Keep only the latest of several messages."""
        return isinstance(message, JobProgress) and message.job is self.job


@dataclass
class JobShows(Message):
    """A part of a job's result is ready, while the job goes on."""

    job: Job
    begun: Any


@dataclass
class JobEnded(Message):
    """A job has ended with a result or an AppError."""

    job: Job
    result: Any
    error: AppError | None


@dataclass
class JobCrashed(Message):
    """A job has ended with an unexpected exception."""

    job: Job
    error: Exception


class WorkChanged(Message):
    """A tab's job has begun, made progress or ended; the title of the other tab shows it."""


class LeaveAsked(Message):
    """The user asked to leave the program."""
