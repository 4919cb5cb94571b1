"""The list of documents: a virtual table whose rows can be marked, one by one or in bulk."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import ClassVar, Final

from textual.message import Message

from app.tui.marks import MarkRange, Marks
from app.tui.widgets.columns import Column
from app.tui.widgets.row_window import RecordSource
from app.tui.widgets.virtual_table import VirtualTable

_MARK: Final = "✓"


class RecordTable(VirtualTable):
    """A virtual table with a sign in front of each marked row.

    It may show only some rows of a list: the marks are those of the whole list, by the rows'
    places in it.
    """

    SIGN_WIDTH: ClassVar[int] = 1

    @dataclass
    class Marked(VirtualTable.FromTable):
        """The marks have changed, or a range of them has begun or ended."""

        def can_replace(self, message: Message) -> bool:
            """Only the last of several matters."""
            return isinstance(message, RecordTable.Marked) and message.table is self.table

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty_text: str = "",
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(columns, empty_text=empty_text, id=id, classes=classes)
        self.marks = Marks(0)
        self.places: Sequence[int] = range(0)
        """Where the rows stand in the whole list."""
        self._range: MarkRange | None = None

    def set_source(
        self,
        source: RecordSource,
        marks: Marks | None = None,
        *,
        only: bytes | None = None,
        cursor: int = 0,
    ) -> None:
        """Shows the rows of `source` (see VirtualTable); without `marks`, none is marked.

        `only`, one byte a row of the whole list, says which of them these are.
        """
        self.marks = Marks(len(source)) if marks is None else marks
        self.marks.show_only(only)
        whole = range(len(self.marks))
        self.places = whole if only is None else array("q", compress(whole, only))
        self._range = None
        super().set_source(source, cursor=cursor)

    def grow(self) -> None:
        """Further rows have come behind the others; none of them is marked."""
        super().grow()
        self._fit_marks()

    def refresh_rows(self) -> None:
        """Asks for all rows anew, however many there are now; cursor and marks stay."""
        super().refresh_rows()
        if len(self.places) != self.row_count:
            self._range = None
            self._fit_marks()

    def _fit_marks(self) -> None:
        self.marks.resize(self.row_count)
        self.places = range(self.row_count)

    def refresh_marks(self) -> None:
        """Draws marks that were changed from outside; a range ends."""
        self._range = None
        self._redraw_rows()

    @property
    def place(self) -> int:
        """Where the cursor row stands in the whole list; 0 where there are no rows."""
        return self.places[self.cursor] if self.row_count else 0

    @property
    def range_active(self) -> bool:
        """Whether movement marks rows, until `toggle_range` or `cancel_range`."""
        return self._range is not None and self._range.sticky

    def action_mark_and_advance(self) -> None:
        """Marks the row, or unmarks it, and moves on; a range that `v` began only ends."""
        if self.range_active:
            self._end_range()
        elif self.row_count:
            if self.marks.toggle(self.place):
                self._redraw(self.cursor)
                self.post_message(self.Marked(self))
            self._move(self.cursor + 1)

    def action_extend_up(self) -> None:
        """Marks from where Shift was first pressed to the row above."""
        self._extend(-1)

    def action_extend_down(self) -> None:
        """Marks from where Shift was first pressed to the row below."""
        self._extend(1)

    def action_toggle_range(self) -> None:
        """Begins a range that follows the cursor; again: ends it, its rows stay marked."""
        if self.range_active:
            self._end_range()
        elif self.row_count:
            self._begin_range(sticky=True)

    def action_cancel_range(self) -> None:
        """Ends a range that `v` began and takes its marks back."""
        if self._range is not None and self._range.sticky:
            self._range.cancel()
            self._marks_changed()

    def action_mark_all(self) -> None:
        """Marks every row that can be."""
        self.marks.set_all(True)
        self._marks_changed()

    def action_unmark_all(self) -> None:
        """Unmarks every row."""
        self.marks.set_all(False)
        self._marks_changed()

    def action_invert_marks(self) -> None:
        """Marks what is not marked, and unmarks what is."""
        self.marks.invert()
        self._marks_changed()

    def _move(self, target: int, *, top: int | None = None) -> None:
        if not self.range_active:
            self._range = None
        super()._move(target, top=top)
        self._follow_cursor()

    def _extend(self, step: int) -> None:
        if not self.row_count:
            return
        if self._range is None:
            self._begin_range(sticky=False)
        super()._move(self.cursor + step)
        self._follow_cursor()

    def _follow_cursor(self) -> None:
        if self._range is not None and self._range.end != self.place:
            self._range.extend(self.place)
            self._redraw_rows()
            self.post_message(self.Marked(self))

    def _begin_range(self, *, sticky: bool) -> None:
        self._range = MarkRange(self.marks, self.place, sticky=sticky)
        self._redraw(self.cursor)
        self.post_message(self.Marked(self))

    def _end_range(self) -> None:
        self._range = None
        self.post_message(self.Marked(self))

    def _marks_changed(self) -> None:
        self._range = None
        self._redraw_rows()
        self.post_message(self.Marked(self))

    def _sign(self, position: int) -> str:
        return _MARK if self._is_marked(position) else ""

    def _row_classes(self, position: int) -> list[str]:
        classes = super()._row_classes(position)
        # The cursor's style is the last word.
        return ["record-table--marked", *classes] if self._is_marked(position) else classes

    def _is_marked(self, row: int) -> bool:
        return self.marks.is_marked(self.places[row])
