"""The list of a tab: its table, its commands, and the line that sums it up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from app.domain.text import turkish_count
from app.domain.totals import Totals
from app.tui.commands import Scope, bindings
from app.tui.job_runner import JobRunner, JobScreen
from app.tui.jobs import Job, JobEnded
from app.tui.list_model import ListedRows, ListModel, Permutation, Snapshot
from app.tui.lists import StoredRows
from app.tui.screens.dialog import Ask
from app.tui.summary import Figures, summary
from app.tui.widgets.bars import Line
from app.tui.widgets.columns import Column
from app.tui.widgets.record_table import RecordTable

T = TypeVar("T")

SUMMED_AT_ONCE = 5_000
"""Rows whose totals come with the list; those of more are read beside."""

NO_LIST = "Liste boş; önce Kayıtları Getir (F5)"


class Kind(NamedTuple):
    """Rows of one kind, that can be shown without the others."""

    word: str
    """One of them: `işaretli`."""
    rows: str
    """Several: `işaretliler`."""
    mask: Callable[[], bytes]
    """Reads, in any thread, which rows of the whole list are of this kind."""


class DocumentTable(RecordTable):
    """The list, with the keys of the list's commands."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LIST)]


class ListOwner(JobScreen, Protocol):
    """What a list needs of its tab. What reads is called in a thread of its own."""

    runner: JobRunner

    def order_reader(self, column: str, descending: bool) -> Callable[[], array[int]]:
        """What reads the ids of the list in the order of a column."""

    def run_sort(self, work: Callable[[Job], T], then: Callable[[T], None]) -> None:
        """Run the job that sorts; keys wait for it."""

    def totals_reader(self) -> Callable[[], Totals]:
        """What reads the totals of all rows in list order."""

    def why_not(self, command: str) -> str | None:
        """Why a command cannot be done now; None where it can."""

    def kinds(self) -> list[Kind]:
        """What `Yalnız` goes through, behind the marked."""

    def list_made_by(self) -> str:
        """What has made the list shorter than its fields say; the status line begins with it."""

    def open_document(self, row: int) -> None:
        """Show the document of a row."""

    def cursor_moved(self) -> None:
        """The cursor has come to another row."""

    def rows_changed(self) -> None:
        """There are other rows, or they say something else."""

    def row_entered(self, row: int) -> None:
        """The cursor has come to a row."""


class ListPane(Vertical):
    """Table and status line over a ListModel."""

    table = getters.query_one("#list", DocumentTable)
    _status = getters.query_one("#status", Line)

    def __init__(self, tab: ListOwner, columns: Sequence[Column], empty: str) -> None:
        super().__init__(id="pane")
        self.columns = columns
        self._tab = tab
        self._empty = empty
        self.model: ListModel[Any, ListedRows] = ListModel(Snapshot(None, array("q")), StoredRows)
        self._adding: Job | None = None
        """What reads the totals of a long list."""

    def compose(self) -> ComposeResult:
        """List and status."""
        yield DocumentTable(self.columns, empty_text=self._empty, id="list")
        yield Line(id="status")

    # Commands

    def why_not_mark_all(self) -> str | None:
        """Marks need a list."""
        return None if self.table.row_count else NO_LIST

    why_not_unmark_all = why_not_mark_all
    why_not_invert_marks = why_not_mark_all
    why_not_mark = why_not_mark_all
    why_not_range = why_not_mark_all
    why_not_extend_up = why_not_mark_all
    why_not_extend_down = why_not_mark_all
    why_not_open = why_not_mark_all
    why_not_narrow = why_not_mark_all
    why_not_sort = why_not_mark_all
    why_not_go_to = why_not_mark_all

    def do_mark(self) -> None:
        """Mark the row and move on."""
        self.table.action_mark_and_advance()

    def do_mark_all(self) -> None:
        """Tümünü Seç."""
        self.table.action_mark_all()
        self._tell_of_hidden()

    def do_unmark_all(self) -> None:
        """Tümünü Kaldır."""
        self.table.action_unmark_all()
        self._tell_of_hidden()

    def do_invert_marks(self) -> None:
        """Turn all marks round."""
        self.table.action_invert_marks()
        self._tell_of_hidden()

    def hidden_words(self, fate: str) -> list[str]:
        """What a question has to say of marked documents that are not shown."""
        hidden = self.model.marks.hidden
        words = f"Dikkat: görünmeyen {turkish_count(hidden)} işaretli belge de {fate}."
        return [words] if hidden else []

    def lost_marks(self) -> str:
        """Warning about marks that a new list drops; ask before showing that list."""
        count = self.model.marks.count
        return f"önceki listenin {turkish_count(count)} işareti kalktı" if count else ""

    def _tell_of_hidden(self) -> None:
        if self.model.only_name:
            hidden = self.model.marks.hidden
            rest = f"; görünmeyen {turkish_count(hidden)} belge işaretli kaldı" if hidden else ""
            self._tab.message.tell(f"Yalnız görünen {self.model.only_name} için yapıldı{rest}")

    def do_range(self) -> None:
        """Begin or end a range of marks."""
        self.table.action_toggle_range()

    def do_extend_up(self) -> None:
        """Extend the marks upwards."""
        self.table.action_extend_up()

    def do_extend_down(self) -> None:
        """Extend the marks downwards."""
        self.table.action_extend_down()

    def do_open(self) -> None:
        """Open the document under the cursor."""
        self.table.action_open_row()

    def do_sort(self) -> None:
        """Sort by the chosen column; again: the other way about."""
        column, descending = order = self.model.next_order(self.table.current_column)
        snapshot = self.model.snapshot
        read = self._tab.order_reader(column, descending)

        def sorted_(_job: Job) -> Permutation[Any]:
            return snapshot.permuted(read())

        def show(permutation: Permutation[Any]) -> None:
            if self.model.reorder(permutation, order):
                self._show_rows(0)
                self.table.show_sorting(column, descending)
                self._adding = None  # it reads the totals of the order before
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

    # Only some rows

    def kinds(self) -> list[Kind]:
        """What `Yalnız` goes through."""
        return [Kind("işaretli", "işaretliler", self.model.marks.chosen), *self._tab.kinds()]

    def do_narrow(self) -> None:
        """Show only the rows of the next kind of which there are any; behind the last, all."""
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

        self._tab.runner.run_beside("Yalnız", look, show)

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
        """Show all rows, or those of a mask; the cursor stays on its document, or near it."""
        place = self.table.list_row
        self.model.narrow(name, mask)
        self._show_rows(self.model.row_of(place))
        self.show_status()

    def _show_rows(self, cursor: int) -> None:
        model = self.model
        self.table.set_source(model.shown, model.marks, only=model.only, cursor=cursor)
        self._tab.rows_changed()

    def refresh_rows(self) -> None:
        """What the rows say has changed."""
        self.table.refresh_rows()
        self._tab.rows_changed()

    # Another list

    def show(
        self, model: ListModel[Any, Any], *, stay: bool = False, growing: bool = False
    ) -> None:
        """Show another list; with `stay` the cursor stays where it is.

        The totals of a long list are read beside, once it does not grow any more.
        """
        self.model = model
        self._show_rows(self.table.cursor if stay else 0)
        self.table.show_sorting(None)
        self._adding = None
        if not growing:
            self._read_totals()
        self.sum_up()

    def grow(self, ids: array[int]) -> None:
        """Take further rows behind the others."""
        self.model.grow(ids)
        self.table.grow()

    def _read_totals(self) -> None:
        """In a thread of its own, unless they came with the list or are being read."""
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
        """The marks have changed: their exact sum anew."""
        if self.model.marks.count:
            self._read_totals()
        self.show_status()

    def show_status(self) -> None:
        """What runs; else how many are listed, how many marked, and the exact sums of these."""
        runner = self._tab.runner
        self._status.say(runner.progress if runner.job else self._summary())

    def _summary(self) -> str:
        table, model = self.table, self.model
        figures = Figures(
            listed=len(model),
            shown=table.row_count,
            only=model.only_name,
            marked=model.marks.count,
            hidden=model.marks.hidden,
            sums=model.sums(),
            in_range=table.range_active,
            row=table.cursor + 1 if table.row_count else 0,
        )
        return summary(figures, self._tab.list_made_by(), self.screen.size.width)

    @on(RecordTable.CursorMoved)
    def _moved(self, event: RecordTable.CursorMoved) -> None:
        self.show_status()
        self._tab.row_entered(event.position)

    @on(RecordTable.Opened)
    def _opened(self, event: RecordTable.Opened) -> None:
        self._tab.attempt(lambda: self._tab.open_document(event.position))

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        self._tab.message.error(event.sentence)
