"""Bytes that each action costs on the line: of the program, and of curses with the same screens.

    python -m tests.terminal.wire_costs

prints them, Textual's own driver beside; what the program costs while nothing happens; and how
long ↓ takes.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pyte import graphics

from tests.cli.loaded_program import run_loaded
from tests.terminal.emulator import Cell, Emulator
from tests.terminal.starting import command, loaded
from tests.terminal.watched import Watched, says

DOWN, PAGE_DOWN, END, ENTER, ESC, TAB, BACKTAB, BACKSPACE, CTRL_L = (
    "\x1b[B", "\x1b[6~", "\x1b[F", "\r", "\x1b", "\t", "\x1b[Z", "\x7f", "\x0c",
)  # fmt: skip
F1, F2, F3, F5 = "\x1bOP", "\x1bOQ", "\x1bOR", "\x1b[15~"
STOCK = {"TOPLU_FATURA_SURUCU": "textual"}
INVOICES = 1500
FILE = "hepsi.json"
FIRST_SCREEN, PROGRESS = "first screen", "progress"
ON_THE_WAY = ""
WALK = [
    (ON_THE_WAY, END, []),
    ("typed letter", "x", []),
    (ON_THE_WAY, BACKSPACE, []),
    ("next field", TAB, []),
    (ON_THE_WAY, BACKTAB, []),
    ("list", F5, ["belge listelendi"]),
    ("↓", DOWN, ["2. satır"]),
    ("mark", " ", ["1 işaretli"]),
    (ON_THE_WAY, DOWN * 20, ["23. satır"]),
    ("scroll", DOWN, ["24. satır"]),
    ("PgDn", PAGE_DOWN, []),
    ("other tab", F3, ["[İçeri Aktar]"]),
    ("tab back", F3, ["[Dışarı Aktar]"]),
    ("document", ENTER, ["Belge / "]),
    ("document closed", ESC, ["[Dışarı Aktar]"]),
    ("help", F1, ["╭"]),
    ("help ↓", DOWN, []),
    ("help closed", ESC, ["[Dışarı Aktar]"]),
    ("mark all", "a", []),
    ("dialog", F2, ["emin misiniz?"]),
    ("dialog closed", "h", []),
    ("drawn anew", CTRL_L, []),
    (ON_THE_WAY, F3, ["[İçeri Aktar]"]),
    (ON_THE_WAY, "{folder}/" + FILE, [FILE]),
    (ON_THE_WAY, F5, [f"{FILE}: "]),
    (ON_THE_WAY, "a", ["işaretli"]),
    ("numbering", F2, ["yeni numara alır"]),
    (ON_THE_WAY, BACKTAB * 2, []),
]
"""A name, what is typed, what is to be seen then."""

_LOOK = 0.03  # seconds of quiet between two looks at a running job
_CURSES = Path(__file__).with_name("curses_reference.py")
_COLOURS = {
    **{name: code - 30 for code, name in graphics.FG_ANSI.items() if code < 38},
    **{name: code - 90 + 8 for code, name in graphics.FG_AIXTERM.items()},
    "default": -1,
}
_ATTRIBUTES = {"bold": "A_BOLD", "underscore": "A_UNDERLINE", "reverse": "A_REVERSE"}


@dataclass(frozen=True)
class Step:
    """What was typed, what it cost, and what the terminal showed then."""

    name: str
    keys: str
    bytes: int
    picture: dict[str, Any]


def make_books(folder: Path) -> None:
    """A filled database, and a file with its documents."""
    for arguments in (["ornek-veri", "--fatura", str(INVOICES)], ["disari-aktar", FILE]):
        run_loaded([*on_books(folder), *arguments], folder, os.environ).check_returncode()


def on_books(folder: Path) -> tuple[str, str]:
    """The arguments that name the database in the folder."""
    return "--veritabani", str(folder / "defter.db")


def opened(folder: Path, *, controls: bool = True, **environment: str) -> Watched:
    """The program; its first screen is still to come."""
    return Watched(loaded(*on_books(folder)), controls=controls, **environment)


def first_screen(it: Watched) -> int:
    """Wait for it; its bytes."""
    return it.wait_for(says("Kısıtları yazın", "F10"))


def walk(folder: Path, **environment: str) -> list[Step]:
    """Through both jobs; the last of it is an import."""
    with opened(folder, **environment) as it:
        steps = [Step(FIRST_SCREEN, "", first_screen(it), picture(it.screen))]
        for name, keys, words in WALK:
            before = it.bytes
            it.type(keys.format(folder=folder))
            it.read(10)
            it.wait_for(says(*words))
            steps.append(Step(name, keys, it.bytes - before, picture(it.screen)))
        return [*steps, *_import(it)]


def _import(it: Watched) -> Iterator[Step]:
    """Looks at a running import, until it is done."""
    it.type(ENTER)
    is_done = says("belge aktarıldı")
    while not is_done(it.screen):
        before = it.bytes
        assert it.read(10), it.screen.text
        it.rest(_LOOK)
        name = PROGRESS if says("Esc durdurur")(it.screen) else ON_THE_WAY
        yield Step(name, " ", it.bytes - before, picture(it.screen))


def curses_bytes(steps: list[Step], folder: Path) -> list[int]:
    """What curses sends for each of the same screens. Raises AssertionError if it shows others."""
    screens = folder / "screens.json"
    screens.write_text(json.dumps([step.picture for step in steps]), encoding="utf-8")
    costs = []
    with Watched(command(sys.executable, _CURSES, screens)) as it:
        for step in steps:
            if costs:
                it.type(CTRL_L if step.keys == CTRL_L else " ")
            rows = step.picture["rows"]
            costs.append(it.wait_for(lambda screen, rows=rows: _rows(screen) == rows, _LOOK))
    return costs


def picture(screen: Emulator) -> dict[str, Any]:
    """The screen for the curses program."""
    return {"rows": _rows(screen), "cursor": screen.place}


def _rows(screen: Emulator) -> list[list[list[Any]]]:
    return [
        [["".join(cell.data for cell in cells), *look] for look, cells in groupby(row, _look)]
        for row in screen.cells
    ]


def _look(cell: Cell) -> tuple[int, int, list[str]]:
    names = [name for field, name in _ATTRIBUTES.items() if getattr(cell, field)]
    return _COLOURS[cell.fg], _COLOURS[cell.bg], names


def by_name(steps: list[Step], costs: list[int]) -> dict[str, float]:
    """The mean of each kind of action."""
    named = defaultdict(list)
    for step, cost in zip(steps, costs, strict=True):
        named[step.name].append(cost)
    return {name: statistics.mean(each) for name, each in named.items() if name != ON_THE_WAY}


def idle(it: Watched, seconds: float) -> tuple[int, float]:
    """Bytes sent, and the share of a processor taken, while nothing happens."""
    it.rest(0.5)
    before, start = it.cpu(), time.monotonic()
    sent = 0
    while (left := start + seconds - time.monotonic()) > 0:
        sent += it.read(left)
    return sent, (it.cpu() - before) / seconds


def answers(it: Watched, count: int = 60) -> tuple[float, float]:
    """For ↓ in a list: median seconds to the first byte, seconds of the processor a key."""
    it.type(F5)
    it.wait_for(says("belge listelendi"))
    waits, before = [], it.cpu()
    for _ in range(count):
        start = time.perf_counter()
        it.type(DOWN)
        it.read(10)
        waits.append(time.perf_counter() - start)
        it.rest(0.05)
    return statistics.median(waits), (it.cpu() - before) / count


def main() -> None:
    """Print it all."""
    with tempfile.TemporaryDirectory() as name:
        books = Path(name) / "books"
        books.mkdir()
        make_books(books)
        stock, ours = (
            walk(Path(shutil.copytree(books, Path(name) / kind)), **environment)
            for kind, environment in (("stock", STOCK), ("ours", {}))
        )
        theirs = by_name(ours, curses_bytes(ours, Path(name)))
        before, after = ([step.bytes for step in steps] for steps in (stock, ours))
        _print_table(by_name(stock, before), by_name(ours, after), theirs)
        for kind, environment in (("Textual's", STOCK), ("ours", {})):
            with opened(books, **environment) as it:
                first_screen(it)
                sent, share = idle(it, 10)
                wait, cost = answers(it)
                print(f"{kind}: idle {sent} bytes, {share:.2%} CPU; ", end="")
                print(f"↓ {1000 * wait:.1f} ms to the first byte, {1000 * cost:.1f} ms CPU")


def _print_table(stock: dict[str, float], ours: dict[str, float], curses: dict[str, float]) -> None:
    print("| bytes at 80×24 | Textual's driver | ours | curses | ours / curses |")
    print("|---|--:|--:|--:|--:|")
    for name, cost in ours.items():
        ratio = cost / curses[name]
        print(f"| {name} | {stock[name]:.0f} | {cost:.0f} | {curses[name]:.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
