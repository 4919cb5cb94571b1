"""The list of documents: a virtual table whose rows can be marked, singly or in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.message import Message

from app.tui.marks import MarkRange, Marks
from app.tui.widgets.columns import Column
from app.tui.widgets.row_window import RecordSource
from app.tui.widgets.virtual_table import VirtualTable

_MARK: Final = "✓"


class RecordTable(VirtualTable):
    """A virtual table with a sign before each marked row.

    It may show only some rows of a list. Marks belong to the whole list: `list_rows` maps shown
    rows to rows of the list.
    """

    SIGN_WIDTH: ClassVar[int] = 1

    @dataclass
    class Marked(VirtualTable.FromTable):
        """Marks have changed, or a range has begun or ended."""

        def can_replace(self, message: Message) -> bool:
            """Keep only the last of several."""
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
        self.list_rows: Sequence[int] = range(0)
        """Shown row → row of the whole list."""
        self._range: MarkRange | None = None

    def set_source(
        self,
        source: RecordSource,
        marks: Marks | None = None,
        *,
        list_rows: Sequence[int] | None = None,
        cursor: int = 0,
    ) -> None:
        """Show the rows of `source` (see VirtualTable); without `marks`, none is marked.

        `list_rows` are the row numbers in the whole list, if only some of its rows are shown.
        """
        self.marks = Marks(len(source)) if marks is None else marks
        self.list_rows = range(len(source)) if list_rows is None else list_rows
        self._range = None
        super().set_source(source, cursor=cursor)

    def grow(self) -> None:
        """Show further rows that the source has appended, unmarked."""
        super().grow()
        self._fit_marks()

    def refresh_rows(self) -> None:
        """Read all rows again, however many there are now; keep cursor and marks."""
        super().refresh_rows()
        if len(self.list_rows) != self.row_count:
            self._range = None
            self._fit_marks()

    def _fit_marks(self) -> None:
        self.marks.resize(self.row_count)
        self.list_rows = range(self.row_count)

    def refresh_marks(self) -> None:
        """Draw marks that were changed elsewhere; end a range."""
        self._range = None
        self._redraw_rows()

    @property
    def list_row(self) -> int:
        """The number of the cursor row in the whole list; 0 if there are no rows."""
        return self.list_rows[self.cursor] if self.row_count else 0

    @property
    def range_active(self) -> bool:
        """Whether movement marks rows: from `toggle_range` until it ends or is cancelled."""
        return self._range is not None and self._range.sticky

    def action_mark_and_advance(self) -> None:
        """Toggle the row's mark and move down; or end a range."""
        if self.range_active:
            self._end_range()
        elif self.row_count:
            if self.marks.toggle(self.list_row):
                self._redraw(self.cursor)
                self.post_message(self.Marked(self))
            self._move(self.cursor + 1)

    def action_extend_up(self) -> None:
        """Extend the range to the row above."""
        self._extend(-1)

    def action_extend_down(self) -> None:
        """Extend the range to the row below."""
        self._extend(1)

    def action_toggle_range(self) -> None:
        """Begin a range that follows the cursor, or end it and keep its marks."""
        if self.range_active:
            self._end_range()
        elif self.row_count:
            self._begin_range(sticky=True)

    def action_cancel_range(self) -> None:
        """Cancel a range that `v` began, with its marks."""
        if self._range is not None and self._range.sticky:
            self._range.cancel()
            self._marks_changed()

    def action_mark_all(self) -> None:
        """Mark every row that can be marked."""
        self.marks.set_all(True)
        self._marks_changed()

    def action_unmark_all(self) -> None:
        """Unmark every row."""
        self.marks.set_all(False)
        self._marks_changed()

    def action_invert_marks(self) -> None:
        """Invert the marks."""
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
        if self._range is not None and self._range.end != self.list_row:
            self._range.extend(self.list_row)
            self._redraw_rows()
            self.post_message(self.Marked(self))

    def _begin_range(self, *, sticky: bool) -> None:
        self._range = MarkRange(self.marks, self.list_row, sticky=sticky)
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
        # The cursor's style comes last and wins.
        return ["record-table--marked", *classes] if self._is_marked(position) else classes

    def _is_marked(self, row: int) -> bool:
        return self.marks.is_marked(self.list_rows[row])
