"""A screen that works off its own thread, one job at a time, and says how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from textual.screen import Screen

from app.domain.text import turkish_count
from app.errors import AppError
from app.tui.jobs import Job, JobEnded, JobProgress, JobShows
from app.tui.screens.dialog import Confirm
from app.tui.widgets.bars import MessageLine

T = TypeVar("T")

_BAR_WIDTH = 20
_MEGABYTE = 1_000_000


class WorkingScreen(Screen[None], inherit_bindings=False):
    """What a screen needs to run a job and to speak to the user.

    While a job runs, its progress stands in the status line, so that the message line is free
    for what the user does meanwhile.
    """

    UNIT: ClassVar[str] = "belge"

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._then: Callable[[Any], None] = lambda _: None
        self._unit = self.UNIT
        self._kept = ""
        self.keys_wait = False
        """Whether what is typed now is meant for what the job will show."""
        self._progress = ""

    @property
    def message(self) -> MessageLine:
        """The line that speaks to the user."""
        return self.query_one(MessageLine)

    @property
    def job(self) -> Job | None:
        """The job that runs now."""
        return self._job

    def attempt(self, work: Callable[[], object]) -> None:
        """Do it; where it cannot be done, the message says why."""
        try:
            work()
        except AppError as error:
            self.message.error(error.sentence)

    @property
    def waits(self) -> bool:
        """Whether what is typed now is for what is still to come."""
        return self.keys_wait

    def show_status(self) -> None:
        """Renew the status line."""
        raise NotImplementedError

    def busy(self) -> str | None:
        """Why no other job can begin now; None where it can."""
        return f"{self._job.label} sürüyor; durdurmak için Esc" if self._job else None

    def run_job(
        self,
        label: str,
        work: Callable[[Job], T],
        then: Callable[[T], None],
        *,
        unit: str = "",
        kept: str = "Biten belgeler kalır, gerisi yapılmaz.",
        keys_wait: bool = False,
    ) -> None:
        """Work in a thread; `then` gets its result on the screen's own.

        `kept` tells who wants to stop it what there will be then.
        """
        self._kept = kept
        self.keys_wait = keys_wait
        self._unit = unit or self.UNIT
        self._then = then
        self._progress = f"{label}…"
        self._job = Job(self, label, work)
        self.message.tell("")
        self.show_status()
        self._job.start()

    def on_job_progress(self, event: JobProgress) -> None:
        """How far it is."""
        if event.job is self._job and not event.job.stopping():
            self._progress = progress_text(event, self._unit)
            self.show_status()
        if event.job is self._job:
            self.job_went_on()

    def job_went_on(self) -> None:
        """A job has come further."""

    def on_job_shows(self, event: JobShows) -> None:
        """There is something to look at already."""
        if event.job is self._job:
            self.job_began(event.begun)

    def job_began(self, begun: Any) -> None:
        """What can be seen of a job's result while it runs."""

    def on_job_ended(self, event: JobEnded) -> None:
        """It is over."""
        if event.job is not self._job:
            return
        then, self._job = self._then, None
        error = event.error
        if error:
            self.message.error(error.sentence)
            self.job_failed()
        else:
            self.attempt(lambda: then(event.result))
        self.show_status()

    def job_failed(self) -> None:
        """A job has ended with an error; the message says it."""

    def ask_to_stop(self, job: Job) -> None:
        """Ask whether the job shall end before it is done."""
        question = f"{job.label} sürüyor. Durdurulsun mu?"
        self.app.push_screen(Confirm(question, self._kept, default_yes=False), self._stop_if)

    def _stop_if(self, yes: bool | None) -> None:
        if yes and self._job:
            self._job.stop()
            self._progress = f"{self._job.label}: durduruluyor…"
            self.message.tell("")
            self.show_status()


def progress_text(event: JobProgress, unit: str) -> str:
    """A bar with percent and count; with the unit MB the event counts bytes."""
    done, of = event.done, max(event.of, 1)
    filled = _BAR_WIDTH * done // of
    bar = "█" * filled + "·" * (_BAR_WIDTH - filled)
    scale = _MEGABYTE if unit == "MB" else 1
    count = f"{turkish_count(done // scale)}/{turkish_count(-(-event.of // scale))} {unit}"
    return f"{event.job.label} {bar} %{100 * done // of}  {count}  Esc durdurur"
