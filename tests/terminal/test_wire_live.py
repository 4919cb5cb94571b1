"""The driver on real pseudo-terminals: beside Textual's, on lines that stand still or are gone."""

from __future__ import annotations

import signal
import termios
import time

from tests.terminal.watched import PATIENCE, Watched, says
from tests.terminal.wire_costs import (
    BACKSPACE,
    CTRL_L,
    DOWN,
    END,
    ENTER,
    ESC,
    F1,
    F2,
    F3,
    F5,
    PAGE_DOWN,
    STOCK,
    TAB,
    first_screen,
    opened,
)

WIPE = "\x15"
SCRIPT = [
    (END, ""), ("ğ漢x\u0301", "ğ漢"), (BACKSPACE * 4, ""),
    (f"{WIPE}iki.json", "iki.json"), (TAB, ""),  # else the second of the look would name the file
    (F5, "935 belge listelendi"), (DOWN, "2. satır"),
    (" ", "1 işaretli"), (DOWN * 20, "23. satır"), (PAGE_DOWN, "38. satır"), (120, 40),
    (DOWN, "39. satır"), (ENTER, "Belge / "), (ESC, "39. satır"), (60, 15), (F1, "╭"),
    (PAGE_DOWN, "╭"), (ESC, "39. satır"), (80, 24), ("a", "935 işaretli"), (F2, "emin misiniz?"),
    (CTRL_L, "emin misiniz?"), ("h", "935 işaretli"), (F3, "[İçeri Aktar]"), (CTRL_L, "Kodlama"),
]  # fmt: skip


def alike(one: Watched, other: Watched, words: str) -> bool:
    """Whether both show the words and the same cells, sooner or later."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        one.read(0.01)
        other.read(0.01)
        same = one.screen.cells == other.screen.cells and one.screen.place == other.screen.place
        if same and words in one.screen.text:
            return True
    return False


def test_both_drivers_lead_to_the_same_screens_after_every_key(filled_books):
    with opened(filled_books, **STOCK) as stock, opened(filled_books) as ours:
        first_screen(ours)
        first_screen(stock)
        for what, words in SCRIPT:
            for it in (ours, stock):
                if isinstance(what, int):
                    it.resize(what, words)
                else:
                    it.type(what)
            assert alike(ours, stock, words if isinstance(words, str) else ""), (
                f"after {what!r}:\n{ours.screen.text}\n\n{stock.screen.text}"
            )
        assert ours.bytes < stock.bytes / 3


def test_what_another_program_wrote_is_gone_after_ctrl_l(filled_books):
    with opened(filled_books) as it:
        first_screen(it)
        shown = it.screen.cells
        it.screen.feed("\x1b[44m\x1b[5;20r\x1b[9;9HBroadcast message\r\n\r\nreboot at 18:00\r\n")
        assert it.screen.cells != shown
        it.type(CTRL_L)
        it.wait_for(lambda screen: screen.cells == shown)


def test_an_exported_size_is_not_the_terminals(filled_books):
    with opened(filled_books, COLUMNS="60", LINES="15") as it:
        it.wait_for(lambda screen: screen.display[23].startswith("F1 Yardım"))
        it.resize(100, 30)
        it.wait_for(lambda screen: screen.display[29].startswith("F1 Yardım"))
        assert len(it.screen.display[0].rstrip()) > 80


def test_a_program_that_was_stopped_goes_on_with_its_screen(filled_books):
    with opened(filled_books) as it:
        first_screen(it)
        shown = it.screen.cells
        it.program.send_signal(signal.SIGTSTP)
        wait_until_stopped(it)
        it.rest()
        it.screen.feed("\x1b[H\x1b[J$ fg")
        it.program.send_signal(signal.SIGCONT)
        it.wait_for(lambda screen: screen.cells == shown)


def test_a_line_that_stands_still_misses_steps_but_not_the_last_state(filled_books):
    with opened(filled_books) as it:
        first_screen(it)
        it.type(F5)
        it.wait_for(says("belge listelendi"))
        termios.tcflow(it.terminal, termios.TCOOFF)
        it.type(DOWN * 60)
        wait_until_idle(it)
        before = it.bytes
        termios.tcflow(it.terminal, termios.TCOON)
        it.wait_for(says("61. satır"))
        assert it.bytes - before < 3000


def test_the_program_ends_where_the_line_is_gone_even_without_a_signal(filled_books):
    with opened(filled_books, controls=False) as it:
        first_screen(it)
        it.hang_up()
        assert it.program.wait(PATIENCE) == 129


def wait_until_stopped(it: Watched) -> None:
    deadline = time.monotonic() + PATIENCE
    while it.state() != "T":
        assert time.monotonic() < deadline
        it.read(0.01)


def wait_until_idle(it: Watched) -> None:
    """Wait until the program has answered all that was typed."""
    deadline, before = time.monotonic() + PATIENCE, -1.0
    while it.cpu() - before > 0.002:
        assert time.monotonic() < deadline
        before = it.cpu()
        it.rest(0.3)
