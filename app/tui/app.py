"""The application: two tabs as modes, one stylesheet, no animation.

Modules that the first frame does not need are imported where they are used: the second tab, every
dialog.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from textual import events
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.reactive import Reactive

import app as package
from app import log, wait_notice
from app.store import journal
from app.store.database import connected, reading
from app.tui.jobs import Job, JobCrashed, JobEnded, JobShows, WorkChanged
from app.tui.remembered import Remembered
from app.tui.safe import SafeLines, last_words
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.transfer_tab import TransferTab
from app.tui.terminal.hangup import gone
from app.tui.typeahead import TypeaheadApp
from app.tui.whose_books import OpenedBooks
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.columns import NARROW, SLIM
from app.tui.widgets.record_table import RecordTable
from app.tui.widgets.virtual_table import MOVES

if TYPE_CHECKING:
    from app.store.journal import Unfinished
    from app.tui.screens.export_saving import Clock
    from app.tui.screens.export_tab import ExportTab
    from app.tui.screens.import_tab import ImportTab
    from app.tui.screens.run_list import BooksChanged, DeletedAsked, RestAsked

_Tab = TypeVar("_Tab", bound="TransferTab[Any]")

_SILENCE = 15.0  # seconds that a screen's own bounded reads wait for a server's answer
_LET_BE = "Bir daha sorulmayacak; dosyayı yeniden getirirseniz aktarılmış belgeler bellidir"


def stylesheet() -> Path:
    """Return screens.css, in the installed package or at the top of a checkout."""
    folder = Path(package.__file__).parent
    inside = folder / "screens.css"
    return inside if inside.exists() else folder.parent / "screens.css"


class TransferApp(TypeaheadApp, inherit_bindings=False):
    """The application. `clock` gives the current time, for dates and the names of new files."""

    CSS_PATH = stylesheet()
    ENABLE_COMMAND_PALETTE = False
    # Classes that the screen gets by its width, for the stylesheet.
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual's
        (0, "-slim"), (SLIM, "-narrow"), (NARROW, "-usual"),
    ]  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE = "Toplu Fatura Aktarımı"

    theme: Reactive[str] = Reactive("ansi-dark")
    """Not set in `__init__`, because a change of theme parses all style sheets again."""

    def __init__(
        self,
        export_folder: str = "",
        import_folder: str = "",
        clock: Clock = datetime.now,
        *,
        remembered: Remembered | None = None,
        opens: Literal["disari", "iceri"] = "disari",
        books: OpenedBooks | None = None,
        **options: Any,
    ) -> None:
        self.DEFAULT_MODE = opens  # type: ignore[misc]  # Textual reads it as it begins
        # otherwise NO_COLOR would make everything black
        super().__init__(ansi_color=True, **options)
        self.animation_level = "none"
        self._safe_lines = SafeLines()
        self._folders = (export_folder, import_folder)
        self._clock = clock
        self._remembered = remembered or Remembered()
        self.add_mode("disari", lambda: self._export_tab)
        self.add_mode("iceri", lambda: self._import_tab)
        self.books = books or OpenedBooks()
        """The open books, which every screen names."""
        self._tabs: list[TransferTab[Any]] = []
        self._leaving = False

    def on_mount(self) -> None:
        """Look for an interrupted import; the first tab is already shown."""
        first = self._tabs[0]
        wait_notice.tell(self._tell_wait)
        wait_notice.attend(lambda silent: silent >= _SILENCE)
        self.call_after_refresh(first.attempt, lambda: self._look_for_unfinished(first))

    def on_unmount(self) -> None:
        """Leave the waiting for servers to whoever comes next."""
        wait_notice.attend(None)

    def _tell_wait(self, what: str) -> None:
        """Show what the running job waits for, from any thread."""
        if self._loop:
            with suppress(RuntimeError):  # the screens have ended
                self._loop.call_soon_threadsafe(self._show_wait, what)

    def _show_wait(self, what: str) -> None:
        screens = dict.fromkeys((*self._tabs, *self.screen_stack))
        for screen in screens:
            if not isinstance(screen, JobScreen):
                continue
            for message in screen.query(MessageLine):  # none if it is only being made or ended
                if what and (screen.runner.job or screen.runner.waits):
                    message.tell(what)
                elif message.text in wait_notice.TEXTS:
                    message.tell("")

    @cached_property
    def _export_tab(self) -> ExportTab:
        from app.tui.screens.export_tab import ExportTab

        return self._prepared(ExportTab(self._folders[0], self._clock, self._remembered))

    @cached_property
    def _import_tab(self) -> ImportTab:
        from app.tui.screens.import_tab import ImportTab

        return self._prepared(ImportTab(self._folders[1], self._remembered))

    def _prepared(self, tab: _Tab) -> _Tab:
        """Prepare a tab that is about to be shown for the first time, and return it."""
        self._tabs.append(tab)
        # A tab gets the present styles when it is mounted: otherwise Textual would parse all style
        # sheets twice more, and match every widget again once it knows the width.
        tab._css_update_count = self._css_update_count
        fitting = [name for least, name in self.HORIZONTAL_BREAKPOINTS if least <= self.size.width]
        tab.add_class(fitting[-1], update=False)
        return tab

    def get_line_filters(self) -> list[LineFilter]:
        """Add the second check after `shown`: no drawn line may have a control character."""
        return [*super().get_line_filters(), self._safe_lines]

    # An interrupted import

    def _look_for_unfinished(self, here: TransferTab[Any]) -> None:
        with reading():
            if not journal.has_open_runs(journal.IMPORT):  # nearly always
                return

        def look(_job: Job) -> tuple[Unfinished, int] | None:
            from app.transfer.history import cut_off_run, unfinished

            with connected():
                run = unfinished()
                return (run, cut_off_run(Path(run.file)) or run.transfer_id) if run else None

        def tell(found: tuple[Unfinished, int] | None) -> None:
            if found:
                self._tell_unfinished(here, *found)

        here.runner.run_beside("Yarım kalan aktarım", look, tell)

    def _tell_unfinished(self, here: TransferTab[Any], run: Unfinished, first: int) -> None:
        from app.transfer.history import let_be
        from app.tui.screens.unfinished import GoOn

        def was_let_be(event: JobEnded) -> None:
            if event.error:
                here.show_error(event.error)
            else:
                here.message.tell(_LET_BE)

        def answered(goes_on: bool | None) -> None:
            if goes_on:
                self.switch_mode("iceri")
                self._import_tab.call_after_refresh(self._import_tab.go_on, run.file, first)
            else:
                Job(here, "Yarım kalan aktarım", lambda _: let_be(run), ended=was_let_be).start()

        self.push_screen(GoOn(run), answered)

    def on_rest_asked(self, event: RestAsked) -> None:
        """List a file in İçeri Aktar with the unfinished documents of its import marked."""
        while not isinstance(self.screen, TransferTab):
            self.pop_screen()
        self.switch_mode("iceri")
        tab = self._import_tab
        tab.call_after_refresh(tab.go_on, event.file, event.first, event.run)

    def on_deleted_asked(self, event: DeletedAsked) -> None:
        """Open Silinen Belgeler."""
        from app.tui.screens.deleted import DeletedListScreen

        self.push_screen(DeletedListScreen(), lambda _: event.then())

    def on_books_changed(self, event: BooksChanged) -> None:
        """Make each tab refuse to save from a list older than the change."""
        for tab in self._tabs:
            tab.freshness.changed(event.cause)

    # Leaving

    def jobs(self) -> list[Job]:
        """Return the running jobs of both tabs and of the history."""
        others = [getattr(screen, "job", None) for screen in self.screen_stack]
        jobs = [*(tab.job for tab in self._tabs), *others]
        return list(dict.fromkeys(job for job in jobs if job))

    def on_leave_asked(self) -> None:
        """Leave the program; if a job runs, ask first and stop it at the next document."""
        if not self.jobs():
            self.exit()
            return
        from app.tui.screens.dialog import Confirm

        labels = ", ".join(job.label for job in self.jobs())
        question = f"{labels} sürüyor. Durdurulup çıkılsın mı?"
        self.push_screen(Confirm(question, default_yes=False), self._leave_if)

    def _leave_if(self, yes: bool | None) -> None:
        if yes:
            self._leaving = True
            labels = ", ".join(job.label for job in self.jobs())
            for tab in self._tabs:
                tab.runner.stop()
            if isinstance(self.screen, TransferTab) and labels:
                self.screen.message.tell(f"{labels} durduruluyor; bitince program kapanır")
            self._leave_when_done()

    def on_work_changed(self, _event: WorkChanged) -> None:
        """Show in each tab's title what runs in the other tab."""
        notices = {tab.SCOPE.value: tab.runner.notice for tab in self._tabs}
        shown = {name: notice for name, notice in notices.items() if notice}
        for tab in self._tabs:
            tab.show_work(shown)

    def keys_wait(self) -> bool:
        """Whether keys wait for a result: of Kayıtları Getir, a search, a Rehber or Tamam."""
        # not by type, since dialogs are imported late
        return bool(getattr(self.screen, "waits", False))

    def passes(self, event: events.Event) -> bool:
        """Return whether a key need not wait: cursor keys in a growing list, letters in a Rehber.

        In a list that is being sorted, cursor keys wait.
        """
        screen = self.screen
        waits_with = getattr(screen, "waits_with", None)
        if waits_with:
            return not (isinstance(event, events.Key) and waits_with(event.key))
        looks = isinstance(event, events.Key) and event.key in MOVES
        waits = isinstance(screen, TransferTab) and screen.runner.moves_wait
        return super().passes(event) or (
            looks and isinstance(self.focused, RecordTable) and not waits
        )

    async def on_job_ended(self, _event: JobEnded) -> None:
        """Dispatch waiting keys, since the job has ended and its result has the focus.

        The message that moves the focus was posted before this one.
        """
        for screen in (*self._tabs, *self.screen_stack):
            if isinstance(screen, JobScreen):
                screen.runner.result_has_focus()
        self._show_wait("")
        if self._leaving:
            self._leave_when_done()
        else:
            await self._next_key()

    async def on_job_shows(self, _event: JobShows) -> None:
        """Dispatch waiting keys, since a Rehber has its first entries."""
        await self._next_key()

    def _leave_when_done(self) -> None:
        if not self.jobs():
            self.exit()

    def leave_at_once(self, status: int) -> None:
        """Restore the terminal and end the process, from any thread; running jobs are cut off."""
        # `_loop`: `call_from_thread` would wait for a loop that may be blocked.
        if self._loop:
            self._loop.call_soon_threadsafe(self._end_process, status)

    def _end_process(self, status: int) -> None:
        # `_driver`: `exit` would wait for the workers and messages of every screen.
        if self._driver:
            self._driver.stop_application_mode()
            self._driver.close()
        gone(status)

    # Faults of the program

    def on_job_crashed(self, event: JobCrashed) -> None:
        """End the program with a sentence, since a job raised an unexpected exception."""
        self._handle_exception(event.error)

    def _handle_exception(self, error: Exception) -> None:
        """Log the error and show one sentence.

        Overridden because Textual prints a traceback with the values of variables. The private
        attributes are those that its own handler sets: exit status, and the error that ended a
        test's `run_test`.
        """
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            log.fault(error)
        self.panic(last_words(log.crash_sentence(error)))
