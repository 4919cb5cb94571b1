"""The base of both tabs: layout, commands, and moving through the fields."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from app.domain.invoice import DocumentType
from app.domain.totals import Totals
from app.errors import AppError, UsageError
from app.tui.commands import (
    Action,
    Actions,
    Command,
    Scope,
    bindings,
    commands_in,
    not_here,
    silent_keys,
)
from app.tui.freshness import Freshness
from app.tui.jobs import Job, LeaveAsked
from app.tui.list_model import ListModel
from app.tui.screens.field_area import FieldArea
from app.tui.screens.field_moves import FieldMoves
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.list_owner import RowKind
from app.tui.screens.list_pane import DocumentTable, ListPane
from app.tui.screens.list_totals import ListTotals
from app.tui.screens.page_writing import PageWriting
from app.tui.screens.patterns import PatternMarks
from app.tui.screens.rehber import NO_LOOKUP, FieldRehber
from app.tui.screens.searching import ListSearch
from app.tui.whose_books import books_of
from app.tui.widgets.bars import KeyBar, MessageLine, Title
from app.tui.widgets.buttons import Button
from app.tui.widgets.columns import NARROW, SLIM, Column
from app.tui.widgets.fields import DateField
from app.tui.widgets.path_field import PathField
from app.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from app.transfer.overview import Documents
    from app.tui.screens.document import DocumentPage

F = TypeVar("F")
T = TypeVar("T")

_LEAST_LINES = ((NARROW, 12), (SLIM, 16), (0, 20))
"""The least width → the lines that fields, buttons and a few rows need."""
_BUTTONS = ("fetch", "mark_all", "unmark_all")
_ASIDE = {"help", "redraw", "history", "other_tab", "switch_pane", "leave", "back", "column_left",
          "column_right"}  # fmt: skip  # commands that clear no error


class TransferTab(JobScreen, Generic[F], inherit_bindings=False):
    """One of the two tabs. A subclass adds its fields and the actions of its own commands.

    It overrides `opened` instead of `on_mount`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Sonraki", show=False),
        Binding("shift+tab", "app.focus_previous", "Önceki", show=False),
        Binding("up", "row(-1)", "Üst satır", show=False),
        Binding("down", "row(1)", "Alt satır", show=False),
        *bindings(Scope.ANYWHERE),
        *silent_keys(letters=False),
    ]
    SCOPE: ClassVar[Scope]
    SAVE_COMMAND: ClassVar[str]
    COLUMNS: ClassVar[tuple[Column, ...]]
    EMPTY: ClassVar[str]
    FIELD_HELP: ClassVar[dict[str, str]]
    """The help for each field, by its id."""
    TAB_HELP: ClassVar[str]

    path_field = getters.query_one("#path", PathField)
    _key_bar = getters.query_one(KeyBar)
    _heading = getters.query_one(Title)

    def __init__(self, before: F) -> None:
        """Begin with an empty list, as if fetched with the filter `before`."""
        super().__init__()
        self._is_new = True
        self.freshness = Freshness()
        self.writing = PageWriting(lambda: self.path_field.path)
        self.pane = pane = ListPane(self, self.COLUMNS, self.EMPTY, before)
        self.search = ListSearch(self, pane)
        self._moves = FieldMoves(self, pane)
        self._rehber = FieldRehber(self, self.document_type)
        self.actions: Actions = {}
        """The action of each command of the tab."""
        self.add_actions(
            pane.actions(),
            self.search.actions(),
            PatternMarks(self, pane, self.why_not_mark_all).actions(),
            self._moves.actions(),
            self._rehber.actions(),
            ListTotals(self, pane, self.to_sum_up, self.writing).actions(),
            {
                "help": Action(self.do_help),
                "other_tab": Action(self.do_other_tab),
                "back": Action(self.do_back),
                "redraw": Action(self.do_redraw),
                "history": Action(self.do_history),
                "leave": Action(self.do_leave),
            },
        )

    @property
    def table(self) -> DocumentTable:
        """The table of the list."""
        return self.pane.table

    @property
    def model(self) -> ListModel[F]:
        """The list shown."""
        return self.pane.model

    # Layout

    def compose(self) -> ComposeResult:
        """Title, fields, buttons, list, status, message, keys."""
        yield Title(self.SCOPE.value, books_of(self.app))
        with FieldArea(self, self.stops, lambda: self.action_command("fetch")):
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
        """Focus Dosya Yolu."""
        self.path_field.focus()
        self.show_status()
        self.opened()

    def opened(self) -> None:
        """Prepare the tab when it is first shown."""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Update the key bar, clear a finished job's notice, and say if the list is out of date."""
        if self._is_new:  # it was styled when it was mounted
            event.refresh_styles = self._is_new = False
        self.runner.seen()
        self.show_keys()
        if (old := self.freshness.news()) and self.table.row_count:
            self.message.error(old, lambda: self.freshness.why_not() is not None)

    def show_work(self, notices: dict[str, str]) -> None:
        """Show in the title what runs in the other tab, by tab name."""
        if self.is_mounted:
            self._heading.show_work(notices)

    def on_descendant_focus(self) -> None:
        """Update the key bar for the newly focused widget."""
        if self.message.text == NO_LOOKUP:
            self.message.tell("")
        self.message.look_again()
        self._moves.focused()
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys that work in the focused widget."""
        in_list = isinstance(self.focused, DocumentTable)
        self._give_way(in_list)
        scopes = (self.SCOPE, Scope.ANYWHERE, *([Scope.LIST] if in_list else []))
        commands = [command for command in commands_in(*scopes) if command.in_bar]
        # In the list, its own keys come first, since the others are known from the fields.
        first = ("help", self.SAVE_COMMAND)
        commands.sort(
            key=lambda command: (
                in_list and command.id not in first,
                in_list and Scope.LIST not in command.scopes,
                command.wide,
            )
        )
        self._key_bar.show([command for command in commands if self._applies(command)])

    def _give_way(self, in_list: bool) -> None:
        """Hide fields and buttons in a low terminal as long as the list has the focus."""
        least = next(lines for width, lines in _LEAST_LINES if width <= self.size.width)
        alone = in_list and self.size.height < least
        if alone != self.has_class("-list-alone"):
            self.set_class(alone, "-list-alone")
            if self.focused:  # when it got the focus it had no place yet
                self.call_after_refresh(self.focused.scroll_visible, animate=False)

    def _applies(self, command: Command) -> bool:
        if command.id == "column_right":
            return self.size.width < NARROW
        return command.id != "lookup" or self._rehber.is_here

    # Commands

    def add_actions(self, *parts: Actions) -> None:
        """Add the actions of parts of the tab. Raises ValueError if a command has one already."""
        for part in parts:
            if twice := part.keys() & self.actions.keys():
                raise ValueError(f"commands with two actions: {', '.join(sorted(twice))}")
            self.actions |= part

    def action_command(self, command: str) -> None:
        """Run a command, or show why it cannot run now."""
        action = self.actions[command]
        if reason := action.why_not():
            self.message.error(reason, lambda: action.why_not() == reason)
            return
        said = self.message.said
        self.attempt(action.run)
        if said == self.message.said and command not in _ASIDE:
            self.message.forget_error()

    def action_not_here(self, key: str) -> None:
        """Say that a key of the list or of other screens has no command here."""
        in_list = any(key in one.shown.split(", ") for one in commands_in(Scope.LIST))
        words = f"{key} listede çalışır; F6 listeye geçer" if in_list else not_here(key)
        self.message.error(words, lambda: not isinstance(self.focused, DocumentTable))

    def show_error(self, error: AppError) -> None:
        """Show an error; one about a date is cleared when the date is corrected."""
        faulty = [field for field in self.query(DateField) if field.reason]
        field = faulty[0] if faulty and isinstance(error, UsageError) else None
        self.message.error(error.sentence, (lambda: bool(field.reason)) if field else None)

    @property
    def waits(self) -> bool:
        """Whether keys wait for a result."""
        return super().waits or self.search.waits

    # The list

    def next_row(self, row: int, by: int) -> int | None:
        """Return the next row (`by` 1) or previous row (-1); None at the end of the list."""
        return row + by if 0 <= row + by < self.table.row_count else None

    def show_status(self) -> None:
        """Update the status line."""
        self.pane.show_status()

    def on_resize(self) -> None:
        """Fit the status line and the key bar to the width."""
        self.show_status()
        self.show_keys()

    def why_not_mark(self) -> str | None:
        """Refuse while the list has no rows."""
        return self.pane.why_not()

    def why_not_mark_all(self) -> str | None:
        """Refuse while the list has no rows."""
        return self.pane.why_not()

    def why_not_sort(self) -> str | None:
        """Refuse while the list has no rows."""
        return self.pane.why_not()

    def kinds(self) -> list[RowKind]:
        """Return the kinds for `y` besides the marked rows."""
        return []

    def list_made_by(self) -> str:
        """Return a note for the status line about a hidden filter that shortened the list."""
        return ""

    def rows_changed(self) -> None:
        """Handle a change of the rows or their contents."""
        self.search.rows_changed()

    def cursor_moved(self) -> None:
        """Handle a move of the cursor."""

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """Return a reader of the list's ids in the order of a column, for a worker thread."""
        raise NotImplementedError

    def run_sort(self, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Sort in a job; keys wait for it."""
        self.runner.run_beside("Sıralama", work, then)

    def totals_reader(self) -> Callable[[], Totals]:
        """Return a reader of the totals of all rows in list order, for a worker thread."""
        raise NotImplementedError

    def to_sum_up(self, ids: array[int]) -> Documents:
        """Return documents of the list to be summed up."""
        raise NotImplementedError

    def document_page(self, row: int) -> DocumentPage:
        """Return the page of a row's document. Raises AppError."""
        raise NotImplementedError

    @on(RecordTable.Marked)
    def _look_again(self) -> None:
        """Clear an error that a changed mark has corrected."""
        self.message.look_again()

    @on(Button.Pressed)
    def _button(self, event: Button.Pressed) -> None:
        self.action_command(str(event.button.id))

    def do_help(self) -> None:
        """Open help for the focused widget."""
        from app.tui.screens.help import HelpScreen

        in_list = isinstance(self.focused, DocumentTable)
        scopes = (Scope.LIST, self.SCOPE) if in_list else (self.SCOPE, Scope.LIST)
        self.app.push_screen(HelpScreen(self.help_text(), (*scopes, Scope.ANYWHERE)))

    def help_text(self) -> str:
        """Return the help for the focused widget and for the tab."""
        here = str(self.focused.id) if self.focused else ""
        return f"{self.FIELD_HELP.get(here, '')} {self.TAB_HELP}".strip()

    def do_other_tab(self) -> None:
        """Switch to the other tab."""
        self.app.switch_mode("iceri" if self.SCOPE is Scope.EXPORT else "disari")

    def do_back(self) -> None:
        """Go one step back: cancel a range, stop the job, show all rows, or leave the list."""
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

    def do_history(self) -> None:
        """Open the list of all runs."""
        from app.tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen())

    def do_leave(self) -> None:
        """Ask the application to leave."""
        self.post_message(LeaveAsked())

    # Fields

    def document_type(self) -> DocumentType | None:
        """Return the type whose numbers the Rehber lists; None for all."""
        return None

    def stops(self) -> Iterator[Widget]:
        """Yield the fields that Enter steps through; in the last and all others, Enter lists."""
        yield from self.query("#fields Input, #fields Choice")

    def action_row(self, step: int) -> None:
        """Focus the nearest field in the row above or below."""
        self._moves.to_row(step)
