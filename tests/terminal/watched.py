"""A program on a pseudo-terminal: what it sends is counted, and read by an emulator."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal.emulator import Emulator
from tests.terminal.starting import Start, surroundings

PATIENCE = 30.0  # seconds; only a failure waits that long
QUIET = 0.15  # seconds without a byte: the answer to a key is whole

Seen = Callable[[Emulator], bool]


class Watched:
    """A program, what its terminal shows, and how many bytes came for it."""

    def __init__(
        self,
        start: Start,
        size: tuple[int, int] = (80, 24),
        *,
        controls: bool = True,
        **environment: str,
    ) -> None:
        """`controls`: the terminal is the program's own, and sends it signals."""
        self.screen = Emulator(*size)
        self.bytes = 0
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._master, self.terminal = pty.openpty()
        self._tell_size(*size)
        none = {"COLUMNS": "", "LINES": "", "XDG_STATE_HOME": os.devnull}  # nothing is remembered
        self.program = start(self.terminal, surroundings(**none | environment), controls)

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait()
        self.hang_up()

    def type(self, keys: str) -> None:
        """Send text; a byte that is none may stand in it as a surrogate."""
        os.write(self._master, keys.encode(errors="surrogateescape"))

    def press(self, keys: str, seen: Seen) -> None:
        """Send keys, and read until the screen is so."""
        self.type(keys)
        self.wait_for(seen, quiet=0)

    def hang_up(self) -> None:
        """Nobody is at the other end any more."""
        for descriptor in (self._master, self.terminal):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self.terminal = -1

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        self._tell_size(columns, lines)

    def _tell_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, patience: float) -> int:
        """How many bytes came, now drawn; 0 where none came in so many seconds."""
        if not select.select([self._master], [], [], patience)[0]:
            return 0
        data = os.read(self._master, 1 << 16)
        self.screen.feed(self._decode(data))
        self.bytes += len(data)
        return len(data)

    def wait_for(self, seen: Seen, quiet: float = QUIET) -> int:
        """Read until the screen is so, and then until it is quiet; how many bytes came."""
        before, deadline = self.bytes, time.monotonic() + PATIENCE
        while not seen(self.screen):
            assert time.monotonic() < deadline, self.screen.text
            self.read(0.1)
        self.rest(quiet)
        return self.bytes - before

    def rest(self, quiet: float = QUIET) -> int:
        """Read until nothing comes for so long; how many bytes came."""
        before = self.bytes
        while self.read(quiet):
            pass
        return self.bytes - before

    def wait_for_end(self) -> int:
        """Read until the program has ended; how."""
        deadline = time.monotonic() + PATIENCE
        while self.program.poll() is None:
            assert time.monotonic() < deadline, self.screen.text
            self.read(0.02)
        return self.program.returncode

    def state(self) -> str:
        """The state of its process as the system names it: S, R, T …"""
        status = Path(f"/proc/{self.program.pid}/stat").read_text()
        return status.rpartition(") ")[2][0]

    def cpu(self) -> float:
        """Seconds of the processor so far, of all threads."""
        tasks = Path(f"/proc/{self.program.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def wakes(self) -> int:
        """How often its threads have waited for something so far."""
        tasks = Path(f"/proc/{self.program.pid}/task").glob("*/status")
        found = (
            re.search(r"^voluntary_ctxt_switches:\s+(\d+)", t.read_text(), re.M) for t in tasks
        )
        return sum(int(switches[1]) for switches in found if switches)


def says(*words: str) -> Seen:
    """Whether all of these are on the screen."""
    return lambda screen: all(word in screen.text for word in words)


def lacks(*words: str) -> Seen:
    """Whether none of these is on the screen."""
    return lambda screen: not any(word in screen.text for word in words)


def at_row(number: int) -> Seen:
    """Whether the status line says that the cursor is there."""
    words = f" {number}. satır"
    return lambda screen: any(line.rstrip().endswith(words) for line in screen.display)


def path_ends(text: str) -> Seen:
    """Whether Dosya Yolu ends with it."""
    return lambda screen: screen.display[1].rstrip().endswith(text)


def both(*conditions: Seen) -> Seen:
    """Whether all of these are so."""
    return lambda screen: all(seen(screen) for seen in conditions)
