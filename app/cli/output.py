"""Write results to standard output, and messages to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from shutil import get_terminal_size
from time import monotonic
from typing import Any, Self

import msgspec

from app import log
from app.cli.streams import is_quiet, output_refusals, reader_may_leave
from app.domain.amounts import canonical, spell
from app.domain.text import one_line, one_line_json
from app.errors import FileRefused
from app.signals import write_at_once
from app.transfer.time_left import TimeLeft, left_words

_BAR_WIDTH = 30
_PAUSE = 0.1  # seconds between two updates of the bar
_NO_BAR = "\r\x1b[K"


def print_json(record: dict[str, Any]) -> None:
    """Print a JSON object on a line of its own."""
    sys.stdout.write(json_text(record) + "\n")


def json_text(record: dict[str, Any]) -> str:
    """Return a JSON object on one line, free of control characters."""
    return one_line_json(msgspec.json.encode(record).decode())


def print_json_text(text: str) -> None:
    """Print JSON text on a line of its own, free of control characters."""
    sys.stdout.write(one_line_json(text) + "\n")


def amount_word(amount: Decimal) -> str:
    """Return an amount as `--json` and the files have it: `1802.0`, `217.5`, `0.0`."""
    return spell(canonical(amount))


def print_line(text: str) -> None:
    """Print one line, free of control characters."""
    sys.stdout.write(one_line(text) + "\n")


def print_text(text: str) -> None:
    """Print a text of several lines, written by the program itself."""
    sys.stdout.write(text)


def print_fault(text: str) -> None:
    """Print a problem among the results; with --sessiz, on standard error."""
    print_error(text) if is_quiet() else print_line(text)


def flush() -> None:
    """Flush standard output. Raises BrokenPipeError if the reader is gone."""
    sys.stdout.flush()


def print_error(text: str) -> None:
    """Print an error line on standard error; ignore a missing reader."""
    with suppress(OSError):
        sys.stderr.write(one_line(text) + "\n")


@contextmanager
def result(done: str) -> Iterator[None]:
    """Print the result of finished work; if that fails, say `done` on standard error instead.

    The exit status stays that of the work, which a second try would do again. If nothing was done,
    `done` is empty and FileRefused is raised.
    """
    try:
        with output_refusals(), reader_may_leave():
            yield
    except FileRefused as error:
        if not done:
            raise
        log.fault(error)
        print_error(f"{error.sentence}. {done}")


def print_note(text: str) -> None:
    """Print a line that is not an error on standard error; nothing with --sessiz."""
    if not is_quiet():
        print_error(text)


def print_at_once(text: str) -> None:
    """Replace the bar by a line on standard error, without waiting; callable from any thread."""
    clear = _NO_BAR if sys.stderr.isatty() else ""
    write_at_once(sys.stderr.fileno(), f"{clear}{text}\n".encode(sys.stderr.encoding, "replace"))


class Bar:
    """A progress bar with the time left, if standard error is a terminal; otherwise silent."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._live = sys.stderr.isatty() and not is_quiet()
        self._shown = ""
        self._left = TimeLeft()
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, done: int, of: int) -> None:
        """Show `done` of `of`; redraw a few times a second at most, and only on a change."""
        now = monotonic()
        if not self._live or now < self._next:
            return
        self._next = now + _PAUSE
        room = get_terminal_size().columns - 1  # a full line would wrap
        text = bar_text(self._label, done, of, self._left.seconds(done, of, now), room)
        if text != self._shown:
            self._shown = text
            self._draw(f"\r{text}\x1b[K")

    def close(self) -> None:
        """Erase the bar."""
        if self._live and self._shown:
            self._draw(_NO_BAR)
            self._shown = ""

    def _draw(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:  # the terminal is gone, but the work goes on
            self._live = False


def bar_text(label: str, done: int, of: int, left: int | None, room: int) -> str:
    """Return label, bar, per cent and time left; the bar fills the rest of `room` columns."""
    percent = 100 * done // max(of, 1)
    end = " · ".join(filter(None, (f"%{percent}", left_words(left))))
    width = max(min(_BAR_WIDTH, room - len(f"{label}  {end}")), 0)
    filled = width * percent // 100
    bar = "█" * filled + "·" * (width - filled)
    return " ".join(filter(None, (label, bar, end)))[:room]
