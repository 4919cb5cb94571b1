"""The list of a tab: its marks, its order, the search in it, and the line that sums it up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from app.domain.amounts import turkish, turkish_count
from app.domain.patterns import matcher
from app.domain.totals import Totals
from app.store.database import connected
from app.tui.jobs import Job, JobEnded
from app.tui.marks import Marks
from app.tui.screens.dialog import Ask
from app.tui.screens.working import WorkingScreen
from app.tui.verbs import Place, bindings
from app.tui.widgets.bars import Line
from app.tui.widgets.columns import Column
from app.tui.widgets.record_table import RecordTable
from app.tui.widgets.row_window import RecordSource

_LOOKED_AT_ONCE = 1_000  # rows, between two looks at whether to stop
_SUMMED_AT_ONCE = 5_000  # rows; the sum of more would hold up the screen


class DocumentTable(RecordTable):
    """The list, with the keys of the list's verbs."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.LIST)]


class ListScreen(WorkingScreen, inherit_bindings=False):
    """A screen with a list of documents. A subclass says what is in it."""

    COLUMNS: ClassVar[tuple[Column, ...]]

    def __init__(self) -> None:
        super().__init__()
        self._order: tuple[str, bool] | None = None
        self._searched = ""
        self._found = ""
        """What to say of a search once the cursor has come to the row."""
        self._total: Decimal | None = Decimal(0)
        self._totals: Totals | None = None
        self._adding: Job | None = None

    @property
    def table(self) -> DocumentTable:
        """The list."""
        return self.query_one(DocumentTable)

    # What a subclass says

    def key_of(self, place: int) -> int:
        """The lasting key of the row at a place of the list: its id or its place in the file."""
        raise NotImplementedError

    def cells_reader(self) -> Callable[[int, int], Sequence[Sequence[str]]]:
        """What reads, in a thread of its own, the cells of so many rows from a place on."""
        raise NotImplementedError

    def matching(self, typed: str) -> set[int]:
        """The keys of the rows that have the text."""
        raise NotImplementedError

    def sort(self, column: str, descending: bool) -> None:
        """Put the list in the order of a column."""
        raise NotImplementedError

    def total(self, keys: array[int]) -> Decimal:
        """The exact sum of the totals of these rows."""
        raise NotImplementedError

    def totals_reader(self) -> Callable[[], Totals]:
        """What reads, in a thread of its own, the totals of all rows in list order."""
        raise NotImplementedError

    def open_document(self, place: int) -> None:
        """Show the document at a place of the list."""
        raise NotImplementedError

    def cursor_moved(self) -> None:
        """The cursor stands on another row."""

    # Verbs

    def why_not_mark_all(self) -> str | None:
        """Marks need a list."""
        return None if self.table.row_count else "Liste boş; önce Kayıtları Getir (F5)"

    why_not_unmark_all = why_not_mark_all
    why_not_invert_marks = why_not_mark_all
    why_not_mark = why_not_mark_all
    why_not_range = why_not_mark_all
    why_not_extend_up = why_not_mark_all
    why_not_extend_down = why_not_mark_all
    why_not_open = why_not_mark_all
    why_not_search = why_not_mark_all
    why_not_sort = why_not_mark_all
    why_not_go_to = why_not_mark_all

    def do_mark(self) -> None:
        """Mark the row and move on."""
        self.table.action_mark_and_advance()

    def do_mark_all(self) -> None:
        """Tümünü Seç."""
        self.table.action_mark_all()

    def do_unmark_all(self) -> None:
        """Tümünü Kaldır."""
        self.table.action_unmark_all()

    def do_invert_marks(self) -> None:
        """Turn all marks round."""
        self.table.action_invert_marks()

    def why_not_mark_like(self) -> str | None:
        """It needs a list, and no other job."""
        return self.why_not_mark_all() or self.busy()

    why_not_unmark_like = why_not_mark_like

    def do_mark_like(self) -> None:
        """Mark what is like a pattern in the chosen column."""
        self._ask_pattern("işaretlenecekler", on=True)

    def do_unmark_like(self) -> None:
        """Unmark what is like a pattern in the chosen column."""
        self._ask_pattern("işareti kalkacaklar", on=False)

    def _ask_pattern(self, label: str, *, on: bool) -> None:
        keys = [column.key for column in self.COLUMNS]
        place = keys.index(self.table.current_column)

        def typed(pattern: str | None) -> None:
            if pattern and pattern.strip():
                self._mark_like(place, pattern.strip(), on)

        self.app.push_screen(Ask(f"{self.COLUMNS[place].title}, {label} (* ?)"), typed)

    def _mark_like(self, place: int, pattern: str, on: bool) -> None:
        read, count, like = self.cells_reader(), self.table.row_count, matcher(pattern)

        def look(job: Job) -> bytearray | None:
            mask = bytearray()
            with connected():
                while len(mask) < count and not job.stopping():
                    rows = read(len(mask), _LOOKED_AT_ONCE)
                    mask.extend(bool(row) and like(row[place]) for row in rows)
                    job.progress(len(mask), count)
            return mask if len(mask) == count else None

        def put(mask: bytearray | None) -> None:
            self._put_marks(mask, pattern, on)

        self.run_job("Desene bakma", look, put, kept="İşaretler olduğu gibi kalır.", keys_wait=True)

    def _put_marks(self, mask: bytearray | None, pattern: str, on: bool) -> None:
        if mask is None:
            self.message.error("Durduruldu; işaretler olduğu gibi kaldı")
        elif not any(mask):
            self.message.error(f"“{pattern}” desenine uyan satır yok; işaretler değişmedi")
        else:
            before = self.table.marks.count
            self.table.marks.set_mask(mask, on)
            self.table.refresh_marks()
            self.sum_up()
            changed = turkish_count(abs(self.table.marks.count - before))
            done = "işaretlendi" if on else "satırın işareti kalktı"
            self.message.tell(
                f"“{pattern}”: {turkish_count(mask.count(1))} satır uyuyor, {changed} {done}"
            )

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

    def do_search(self) -> None:
        """Ask for a text and go to the next row that has it."""
        self.app.push_screen(Ask("Ara", self._searched), self._search)

    def _search(self, typed: str | None) -> None:
        if typed:
            self._searched = typed
            self.attempt(lambda: self._find(1))

    def why_not_search_next(self) -> str | None:
        """Something must have been searched for."""
        return None if self._searched else "Önce aranacak metni yazın ( / )"

    why_not_search_previous = why_not_search_next

    def do_search_next(self) -> None:
        """The next row that has the text."""
        self._find(1)

    def do_search_previous(self) -> None:
        """The row before that has the text."""
        self._find(-1)

    def _find(self, step: int) -> None:
        matches = self.matching(self._searched)
        count = self.table.row_count
        here = self.table.cursor
        for away in range(1, count + 1):
            place = (here + step * away) % count
            if self.key_of(place) in matches:
                self._found = f"“{self._searched}”: {turkish_count(len(matches))} satırda var"
                self.table.goto(place)
                if place == here:
                    self._tell_found()
                return
        self.message.error(f"“{self._searched}” listede yok")

    def _tell_found(self) -> None:
        self.message.tell(self._found)
        self._found = ""

    # Marks and status

    def marked_keys(self) -> array[int]:
        """The keys of the marked rows, in list order."""
        return array("q", map(self.key_of, self.table.marks.positions()))

    def marks_for(
        self, keys: Sequence[int], blocked: Iterable[int], marked: Iterable[int]
    ) -> Marks:
        """Marks for a list of these keys."""
        marks = Marks(len(keys), mask_of(keys, blocked))
        marks.select(mask_of(keys, marked))
        return marks

    def show_list(self, source: RecordSource, marks: Marks, *, stay: bool = False) -> None:
        """Another list, or the same in another order; a long one's totals are read beside."""
        self.table.set_source(source, marks, stay=stay)
        self._totals = self._adding = None
        if len(source) > _SUMMED_AT_ONCE:
            read = self.totals_reader()
            self._adding = Job(self, "Toplamlar", lambda _: read())
            self._adding.start()
        self.sum_up()

    def on_job_ended(self, event: JobEnded) -> None:
        """The totals of a long list have come."""
        if event.job is not self._adding:
            return
        if event.result is not None and len(event.result) == self.table.row_count:
            self._totals = event.result
        self._adding = None
        self.sum_up()

    @on(RecordTable.Marked)
    def sum_up(self) -> None:
        """The marks have changed: their exact sum anew."""
        self._total = Decimal(0)
        if self.table.marks.count:
            self.attempt(self._add_up)
        self.show_status()

    def _add_up(self) -> None:
        if self._totals is not None:
            self._total = self._totals.sum(self.table.marks.chosen())
        elif self._adding:
            self._total = None
        else:
            self._total = self.total(self.marked_keys())

    def show_status(self) -> None:
        """What runs; else how many are listed, how many marked, and the exact sum of the marked."""
        self.query_one("#status", Line).say(self._progress if self._job else self._summary())

    def _summary(self) -> str:
        count, marked = self.table.row_count, self.table.marks.count
        parts = [f"{turkish_count(count)} belge"]
        if marked:
            total = "hesaplanıyor" if self._total is None else turkish(self._total)
            parts += [f"{turkish_count(marked)} işaretli", f"toplam {total}"]
        if self.table.range_active:
            parts.append("aralık")
        if count:
            parts.append(f"satır {turkish_count(self.table.cursor + 1)}")
        return " · ".join(parts)

    @on(RecordTable.CursorMoved)
    def _moved(self) -> None:
        self.show_status()
        if self._found:
            self._tell_found()
        else:
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
