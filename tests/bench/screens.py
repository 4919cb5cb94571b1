"""What the screens are asked: the first frame, the first rows, a file opened, an answer."""

from __future__ import annotations

import re
import statistics
import time
from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.bench.data import Data
from tests.bench.measure import Cost
from tests.bench.terminal import ROWS, Terminal, terminal

F2, F3, F5 = b"\x1bOQ", b"\x1bOR", b"\x1b[15~"
DOWN, ENTER = b"\x1b[B", b"\r"
EVERY = 0.05
FEWEST_ANSWERS = 5
PATIENCE = 60.0
_NUMBER = slice(2, 17)
_MOST_ROWS = 20_000  # the cursor never gets so far
_DATE = re.compile(r"\d\d\.\d\d\.\d{4}")
_LISTED = re.compile(r"\d belge · ")
_JUDGED = re.compile(r"\.json: .*\d (hazır|uyarılı|hatalı)")


def first_word(command: Sequence[str], word: str) -> Cost:
    """From the start of the process until the word is drawn."""
    start = time.perf_counter()
    with terminal(command) as drawn:
        shown = drawn.wait_for(lambda lines: any(word in line for line in lines))
        return Cost(shown - start, peak=drawn.peak())


def first_frame(command: Sequence[str]) -> Cost:
    """From the start of the process until title and key bar are drawn."""
    start = time.perf_counter()
    with terminal(command) as drawn:
        shown = drawn.wait_for(is_framed)
        return Cost(shown - start, peak=drawn.peak())


def first_rows(command: Sequence[str]) -> Cost:
    """From Kayıtları Getir (F5) until the first rows are drawn."""
    with terminal(command) as drawn:
        drawn.wait_for(is_framed)
        pressed = drawn.press(F5)
        shown = drawn.wait_for(_has_rows)
        return Cost(shown - pressed, peak=drawn.peak())


def judged_file(data: Data, file: Path) -> list[Cost]:
    """Another file in İçeri Aktar: all judged."""
    return opened_file(data, file)[1:2]


def opened_file(data: Data, file: Path | None = None) -> list[Cost]:
    """A file in İçeri Aktar: first rows, all judged, longest time without a byte drawn."""
    with terminal(data.command(data.empty)) as drawn:
        _go_to_import(drawn, file or data.file)
        pressed = drawn.press(F5)
        rows, moments = 0.0, [pressed]
        for moment in drawn.moments_until(_is_judged):
            moments.append(moment)
            rows = rows or (moment if _has_rows(drawn.lines) else 0.0)
        rows = rows or drawn.wait_for(_has_rows)
        silence = max(after - before for before, after in pairwise(moments))
        return [
            Cost(rows - pressed),
            Cost(moments[-1] - pressed, peak=drawn.peak()),
            Cost(silence),
        ]


def answers(data: Data) -> list[Cost]:
    """↓ every 50 ms while a file is saved: median, 99th percentile and longest answer."""
    numbers = data.numbers(_MOST_ROWS)
    with terminal(data.command(data.copy(data.empty))) as drawn:
        _go_to_import(drawn, data.file)
        drawn.press(F5)
        drawn.wait_for(_is_judged)
        drawn.press(b"a")
        drawn.wait_for(lambda lines: any("işaretli" in line for line in lines))
        drawn.press(F2)
        drawn.wait_for(lambda lines: any("numarasını korur" in line for line in lines))
        drawn.press(ENTER)
        drawn.press(ENTER)
        drawn.wait_for(lambda _: _row_here(drawn) == numbers[0])
        waits = sorted(_press_down(drawn, numbers))
        peak = drawn.peak()
    last = waits[min(len(waits) - 1, len(waits) * 99 // 100)]
    return [Cost(statistics.median(waits)), Cost(last), Cost(waits[-1], peak=peak)]


def _press_down(drawn: Terminal, numbers: list[str]) -> list[float]:
    """How long each ↓ waited until the cursor stood on its row, till the end of the transfer.

    A key is pressed at its time whether or not the one before it was answered.
    """
    waits: list[float] = []
    pending: deque[float] = deque()
    row, due, done = 0, time.perf_counter(), False
    while pending or not done or len(waits) < FEWEST_ANSWERS:
        if time.perf_counter() >= due and (not done or len(waits) < FEWEST_ANSWERS):
            drawn.press(DOWN)
            pending.append(due)
            due += EVERY
        moment = drawn.read(due - time.perf_counter() if not done else EVERY)
        if pending and time.perf_counter() - pending[0] > PATIENCE:
            raise RuntimeError("a key was not answered; the screen is\n" + "\n".join(drawn.lines))
        if moment is None:
            continue
        here = _row_here(drawn)
        while pending and here in numbers[row + 1 : row + 1 + len(pending)]:
            waits.append(moment - pending.popleft())
            row += 1
            if numbers[row] == here:
                break
        done = done or _is_saved(drawn.lines)
    return waits


def _row_here(drawn: Terminal) -> str:
    """The number in the cursor's row; empty while the list has no focus."""
    return drawn.highlighted[_NUMBER].strip()


def _go_to_import(drawn: Terminal, file: Path) -> None:
    drawn.wait_for(is_framed)
    drawn.press(F3)
    drawn.wait_for(lambda lines: "[İçeri Aktar]" in lines[0])
    drawn.press(str(file).encode())
    drawn.wait_for(lambda lines: any(file.name in line for line in lines))


def is_framed(lines: list[str]) -> bool:
    """Whether the title stands on the first line and the key bar on the last."""
    return "Toplu Fatura Aktarımı" in lines[0] and "F1" in lines[-1]


def _has_rows(lines: list[str]) -> bool:
    """Whether the list shows documents: each has a date, and the empty fields have none."""
    return sum(bool(_DATE.search(line)) for line in lines) >= ROWS // 3


def _is_judged(lines: list[str]) -> bool:
    """Whether the message says how many documents of the file are well."""
    return any(_JUDGED.search(line) for line in lines)


def _is_saved(lines: list[str]) -> bool:
    """Whether rows are saved and the status line says again how many there are."""
    return any("Aktarıldı" in line for line in lines) and any(_LISTED.search(x) for x in lines)
