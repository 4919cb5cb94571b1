"""Watch signals in a separate thread, and end the process if the main thread does not react."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import NoReturn

from app import limits
from app.errors import AppError

STEP = 0.01  # seconds


def _nothing() -> None:
    """Do nothing; the default of a callback."""


class SignalWatch:
    """Calls `heard` with the number of each signal that has a Python handler.

    The interpreter writes the number to a pipe at once (`signal.set_wakeup_fd`), even while Python
    code waits for something else. A daemon thread reads the pipe. If the terminal `line` hangs up,
    the thread calls `hung_up`, which must end the process.
    """

    def __init__(
        self,
        heard: Callable[[int], None],
        *,
        line: int | None = None,
        hung_up: Callable[[], None] = _nothing,
    ) -> None:
        self._heard = heard
        self._line = line
        self._hung_up = hung_up
        self._numbers, self._told = os.pipe()
        os.set_blocking(self._told, False)
        self._thread = Thread(target=self._watch, daemon=True, name="watch")
        try:
            limits.start(self._thread)
        except AppError:
            os.close(self._numbers)
            os.close(self._told)
            raise
        signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)

    def close(self) -> None:
        """Stop watching."""
        signal.set_wakeup_fd(-1)
        os.close(self._told)
        self._thread.join()

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._numbers, select.POLLIN)
        if self._line is not None:
            poll.register(self._line, 0)  # poll reports a hang-up without being asked
        while True:
            if self._line in dict(poll.poll()):
                self._hung_up()
            numbers = os.read(self._numbers, 64)
            if not numbers:
                break
            for number in numbers:
                self._heard(number)
        os.close(self._numbers)


def end_after(
    patience: float,
    status: int,
    *,
    meanwhile: Callable[[], None] = _nothing,
    at_last: Callable[[], None],
) -> NoReturn:
    """Give the main thread `patience` seconds to end the process, then end it with `status`.

    `meanwhile` is called in each step of the wait, `at_last` right before the end.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        meanwhile()
        time.sleep(STEP)
    at_last()
    os._exit(status)


def write_at_once(file: int, text: bytes) -> None:
    """Write without waiting for a reader; data that does not fit is lost."""
    with suppress(OSError):
        blocking = os.get_blocking(file)
        os.set_blocking(file, False)
        try:
            os.write(file, text)
        finally:
            os.set_blocking(file, blocking)  # other programs share this open file
