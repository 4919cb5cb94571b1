"""The program on a line that can drop: a pty whose other end the test holds."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

from tests.store.bookkeeping import typed

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds; only a failure waits that long
KEYS = {
    "F1": "\x1bOP", "F2": "\x1bOQ", "F3": "\x1bOR", "F5": "\x1b[15~", "F10": "\x1b[21~",
    "Enter": "\r", "Tab": "\t", "Esc": "\x1b", "PgDn": "\x1b[6~",
}  # fmt: skip

ENVIRONMENT = {
    **os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1",
    "PYTHONPATH": str(ROOT),
}  # fmt: skip


class Line:
    """A terminal of 80×24 with a program in it, and the line to it."""

    def __init__(self, process: subprocess.Popen[bytes], master: int, slave: int) -> None:
        self.process = process
        self.raw = b""
        self.before = termios.tcgetattr(slave)
        self._master, self._slave = master, slave
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    # The user at it

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def type(self, *keys: str) -> None:
        os.write(self._master, "".join(KEYS.get(key, key) for key in keys).encode())

    def wait_for(self, *words: str) -> None:
        """Read until the screen shows them all."""
        end = time.monotonic() + PATIENCE
        while not all(word in self.text for word in words):
            assert time.monotonic() < end, f"{words} not on the screen:\n{self.text}"
            assert self.process.poll() is None or self._read(0), f"ended:\n{self.text}"
            self._read(0.05)

    # What happens to it

    def stop_reading(self) -> None:
        """Nothing is read any more, and what may wait on the way is full: a write waits."""
        filler = os.open(os.ttyname(self._slave), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        with suppress(BlockingIOError):
            while True:
                os.write(filler, bytes(1 << 12))
        os.close(filler)

    def drop(self) -> None:
        """The other end is gone."""
        for descriptor in (self._slave, self._master):
            os.close(descriptor)
        self._master = self._slave = -1

    # How it ended

    def is_restored(self) -> bool:
        """Modes as before, main screen, cursor shown."""
        while self._read(0):
            pass
        last = self.raw.rfind(b"\x1b[?1049h")
        return (
            termios.tcgetattr(self._slave) == self.before
            and b"\x1b[?1049l" in self.raw[max(last, 0) :]
            and self.raw.rfind(b"\x1b[?25h") > self.raw.rfind(b"\x1b[?25l")
        )

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self._master >= 0:
            self.drop()

    def _read(self, patience: float) -> bool:
        if not select.select([self._master], [], [], patience)[0]:
            return False
        data = os.read(self._master, 1 << 16)
        self.raw += data
        self._stream.feed(data)
        return True


@contextmanager
def line_to(*arguments: object, script: str = "", deaf: bool = False) -> Iterator[Line]:
    """The program started at the end of a line; with `deaf` it is started to ignore SIGHUP."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    program: Sequence[str] = ["-c", script] if script else ["-m", "app"]
    command = [sys.executable, *program, *map(typed, arguments)]
    if deaf:
        command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=ENVIRONMENT, start_new_session=True,
    )  # fmt: skip
    line = Line(process, master, slave)
    try:
        yield line
    finally:
        line.close()
