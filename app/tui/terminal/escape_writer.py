"""Write escape sequences, and track the cursor and the style that they leave.

Only sequences that xterm, linux, screen, tmux, putty and vt220 all understand are used: CUP, CUU,
CUD, CUF, CUB, IND, RI, SGR, ED, EL, ECH, IL, DL and DECSTBM.
"""

from __future__ import annotations

import re

from app.tui.terminal.cell_grid import TAIL, Row
from app.tui.terminal.sgr import PLAIN, Style, sgr_between

_DOUBTFUL = "\U0001f000"
"""From this code point on terminals disagree about a character's width."""

_LONG_BLANK = re.compile(" {11,}")
_LONGEST_REPRINT = 5


class EscapeWriter:
    """Output for a terminal, with the cursor position and style after it.

    `x` is None where terminals disagree: after the last column or a character of doubtful width.
    `y` is None too after a scroll.
    """

    def __init__(self, x: int | None, y: int | None, style: Style | None) -> None:
        self.x, self.y, self.style = x, y, style
        self.sent: list[str] = []

    def fork(self) -> EscapeWriter:
        """Return a writer that continues from this state, with no output yet."""
        return EscapeWriter(self.x, self.y, self.style)

    def join(self, fork: EscapeWriter) -> None:
        """Append the output of a fork and take its state."""
        self.x, self.y, self.style = fork.x, fork.y, fork.style
        self.sent += fork.sent

    def byte_count(self) -> int:
        """Return the size of the output so far."""
        return len("".join(self.sent).encode("utf-8", "replace"))

    def set_style(self, style: Style) -> None:
        """Set the style of the following output."""
        if style is not self.style:
            self.sent.append(sgr_between(self.style, style))
            self.style = style

    def clear(self) -> None:
        """Reset the terminal: ASCII, plain style, no scroll region, blank screen."""
        self.sent.append("\x0f\x1b(B\x1b[m\x1b[r\x1b[H\x1b[J")
        self.x, self.y, self.style = 0, 0, PLAIN

    def erase(self, count: int | None = None) -> None:
        """Blank `count` cells from the cursor on; None for the rest of the row."""
        # Only some terminals erase with the current background (BCE).
        self.set_style(PLAIN)
        self.sent.append("\x1b[K" if count is None else f"\x1b[{count}X")

    def scroll(self, top: int, bottom: int, up: int) -> None:
        """Move the rows `top` to `bottom` up by `up`; a negative number moves them down."""
        self.set_style(PLAIN)
        rows = _counted(up, "M") if up > 0 else _counted(-up, "L")
        self.sent.append(f"\x1b[{top + 1};{bottom + 1}r{_position(0, top)}{rows}\x1b[r")
        self.x = self.y = None

    def move_to(self, x: int, y: int, row: Row, style: Style | None = None) -> None:
        """Move the cursor to a cell of this row with the fewest bytes.

        `style` is the style of the following output.
        """
        if x == self.x and y == self.y:
            return
        motion = min(self._motions(x, y), key=len)
        text_style, text = self._reprint(x, y, row, style)
        if text_style and len(text) < len(motion):
            self.set_style(text_style)
            motion = text
        self.sent.append(motion)
        self.x, self.y = x, y

    def write_cells(self, start: int, end: int, y: int, row: Row) -> None:
        """Write the cells of a row from `start` to `end`."""
        styles = row[1]
        while start < end:
            style, stop = styles[start], start + 1
            while stop < end and styles[stop] is style:
                stop += 1
            if style is PLAIN:
                self._put_plain(start, stop, y, row)
            else:
                self._put_alike(start, stop, y, row)
            start = stop

    def _put_plain(self, start: int, end: int, y: int, row: Row) -> None:
        """Write plain cells; erase long blanks instead of writing them."""
        text = "".join(row[0][start:end])
        if len(text) == end - start:  # otherwise an index in the text is not a column
            for blank in _LONG_BLANK.finditer(text):
                first = end - len(text) + blank.start()
                self._put_alike(start, first, y, row)
                self.move_to(first, y, row, PLAIN)
                self.erase(len(blank[0]))
                start = first + len(blank[0])
        self._put_alike(start, end, y, row)

    def _put_alike(self, start: int, end: int, y: int, row: Row) -> None:
        """Write cells of one style."""
        if start == end:
            return
        chars, styles = row
        text = "".join(chars[start:end])
        if _is_sure(text, chars[start:end]):
            self.move_to(start, y, row, styles[start])
            self.set_style(styles[start])
            self.sent.append(text)
            self.x = end if end < len(chars) else None
        else:
            for x in range(start, end):
                self._put_cell(x, y, row)

    def _put_cell(self, x: int, y: int, row: Row) -> None:
        chars, styles = row
        if chars[x] == TAIL:
            return
        self.move_to(x, y, row, styles[x])
        self.set_style(styles[x])
        self.sent.append(chars[x])
        after = x + 1
        while after < len(chars) and chars[after] == TAIL:
            after += 1
        sure = _is_sure(chars[x], chars[x:after])
        self.x = after if sure and after < len(chars) else None

    def _motions(self, x: int, y: int) -> list[str]:
        """List the sequences that move the cursor to a cell."""
        if self.y is None:
            return [_position(x, y)]
        vertical = _vertical(y - self.y)
        from_start = f"\r{vertical}{_horizontal(x)}"
        if self.x is None:
            return [_position(x, y), from_start]
        return [_position(x, y), from_start, vertical + _horizontal(x - self.x)]

    def _reprint(self, x: int, y: int, row: Row, style: Style | None) -> tuple[Style | None, str]:
        """Return style and text of the few cells to write again instead of a cursor motion."""
        if y != self.y or self.x is None or not 0 < x - self.x <= _LONGEST_REPRINT:
            return None, ""
        styles = row[1][self.x : x]
        text = "".join(row[0][self.x : x])
        alike = styles.count(styles[0]) == len(styles) == len(text) and text.isascii()
        return (styles[0] if alike and styles[0] in (self.style, style) else None), text


def _is_sure(text: str, cells: list[str]) -> bool:
    """Whether all terminals agree on the column after the text of these cells."""
    if text.isascii():
        return len(text) == len(cells)
    return max(text) < _DOUBTFUL and len(text) + cells.count(TAIL) == len(cells)


def _position(x: int, y: int) -> str:
    row, column = str(y + 1) if y else "", f";{x + 1}" if x else ""
    return f"\x1b[{row}{column}H"


def _vertical(rows: int) -> str:
    if abs(rows) == 1:
        return "\x1bD" if rows == 1 else "\x1bM"
    return _counted(rows, "B") if rows > 0 else _counted(-rows, "A")


def _horizontal(columns: int) -> str:
    if -4 < columns < 0:
        return "\b" * -columns
    return _counted(columns, "C") if columns > 0 else _counted(-columns, "D")


def _counted(count: int, final: str) -> str:
    if count == 0:
        return ""
    return f"\x1b[{count if count > 1 else ''}{final}"
