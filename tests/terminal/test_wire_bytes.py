"""What the program costs the line: no more than curses with the same screens, nothing when idle."""

from __future__ import annotations

import shutil

from tests.terminal.wire_costs import (
    by_name,
    curses_bytes,
    first_screen,
    opened,
    walk,
)

_SPELLS = 5
_MOST_WAKES = 20  # a second; the key reader looks ten times whether Esc stands alone
PROMISED = {"first screen", "↓", "scroll", "PgDn", "typed letter", "other tab", "mark", "progress",
            "dialog", "dialog closed"}  # fmt: skip


def test_no_action_costs_more_than_half_again_what_curses_sends_and_100_bytes(
    filled_books, tmp_path
):
    shutil.copytree(filled_books, tmp_path, dirs_exist_ok=True)
    steps = walk(tmp_path)
    theirs = by_name(steps, curses_bytes(steps, tmp_path))
    ours = by_name(steps, [step.bytes for step in steps])
    assert set(ours) >= PROMISED
    dear = {
        name: f"{cost:.0f} bytes, curses {theirs[name]:.0f}"
        for name, cost in ours.items()
        if cost > 1.5 * theirs[name] + 100
    }
    assert not dear


def test_an_idle_program_sends_nothing_and_hardly_wakes(filled_books):
    """Its processor time depends on the machine; how often it wakes does not."""
    with opened(filled_books) as it:
        first_screen(it)
        it.rest(0.5)
        for _ in range(_SPELLS):  # a slow machine may still be starting it
            before = it.wakes()
            sent = it.rest(2)
            woken = it.wakes() - before
            if not sent and woken <= 2 * _MOST_WAKES:
                break
    assert sent == 0
    assert woken <= 2 * _MOST_WAKES
