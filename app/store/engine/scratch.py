"""A private temporary SQLite database, which spills to disk and vanishes with its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from threading import Lock
from typing import Any, TypeVar

import apsw

T = TypeVar("T")

_PIECE = 1_000  # rows read at once while other threads wait


class Scratch:
    """A temporary database that several threads may use."""

    def __init__(self, *schema: str) -> None:
        self._lock = Lock()
        self._connection = apsw.Connection("")
        for sql in ("PRAGMA journal_mode = off", "PRAGMA synchronous = off", *schema):
            self.rows(sql)

    def close(self) -> None:
        """Close it and free its space."""
        with self._lock:
            self._connection.close()

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of `values`, in one transaction."""
        with self._lock, self._connection:
            self._connection.cursor().executemany(sql, values)

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return all rows of a statement."""
        return self.read(list, sql, *values)

    def read(self, consume: Callable[[Iterable[Any]], T], sql: str, *values: Any) -> T:
        """Return the result of `consume` for the rows, of which there may be a million."""
        with self._lock:
            return consume(self._connection.cursor().execute(sql, values))

    def in_pieces(self, sql: str) -> Iterator[Any]:
        """Yield the rows, letting other threads read in between. Ends early if closed meanwhile."""
        with suppress(apsw.ConnectionClosedError, apsw.CursorClosedError):
            with self._lock:
                cursor = self._connection.cursor().execute(sql)
            while some := self._piece(cursor):
                yield from some

    def _piece(self, cursor: apsw.Cursor) -> list[Any]:
        with self._lock:
            return list(islice(cursor, _PIECE))
