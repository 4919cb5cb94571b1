"""Measures the screens in a real pseudo-terminal, read by a terminal emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

from tests.bench.measure import Cost

COLUMNS, ROWS = 80, 24
F5 = b"\x1b[15~"
_TIMEOUT = 120.0
_DATE = re.compile(r"\d\d\.\d\d\.\d{4}")

Seen = Callable[[list[str]], bool]


class Terminal:
    """A program at the other end of a pseudo-terminal, and the screen that it has drawn."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self._process = process
        self._master = master
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def press(self, keys: bytes) -> float:
        """Send keys; the moment at which it was done."""
        moment = time.perf_counter()
        os.write(self._master, keys)
        return moment

    def wait_for(self, seen: Seen) -> float:
        """The moment at which the bytes came that make `seen` true of the screen's lines.

        Raises RuntimeError with the screen where that does not come to be.
        """
        deadline = time.perf_counter() + _TIMEOUT
        while time.perf_counter() < deadline:
            ready, _, _ = select.select([self._master], [], [], 1.0)
            if ready:
                moment = time.perf_counter()
                self._stream.feed(self._read())
                if seen(self._screen.display):
                    return moment
        raise RuntimeError("never drawn; the screen is\n" + "\n".join(self._screen.display))

    def peak(self) -> float | None:
        """Megabytes of resident memory at most so far; None where the system does not say."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) * 1024 / 1_000_000 if found else None

    def _read(self) -> bytes:
        try:
            return os.read(self._master, 65536)
        except OSError:  # Linux reports the end of the program so
            raise RuntimeError("ended; the screen is\n" + "\n".join(self._screen.display)) from None


@contextmanager
def terminal(command: Sequence[str]) -> Iterator[Terminal]:
    """A program started in a terminal of 80×24; it is ended with the block."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "", "LINES": ""}
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


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
        shown = drawn.wait_for(has_rows)
        return Cost(shown - pressed, peak=drawn.peak())


def is_framed(lines: list[str]) -> bool:
    """Whether the title stands on the first line and the key bar on the last."""
    return "Toplu Fatura Aktarımı" in lines[0] and "F1" in lines[-1]


def has_rows(lines: list[str]) -> bool:
    """Whether the list shows documents: each has a date, and the empty fields have none."""
    return sum(bool(_DATE.search(line)) for line in lines) >= ROWS // 3
