"""The list of a tab: its marks, its order, which rows are shown, and the line that sums it up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import BindingType

from app.domain.text import turkish_count
from app.domain.totals import Sums, Totals
from app.tui.commands import Scope, bindings
from app.tui.jobs import Job, JobEnded
from app.tui.lists import DocumentList, KeyList
from app.tui.marks import Marks
from app.tui.screens.dialog import Ask
from app.tui.screens.working import WorkingScreen
from app.tui.summary import Figures, summary
from app.tui.widgets.bars import Line
from app.tui.widgets.columns import Column
from app.tui.widgets.record_table import RecordTable

_SUMMED_AT_ONCE = 5_000  # rows; the sum of more would hold up the screen

NO_LIST = "Liste boş; önce Kayıtları Getir (F5)"


class Kind(NamedTuple):
    """Rows of one kind, that can be shown without the others."""

    word: str
    """One of them: `işaretli`."""
    rows: str
    """Several: `işaretliler`."""
    mask: Callable[[], bytes]
    """Reads which rows of the whole list are of this kind."""


class DocumentTable(RecordTable):
    """The list, with the keys of the list's commands."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LIST)]


class ListScreen(WorkingScreen, inherit_bindings=False):
    """A screen with a list of documents. A subclass says what is in it."""

    COLUMNS: ClassVar[tuple[Column, ...]]

    def __init__(self) -> None:
        super().__init__()
        self._list: KeyList = DocumentList(array("q"))
        self._shown: KeyList = self._list
        """The rows that are shown: all, or some of them."""
        self._only = ""
        """What the rows are of which only those are shown, as `işaretliler`."""
        self._order: tuple[str, bool] | None = None
        self._sums: Sums | None = Sums()
        self._totals: Totals | None = None
        self._adding: Job | None = None

    @property
    def table(self) -> DocumentTable:
        """The list."""
        return self.query_one(DocumentTable)

    # What a subclass says

    def sort(self, column: str, descending: bool) -> None:
        """Put the list in the order of a column."""
        raise NotImplementedError

    def sums(self, keys: array[int]) -> Sums:
        """What these rows come to."""
        raise NotImplementedError

    def totals_reader(self) -> Callable[[], Totals]:
        """What reads, in a thread of its own, the totals of all rows in list order."""
        raise NotImplementedError

    def open_document(self, row: int) -> None:
        """Show the document of a row."""
        raise NotImplementedError

    def cursor_moved(self) -> None:
        """The cursor stands on another row."""

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
        hidden = self.table.marks.hidden
        words = f"Dikkat: görünmeyen {turkish_count(hidden)} işaretli belge de {fate}."
        return [words] if hidden else []

    def lost_marks(self) -> str:
        """What a new list takes away; to be asked before it is shown."""
        count = self.table.marks.count
        return f"önceki listenin {turkish_count(count)} işareti kalktı" if count else ""

    def _tell_of_hidden(self) -> None:
        if self._only:
            hidden = self.table.marks.hidden
            rest = f"; görünmeyen {turkish_count(hidden)} belge işaretli kaldı" if hidden else ""
            self.message.tell(f"Yalnız görünen {self._only} için yapıldı{rest}")

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
        column = self.table.current_column
        again = self._order is not None and self._order[0] == column
        descending = bool(again and self._order and not self._order[1])
        self._order = (column, descending)
        self.sort(column, descending)
        self.table.show_sorting(column, descending)

    def do_go_to(self) -> None:
        """Ask for a row and go there."""
        self.app.push_screen(Ask(f"Satır (1–{turkish_count(self.table.row_count)})"), self._go_to)

    def _go_to(self, typed: str | None) -> None:
        if typed is None:
            return
        digits = typed.replace(".", "")
        if not (digits.isascii() and digits.isdigit()):
            self.message.error("Satır için bir sayı yazın")
            return
        self.table.goto(int(digits[:18]) - 1)

    # Only some rows

    def kinds(self) -> list[Kind]:
        """What `Yalnız` goes through."""
        return [Kind("işaretli", "işaretliler", self._marked_rows)]

    def _marked_rows(self) -> bytes:
        return self.table.marks.chosen()

    def do_narrow(self) -> None:
        """Show only the rows of the next kind of which there are any; behind the last, all."""
        kinds = self.kinds()
        names = [kind.rows for kind in kinds]
        behind = names.index(self._only) + 1 if self._only else 0
        for kind in kinds[behind:]:
            mask = kind.mask()
            if 1 in mask:
                self._narrow(kind.rows, mask)
                return
        if self._only:
            self.do_widen()
        else:
            words = ", ".join(kind.word for kind in kinds)
            self.message.error(f"Listede {words} belge yok; hepsi görünüyor")

    @property
    def narrowed(self) -> bool:
        """Whether only some rows are shown."""
        return bool(self._only)

    def do_widen(self) -> None:
        """Show all rows again."""
        self._put("", None)
        self.message.tell("Bütün belgeler görünüyor")

    def _narrow(self, name: str, mask: bytes) -> None:
        self._put(name, mask)
        back = "y sıradakine geçer, Esc" if len(self.kinds()) > 1 else "y ya da Esc"
        self.message.tell(f"Yalnız {name} görünüyor; {back} hepsini gösterir")

    def _put(self, name: str, mask: bytes | None) -> None:
        """Show all rows, or those of a mask; the cursor stays on its document, or near it."""
        place = self.table.place
        row = place if mask is None else mask.count(1, 0, place)
        self._put_rows(self.table.marks, name, mask, row)
        self.show_status()

    def _put_rows(self, marks: Marks, name: str, mask: bytes | None, row: int) -> None:
        self._only = name
        self._shown = self._list if mask is None else self._list.only(mask)
        self.table.set_source(self._shown, marks, only=mask, cursor=row)
        self.rows_changed()

    def refresh_rows(self) -> None:
        """What the rows say has changed."""
        self.table.refresh_rows()
        self.rows_changed()

    def rows_changed(self) -> None:
        """There are other rows, or they say something else."""

    # Marks and status

    def marked_keys(self) -> array[int]:
        """The keys of the marked rows, in list order."""
        return array("q", compress(self._list.keys, self.table.marks.chosen()))

    def marks_for(
        self, keys: Sequence[int], blocked: Iterable[int], marked: Iterable[int]
    ) -> Marks:
        """Marks for a list of these keys."""
        marks = Marks(len(keys), mask_of(keys, blocked))
        marks.select(mask_of(keys, marked))
        return marks

    def show_list(
        self, listed: KeyList, marks: Marks, *, stay: bool = False, only: bytes | None = None
    ) -> None:
        """Another list, or the same in another order; a long one's totals are read beside.

        `only` is the mask of the rows that are shown of a list that was narrowed.
        """
        self._list = listed
        name = "" if only is None else self._only
        self._put_rows(marks, name, only, self.table.cursor if stay else 0)
        self._totals = self._adding = None
        if len(listed) > _SUMMED_AT_ONCE:
            read = self.totals_reader()
            self._adding = Job(self, "Toplamlar", lambda _: read())
            self._adding.start()
        self.sum_up()

    def on_job_ended(self, event: JobEnded) -> None:
        """The totals of a long list have come."""
        if event.job is not self._adding:
            return
        if event.result is not None and len(event.result) == len(self._list):
            self._totals = event.result
        self._adding = None
        self.sum_up()

    @on(RecordTable.Marked)
    def sum_up(self) -> None:
        """The marks have changed: their exact sum anew."""
        self._sums = Sums()
        if self.table.marks.count:
            self.attempt(self._add_up)
        self.show_status()

    def _add_up(self) -> None:
        if self._totals is not None:
            self._sums = self._totals.sum(self.table.marks.chosen())
        elif self._adding:
            self._sums = None
        else:
            self._sums = self.sums(self.marked_keys())

    def on_resize(self) -> None:
        """More or less of the status line fits."""
        self.show_status()

    def show_status(self) -> None:
        """What runs; else how many are listed, how many marked, and the exact sums of these."""
        self.query_one("#status", Line).say(self._progress if self._job else self._summary())

    def _summary(self) -> str:
        table = self.table
        figures = Figures(
            listed=len(self._list),
            shown=table.row_count,
            only=self._only,
            marked=table.marks.count,
            hidden=table.marks.hidden,
            sums=self._sums,
            in_range=table.range_active,
            row=table.cursor + 1 if table.row_count else 0,
        )
        return summary(figures, self.list_made_by(), self.size.width)

    def list_made_by(self) -> str:
        """What has made the list shorter than its fields say; the status line begins with it."""
        return ""

    @on(RecordTable.CursorMoved)
    def _moved(self, event: RecordTable.CursorMoved) -> None:
        self.show_status()
        self.row_entered(event.position)

    def row_entered(self, row: int) -> None:  # noqa: ARG002
        """The cursor has come to a row."""
        self.attempt(self.cursor_moved)

    @on(RecordTable.Opened)
    def _opened(self, event: RecordTable.Opened) -> None:
        self.attempt(lambda: self.open_document(event.position))

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        self.message.error(event.sentence)


def flags_of(keys: Iterable[int], size: int) -> bytearray:
    """One byte for each number below `size`, whether it is among the keys: a set of a million."""
    flags = bytearray(size)
    for key in keys:
        flags[key] = 1
    return flags


def mask_of(keys: Sequence[int], chosen: Iterable[int]) -> bytes:
    """One byte for each of `keys`, whether it is among the chosen of them."""
    flags = flags_of(chosen, max(keys, default=0) + 1)
    return bytes(map(flags.__getitem__, keys))
