"""The base of a screen that runs jobs and shows their progress."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from textual import events, getters, on
from textual.screen import Screen

from app.errors import AppError
from app.tui.jobs import Job, JobEnded, JobProgress, JobShows
from app.tui.screens.job_runner import JobRunner
from app.tui.terminal.driver import draw_anew
from app.tui.widgets.bars import MessageLine


class JobScreen(Screen[None], inherit_bindings=False):
    """A screen with a message line and a runner.

    Textual calls the message handlers of every class in the chain, so a subclass must not repeat
    a handler of this class.
    """

    message = getters.query_one(MessageLine)

    def __init__(self) -> None:
        super().__init__()
        self.runner = JobRunner(self)
        self._waiting: Callable[[], object] | None = None

    @abstractmethod
    def show_status(self) -> None:
        """Show the running job's progress, or else the figures of the screen."""

    @property
    def job(self) -> Job | None:
        """The running job."""
        return self.runner.job

    @property
    def waits(self) -> bool:
        """Whether keys wait for a result."""
        return self.runner.waits

    @on(JobProgress)
    def _job_progress(self, event: JobProgress) -> None:
        event.job.progressed(event)

    @on(JobShows)
    def _job_shows(self, event: JobShows) -> None:
        event.job.shows(event.begun)

    @on(JobEnded)
    def _job_ended(self, event: JobEnded) -> None:
        event.job.ended(event)

    def attempt(self, work: Callable[[], object]) -> None:
        """Call `work`; show an AppError in the message line."""
        try:
            work()
        except AppError as error:
            self.show_error(error)

    def show_error(self, error: AppError) -> None:
        """Show an error in the message line."""
        self.message.error(error.sentence)

    def when_in_front(self, open_screen: Callable[[], object]) -> None:
        """Open a dialog or page of a job now, or once this screen is in front again.

        The user may have gone to the other tab meanwhile, where it would seem to be about that
        list.
        """
        if self.is_current:
            open_screen()
        else:
            self._waiting = open_screen

    @on(events.ScreenResume)
    def _open_what_waited(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting:
            waiting()

    def do_back(self) -> None:
        """Ask whether to stop the job, or go back."""
        if self.job:
            self.runner.ask_to_stop()
        else:
            self.dismiss(None)

    def do_leave(self) -> None:
        """Go back like `do_back`; only the tabs leave the program."""
        self.do_back()

    def do_redraw(self) -> None:
        """Redraw the whole screen."""
        draw_anew(self.app)
