"""A private SQLite database without a name, which spills to disk and vanishes with its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from threading import Lock
from typing import Any, TypeVar

import apsw

T = TypeVar("T")

_PIECE = 1_000  # rows that are read at once where others wait


class Scratch:
    """Safe to use from several threads."""

    def __init__(self, *schema: str) -> None:
        self._lock = Lock()
        self._connection = apsw.Connection("")
        for sql in ("PRAGMA journal_mode = off", "PRAGMA synchronous = off", *schema):
            self.rows(sql)

    def close(self) -> None:
        """Give its space back."""
        with self._lock:
            self._connection.close()

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of `values`, in one transaction."""
        with self._lock, self._connection:
            self._connection.cursor().executemany(sql, values)

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """All rows of a statement."""
        return self.read(list, sql, *values)

    def read(self, consume: Callable[[Iterable[Any]], T], sql: str, *values: Any) -> T:
        """What `consume` makes of the rows, one after the other: there may be a million."""
        with self._lock:
            return consume(self._connection.cursor().execute(sql, values))

    def in_pieces(self, sql: str) -> Iterator[Any]:
        """The rows, between which others may read; fewer where it is closed meanwhile."""
        with suppress(apsw.ConnectionClosedError, apsw.CursorClosedError):
            with self._lock:
                cursor = self._connection.cursor().execute(sql)
            while some := self._piece(cursor):
                yield from some

    def _piece(self, cursor: apsw.Cursor) -> list[Any]:
        with self._lock:
            return list(islice(cursor, _PIECE))
