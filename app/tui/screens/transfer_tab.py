"""What both tabs share: the frame, the commands, the way through the fields."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import dropwhile, islice
from typing import ClassVar, TypeVar, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from app.domain.totals import Totals
from app.errors import AppError
from app.tui.commands import Command, Scope, bindings, commands_in
from app.tui.job_runner import JobRunner
from app.tui.jobs import Job, JobEnded, JobProgress, JobShows, LeaveAsked
from app.tui.screens.list_pane import DocumentTable, Kind, ListPane
from app.tui.screens.patterns import PatternMarks
from app.tui.screens.searching import ListSearch
from app.tui.terminal.driver import draw_anew
from app.tui.widgets.bars import KeyBar, MessageLine, Title
from app.tui.widgets.buttons import Button
from app.tui.widgets.choice import Choice
from app.tui.widgets.columns import Column
from app.tui.widgets.fields import DateField, Field
from app.tui.widgets.path_field import PathField

T = TypeVar("T")

_BUTTONS = ("fetch", "mark_all", "unmark_all")
_SHOWN_CANDIDATES = 12
NO_LOOKUP = "Bu alanın Rehberi yok; F1 ne yazılabileceğini söyler"


class TransferTab(Screen[None], inherit_bindings=False):
    """One of the two tabs. A subclass says what its fields are and what its commands do.

    A command `x` is done by `do_x`, of the tab or else of its list, search or patterns; where it
    cannot be done now, `why_not_x` says why. Textual calls a message handler of each class in
    the chain, so a subclass has none of a name that stands here: it has `opened`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Sonraki", show=False),
        Binding("shift+tab", "app.focus_previous", "Önceki", show=False),
        Binding("up", "row(-1)", "Üst satır", show=False),
        Binding("down", "row(1)", "Alt satır", show=False),
        Binding("enter", "next_field", "Sonraki alan", show=False),
        *bindings(Scope.ANYWHERE),
    ]
    SCOPE: ClassVar[Scope]
    SAVE_COMMAND: ClassVar[str]
    COLUMNS: ClassVar[tuple[Column, ...]]
    EMPTY: ClassVar[str]

    message = getters.query_one(MessageLine)
    path_field = getters.query_one("#path", PathField)
    _key_bar = getters.query_one(KeyBar)

    def __init__(self) -> None:
        super().__init__()
        self.runner = JobRunner(self)
        self.pane = ListPane(self, self.COLUMNS, self.EMPTY)
        self.search = ListSearch(self, self.pane)
        self._parts = (self, self.pane, self.search, PatternMarks(self, self.pane))
        """Who does commands; the first that knows one does it."""

    @property
    def table(self) -> DocumentTable:
        """The list."""
        return self.pane.table

    # What it looks like

    def compose(self) -> ComposeResult:
        """Title, fields, buttons, list, status, message, keys."""
        yield Title(self.SCOPE.value)
        with Vertical(id="fields"):
            yield from self.compose_fields()
        with Horizontal(id="buttons"):
            labels = {command.id: command.label for command in commands_in(self.SCOPE, Scope.LIST)}
            for command in (*_BUTTONS, self.SAVE_COMMAND):
                yield Button(labels[command], id=command)
        yield self.pane
        yield MessageLine(id="message")
        yield KeyBar()

    def compose_fields(self) -> ComposeResult:
        """The fields of this tab."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Focus in Dosya Yolu."""
        self.path_field.focus()
        self.show_status()
        self.opened()

    def opened(self) -> None:
        """The tab is there for the first time."""

    def on_screen_resume(self) -> None:
        """The other tab may have changed what is known of the documents."""
        self.show_keys()

    def on_descendant_focus(self) -> None:
        """Other keys apply where the focus is now."""
        if self.message.text == NO_LOOKUP:
            self.message.tell("")
        self.show_keys()

    def show_keys(self) -> None:
        """The keys that work here."""
        in_list = isinstance(self.focused, DocumentTable)
        scopes = (self.SCOPE, Scope.ANYWHERE, *([Scope.LIST] if in_list else []))
        commands = [command for command in commands_in(*scopes) if command.in_bar]
        if in_list:
            # The list's own keys first: the others are known from the fields.
            first = ("help", self.SAVE_COMMAND)
            commands.sort(
                key=lambda command: (
                    command.id not in first,
                    Scope.LIST not in command.scopes,
                    command.wide,
                )
            )
        self._key_bar.show([command for command in commands if self._applies(command)])

    def _applies(self, command: Command) -> bool:
        return command.id != "lookup" or self.lookup_here() is not None

    # Commands

    def action_command(self, command: str) -> None:
        """Do a command, or say why it cannot be done now."""
        reason = self.why_not(command)
        if reason:
            self.message.error(reason)
            return
        work = self._method(f"do_{command}")
        if work is None:
            raise LookupError(command)
        self.attempt(work)

    def why_not(self, command: str) -> str | None:
        """Why a command cannot be done now; None where it can."""
        reason = self._method(f"why_not_{command}")
        return cast("str | None", reason()) if reason else None

    def _method(self, name: str) -> Callable[[], object] | None:
        methods = (getattr(part, name, None) for part in self._parts)
        return next((method for method in methods if method), None)

    def attempt(self, work: Callable[[], object]) -> None:
        """Do it; where it cannot be done, the message says why."""
        try:
            work()
        except AppError as error:
            self.message.error(error.sentence)

    # Jobs

    @property
    def job(self) -> Job | None:
        """The job that runs now."""
        return self.runner.job

    @property
    def waits(self) -> bool:
        """Whether what is typed now is for what is still to come."""
        return self.runner.waits or self.search.waits

    @on(JobProgress)
    def _job_progress(self, event: JobProgress) -> None:
        event.job.progressed(event)

    @on(JobShows)
    def _job_shows(self, event: JobShows) -> None:
        event.job.shows(event.begun)

    @on(JobEnded)
    def _job_ended(self, event: JobEnded) -> None:
        event.job.ended(event)

    # The list

    def show_status(self) -> None:
        """Renew the status line."""
        self.pane.show_status()

    def on_resize(self) -> None:
        """More or less of the status line fits."""
        self.show_status()

    def kinds(self) -> list[Kind]:
        """What `Yalnız` goes through, behind the marked."""
        return []

    def list_made_by(self) -> str:
        """What has made the list shorter than its fields say; the status line begins with it."""
        return ""

    def rows_changed(self) -> None:
        """There are other rows, or they say something else."""
        self.search.rows_changed()

    def row_entered(self, row: int) -> None:
        """The cursor has come to a row."""
        if self.search.row_entered(row):
            self.attempt(self.cursor_moved)

    def cursor_moved(self) -> None:
        """The cursor has come to another row."""

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """What reads, in a thread, the ids of the list in the order of a column."""
        raise NotImplementedError

    def run_sort(self, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Run the job that sorts; keys wait for it."""
        self.runner.run_beside("Sıralama", work, then)

    def totals_reader(self) -> Callable[[], Totals]:
        """What reads, in a thread, the totals of all rows in list order."""
        raise NotImplementedError

    def open_document(self, row: int) -> None:
        """Show the document of a row."""
        raise NotImplementedError

    @on(Button.Pressed)
    def _button(self, event: Button.Pressed) -> None:
        self.action_command(str(event.button.id))

    def do_help(self) -> None:
        """Help for the place where the user is."""
        from app.tui.screens.help import HelpScreen

        in_list = isinstance(self.focused, DocumentTable)
        scopes = (Scope.LIST, self.SCOPE) if in_list else (self.SCOPE, Scope.LIST)
        self.app.push_screen(HelpScreen(self.help_text(), (*scopes, Scope.ANYWHERE)))

    def help_text(self) -> str:
        """What the focused place is for."""
        raise NotImplementedError

    def do_other_tab(self) -> None:
        """Go to the other tab."""
        self.app.switch_mode("iceri" if self.SCOPE is Scope.EXPORT else "disari")

    def do_switch_pane(self) -> None:
        """From the fields to the list and back."""
        if isinstance(self.focused, DocumentTable):
            self.path_field.focus()
        else:
            self.table.focus()

    def do_back(self) -> None:
        """One step back: a range, the running job, rows that are shown alone, the list."""
        if self.table.range_active:
            self.table.action_cancel_range()
        elif self.runner.job:
            self.runner.ask_to_stop()
        elif isinstance(self.focused, DocumentTable) and self.pane.narrowed:
            self.pane.do_widen()
        elif isinstance(self.focused, DocumentTable):
            self.path_field.focus()
        else:
            self.message.tell("Çıkmak için F10")

    def do_redraw(self) -> None:
        """Draw the whole screen anew."""
        draw_anew(self.app)

    def do_leave(self) -> None:
        """Leave the program; it asks while a job runs."""
        self.post_message(LeaveAsked())

    def why_not_lookup(self) -> str | None:
        """A Rehber needs a field that has one."""
        return None if self.lookup_here() else NO_LOOKUP

    def do_lookup(self) -> None:
        """Open the Rehber of the focused field."""
        opener = self.lookup_here()
        if opener:
            opener()

    def lookup_here(self) -> Callable[[], None] | None:
        """What opens the Rehber of the focused field; None where it has none."""
        field = self.focused
        return (lambda: self._pick(field)) if isinstance(field, PathField) else None

    def _pick(self, field: PathField) -> None:
        from app.tui.screens.picker import Picker

        def take(path: str | None) -> None:
            if path is not None:
                field.take(path)

        self.app.push_screen(Picker(field.value, field.wants), take)

    # Fields

    @on(Field.Full)
    def _full(self, event: Field.Full) -> None:
        self.message.error(event.sentence)

    @on(PathField.Candidates)
    def _candidates(self, event: PathField.Candidates) -> None:
        names = event.names[:_SHOWN_CANDIDATES]
        more = f"  … ({len(event.names)} ad)" if len(event.names) > len(names) else ""
        self.message.tell("  ".join(names) + more)

    @on(PathField.Recalled)
    def _recalled(self, event: PathField.Recalled) -> None:
        which = (
            f"{event.number}/{event.total}; ↑ öncekini getirir" if event.number else "yazdığınız"
        )
        self.message.tell(f"Son yollar: {which}")

    @on(Input.Blurred)
    def _left_field(self, event: Input.Blurred) -> None:
        if isinstance(event.input, DateField) and event.input.reason:
            self.message.error(f"Belge Tarihi: {event.input.reason}")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self._leave(event.input)

    def action_next_field(self) -> None:
        """Enter where the field itself has no use for it."""
        if isinstance(self.focused, Choice):
            self._leave(self.focused)

    def _leave(self, field: Widget) -> None:
        behind = dropwhile(lambda stop: stop is not field, self.stops())
        following = next(islice(behind, 1, None), None)
        if following:
            following.focus()
        else:
            self.action_command("fetch")

    def stops(self) -> Iterator[Widget]:
        """The fields that Enter goes through, in this order; from the last and others it lists."""
        yield from self.query("#fields Input, #fields Choice")

    def action_row(self, step: int) -> None:
        """Up and down leave a field for the nearest in the row above or below."""
        rows = [row for row in self.query(".row, #buttons") if row.display]
        here = self.focused
        if here is None or here.parent not in rows:
            return
        place = rows.index(here.parent) + step
        if place == len(rows):
            self.table.focus()
        elif place >= 0:
            stops = [child for child in rows[place].children if child.focusable]
            min(stops, key=lambda stop: _away(stop, here)).focus()


def _away(one: Widget, other: Widget) -> int:
    return abs(one.region.x - other.region.x)
