"""Columns of a list: which ones fit a width, and how a text is cut or padded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rich.cells import cell_len, set_cell_size

from app.domain.text import one_line

GAP: Final = 1
NARROW: Final = 80
"""The usual width of a terminal; below it, fields and buttons take a second line."""
SLIM: Final = 48
"""Below this width, fields and buttons have a line each."""
ELLIPSIS: Final = "…"
_TOO_WIDE: Final = "#"
# Enough for letters of several code points; it bounds the bytes of a cell.
_MOST_POINTS_A_CELL: Final = 4
# Terminals disagree on the width of joined characters, but not on that of each one alone.
_JOINERS: Final = {0x200D: None, 0xFE0E: None, 0xFE0F: None}


@dataclass(frozen=True)
class Column:
    """One column; all widths are in cells of the terminal."""

    key: str
    title: str
    width: int
    """The minimum width."""
    align: Literal["left", "right"] = "left"
    flexible: bool = False
    """Whether the column shares the spare width."""
    priority: int = 0
    """Columns with a higher number go out of view first if there is no room."""
    max_width: int | None = None
    """The maximum width of a flexible column; None for no limit."""
    hidden: bool = False
    """Whether the column is useless in the present list, and so not shown at any width."""


def fit(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """Return the columns that fit into `width`, in order, each with its width.

    Of equal priority the rightmost goes first. The last one left is cut to the width.
    """
    shown = [column for column in columns if not column.hidden]
    while len(shown) > 1 and _needed(shown) > width:
        _, last = max((column.priority, index) for index, column in enumerate(shown))
        del shown[last]
    if not shown or width <= 0:
        return []
    widths = [column.width for column in shown]
    widths[0] -= max(_needed(shown) - width, 0)
    _distribute(width - _needed(shown), shown, widths)
    return list(zip(shown, widths, strict=True))


def by_importance(columns: Sequence[Column], width: int) -> list[Column]:
    """Return the columns to scroll through: those that fit into `width`, then by priority."""
    first = [column for column, _ in fit(columns, width)]
    rest = [column for column in columns if not column.hidden and column not in first]
    return [*first, *sorted(rest, key=lambda column: column.priority)]


@dataclass(frozen=True)
class Layout:
    """The columns in view, and whether there are more on either side."""

    columns: Sequence[tuple[Column, int]]
    """The columns in view, each with its width."""
    more_left: bool = False
    more_right: bool = False

    @property
    def keys(self) -> list[str]:
        """The keys of the columns in view."""
        return [column.key for column, _ in self.columns]


def arrange(columns: Sequence[Column], width: int, key: str) -> Layout:
    """Lay out the first column and a run of the others that includes the column `key`.

    The others are in the order of `by_importance`, and the run begins as far left as possible. If
    the first column and `key` do not fit together, `key` is shown alone. If there are more columns
    on the right, one cell at the end stays free for a sign, room permitting.
    """
    order = by_importance(columns, width)
    if not order or width <= 0:
        return Layout([])
    index = next((index for index, column in enumerate(order) if column.key == key), 0)
    for first in range(1, max(index, 1) + 1):
        shown = [order[0]]
        for column in order[first:]:
            if _needed([*shown, column]) > width:
                break
            shown.append(column)
        behind = first + len(shown) - 1
        if index < behind:
            return _laid_out(shown, width, first > 1, behind < len(order))
    return _laid_out([order[index]], width, index > 0, index < len(order) - 1)


def _laid_out(shown: Sequence[Column], width: int, more_left: bool, more_right: bool) -> Layout:
    sign = 1 if more_right and _needed(shown) < width else 0
    return Layout(fit(shown, width - sign), more_left, more_right)


def run_over(
    layout: Sequence[tuple[Column, int]], cells: Mapping[Column, str]
) -> Iterator[tuple[Column, str, int]]:
    """Yield the columns of a row, each with its text and the width that the text may take.

    A text that does not fit runs on into the empty cells after it; their columns are left out.
    """
    n = 0
    while n < len(layout):
        column, width = layout[n]
        text = cells.get(column, "")
        n += 1
        while len(text) > width and n < len(layout) and not cells.get(layout[n][0]):
            width += GAP + layout[n][1]
            n += 1
        yield column, text, width


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _distribute(spare: int, columns: Sequence[Column], widths: list[int]) -> None:
    growing = [index for index, column in enumerate(columns) if column.flexible]
    while spare > 0 and growing:
        index = min(growing, key=lambda i: widths[i] - columns[i].width)
        limit = columns[index].max_width
        if limit is not None and widths[index] >= limit:
            growing.remove(index)
        else:
            widths[index] += 1
            spare -= 1


def cut(text: str, width: int) -> str:
    """Cut `text` to one line of at most `width` cells, marked with `…`."""
    if width <= 0:
        return ""
    head = text[: width * _MOST_POINTS_A_CELL]
    clean = one_line(head).translate(_JOINERS)
    if len(head) == len(text) and cell_len(clean) <= width:
        return clean
    if cell_len(clean) >= width:
        clean = set_cell_size(clean, width - 1)
    return clean.rstrip() + ELLIPSIS


def fill(text: str, width: int, align: Literal["left", "right", "center"] = "left") -> str:
    """Cut or pad `text` to exactly `width` cells."""
    text = cut(text, width)
    spare = width - cell_len(text)
    before = {"left": 0, "right": spare, "center": spare // 2}[align]
    return " " * before + text + " " * (spare - before)


def cell_text(text: str, width: int, column: Column) -> str:
    """Cut or pad the text of a row to `width` cells.

    A number that does not fit is `####`, as in a spreadsheet: a part of it reads as another number.
    """
    if column.align == "right" and cell_len(text) > width:
        text = _TOO_WIDE * width
    return fill(text, width, column.align)
