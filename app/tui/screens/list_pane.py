"""The list of a tab: table, commands, the line about the row, status line."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from app.domain.text import turkish_count
from app.tui.commands import Action, Actions, Scope, bindings
from app.tui.jobs import Job, JobEnded
from app.tui.list_model import ListModel, Permutation, Snapshot
from app.tui.screens.dialog import Ask
from app.tui.screens.list_owner import ListOwner, RowKind
from app.tui.stored_list import StoredRows
from app.tui.summary import SumFigures, summary
from app.tui.whose_books import books_of
from app.tui.widgets.bars import RowLine, TextLine
from app.tui.widgets.columns import Column
from app.tui.widgets.record_table import RecordTable

F = TypeVar("F")

NO_LIST = "Liste boş; önce Kayıtları Getir (F5)"


class DocumentTable(RecordTable):
    """The table with the keys of the list's commands."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LIST)]


class ListPane(Vertical, Generic[F]):
    """The table and status line of a ListModel."""

    table = getters.query_one("#list", DocumentTable)
    row_line = getters.query_one("#row", RowLine)
    _status = getters.query_one("#status", TextLine)

    def __init__(
        self, tab: ListOwner, columns: Sequence[Column], empty_text: str, before: F
    ) -> None:
        """Make the empty list of `tab`, as if fetched with the filter `before`."""
        super().__init__(id="pane")
        self.columns = columns
        self._tab = tab
        self._empty_text = empty_text
        self.model = ListModel(Snapshot(before, array("q")), StoredRows)
        self._adding: Job | None = None
        """The job that reads the totals of a long list."""

    def compose(self) -> ComposeResult:
        """List and status."""
        yield DocumentTable(self.columns, empty_text=self._empty_text, id="list")
        yield RowLine(id="row")
        yield TextLine(id="status")

    # Commands

    def actions(self) -> Actions:
        """Return the commands of the list itself; its tab may refuse to mark or to sort."""
        refuse, tab = self.why_not, self._tab
        return {
            "column_left": Action(self.do_column_left, refuse),
            "column_right": Action(self.do_column_right, refuse),
            "mark": Action(self.do_mark, tab.why_not_mark),
            "mark_all": Action(self.do_mark_all, tab.why_not_mark_all),
            "unmark_all": Action(self.do_unmark_all, refuse),
            "invert_marks": Action(self.do_invert_marks, refuse),
            "range": Action(self.do_range, refuse),
            "extend_up": Action(self.do_extend_up, refuse),
            "extend_down": Action(self.do_extend_down, refuse),
            "open": Action(self.do_open, refuse),
            "sort": Action(self.do_sort, tab.why_not_sort),
            "go_to": Action(self.do_go_to, refuse),
            "narrow": Action(self.do_narrow, refuse),
        }

    def why_not(self) -> str | None:
        """Refuse any command of the list while it has no rows."""
        return None if self.table.row_count else NO_LIST

    def why_not_job(self) -> str | None:
        """Refuse a job about the list while it has no rows, or another job runs."""
        return self.why_not() or self._tab.runner.busy()

    def do_column_left(self) -> None:
        """Choose the column to the left."""
        self.table.action_column_left()
        self._tab.attempt(self._tab.cursor_moved)

    def do_column_right(self) -> None:
        """Choose the column to the right."""
        self.table.action_column_right()
        self._tab.attempt(self._tab.cursor_moved)

    def do_mark(self) -> None:
        """Mark the row and move on."""
        self.table.action_mark_and_advance()

    def do_mark_all(self) -> None:
        """Mark all rows (Tümünü Seç)."""
        self.table.action_mark_all()
        self._tell_of_hidden()

    def do_unmark_all(self) -> None:
        """Unmark all rows (Tümünü Kaldır)."""
        self.table.action_unmark_all()
        self._tell_of_hidden()

    def do_invert_marks(self) -> None:
        """Invert the marks."""
        self.table.action_invert_marks()
        self._tell_of_hidden()

    def hidden_words(self, fate: str) -> list[str]:
        """Return the warning in a question about marked documents that are not shown."""
        hidden = self.model.marks.hidden
        words = f"Dikkat: görünmeyen {turkish_count(hidden)} işaretli belge de {fate}."
        return [words] if hidden else []

    def lost_marks(self) -> str:
        """Return the warning about marks lost by the new list; call before showing it."""
        count = self.model.marks.count
        return f"önceki listenin {turkish_count(count)} işareti kalktı" if count else ""

    def has_no_mark(self) -> bool:
        """Whether no document is marked, so that a message about lost marks is still true."""
        return not self.model.marks.count

    def _tell_of_hidden(self) -> None:
        if self.model.only_name:
            hidden = self.model.marks.hidden
            rest = f"; görünmeyen {turkish_count(hidden)} belge işaretli kaldı" if hidden else ""
            self._tab.message.tell(f"Yalnız görünen {self.model.only_name} için yapıldı{rest}")

    def do_range(self) -> None:
        """Begin or end a range of marks."""
        self.table.action_toggle_range()

    def do_extend_up(self) -> None:
        """Extend the range upwards."""
        self.table.action_extend_up()

    def do_extend_down(self) -> None:
        """Extend the range downwards."""
        self.table.action_extend_down()

    def do_open(self) -> None:
        """Open the document under the cursor."""
        self.table.action_open_row()

    def do_sort(self) -> None:
        """Sort by the current column; descending the second time."""
        column, descending = order = self.model.next_order(self.table.current_column)
        snapshot = self.model.snapshot
        read = self._tab.order_reader(column, descending)

        def sorted_(_job: Job) -> Permutation[F]:
            return snapshot.permuted(read())

        def show(permutation: Permutation[F]) -> None:
            if self.model.reorder(permutation, order):
                self._show_rows(0)
                self.table.show_sorting(column, descending)
                self._adding = None  # the running job reads totals in the old order
                self._read_totals()
                self.sum_up()

        self._tab.run_sort(sorted_, show)

    def do_go_to(self) -> None:
        """Ask for a row and go there."""
        self.app.push_screen(Ask(f"Satır (1–{turkish_count(self.table.row_count)})"), self._go_to)

    def _go_to(self, typed: str | None) -> None:
        if typed is None:
            return
        digits = typed.replace(".", "")
        if not (digits.isascii() and digits.isdigit()):
            self._tab.message.error("Satır için bir sayı yazın")
            return
        self.table.goto(int(digits[:18]) - 1)

    # Narrowing

    def kinds(self) -> list[RowKind]:
        """Return the kinds that `y` cycles through."""
        return [RowKind("işaretli", "işaretliler", self.model.marks.chosen), *self._tab.kinds()]

    def do_narrow(self) -> None:
        """Show only the rows of the next kind that has any; after the last kind show all."""
        kinds, ids = self.kinds(), self.model.ids
        names = [kind.rows for kind in kinds]
        only = self.model.only_name
        behind = names.index(only) + 1 if only else 0

        def look(_job: Job) -> tuple[str, bytes] | None:
            masks = ((kind.rows, kind.mask()) for kind in kinds[behind:])
            return next((found for found in masks if 1 in found[1]), None)

        def show(found: tuple[str, bytes] | None) -> None:
            if ids is not self.model.ids:
                return
            if found:
                self._narrow(*found)
            elif only:
                self.do_widen()
            else:
                words = ", ".join(kind.word for kind in kinds)
                self._tab.message.error(f"Listede {words} belge yok; hepsi görünüyor")

        self._tab.runner.run_beside("Süzme", look, show)

    @property
    def narrowed(self) -> bool:
        """Whether only some rows are shown."""
        return self.model.only is not None

    def do_widen(self) -> None:
        """Show all rows again."""
        self._put("", None)
        self._tab.message.tell("Bütün belgeler görünüyor")

    def _narrow(self, name: str, mask: bytes) -> None:
        self._put(name, mask)
        back = "y sıradakine geçer, Esc" if len(self.kinds()) > 1 else "y ya da Esc"
        self._tab.message.tell(f"Yalnız {name} görünüyor; {back} hepsini gösterir")

    def _put(self, name: str, mask: bytes | None) -> None:
        """Show all rows or those of a mask; the cursor stays on or near its document."""
        list_row = self.table.list_row
        self.model.narrow(name, mask)
        self._show_rows(self.model.row_of(list_row))
        self.show_status()

    def _show_rows(self, cursor: int) -> None:
        model = self.model
        self.table.set_source(model.shown, model.marks, list_rows=model.list_rows, cursor=cursor)
        self._tab.rows_changed()

    def refresh_rows(self) -> None:
        """Read the rows again, because their contents have changed."""
        self.table.refresh_rows()
        self._tab.rows_changed()

    # Another list

    def show(self, model: ListModel[F], *, stay: bool = False, growing: bool = False) -> None:
        """Show another list; with `stay` keep the cursor's position.

        The totals of a long list are read in the background once it has stopped growing.
        """
        self.model = model
        self._show_rows(self.table.cursor if stay else 0)
        self.table.show_sorting(None)
        self._adding = None
        if not growing:
            self._read_totals()
        self.sum_up()

    def grow(self, ids: array[int]) -> None:
        """Append rows."""
        self.model.grow(ids)
        self.table.grow()

    def _read_totals(self) -> None:
        """Read the totals in a job, unless that is done or running."""
        if self.model.snapshot.totals is not None or self._adding:
            return
        ids, read = self.model.ids, self._tab.totals_reader()

        def ended(event: JobEnded) -> None:
            if event.job is not self._adding:
                return
            self._adding = None
            if event.error:
                self._tab.message.error(event.error.sentence)
            else:
                self.model.take_totals(ids, event.result)
            self.show_status()

        self._adding = Job(self._tab, "Toplamlar", lambda _: read(), ended=ended)
        self._adding.start()

    # Status

    @on(RecordTable.Marked)
    def sum_up(self) -> None:
        """Update the sums after a change of the marks."""
        if self.model.marks.count:
            self._read_totals()
        self.show_status()

    def show_status(self) -> None:
        """Show the running job's progress, or else the figures of list and marks."""
        runner = self._tab.runner
        self._status.say(runner.progress if runner.job else self._summary())

    def _summary(self) -> str:
        table, model = self.table, self.model
        figures = SumFigures(
            listed=len(model),
            shown=table.row_count,
            only=model.only_name,
            marked=model.marks.count,
            hidden=model.marks.hidden,
            sums=model.sums(),
            in_range=table.range_active,
            row=table.cursor + 1 if table.row_count else 0,
            currencies=books_of(self.app).currencies,
        )
        return summary(figures, self._tab.list_made_by(), self.screen.size.width)

    @on(RecordTable.CursorMoved)
    def _moved(self) -> None:
        self.show_status()
        self._tab.attempt(self._tab.cursor_moved)

    @on(RecordTable.Opened)
    def _opened(self, event: RecordTable.Opened) -> None:
        from app.tui.screens.around import DocumentsOf

        self._tab.attempt(DocumentsOf(self._tab, event.position).open)

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        self._tab.message.error(event.sentence)
