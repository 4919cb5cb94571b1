"""Columns of a list: which fit into a width, and how a text is cut or padded to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rich.cells import cell_len, set_cell_size

from app.domain.text import one_line

GAP: Final = 1
ELLIPSIS: Final = "…"
# Enough for letters of several code points; bounds the bytes of a cell.
_MOST_POINTS_A_CELL: Final = 4
# Terminals disagree on the width of joined characters, but not on that of each alone.
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
    """Whether it shares the spare width."""
    priority: int = 0
    """Columns with a high number are dropped first where there is no room."""
    max_width: int | None = None
    """The maximum width of a flexible column; None for no limit."""
    hidden: bool = False
    """Whether it says nothing in the present list, and is not shown at any width."""


def fit(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """Return the columns that fit into `width`, in order, each with its width.

    Of equal priority the rightmost is dropped first. The last one left is cut to the width.
    """
    shown = [column for column in columns if not column.hidden]
    while len(shown) > 1 and _needed(shown) > width:
        _, last = max((column.priority, index) for index, column in enumerate(shown))
        del shown[last]
    if not shown or width <= 0:
        return []
    widths = [column.width for column in shown]
    widths[0] -= max(_needed(shown) - width, 0)
    _share_out(width - _needed(shown), shown, widths)
    return list(zip(shown, widths, strict=True))


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _share_out(spare: int, columns: Sequence[Column], widths: list[int]) -> None:
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
