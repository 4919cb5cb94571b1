"""Limits on the statements of a SQLite connection: when to stop, and how long a value may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import apsw

_STEPS_BETWEEN_CHECKS: Final = 20_000  # steps of SQLite's virtual machine


class TooLong(Exception):
    """A value exceeds the limit of `values_up_to`."""


@contextmanager
def interruptible(connection: apsw.Connection, check: Callable[[], bool]) -> Iterator[None]:
    """Call `check` while statements run; the running one is interrupted once it returns True."""
    connection.set_progress_handler(check, _STEPS_BETWEEN_CHECKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None)


@contextmanager
def values_up_to(connection: apsw.Connection, most: int) -> Iterator[None]:
    """Let statements fail that compute a value of more than `most` bytes. Raises TooLong."""
    usual = connection.limit(apsw.SQLITE_LIMIT_LENGTH)
    connection.limit(apsw.SQLITE_LIMIT_LENGTH, min(usual, most))
    try:
        yield
    except apsw.TooBigError as error:
        raise TooLong from error
    finally:
        connection.limit(apsw.SQLITE_LIMIT_LENGTH, usual)
