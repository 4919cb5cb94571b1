"""The columns of a table: which are in view, the current and the sorted one, the header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.geometry import clamp

from app.tui.widgets.columns import GAP, Column, Layout, arrange, by_importance, cut, fill

_ASCENDING: Final = "▲"
_DESCENDING: Final = "▼"
_MORE_LEFT: Final = "‹"
_MORE_RIGHT: Final = "›"


class ColumnView:
    """Columns that scroll sideways if there is no room; widths are in cells."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        """All columns, in the order of a row's cells."""
        self.sorting: tuple[str, bool] | None = None
        """The key of the column sorted by, and whether it descends."""
        self._key = self.columns[0].key
        self._arranged: tuple[tuple[int, str], Layout] | None = None

    def show(self, columns: Sequence[Column]) -> bool:
        """Take the same columns with other widths or visibility; return whether that differs."""
        differs = tuple(columns) != self.columns
        if differs:
            self.columns = tuple(columns)
            self._arranged = None
        return differs

    def layout(self, width: int) -> Layout:
        """Return the columns in view."""
        wanted = (width, self._key)
        if self._arranged is None or self._arranged[0] != wanted:
            self._arranged = (wanted, arrange(self.columns, *wanted))
        return self._arranged[1]

    def current(self, width: int) -> str:
        """Return the key of the current column, or of the first in view if that is not in view."""
        keys = self.layout(width).keys
        return self._key if self._key in keys or not keys else keys[0]

    def choose(self, step: int, width: int) -> bool:
        """Make a neighbour current; return whether the columns in view have changed."""
        before = self.layout(width)
        keys = [column.key for column in by_importance(self.columns, width)]
        if keys:
            index = keys.index(self.current(width)) + step
            self._key = keys[clamp(index, 0, len(keys) - 1)]
        return self.layout(width) != before

    def header(self, width: int) -> Iterator[tuple[str, bool]]:
        """Yield the texts of the header, and whether each is the current column's title.

        A sign in the gap after the first column, or in the last cell, shows that there are more
        columns.
        """
        layout, current = self.layout(width), self.current(width)
        last = len(layout.columns) - 1
        room = width
        for index, (column, wide) in enumerate(layout.columns):
            left = _MORE_LEFT if layout.more_left and index == min(1, last) else ""
            if index:
                yield left or " " * GAP, False
            elif left:  # it is the only column in view
                yield left, False
            room -= wide + (GAP if index else 0)
            signs = bool(left and not index) + (layout.more_right and index == last and room <= 0)
            title = fill(self._title(column, wide - signs), wide - signs, column.align)
            yield title, column.key == current
        if layout.more_right:
            yield " " * (room - 1) + _MORE_RIGHT, False

    def _title(self, column: Column, width: int) -> str:
        if self.sorting is None or self.sorting[0] != column.key:
            return column.title
        return cut(column.title, width - 1) + (_DESCENDING if self.sorting[1] else _ASCENDING)
