"""Ends the screens within a second where the line drops or the system asks, whatever they wait for.

The screens themselves may be what waits: a terminal that nobody reads holds up whoever draws. The
watch also sees the terminal hang up, which a signal does not tell under nohup and sudo. What runs
is cut off as by kill: the database is whole at every moment, and the journal shows the run as
unfinished.
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
"""Gives the terminal back and ends the process with this status; returns before it has."""

_KEYS, _SCREEN = 0, 2  # where Textual reads and writes
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_HUNG_UP = 128 + signal.SIGHUP
_PATIENCE = 0.7  # seconds, for the screens to leave by themselves
_STUCK = 20  # milliseconds without room for a byte: nobody reads
# Back to the main screen, with a cursor and without the modes that Textual and our driver set.
_PLAIN = b"\x1b[r\x1b[m\x1b[<u\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1049l\x1b[?25h\x1b[?1004l"


@contextmanager
def watched(leave: Leave) -> Iterator[None]:
    """While this lasts, SIGTERM, SIGHUP, SIGINT and the end of the terminal end the process."""
    terminal = _Terminal()

    def heard(number: int) -> None:
        if number in _ENDING:
            _end(128 + number, terminal, leave)

    # After a hang-up there is no terminal to give back.
    watch = SignalWatch(heard, line=_KEYS, hung_up=lambda: gone(_HUNG_UP))
    before = {number: signal.signal(number, _heard) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        watch.close()


def gone(status: int) -> NoReturn:
    """End the process here and now."""
    log.end(status)
    os._exit(status)


def _heard(_number: int, _frame: Any) -> None:
    """The watch knows already."""


def _end(status: int, terminal: _Terminal, leave: Leave) -> NoReturn:
    def at_last() -> None:
        terminal.give_back()
        log.end(status)

    leave(status)
    end_after(_PATIENCE, status, meanwhile=terminal.drop_undrawn, at_last=at_last)


class _Terminal:
    """The terminal, as it was before the screens had it."""

    def __init__(self) -> None:
        self._modes = termios.tcgetattr(_KEYS)

    def drop_undrawn(self) -> None:
        """What nobody reads, and what keeps the screens waiting, need not be drawn any more."""
        poll = select.poll()
        poll.register(_SCREEN, select.POLLOUT)
        if poll.poll(_STUCK):
            return
        with suppress(termios.error):
            # A flush makes room, but wakes nobody who waits for it; a new start does.
            termios.tcflow(_SCREEN, termios.TCOOFF)
            termios.tcflush(_SCREEN, termios.TCOFLUSH)
            termios.tcflow(_SCREEN, termios.TCOON)

    def give_back(self) -> None:
        """Without the screens' help, and without waiting."""
        with suppress(termios.error):
            termios.tcsetattr(_KEYS, termios.TCSANOW, self._modes)
        write_at_once(_SCREEN, _PLAIN)
