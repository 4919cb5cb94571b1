"""Run one job at a time for a screen, and show its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, TypeVar

from textual.app import App

from app.domain.text import turkish_count
from app.errors import AppError
from app.transfer.time_left import TimeLeft, left_words
from app.tui.jobs import Job, JobEnded, JobProgress, Owner, WorkChanged
from app.tui.screens.dialog import Confirm
from app.tui.widgets.bars import MessageLine

T = TypeVar("T")

_BAR_WIDTH = 20
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class _Task:
    """A job's callbacks and texts, as given to `run`."""

    then: Callable[[Any], None]
    failed: Callable[[AppError], None]
    went_on: Callable[[], None]
    began: Callable[[Any], None]
    unit: str
    kept: str
    left: TimeLeft = field(default_factory=TimeLeft)


def _nothing(*_: object) -> None:
    """Do nothing; the default of a callback."""


class RunnerOwner(Owner, Protocol):
    """What a runner needs of the screen whose jobs it runs."""

    @property
    def app(self) -> App[Any]:
        """The application."""

    @property
    def message(self) -> MessageLine:
        """The line for sentences."""

    def show_status(self) -> None:
        """Show the progress."""

    def attempt(self, work: Callable[[], object]) -> None:
        """Call `work`; show an AppError in the message line."""


class JobRunner:
    """Runs the jobs of one screen.

    Progress is shown in the status line, so the message line stays free for other actions.
    """

    def __init__(self, screen: RunnerOwner) -> None:
        self._screen = screen
        self.job: Job | None = None
        """The running job, or None."""
        self._beside: Job | None = None
        self.keys_wait = False
        """Whether keys wait for the job's result."""
        self._moves_wait = False
        self.progress = ""
        """The progress text for the status line."""
        self.notice = ""
        """The progress in a word for the other tab's title: `%43`, `duruyor`, `bitti`."""

    @property
    def waits(self) -> bool:
        """Whether keys wait for a result."""
        return self.keys_wait or self._beside is not None

    @property
    def moves_wait(self) -> bool:
        """Whether cursor keys wait too, because the result reorders or removes rows.

        They work in a list that is still being read.
        """
        return self._moves_wait or self._beside is not None

    def busy(self) -> str | None:
        """Return why no other job can begin now, or None."""
        return f"{self.job.label} sürüyor; durdurmak için Esc" if self.job else None

    def run(
        self,
        label: str,
        work: Callable[[Job], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[AppError], None] = _nothing,
        went_on: Callable[[], None] = _nothing,
        began: Callable[[Any], None] = _nothing,
        unit: str = "belge",
        kept: str = "Biten belgeler kalır, gerisi yapılmaz.",
        keys_wait: bool = False,
        moves_wait: bool = False,
        keeps_message: bool = False,
    ) -> None:
        """Run `work` in a thread; call `then` with its result on the UI thread.

        If it raises an AppError, the message line shows it and `failed` is called with it.
        `went_on` is called at each progress, `began` with a part of the result. `kept` is the text
        in the question before a stop about what will remain. `keeps_message` leaves the message
        line as it is, since this job changes nothing of which it speaks.
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
        if not keeps_message:
            self._screen.message.tell("")
        self._screen.show_status()
        self._notify("…")
        self.job.start()

    def result_has_focus(self) -> None:
        """Dispatch waiting keys, unless another job has begun."""
        if self.job is None:
            self.keys_wait = self._moves_wait = False

    def run_beside(
        self,
        label: str,
        work: Callable[[Job], T],
        then: Callable[[T], None],
        failed: Callable[[AppError], None] = _nothing,
    ) -> None:
        """Run short work beside any other job; keys wait for it."""

        def ended(event: JobEnded) -> None:
            self._beside = None
            self._finish(event, then, failed)

        self._beside = Job(self._screen, label, work, ended=ended)
        self._beside.start()

    def ask_to_stop(self) -> None:
        """Ask whether to stop the job."""
        if self.job:
            question = f"{self.job.label} sürüyor. Durdurulsun mu?"
            dialog = Confirm(question, self._task.kept, default_yes=False)
            self._screen.app.push_screen(dialog, self._stop_if)

    def _stop_if(self, yes: bool | None) -> None:
        if yes:
            self.stop()

    def stop(self) -> None:
        """Stop the job at the next document."""
        if self.job:
            self.job.stop()
            self.progress = f"{self.job.label}: durduruluyor…"
            self._screen.message.tell("")
            self._screen.show_status()
            self._notify("duruyor")

    def seen(self) -> None:
        """Clear the notice of an ended job, whose result is in view now."""
        self._notify(self.notice if self.job else "")

    def _notify(self, notice: str) -> None:
        if notice != self.notice:
            self.notice = notice
            self._screen.post_message(WorkChanged())

    def _progressed(self, event: JobProgress, task: _Task) -> None:
        if not event.job.stopping():
            left = left_words(task.left.seconds(event.done, event.of, monotonic()))
            self.progress = progress_text(event, task.unit, left, self._screen.app.size.width)
            self._screen.show_status()
            self._notify(percent(event))
        task.went_on()

    def _ended(self, event: JobEnded, task: _Task) -> None:
        self.job = None
        self._notify("" if self._in_view else "bitti")
        self._finish(event, task.then, task.failed)
        self._screen.show_status()

    @property
    def _in_view(self) -> bool:
        shown: list[object] = [*self._screen.app.screen_stack]
        return self._screen in shown

    def _finish(
        self, event: JobEnded, then: Callable[[Any], None], failed: Callable[[AppError], None]
    ) -> None:
        error: AppError | None = event.error
        if error:
            self._screen.message.error(error.sentence)
            failed(error)
        else:
            self._screen.attempt(lambda: then(event.result))


def progress_text(event: JobProgress, unit: str, left: str = "", room: int = 80) -> str:
    """Return a bar with per cent, time left and count; with the unit MB the event counts bytes.

    If `room` columns are not enough, the bar is shortened first, then the count is left out.
    """
    scale = _MEGABYTE if unit == "MB" else 1
    count = f"{turkish_count(event.done // scale)}/{turkish_count(-(-event.of // scale))} {unit}"
    end = " · ".join(filter(None, (percent(event), left)))
    whole = f"{event.job.label} {end}  {count}  Esc durdurur"
    if len(whole) > room:
        whole = f"{event.job.label} {end}  Esc durdurur"
    width = min(_BAR_WIDTH, max(room - len(whole) - 1, 0))
    filled = width * event.done // max(event.of, 1)
    bar = "█" * filled + "·" * (width - filled)
    return whole.replace(f" {end}", f" {bar} {end}" if bar else f" {end}", 1)


def percent(event: JobProgress) -> str:
    """Return the share that is done: `%43`."""
    return f"%{100 * event.done // max(event.of, 1)}"
