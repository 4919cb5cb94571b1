"""From one grid of cells to another: what an emulator shows of the bytes is the grid."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tui.terminal.cell_grid import CellGrid
from app.tui.terminal.diff_renderer import DiffRenderer
from app.tui.terminal.sgr import PLAIN, Style, apply_sgr
from tests.terminal.emulator import CarefulEmulator, Cell, Emulator

SGR = ["", "1", "4", "7", "1;4", "3;9", "36", "1;97;44", "41", "38;5;120;7", "48;2;1;2;3", "5;93"]
TEXTS = st.text("ab 0.ğİ—│…✓漢あ한ｗ🙂", max_size=30) | st.sampled_from(
    ["e\u0301", "ae\u0301b", "漢\u0301 x", "🙂 🙂", " " * 20, "x" + " " * 15 + "y", "x" * 20]
)
PUTS = st.tuples(st.just("put"), st.integers(0, 39), st.integers(0, 9), TEXTS, st.sampled_from(SGR))
SCROLLS = st.tuples(
    st.just("scroll"), st.integers(0, 9), st.integers(0, 9), st.integers(-4, 4).filter(bool)
)
BLANKS = st.tuples(st.just("blank"), st.integers(0, 9), st.integers(0, 9))
STEPS = st.lists(st.lists(PUTS | SCROLLS | BLANKS, max_size=12), min_size=1, max_size=4)
SIZES = st.tuples(st.integers(1, 40), st.integers(1, 10))

KNOWN = re.compile(
    r"\x1b\[\d*(?:;\d*)?H|\x1b\[\d*[ABCDKXLMJ]|\x1b\[[\d;]*m|\x1b\[(?:\d+;\d+)?r|\x1b[DM]|\x1b\(B"
    r"|[\r\b\x0f]|[^\x00-\x1f\x7f-\x9f]"
)


def change(cells: CellGrid, step: tuple) -> None:
    """One change of a grid; places outside of it are taken inside."""
    kind, *values = step
    width, height = cells.size
    if kind == "put":
        x, y, text, parameters = values
        cells.put(x % width, y % height, text, apply_sgr(PLAIN, parameters))
        return
    top, bottom = sorted(value % height for value in values[:2])
    if kind == "scroll":
        moved = cells.scrolled(top, bottom, values[2])
        for y in range(height):
            cells.copy_row(y, moved)
    else:
        for y in range(top, bottom + 1):
            cells.put(0, y, " " * width, PLAIN)


def shows(cells: CellGrid) -> list[list[Cell]]:
    """What an emulator shows of the grid."""
    return [
        [
            look(style)._replace(data=unicodedata.normalize("NFC", char))
            for char, style in zip(*cells.row(y), strict=True)
        ]
        for y in range(cells.height)
    ]


@lru_cache
def look(style: Style) -> Cell:
    screen = Emulator(1, 1)
    screen.feed(f"\x1b[{';'.join(filter(None, (*style[:2], *style.attributes))) or 0}m")
    return screen.cursor.attrs


@given(SIZES, STEPS, st.booleans())
def test_the_emulator_shows_the_grid_after_every_painting(size, steps, wraps):
    renderer, screen, cells = DiffRenderer(), CarefulEmulator(*size), CellGrid(*size)
    screen.feed("\x1b[?7h" if wraps else "\x1b[?7l")
    for step in steps:
        for one in step:
            change(cells, one)
        cursor = len(step) % size[0], len(step) % size[1]
        screen.feed(renderer.render(cells, range(cells.height), cursor))
        assert screen.cells == shows(cells)
        assert screen.place == cursor
        assert renderer.render(cells, range(cells.height), cursor) == ""


@given(SIZES, STEPS)
def test_only_what_every_terminal_knows_is_sent(size, steps):
    renderer, cells = DiffRenderer(), CellGrid(*size)
    for step in steps:
        for one in step:
            change(cells, one)
        sent = renderer.render(cells, range(cells.height), (0, 0))
        assert KNOWN.sub("", sent) == ""


@given(SIZES, SIZES, STEPS)
def test_another_size_or_a_forgotten_screen_is_painted_whole(size, other, steps):
    renderer, cells = DiffRenderer(), CellGrid(*size)
    for step in steps:
        for one in step:
            change(cells, one)
        renderer.render(cells, range(cells.height), (0, 0))
        if size == other:
            renderer.invalidate()
        cells = cells.resized(*other)
        size, other = other, size
        screen = CarefulEmulator(*size)
        screen.feed("\x1b[2;3H\x1b[1;7;41mwhat stood there before")
        screen.feed(renderer.render(cells, (), (0, 0)))
        assert screen.cells == shows(cells)


PAGE = [
    f"{number:05} {name:20}{number * 37 % 1000:10}" for number, name in enumerate("abcdefgh" * 3)
]


def page(first: int, chosen: int = -1) -> CellGrid:
    """Twelve rows of a list under a header and above a footer; one is drawn in reverse."""
    cells = CellGrid(40, 14)
    cells.put(0, 0, "number name", apply_sgr(PLAIN, "1;4"))
    for y in range(12):
        style = apply_sgr(PLAIN, "7" if first + y == chosen else "")
        cells.put(0, y + 1, PAGE[first + y], style)
    cells.put(0, 13, "F1 F2", apply_sgr(PLAIN, "44"))
    return cells


@pytest.mark.parametrize(
    ("before", "after", "most"),
    [
        (page(0), page(0), 0),
        (page(0), page(1), 66),
        (page(3), page(1), 100),
        (page(0, 11), page(1, 12), 130),
        (page(0, 3), page(0, 4), 100),
    ],
)
def test_rows_that_only_moved_are_not_sent_again(before, after, most):
    renderer = DiffRenderer()
    renderer.render(before, range(14), (0, 0))
    sent = renderer.render(after, range(14), (0, 0))
    assert len(sent) <= most


def test_a_row_that_stays_below_rows_that_move_is_painted_again():
    rows = [f"{letter * 30:40}" for letter in "abcdef"]
    before, after = CellGrid(40, 6), CellGrid(40, 6)
    for y in range(6):
        before.put(0, y, rows[y], PLAIN)
        after.put(0, y, rows[min(y + 1, 4)] if y < 5 else rows[5], PLAIN)
    renderer, screen = DiffRenderer(), CarefulEmulator(40, 6)
    screen.feed(renderer.render(before, range(6), (0, 0)))
    sent = renderer.render(after, range(6), (0, 0))
    screen.feed(sent)
    assert screen.cells == shows(after)
    assert "\x1b[M" in sent
