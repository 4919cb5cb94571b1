"""A table for a million rows that fetches and draws only the rows in view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size, clamp
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.errors import AppError
from app.tui.safe import drawn
from app.tui.widgets.column_view import ColumnView
from app.tui.widgets.columns import GAP, Column, cell_text, fill, run_over
from app.tui.widgets.row_window import UNREAD, NoRows, RecordSource, RowWindow

_HEADER_LINES: Final = 1


class VirtualTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows under a header line, with a cursor row and a current column.

    The table binds the keys for movement; a screen binds the other actions.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header",
        "record-table--column",
        "record-table--cursor",
        "record-table--marked",
        "record-table--error",
        "record-table--warning",
        "record-table--done",
        "record-table--empty",
    }
    # Reverse, bold and underline show without colours too.
    DEFAULT_CSS = """
    VirtualTable {
        overflow: hidden auto;
        scrollbar-size: 0 0;
        & > .record-table--header { text-style: bold; }
        & > .record-table--marked { text-style: bold; }
        & > .record-table--cursor { text-style: underline; }
        &:focus > .record-table--column { text-style: reverse; }
        &:focus > .record-table--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", "Yukarı", show=False),
        Binding("down", "cursor_down", "Aşağı", show=False),
        Binding("pageup", "page_up", "Sayfa yukarı", show=False),
        Binding("pagedown", "page_down", "Sayfa aşağı", show=False),
        Binding("home", "first", "İlk satır", show=False),
        Binding("end", "last", "Son satır", show=False),
        Binding("left", "column_left", "Soldaki sütun", show=False),
        Binding("right", "column_right", "Sağdaki sütun", show=False),
    ]
    SIGN_WIDTH: ClassVar[int] = 0
    """Cells before the first column for a row's sign."""

    @dataclass
    class FromTable(Message):
        """The base of a table's messages."""

        table: Any  # a subclass that is not known here

        @property
        def control(self) -> Any:
            """The table, for a handler's selector."""
            return self.table

    @dataclass
    class CursorMoved(FromTable):
        """The cursor moved to another row."""

        position: int

        def can_replace(self, message: Message) -> bool:
            """Keep only the last of several."""
            return isinstance(message, VirtualTable.CursorMoved) and message.table is self.table

    @dataclass
    class Opened(FromTable):
        """The user opened a row."""

        position: int

    @dataclass
    class Failed(FromTable):
        """Rows in view could not be read; `sentence` says why."""

        sentence: str

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty_text: str = "",
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._view = ColumnView(columns)
        self._rows = RowWindow(NoRows())
        self._count = 0
        self._cursor = 0
        self._empty_text = empty_text

    # Content

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show the same columns with other widths or visibility."""
        if self._view.show(columns):
            self.refresh()

    def set_source(self, source: RecordSource, *, cursor: int = 0) -> None:
        """Show the rows of `source`, with the cursor on row `cursor`."""
        self._rows = RowWindow(source)
        self._cursor = cursor
        self.refresh_rows()

    def grow(self) -> None:
        """Show further rows that the source has appended."""
        page_was_full = self._count >= self._top + self._page
        self._count = len(self._rows.source)
        self._set_scroll_range()
        if not page_was_full:
            self._rows.forget()
            self.refresh()

    def refresh_rows(self) -> None:
        """Read all rows again, however many there are now; keep the cursor."""
        self._rows.forget()
        self._count = len(self._rows.source)
        self._cursor = max(min(self._cursor, self._count - 1), 0)
        self._set_scroll_range()
        self._show_cursor()
        self.refresh()

    def _set_scroll_range(self) -> None:
        """Let the table scroll over all rows.

        Assigning `virtual_size` would lay out and draw the whole screen, for a scroll bar that no
        table shows.
        """
        self.set_reactive(VirtualTable.virtual_size, Size(0, self._count + _HEADER_LINES))

    def show_sorting(self, column_key: str | None, descending: bool = False) -> None:
        """Put ▲ or ▼ after the column's title; None removes it."""
        self._view.sorting = None if column_key is None else (column_key, descending)
        self._redraw_header()

    @property
    def empty_text(self) -> str:
        """The text shown in the middle if there are no rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        if not self._count:
            self.refresh()

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return self._count

    @property
    def cursor(self) -> int:
        """The position of the cursor row; 0 if there are no rows."""
        return self._cursor

    @property
    def current_column(self) -> str:
        """The key of the current column, or of the first in view if that is not in view."""
        return self._view.current(self._cells_width)

    # Movement

    def goto(self, position: int) -> None:
        """Move the cursor to a row, or the nearest one; centre it if it was not in view."""
        away = not 0 <= position - self._top < self._page
        self._move(position, top=position - self._page // 2 if away else None)

    def action_cursor_up(self) -> None:
        """Move one row up."""
        self._move(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """Move one row down."""
        self._move(self._cursor + 1)

    def action_page_up(self) -> None:
        """Move one page up."""
        self._move(self._cursor - self._page, top=self._top - self._page)

    def action_page_down(self) -> None:
        """Move one page down."""
        self._move(self._cursor + self._page, top=self._top + self._page)

    def action_first(self) -> None:
        """Move to the first row."""
        self._move(0)

    def action_last(self) -> None:
        """Move to the last row."""
        self._move(self._count - 1)

    def action_column_left(self) -> None:
        """Make the column to the left current."""
        self._choose_column(-1)

    def action_column_right(self) -> None:
        """Make the column to the right current."""
        self._choose_column(1)

    def action_open_row(self) -> None:
        """Ask the screen to open the cursor row."""
        if self._count:
            self.post_message(self.Opened(self, self._cursor))

    @property
    def _page(self) -> int:
        return max(self.size.height - _HEADER_LINES, 1)

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor row in view."""
        self._show_cursor()

    def _move(self, target: int, *, top: int | None = None) -> None:
        target = max(min(target, self._count - 1), 0)
        old, self._cursor = self._cursor, target
        if target == old:
            return
        self._show_cursor(top)
        self._redraw(old)
        self._redraw(target)
        self.post_message(self.CursorMoved(self, target))

    def _show_cursor(self, top: int | None = None) -> None:
        top = clamp(self._top if top is None else top, 0, max(self._count - self._page, 0))
        top = clamp(top, self._cursor - self._page + 1, self._cursor)
        if top != self._top and self.size.height:
            self.scroll_to(y=top, animate=False, force=True)

    def _choose_column(self, step: int) -> None:
        if self._view.choose(step, self._cells_width):
            self.refresh()
        else:
            self._redraw_header()

    # Drawing

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _redraw(self, position: int) -> None:
        if 0 <= position - self._top < self._page:
            self.refresh_line(position + _HEADER_LINES)

    def _redraw_rows(self) -> None:
        self.refresh(Region(0, _HEADER_LINES, self.size.width, self._page))

    def _redraw_header(self) -> None:
        self.refresh(Region(0, 0, self.size.width, _HEADER_LINES))

    @property
    def _cells_width(self) -> int:
        return self._width - (self.SIGN_WIDTH + GAP if self.SIGN_WIDTH else 0)

    def render_line(self, y: int) -> Strip:
        """Draw the header, a row, or a line of the text for an empty list."""
        if y < _HEADER_LINES:
            segments = self._header()
        elif self._count:
            segments = self._row(self._top + y - _HEADER_LINES)
        else:
            segments = self._empty_line(y)
        return Strip(segments).adjust_cell_length(self._width, self.rich_style)

    def _header(self) -> list[Segment]:
        plain = self._style("record-table--header")
        chosen = self._style("record-table--header", "record-table--column")
        sign = " " * (self.SIGN_WIDTH + GAP) if self.SIGN_WIDTH else ""
        parts = self._view.header(self._cells_width)
        titles = [drawn(text, chosen if current else plain) for text, current in parts]
        return [drawn(sign, plain), *titles]

    def _row(self, position: int) -> list[Segment]:
        if position >= self._count:
            return []
        texts = [fill(self._sign(position), self.SIGN_WIDTH)] if self.SIGN_WIDTH else []
        texts += [cell_text(text, width, column) for column, text, width in self._drawn(position)]
        # A single segment for a row takes the fewest bytes.
        line = fill((" " * GAP).join(texts), self._width)
        return [drawn(line, self._style(*self._row_classes(position)))]

    def shows(self, position: int, key: str, text: str) -> bool:
        """Return whether the row shows exactly this text in a column, uncut."""
        return any(
            column.key == key and cell == text and cell_len(cell) <= width
            for column, cell, width in self._drawn(position)
        )

    def _drawn(self, position: int) -> Iterator[tuple[Column, str, int]]:
        cells = dict(zip(self._view.columns, self._cells(position), strict=False))
        return run_over(self._view.layout(self._cells_width).columns, cells)

    def _cells(self, position: int) -> Sequence[str]:
        try:
            return self._rows.row(position, self._top, self._page)
        except AppError as error:
            self.post_message(self.Failed(self, error.sentence))
            return UNREAD

    def _sign(self, position: int) -> str:  # noqa: ARG002
        return ""

    def _row_classes(self, position: int) -> list[str]:
        state = self._rows.state(position)
        classes = [f"record-table--{state}"] if state else []
        return [*classes, "record-table--cursor"] if position == self._cursor else classes

    def _empty_line(self, y: int) -> list[Segment]:
        if y != _HEADER_LINES + (self._page - 1) // 2:
            return []
        text = fill(self._empty_text, self._width, "center")
        return [drawn(text, self._style("record-table--empty"))]

    def _style(self, *classes: str) -> Style:
        style = self.rich_style
        for name in classes:
            style += self.get_component_rich_style(name, partial=True)
        return style


MOVES: Final = frozenset(
    binding.key for binding in VirtualTable.BINDINGS if isinstance(binding, Binding)
)
"""The keys that move within a table."""
