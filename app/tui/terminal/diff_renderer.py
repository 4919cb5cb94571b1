"""Render the difference between what a terminal shows and what it should show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from app.tui.terminal.cell_grid import BLANK, TAIL, CellGrid, Row
from app.tui.terminal.escape_writer import EscapeWriter
from app.tui.terminal.sgr import PLAIN

_ERASE_SIZE = 3
_PASS_SIZE = 5
_MANY_BLANKS = re.compile(f" {{{_PASS_SIZE + 1},}}")
_WORTH_SCROLLING = 3
"""The least number of moved rows for which scrolling may take fewer bytes."""


class DiffRenderer:
    """Tracks what a terminal shows, and makes the bytes that update it."""

    def __init__(self) -> None:
        self.invalidate()

    def invalidate(self) -> None:
        """Forget what the terminal shows."""
        self._shown: CellGrid | None = None
        self._writer = EscapeWriter(None, None, None)

    def reset_style(self) -> str:
        """Return the sequence for the plain style, before output from elsewhere."""
        out = self._writer.fork()
        if out.style:
            out.set_style(PLAIN)
        self._writer = out.fork()
        return "".join(out.sent)

    def render(self, wanted: CellGrid, rows: Iterable[int], cursor: tuple[int, int]) -> str:
        """Return the output that makes the terminal show `wanted`; only `rows` may have changed."""
        out = self._writer.fork()
        shown = self._shown
        if shown is None or shown.size != wanted.size:
            out.clear()
            shown = self._shown = CellGrid(*wanted.size)
            rows = range(wanted.height)
        changed = _differing(rows, shown, wanted)
        _paint(out, shown, wanted, changed)
        for y in changed:
            shown.copy_row(y, wanted)
        x, y = cursor
        out.move_to(x, y, wanted.row(y))
        self._writer = out.fork()
        return "".join(out.sent)


def _paint(out: EscapeWriter, shown: CellGrid, wanted: CellGrid, changed: list[int]) -> None:
    """Paint row by row; scroll first if rows only moved and that takes fewer bytes."""
    moved = _moved(shown, wanted, changed) if len(changed) >= _WORTH_SCROLLING else None
    if not moved:
        _paint_rows(out, shown, wanted, changed)
        return
    top, bottom, up = moved
    scrolled = shown.scrolled(top, bottom, up)
    left = _differing({*changed, *range(top, bottom + 1)}, scrolled, wanted)
    ways = [out.fork()]
    ways[0].scroll(top, bottom, up)
    _paint_rows(ways[0], scrolled, wanted, left)
    if len(left) > len(changed) // 2:  # otherwise the scroll always takes fewer bytes
        ways.append(out.fork())
        _paint_rows(ways[1], shown, wanted, changed)
    out.join(min(ways, key=EscapeWriter.byte_count))


def _differing(rows: Iterable[int], shown: CellGrid, wanted: CellGrid) -> list[int]:
    return [y for y in sorted(rows) if wanted.row(y) != shown.row(y)]


def _moved(shown: CellGrid, wanted: CellGrid, changed: list[int]) -> tuple[int, int, int] | None:
    """Return the scroll (top, bottom, rows up) that moves the most changed rows to their place.

    Only the middle of the rows is compared: their edges may not move along (a scrollbar, a border).
    """
    middle = slice(shown.width // 8, shown.width - shown.width // 8)
    was = ["".join(chars[middle]) for chars in shown.chars]
    now = {y: "".join(wanted.chars[y][middle]) for y in changed}
    best, most = None, _WORTH_SCROLLING - 1
    for up in _moves(was, now):
        run, before = 0, -1
        for y, text in now.items():
            moved = (
                0 <= y + up < len(was)
                and text == was[y + up]
                and wanted.styles[y][middle] == shown.styles[y + up][middle]
            )
            run = (run if before == y - 1 else 0) + 1 if moved else 0
            before = y
            if run > most:
                first, most = y - run + 1, run
                best = min(first, first + up), max(y, y + up), up
    return best


def _moves(was: list[str], now: dict[int, str]) -> list[int]:
    """List the distances (rows up) that enough rows may have moved."""
    found: dict[str, list[int]] = {}
    for y, text in enumerate(was):
        found.setdefault(text, []).append(y)
    moves = Counter(
        old - y for y, text in now.items() if not text.isspace() for old in found.get(text, ())
    )
    return [up for up, count in moves.items() if up and count >= _WORTH_SCROLLING]


def _paint_rows(out: EscapeWriter, shown: CellGrid, wanted: CellGrid, rows: Iterable[int]) -> None:
    for y in rows:
        row = wanted.row(y)
        _paint_row(out, y, row, _changed(shown.row(y), row))


def _paint_row(out: EscapeWriter, y: int, row: Row, changed: list[int]) -> None:
    """Overwrite the row or erase it first, whichever takes fewer bytes."""
    end = _end(row)
    if not _is_worth_erasing(row, changed[0], end):
        _paint_over(out, y, row, changed, end)
        return
    over, erased = out.fork(), out.fork()
    _paint_over(over, y, row, changed, end)
    _paint_erased(erased, y, row, changed[0], end)
    out.join(min(over, erased, key=EscapeWriter.byte_count))


def _paint_over(out: EscapeWriter, y: int, row: Row, changed: list[int], end: int) -> None:
    behind = [x for x in changed if x >= end]
    erases = bool(behind) and behind[-1] - behind[0] >= _ERASE_SIZE
    for start, stop in _spans(changed[: -len(behind)] if erases else changed):
        out.write_cells(start, stop, y, row)
    if erases:
        out.move_to(behind[0], y, row, PLAIN)
        out.erase()


def _paint_erased(out: EscapeWriter, y: int, row: Row, first: int, end: int) -> None:
    chars, styles = row
    out.move_to(first, y, row, PLAIN)
    out.erase()
    rest = range(first, end)
    for start, stop in _spans(x for x in rest if chars[x] != BLANK or styles[x] is not PLAIN):
        out.write_cells(start, stop, y, row)


def _is_worth_erasing(row: Row, first: int, end: int) -> bool:
    """Return whether moving over the row's blanks takes far fewer bytes than writing them."""
    blanks = _MANY_BLANKS.findall("".join(row[0][first:end]))
    return sum(map(len, blanks)) - _PASS_SIZE * len(blanks) > _ERASE_SIZE


def _changed(old: Row, new: Row) -> list[int]:
    """List the columns that differ; both columns of a wide character."""
    chars = new[0]
    cells = enumerate(zip(old[0], chars, old[1], new[1], strict=True))
    columns = [x for x, (was, char, had, style) in cells if was != char or had is not style]
    if TAIL not in chars:
        return columns
    return sorted({*columns, *(x + 1 for x in columns if chars[x + 1 : x + 2] == [TAIL])})


def _end(row: Row) -> int:
    """Return the column from which the row is blank and plain."""
    chars, styles = row
    end = len(chars)
    while end and chars[end - 1] == BLANK and styles[end - 1] is PLAIN:
        end -= 1
    return end


def _spans(columns: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Group columns into runs of neighbours: (start, end)."""
    start = end = -1
    for column in columns:
        if column != end:
            if end > start:
                yield start, end
            start = column
        end = column + 1
    if end > start:
        yield start, end
