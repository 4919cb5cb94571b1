"""Report what the program waits for, and give up a server that does not answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer, local
from typing import Final

FOR_SERVER: Final = "Sunucu bekleniyor…"
FOR_LOCK: Final = "Veritabanını başka biri kullanıyor, bekleniyor…"
TEXTS: Final = (FOR_SERVER, FOR_LOCK)
MOMENT = 1.0
"""The seconds that a wait lasts before it is reported."""
_SAME_WAIT: Final = 2.0  # seconds between two tries that belong to one wait
_Listener = Callable[[str], object]
_GivesUp = Callable[[float], bool]


class _Wait:
    """What this process waits for; repeated tries to connect to a server count as one wait."""

    def __init__(self) -> None:
        self.listener: _Listener = lambda _: None
        self._lock = Lock()
        self._began = self._last = 0.0
        self._told = ""

    def begin(self) -> Timer:
        """Begin a try; return the timer that reports the wait."""
        now = time.monotonic()
        if now - self._last > _SAME_WAIT:
            self._began, self._told = now, ""
        left = self._began + MOMENT - now
        timer = Timer(left, self.tell, (FOR_SERVER,))
        timer.daemon = True
        if left > 0:
            timer.start()
        else:
            self.tell(FOR_SERVER)
        return timer

    def failed(self) -> None:
        self._last = time.monotonic()

    def answered(self) -> None:
        self._last = 0.0
        self.tell("")

    def tell(self, what: str) -> None:
        with self._lock:
            if what != self._told:
                self._told = what
                self.listener(what)


_wait: Final = _Wait()


def tell(listener: _Listener) -> None:
    """Call `listener` on any thread with what the program waits for, and with "" at the end."""
    _wait.listener = listener


@contextmanager
def connecting() -> Iterator[None]:
    """Mark a block that connects to the server."""
    timer = _wait.begin()
    try:
        yield
    except BaseException:
        _wait.failed()
        raise
    finally:
        timer.cancel()
    _wait.answered()


@contextmanager
def waiting(what: str) -> Iterator[Callable[[], None]]:
    """Yield a function to call while waiting; after MOMENT it reports `what`."""
    began, is_told = time.monotonic(), False

    def go_on() -> None:
        nonlocal is_told
        if not is_told and time.monotonic() - began >= MOMENT:
            is_told = True
            _wait.tell(what)

    try:
        yield go_on
    finally:
        if is_told:
            _wait.tell("")


class _Thread(local):
    """How a thread waits for the answer to a statement."""

    gives_up: _GivesUp | None = None


_thread: Final = _Thread()


def attend(gives_up: _GivesUp | None) -> None:
    """From now on, report a server's silence during this thread's statements.

    The thread gives up the server once `gives_up`, given the seconds of silence, returns True. None
    ends both.
    """
    _thread.gives_up = gives_up


class Silence:
    """A server's silence during one statement of this thread."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._is_told = False

    def goes_on(self) -> bool:
        """Report the silence after MOMENT; return False once the thread gives up."""
        if not _thread.gives_up:
            return True
        seconds = time.monotonic() - self._began
        if seconds >= MOMENT:
            self._is_told = True
            _wait.tell(FOR_SERVER)
        return not _thread.gives_up(seconds)

    def end(self) -> None:
        """Report that the server has answered, or was given up."""
        if self._is_told:
            _wait.tell("")
