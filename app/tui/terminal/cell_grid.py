"""A grid of terminal cells to write text into."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size

from app.tui.terminal.sgr import PLAIN, Style

BLANK = " "
TAIL = ""
"""The content of the right half of a wide character."""

Row = tuple[list[str], list[Style]]
"""Characters and styles, column by column."""

_JOINERS = ("\u200d", "\ufe0f")  # a character's width depends on its neighbours with these
_NARROW = frozenset(
    chr(code)
    for first, last in ((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x370, 0x482), (0x2500, 0x25FC))
    for code in range(first, last + 1)
) | frozenset("–—‘’“”•…‹›€₺←↑→↓✓")


class CellGrid:
    """A grid of characters and their styles.

    A cell holds a character and its combining characters. TAIL follows a wide character;
    overwriting one half blanks the other.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.chars = [[BLANK] * width for _ in range(height)]
        self.styles = [[PLAIN] * width for _ in range(height)]

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.width, self.height

    def resized(self, width: int, height: int) -> CellGrid:
        """Return a copy of another size, cropped or padded with blanks."""
        grid = CellGrid(width, height)
        rows = slice(min(height, self.height))
        columns = slice(min(width, self.width))
        for chars, styles, old_chars, old_styles in zip(
            grid.chars[rows], grid.styles[rows], self.chars, self.styles, strict=False
        ):
            if width < self.width and old_chars[width] == TAIL:
                old_chars[width - 1] = BLANK
            chars[columns] = old_chars[columns]
            styles[columns] = old_styles[columns]
        return grid

    def row(self, y: int) -> Row:
        """Return the row itself, not a copy."""
        return self.chars[y], self.styles[y]

    def copy_row(self, y: int, other: CellGrid) -> None:
        """Copy this row from the other grid."""
        self.chars[y], self.styles[y] = other.chars[y].copy(), other.styles[y].copy()

    def scrolled(self, top: int, bottom: int, up: int) -> CellGrid:
        """Return a grid whose rows `top` to `bottom` are moved up by `up`; it shares the rows."""
        grid = CellGrid(self.width, self.height)
        for y in range(self.height):
            source = y + up if top <= y <= bottom else y
            if not top <= y <= bottom or top <= source <= bottom:
                grid.chars[y], grid.styles[y] = self.row(source)
        return grid

    def put(self, x: int, y: int, text: str, style: Style) -> int:
        """Write text, cut at the right edge; return the column behind it."""
        row = self.chars[y]
        if _NARROW.issuperset(text):
            cells: str | list[str] = text
        else:
            joining, cells = split_cells(text)
            if joining and x:
                row[x - 1 if row[x - 1] != TAIL else x - 2] += joining
        end = min(x + len(cells), self.width)
        if end <= x:
            return x
        if row[x] == TAIL:
            row[x - 1] = BLANK
        if end < self.width and row[end] == TAIL:
            row[end] = BLANK
        row[x:end] = cells[: end - x]
        if x + len(cells) > end and cells[end - x] == TAIL:
            row[end - 1] = BLANK
        self.styles[y][x:end] = [style] * (end - x)
        return end


@lru_cache(1024)
def split_cells(text: str) -> tuple[str, list[str]]:
    """Split text into cells; return also what combines with the character in front of it."""
    joining, cells = "", list[str]()
    for index, char in enumerate(text):
        width = _width(text, index)
        if width and char not in _JOINERS:
            cells += (char, TAIL) if width == 2 else (char,)
        elif not cells:
            joining += char
        else:
            base = len(cells) - (2 if cells[-1] == TAIL else 1)
            cells[base] += char
            cells += (TAIL,) * width
    return joining, cells


def _width(text: str, index: int) -> int:
    """Return how many cells the character adds to the text."""
    if not any(joiner in text for joiner in _JOINERS):
        return get_character_cell_size(text[index])
    return cell_len(text[: index + 1]) - cell_len(text[:index])
