"""The base of the screens of the history: a list, and the commands on a run."""

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from app.domain.text import turkish_count
from app.errors import AppError
from app.netsis.file_names import file_words, is_standard
from app.sheets.names import SHEET_ENDINGS
from app.store import journal, runs
from app.store.database import connected, reading
from app.store.runs import Run
from app.transfer import history_words as words
from app.transfer import undo as undoing
from app.transfer.history import cut_off_run
from app.transfer.phrases import fitting
from app.transfer.undo import Restored, UndoChanged, Undone
from app.tui.commands import Scope, bindings, commands_in, not_here, silent_keys
from app.tui.jobs import Job
from app.tui.run_rows import KeyedRows
from app.tui.safe import shown
from app.tui.screens.dialog import Confirm
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.page_writing import PageWriting
from app.tui.whose_books import books_name
from app.tui.widgets.bars import KeyBar, MessageLine, TextLine
from app.tui.widgets.columns import NARROW, Column
from app.tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")

_NAMED = 3  # documents not restored that the message names


@dataclass
class RestAsked(Message):
    """The user wants to resume an import."""

    file: str
    first: int | None
    """The first interrupted run of the file to resume, if any."""
    run: int
    """The run whose rest is wanted."""


@dataclass
class DeletedAsked(Message):
    """The user wants to see Silinen Belgeler; `then` is called when it is closed."""

    then: Callable[[], None]


@dataclass
class BooksChanged(Message):
    """A run was undone or restored, so earlier lists are out of date."""

    cause: str


class RunTable(VirtualTable):
    """The table of runs or documents; narrow ones scroll sideways."""

    SCROLLS_BELOW: ClassVar[int] = NARROW


def keys_of(scope: Scope) -> list[BindingType]:
    """Return the bindings of a list with the commands of a scope."""
    return [*bindings(scope), *bindings(Scope.ANYWHERE), *silent_keys(letters=True)]


class RunListScreen(JobScreen, inherit_bindings=False):
    """A list whose commands concern one run; Esc goes back."""

    SCOPE: ClassVar[Scope] = Scope.HISTORY
    BINDINGS: ClassVar[list[BindingType]] = keys_of(Scope.HISTORY)
    COLUMNS: ClassVar[tuple[Column, ...]]
    EMPTY: ClassVar[str]
    HELP: ClassVar[str]

    table = getters.query_one(RunTable)
    _row_line = getters.query_one("#row", TextLine)
    _status = getters.query_one("#status", TextLine)

    def __init__(self) -> None:
        super().__init__()
        self.writing = PageWriting(self._file)
        self._row = 0
        """The cursor's last row."""
        self._keys = array("q")
        """The keys of the rows that are shown."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """The title of the list."""

    @abstractmethod
    def run_here(self) -> Run | None:
        """The run that the commands concern."""

    def _file(self) -> Path | None:
        run = self.run_here()
        return Path(run.file) if run else None

    @abstractmethod
    def list_rows(self) -> None:
        """Read the list in a job and show it."""

    @abstractmethod
    def row_words(self) -> str:
        """The parts of the cursor's row that have no column."""

    @abstractmethod
    def status_words(self) -> str:
        """The figures of the list."""

    def rows_words(self, of: str) -> str:
        """Return the number of rows, and that of the cursor's row."""
        count = self.table.row_count
        row = f" · {turkish_count(self.table.cursor + 1)}. satır" if count else ""
        return f"{turkish_count(count)} {of}{row}"

    def compose(self) -> ComposeResult:
        """Title, list, the row's own line, status, message, keys."""
        yield Static(id="title")
        yield RunTable(self.COLUMNS, empty_text="Okunuyor…", id="list")
        yield TextLine(id="row")
        yield TextLine(id="status")
        yield MessageLine(id="message")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the list."""
        self.table.focus()
        self._title()
        self.list_rows()

    def _title(self) -> None:
        parts = filter(None, (self.heading, books_name(self.app)))
        self.query_one("#title", Static).update(shown(" · ".join(parts)))

    def on_screen_resume(self) -> None:
        """Show the keys."""
        help_, *others = commands_in(self.SCOPE, Scope.ANYWHERE)
        back = [command for command in others if command.id == "back"]
        own = sorted(commands_in(self.SCOPE), key=lambda command: command.wide)
        self.query_one(KeyBar).show([help_, *own, *back])

    def read(self, what: Callable[[], T], then: Callable[[T], None]) -> None:
        """Read the database in a job; keys wait for it."""

        def work(_job: Job) -> T:
            with connected(), reading():
                return what()

        self.runner.run_beside("Aktarımlar", work, then, self._unread)

    def _unread(self, _error: AppError) -> None:
        """Say in the empty list that it could not be read; the message line has the reason."""
        self.table.empty_text = "Okunamadı"

    def show_status(self) -> None:
        """Show the running job's progress, else the figures of the list."""
        self._status.say(self.runner.progress if self.job else self.status_words())

    @on(VirtualTable.CursorMoved)
    def _moved(self) -> None:
        """Clear an error about another row."""
        if self.table.cursor != self._row:
            self._row = self.table.cursor
            self.message.forget_error()
        self.show_row()

    def show_row(self) -> None:
        """Show the parts of the row that have no column."""
        self.attempt(lambda: self._row_line.say(self.row_words() if self.table.row_count else ""))
        self.show_status()

    @on(VirtualTable.Failed)
    def _failed(self, event: VirtualTable.Failed) -> None:
        self.message.error(event.sentence)

    def show_rows(self, rows: KeyedRows[Any]) -> None:
        """Show a list that was read again; the cursor stays on its record, or else in its row."""
        cursor, keys = self.table.cursor, self._keys
        if cursor < len(keys) and keys[cursor] in rows.keys:
            cursor = rows.keys.index(keys[cursor])
        self._keys = rows.keys
        self.table.set_source(rows, cursor=cursor)
        self.table.empty_text = self.EMPTY
        self._title()
        self.show_row()

    # Commands

    def action_command(self, command: str) -> None:
        """Run a command, or show why it cannot run now."""
        self.message.tell("")
        self.attempt(getattr(self, f"do_{command}"))

    def action_not_here(self, key: str) -> None:
        """Say that a key of other screens has no command here."""
        self.message.error(not_here(key))

    def do_help(self) -> None:
        """Open help."""
        from app.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.HELP, (self.SCOPE, Scope.ANYWHERE)))

    def do_reread(self) -> None:
        """Read the list again."""
        if not self._is_busy():
            self.list_rows()

    @abstractmethod
    def do_open_row(self) -> None:
        """Open the row under the cursor."""

    def do_resume(self) -> None:
        """List the run's file in İçeri Aktar, with failed and unfinished documents marked."""
        run = self._run_for("Kalanları sürdür")
        if run is None:
            return
        if run.is_running:
            self.message.error(f"{run.id}. aktarım şu anda sürüyor; kalanı yok")
            return
        if is_standard(run.file):
            self.message.error(
                f"{run.id}. aktarım standart girdiden okundu, listelenecek dosyası yok;"
                " aynı girdiyle yeniden çalıştırılan komut aktarılmışları atlar"
            )
            return

        def look(_job: Job) -> int | None:
            with connected():
                return cut_off_run(Path(run.file))

        def listed(first: int | None) -> None:
            self.post_message(RestAsked(run.file, first, run.id))

        self.runner.run_beside("Kalanlar", look, listed)

    def do_write_run(self) -> None:
        """Ask for a sheet, and write the run's documents to it."""
        run = self.run_here()
        if run is None:
            self.message.error("Tabloya yaz: listede aktarım yok")
            return

        def write(path: Path, job: Job) -> str:
            from app.transfer.run_sheet import write_run

            with connected(), reading():
                positions = runs.positions(run.id)
            count = write_run(run, positions, path, progress=job.progress, stop=job.stopping)
            return f"{turkish_count(count)} belge"

        self.writing.ask(self, f"aktarim-{run.id}.xlsx", SHEET_ENDINGS, write)

    def do_deleted(self) -> None:
        """Open Silinen Belgeler; documents may come back there, so this list is read again."""
        if not self._is_busy():
            self.post_message(DeletedAsked(self.list_rows))

    def do_undo_run(self) -> None:
        """Ask with the figures of a simulated undo, then undo."""
        if run := self._run_for("Geri al"):
            self._ask_undo(run)

    def _ask_undo(self, run: Run, *changed: str) -> None:
        """Ask; `changed` are lines about an earlier question."""

        def plan(job: Job) -> Undone:
            return undoing.what_undo_would_do(run.id, progress=job.progress, stop=job.stopping)

        def ask(would: Undone) -> None:
            name = file_words(run.file).rpartition("/")[2]
            question = f"{run.id}. aktarım geri alınsın mı?"
            lines = (*changed, *words.undo_lines(would, name))
            self.app.push_screen(
                Confirm(question, *lines, default_yes=False),
                lambda yes: self._undo(run, would) if yes else self._let_be(),
            )

        self.runner.run("Hesaplama", plan, ask, kept="Hiçbir şey değişmez.", keys_wait=True)

    def _undo(self, run: Run, shown: Undone) -> None:
        def work(job: Job) -> Undone | None:
            with suppress(UndoChanged):
                return undoing.undo(run.id, shown, progress=job.progress, stop=job.stopping)
            return None

        def done(undone: Undone | None) -> None:
            if undone is None:
                self._ask_undo(run, "Sorulduktan sonra numaralar değişti; yeni durum:")
                return
            self.post_message(BooksChanged("Geri alma"))
            self.list_rows()
            told = fitting(lambda named: words.undone_words(undone, named), words.RANGES)
            self.message.tell(told)

        self.runner.run("Geri alma", work, done, kept="Hiçbir şey değişmez.")

    def do_restore_run(self) -> None:
        """Ask, then restore the documents of an undone run."""
        run = self._run_for("Geri getir")
        if run is None:
            return
        if not run.deleted:
            self.message.error(undoing.nothing_to_restore(run.id))
            return
        question = f"{run.id}. aktarımın belgeleri geri getirilsin mi?"
        details = (
            "Aynı numaralarla geri gelir.",
            "Numarası dolmuş ya da yeniden aktarılmış olan Silinen Belgeler'de kalır.",
        )
        self.app.push_screen(
            Confirm(question, *details),
            lambda yes: self._restore(run.id) if yes else self._let_be(),
        )

    def _restore(self, run: int) -> None:
        def work(job: Job) -> Restored:
            return undoing.restore(run, progress=job.progress, stop=job.stopping)

        def done(restored: Restored) -> None:
            if restored.back:
                self.post_message(BooksChanged("Geri getirme"))
            self.list_rows()
            told = fitting(lambda named: words.restored_words(restored, named), _NAMED)
            (self.message.error if restored.left else self.message.tell)(told)

        self.runner.run("Geri getirme", work, done, kept="Hiçbir şey değişmez.")

    def _let_be(self) -> None:
        self.message.tell("Vazgeçildi; hiçbir şey değişmedi")

    def _run_for(self, verb: str) -> Run | None:
        """Return the run that a command concerns, or show why there is none."""
        if self._is_busy():
            return None
        run = self.run_here()
        if run is None:
            self.message.error(f"{verb}: listede aktarım yok")
            return None
        if run.direction != journal.IMPORT:
            self.message.error(f"{verb} yalnız içeri aktarımlar içindir")
            return None
        return run

    def _is_busy(self) -> bool:
        reason = self.runner.busy()
        if reason:
            self.message.error(reason)
        return bool(reason)
