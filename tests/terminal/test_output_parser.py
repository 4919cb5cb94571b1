"""What a program draws, through the parser: the same on the terminal, and all else in order."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from app.tui.terminal.output_parser import OutputParser
from tests.terminal.emulator import CarefulEmulator, Emulator

SIZE = WIDTH, HEIGHT = 30, 8
NO_WRAP = "\x1b[?7l"
STYLES = st.sampled_from(
    ["", "0", "1;36;49", "4;39;49", "1;97;44", "7;39", "38;5;9;48;5;255", "38;2;1;2;3", "3;9", "22"]
)
TEXTS = st.text("ab 0.ğİ—│…✓漢あｗ🙂", min_size=1, max_size=20) | st.sampled_from(
    ["e\u0301", "\u0301x", "漢\u0301", "a\u200bb", "x" * WIDTH, " " * WIDTH]
)
TITLE, CURSOR, PASTE, BELL = "\x1b]0;başlık\x07", "\x1b[?25l", "\x1b[?2004h", "\x07"
PASSED = [TITLE, CURSOR, PASTE, BELL, "\x1b[>25u", "\x1b[6n", "\x1b[?2026$p"]
UNKNOWN = ["\x1b[?7777h", "\x1b]8;;http://x\x1b\\", "\x1b[5 q", "\x1b7", "\x1b[73m", "\x1b[?1049h"]


@st.composite
def strips(draw: st.DrawFn) -> str:
    """What Textual writes at one go: a place, segments up to the right edge, often a new line."""
    x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
    written = f"\x1b[{y + 1};{x + 1}H"
    for style, text in draw(st.lists(st.tuples(STYLES, TEXTS), max_size=4)):
        fitting = set_cell_size(text, min(cell_len(text), WIDTH - x))
        x += cell_len(fitting)
        written += f"\x1b[{style}m{fitting}\x1b[0m" if style else fitting
    return written + draw(st.sampled_from(["\n", "\r\n", ""]) if y < HEIGHT - 1 else st.just(""))


FRAMES = st.lists(strips() | st.sampled_from([*PASSED, *UNKNOWN]), max_size=6).map("".join)


@given(st.lists(st.tuples(FRAMES, st.booleans()), max_size=6))
def test_the_terminal_shows_what_was_written(frames):
    parser, ours, theirs = OutputParser(), CarefulEmulator(*SIZE), Emulator(*SIZE)
    ours.feed(NO_WRAP)
    theirs.feed(NO_WRAP)
    for frame, is_sent in [*frames, ("\x1b[H", True)]:
        parser.write(frame, SIZE)
        theirs.feed(re.sub("\r?\n", "\r\n", frame))  # as a terminal's line discipline has it
        if is_sent:
            ours.feed(parser.take_output())
            assert ours.cells == theirs.cells
            assert ours.place == theirs.place


def opened() -> OutputParser:
    """A parser for a terminal that shows what was written so far: nothing."""
    parser = OutputParser()
    parser.write("\x1b[1;1Htop\x1b[8;1Hbottom", SIZE)
    parser.take_output()
    return parser


def test_what_does_not_draw_is_passed_on_in_order():
    parser = opened()
    parser.write(
        f"\x1b[2;1Hone{TITLE}\x1b[3;1Htwo{CURSOR}{PASTE}\x1b[4;1H\x1b[1mthree\x1b[0m", SIZE
    )
    parser.write(BELL, SIZE)
    sent = parser.take_output()
    parts = ["one", TITLE, "two", CURSOR, PASTE, "three", "\x1b[m", BELL]
    assert re.findall("|".join(map(re.escape, parts)), sent) == parts
    assert "top" not in sent


@pytest.mark.parametrize("sequence", UNKNOWN)
def test_behind_what_is_not_known_all_is_sent_anew(sequence):
    parser = opened()
    parser.write(sequence, SIZE)
    assert parser.take_output() == sequence
    parser.write("\x1b[2;1Hone", SIZE)
    sent = parser.take_output()
    screen = Emulator(*SIZE)
    screen.feed("\x1b[44mwhatever\r\nit shows" + sent)
    assert screen.text.split() == ["top", "one", "bottom"]


def test_all_is_sent_anew_when_asked_for():
    parser = opened()
    parser.invalidate()
    screen = Emulator(*SIZE)
    screen.feed(parser.take_output())
    assert screen.text.split() == ["top", "bottom"]
    assert parser.take_output() == ""


def test_the_same_once_more_sends_nothing():
    parser = opened()
    parser.write("\x1b[1;1H\x1b[39;49mtop\x1b[0m\x1b[8;1Hbottom", SIZE)
    assert parser.take_output() == ""


def test_a_terminal_that_grew_or_shrank_is_drawn_whole():
    parser = opened()
    parser.write("\x1b[1;1Htop", (5, 2))
    small = Emulator(5, 2)
    small.feed("xxxxxxxxx" + parser.take_output())
    assert small.text == "top\n"
    parser.write("\x1b[9;38Hfar", (40, 9))
    great = Emulator(40, 9)
    great.feed(parser.take_output())
    assert great.text.split() == ["top", "far"]


def test_a_long_painting_is_one_update_where_the_terminal_knows_such():
    begin, end = "\x1b[?2026h", "\x1b[?2026l"
    parser = opened()
    parser.write(begin + "\x1b[2;1Hone" + end, SIZE)
    assert begin not in parser.take_output()
    for row in range(1, 9):
        parser.write(f"\x1b[{row};1H" + f"{row}" * WIDTH, SIZE)
    many = parser.take_output()
    assert many.startswith(begin)
    assert many.endswith(end)
    assert len(many) < 400


@pytest.mark.parametrize("doubtful", ["e\u0301", "❤\ufe0f", "👩\u200d🚀", "🙂", "🇹🇷"])
def test_behind_a_character_of_doubtful_width_the_place_is_told(doubtful):
    parser = opened()
    parser.write(f"\x1b[2;1H{doubtful}behind", SIZE)
    column = cell_len(doubtful) + 1
    place = rf"\x1b\[2;{column}H|\r\x1b\[{column - 1}?C"
    assert re.search(rf"{doubtful[0]}.*({place})behind", parser.take_output())
