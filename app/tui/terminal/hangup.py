"""End the screens within a second of a hang-up or a signal, even if they are blocked.

A terminal without a reader blocks every write. The terminal is also polled, because under nohup and
sudo a hang-up sends no signal. Running jobs are cut off as by kill: the database is consistent at
every moment, and the journal shows the run as unfinished.
"""

from __future__ import annotations

import os
import select
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TypeAlias

from app import log
from app.signals import SignalWatch, end_after, write_at_once

Leave: TypeAlias = Callable[[int], None]
"""Restores the terminal and ends the process with this status; returns at once."""

_KEYS, _SCREEN = 0, 2  # the descriptors that Textual reads and writes
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_HUNG_UP = 128 + signal.SIGHUP
_PATIENCE = 0.7  # seconds for the screens to end by themselves
_STUCK = 20  # milliseconds without room for a byte after which the terminal has no reader
# Returns to the main screen, shows the cursor, resets the modes that Textual and our driver set.
_PLAIN = b"\x1b[r\x1b[m\x1b[<u\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1049l\x1b[?25h\x1b[?1004l"


@contextmanager
def watched(leave: Leave) -> Iterator[None]:
    """End the process on SIGTERM, SIGHUP, SIGINT or a hang-up, within this context."""
    terminal = _Terminal()

    def heard(number: int) -> None:
        if number in _ENDING:
            _end(128 + number, terminal, leave)

    # After a hang-up there is no terminal to restore.
    watch = SignalWatch(heard, line=_KEYS, hung_up=lambda: gone(_HUNG_UP))
    before = {number: signal.signal(number, _ignored) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        watch.close()


def gone(status: int) -> NoReturn:
    """End the process immediately."""
    log.end(status)
    os._exit(status)


def _ignored(_number: int, _frame: Any) -> None:
    """Do nothing, since SignalWatch handles the signal."""


def _end(status: int, terminal: _Terminal, leave: Leave) -> NoReturn:
    def at_last() -> None:
        terminal.restore()
        log.end(status)

    leave(status)
    end_after(_PATIENCE, status, meanwhile=terminal.discard_unread, at_last=at_last)


class _Terminal:
    """The terminal and the modes that it had before the screens."""

    def __init__(self) -> None:
        self._modes = termios.tcgetattr(_KEYS)

    def discard_unread(self) -> None:
        """Discard unread output, so that blocked writers go on."""
        poll = select.poll()
        poll.register(_SCREEN, select.POLLOUT)
        if poll.poll(_STUCK):
            return
        with suppress(termios.error):
            # TCOFLUSH makes room but wakes no blocked writer; TCOON does.
            termios.tcflow(_SCREEN, termios.TCOOFF)
            termios.tcflush(_SCREEN, termios.TCOFLUSH)
            termios.tcflow(_SCREEN, termios.TCOON)

    def restore(self) -> None:
        """Restore the terminal without the screens and without blocking."""
        with suppress(termios.error):
            termios.tcsetattr(_KEYS, termios.TCSANOW, self._modes)
        write_at_once(_SCREEN, _PLAIN)
