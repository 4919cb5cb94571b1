"""A program in a real pseudo-terminal, its screen read by a terminal emulator."""

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

COLUMNS, ROWS = 80, 24
_TIMEOUT = 600.0  # seconds, of a program that draws
_STILL = 60.0  # seconds without a byte: nothing more is coming

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

    @property
    def lines(self) -> list[str]:
        """The screen."""
        return self._screen.display

    @property
    def highlighted(self) -> str:
        """The first line that is drawn in reverse behind its first column; empty if none is."""
        for place, line in enumerate(self._screen.display):
            if self._screen.buffer[place][COLUMNS // 2].reverse:
                return line
        return ""

    def read(self, patience: float) -> float | None:
        """The moment at which bytes came, now drawn; None where none came in so many seconds.

        Raises RuntimeError with the screen where the program has ended.
        """
        ready, _, _ = select.select([self._master], [], [], max(patience, 0.0))
        if not ready:
            return None
        moment = time.perf_counter()
        try:
            self._stream.feed(os.read(self._master, 1 << 16))
        except OSError:  # Linux reports the end of the program so
            raise RuntimeError("ended; the screen is\n" + "\n".join(self.lines)) from None
        return moment

    def moments_until(self, seen: Seen) -> Iterator[float]:
        """The moments at which bytes came, the last of them those that make `seen` true.

        Raises RuntimeError with the screen where that does not come to be.
        """
        deadline = time.perf_counter() + _TIMEOUT
        while time.perf_counter() < deadline:
            moment = self.read(_STILL)
            if moment is None:
                break
            yield moment
            if seen(self.lines):
                return
        raise RuntimeError("never drawn; the screen is\n" + "\n".join(self.lines))

    def wait_for(self, seen: Seen) -> float:
        """The moment at which the bytes came that make `seen` true of the screen's lines."""
        *_, last = self.moments_until(seen)
        return last

    def peak(self) -> float | None:
        """Megabytes of resident memory at most so far; None where the system does not say."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) * 1024 / 1_000_000 if found else None


@contextmanager
def terminal(command: Sequence[str], state: Path | None = None) -> Iterator[Terminal]:
    """A program started in a terminal of 80×24; it is ended with the block.

    What the user chose the last time lies in `state`; without, nothing is remembered.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = os.environ | {
        "TERM": "xterm-256color", "COLUMNS": "", "LINES": "",
        "XDG_STATE_HOME": str(state or os.devnull),
    }  # fmt: skip
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
