"""What the program costs the line: no more than curses with the same screens, nothing when idle."""

from __future__ import annotations

import shutil

from tests.terminal.wire_costs import (
    by_name,
    curses_bytes,
    first_screen,
    idle,
    opened,
    walk,
)

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


def test_an_idle_program_sends_nothing_and_takes_next_to_no_time(filled_books):
    with opened(filled_books) as it:
        first_screen(it)
        spells = [idle(it, 2) for _ in range(3)]
    assert [sent for sent, _ in spells] == [0, 0, 0]
    assert min(share for _, share in spells) <= 0.003  # a slow machine may still be starting it
