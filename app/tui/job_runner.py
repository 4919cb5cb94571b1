"""One job at a time off the screen's thread, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from textual.app import App

from app.domain.text import turkish_count
from app.errors import AppError
from app.tui.jobs import Job, JobEnded, JobProgress
from app.tui.screens.dialog import Confirm
from app.tui.widgets.bars import MessageLine

T = TypeVar("T")

_BAR_WIDTH = 20
_MEGABYTE = 1_000_000


class JobScreen(Protocol):
    """What a runner needs of the screen whose jobs it runs."""

    @property
    def app(self) -> App[object]:
        """The program."""

    @property
    def message(self) -> MessageLine:
        """The line that speaks to the user."""

    def post_message(self, message: Any) -> bool:
        """Textual's own."""

    def show_status(self) -> None:
        """Renew the status line."""

    def attempt(self, work: Callable[[], object]) -> None:
        """Do it; where it cannot be done, the message says why."""


@dataclass(frozen=True)
class _Task:
    """What a job is to the screen."""

    then: Callable[[Any], None]
    failed: Callable[[], None]
    went_on: Callable[[], None]
    began: Callable[[Any], None]
    unit: str
    kept: str


def _nothing(*_: object) -> None:
    """Default for a callback that is not needed."""


class JobRunner:
    """Runs the jobs of one screen.

    While a job runs, its progress stands in the status line, so that the message line is free
    for what the user does meanwhile.
    """

    def __init__(self, screen: JobScreen) -> None:
        self._screen = screen
        self.job: Job | None = None
        """The job that runs now."""
        self._beside: Job | None = None
        self.keys_wait = False
        """Whether what is typed now is meant for what the job will show."""
        self._moves_wait = False
        self.progress = ""
        """How far it is, for the status line."""

    @property
    def waits(self) -> bool:
        """Whether what is typed now is for what is still to come."""
        return self.keys_wait or self._beside is not None

    @property
    def moves_wait(self) -> bool:
        """Whether even the arrows are for what is still to come: rows in another order, or fewer.

        In a list that is being read one may look about.
        """
        return self._moves_wait or self._beside is not None

    def busy(self) -> str | None:
        """Why no other job can begin now; None where it can."""
        return f"{self.job.label} sürüyor; durdurmak için Esc" if self.job else None

    def run(
        self,
        label: str,
        work: Callable[[Job], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[], None] = _nothing,
        went_on: Callable[[], None] = _nothing,
        began: Callable[[Any], None] = _nothing,
        unit: str = "belge",
        kept: str = "Biten belgeler kalır, gerisi yapılmaz.",
        keys_wait: bool = False,
        moves_wait: bool = False,
    ) -> None:
        """Work in a thread; `then` gets its result on the screen's own.

        `failed` is called where it raises an error of ours, after the message has said it;
        `went_on` with each step, `began` with what can be seen of the result already.
        `kept` tells who wants to stop it what there will be then.
        """
        task = _Task(then, failed, went_on, began, unit, kept)
        self._task = task
        self.keys_wait, self._moves_wait = keys_wait, moves_wait
        self.progress = f"{label}…"
        self.job = Job(
            self._screen,
            label,
            work,
            ended=lambda event: self._ended(event, task),
            progressed=lambda event: self._progressed(event, task),
            shows=began,
        )
        self._screen.message.tell("")
        self._screen.show_status()
        self.job.start()

    def result_has_focus(self) -> None:
        """Keys wait no longer, unless another job has begun."""
        if self.job is None:
            self.keys_wait = self._moves_wait = False

    def run_beside(self, label: str, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Work that is short, whatever else runs; keys wait for it."""

        def ended(event: JobEnded) -> None:
            self._beside = None
            self._finish(event, then, _nothing)

        self._beside = Job(self._screen, label, work, ended=ended)
        self._beside.start()

    def ask_to_stop(self) -> None:
        """Ask whether the job shall end before it is done."""
        if self.job:
            question = f"{self.job.label} sürüyor. Durdurulsun mu?"
            dialog = Confirm(question, self._task.kept, default_yes=False)
            self._screen.app.push_screen(dialog, self._stop_if)

    def _stop_if(self, yes: bool | None) -> None:
        if yes and self.job:
            self.job.stop()
            self.progress = f"{self.job.label}: durduruluyor…"
            self._screen.message.tell("")
            self._screen.show_status()

    def _progressed(self, event: JobProgress, task: _Task) -> None:
        if not event.job.stopping():
            self.progress = progress_text(event, task.unit)
            self._screen.show_status()
        task.went_on()

    def _ended(self, event: JobEnded, task: _Task) -> None:
        self.job = None
        self._finish(event, task.then, task.failed)
        self._screen.show_status()

    def _finish(
        self, event: JobEnded, then: Callable[[Any], None], failed: Callable[[], None]
    ) -> None:
        error: AppError | None = event.error
        if error:
            self._screen.message.error(error.sentence)
            failed()
        else:
            self._screen.attempt(lambda: then(event.result))


def progress_text(event: JobProgress, unit: str) -> str:
    """A bar with percent and count; with the unit MB the event counts bytes."""
    done, of = event.done, max(event.of, 1)
    filled = _BAR_WIDTH * done // of
    bar = "█" * filled + "·" * (_BAR_WIDTH - filled)
    scale = _MEGABYTE if unit == "MB" else 1
    count = f"{turkish_count(done // scale)}/{turkish_count(-(-event.of // scale))} {unit}"
    return f"{event.job.label} {bar} %{100 * done // of}  {count}  Esc durdurur"
