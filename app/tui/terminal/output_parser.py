"""Parse Textual's output into a grid of cells, and pass on only what the terminal needs."""

from __future__ import annotations

import re

from app.tui.terminal.cell_grid import CellGrid
from app.tui.terminal.diff_renderer import DiffRenderer
from app.tui.terminal.sgr import PLAIN, apply_sgr

_TOKEN = re.compile(
    r"([^\x00-\x1f\x7f-\x9f]+)"  # 1: text
    r"|\x1b\[([\d;]*)m"  # 2: SGR
    r"|\x1b\[(\d+);(\d+)H"  # 3, 4: CUP, a row and a column
    r"|(\r?\n)"  # 5: the first column of the next row
    r"|(\x1b\[\?2026[hl])"  # 6: synchronized update begins, ends
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # passed on: other CSI,
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS and the like,
    r"|\x1b[ -/]*[0-~]|[\s\S]"  # short sequences, control characters
)
_TEXT, _STYLE, _ROW, _COLUMN, _NEW_LINE, _UPDATE = 1, 2, 3, 4, 5, 6
_HARMLESS = re.compile(
    r"\x07"
    r"|\x1b\[\?(?:7|12|25|100[0-6]|101[56]|2004|2048)[hl]"  # modes: keys, mouse, cursor, wrapping
    r"|\x1b\[\?[\d;]*\$p|\x1b\[>?[\d;]*[cn]"  # queries
    r"|\x1b\[[<=>][\d;]*u"  # keyboard protocol
    r"|\x1b\](?:0|1|2|22|52);.*",  # title, pointer, clipboard
    re.DOTALL,
)
"""Sequences that change neither cells nor cursor."""

_UPDATE_BEGINS, _UPDATE_ENDS = "\x1b[?2026h", "\x1b[?2026l"
_TORN = 256
"""The length up to which output arrives in one piece and needs no synchronized update."""


class OutputParser:
    """The cells that a terminal should show, and the output that is still to be sent."""

    def __init__(self) -> None:
        self._cells = CellGrid(0, 0)
        self._rows: set[int] = set()
        self._x = self._y = 0
        self._style = PLAIN
        self._renderer = DiffRenderer()
        self._is_drawn = True
        self._has_updates = False
        self._output: list[str] = []

    def write(self, data: str, size: tuple[int, int]) -> None:
        """Parse output for a terminal of this size (columns, rows)."""
        if size != self._cells.size:
            self._cells = self._cells.resized(*size)
            self._go(self._x, self._y)
        for token in _TOKEN.finditer(data):
            self._take(token)

    def invalidate(self) -> None:
        """Send the whole screen next, whatever the terminal shows now."""
        self._renderer.invalidate()
        self._is_drawn = False

    def take_output(self) -> str:
        """Return the pending output and forget it."""
        self._paint()
        output = "".join(self._output)
        self._output.clear()
        return output

    def _take(self, token: re.Match[str]) -> None:
        kind = token.lastindex
        if kind == _TEXT:
            self._x = self._cells.put(self._x, self._y, token[_TEXT], self._style)
            self._rows.add(self._y)
            self._is_drawn = False
        elif kind == _STYLE:
            style = apply_sgr(self._style, token[_STYLE])
            if style:
                self._style = style
            else:
                self._pass(token[0])
        elif kind == _COLUMN:
            self._go(int(token[_COLUMN]) - 1, int(token[_ROW]) - 1)
        elif kind == _NEW_LINE:
            self._go(0, self._y + 1)
        elif kind == _UPDATE:
            self._has_updates = True
        else:
            self._pass(token[0])

    def _go(self, x: int, y: int) -> None:
        """Move the cursor; like a terminal, stop at the edge."""
        width, height = self._cells.size
        self._x, self._y = max(min(x, width - 1), 0), max(min(y, height - 1), 0)
        self._is_drawn = False

    def _pass(self, sequence: str) -> None:
        """Pass on a sequence that does not draw; after an unknown one redraw everything."""
        self._paint()
        self._output += (self._renderer.reset_style(), sequence)
        if not _HARMLESS.fullmatch(sequence):
            self._renderer.invalidate()

    def _paint(self) -> None:
        if self._is_drawn:
            return
        cursor = min(self._x, self._cells.width - 1), self._y
        painting = self._renderer.render(self._cells, self._rows, cursor)
        if self._has_updates and len(painting) >= _TORN:
            painting = _UPDATE_BEGINS + painting + _UPDATE_ENDS
        self._output.append(painting)
        self._rows.clear()
        self._is_drawn = True
