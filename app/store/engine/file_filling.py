"""Fill the draft of a new SQLite file with rows; an interrupted draft is discarded."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from app.store.engine.causes import cause_of
from app.store.engine.file_format import STAMPS, UserVersion
from app.store.engine.many_values import insertion


class DraftFile:
    """An empty file being filled, without a log and without flushing to disk.

    A context manager that closes the file at the end.
    """

    def __init__(self, draft: Path) -> None:
        self._path = str(draft)
        self._connection = apsw.Connection(self._path, flags=apsw.SQLITE_OPEN_READWRITE)
        self._connection.pragma("journal_mode", "off")
        self._connection.pragma("synchronous", "off")
        self._connection.execute("BEGIN")

    def __enter__(self) -> DraftFile:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def run(self, statements: Iterable[str]) -> None:
        """Run statements that create tables or indexes."""
        for statement in statements:
            self._connection.execute(statement)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows into a table."""
        self._connection.executemany(insertion(table, tuple(columns)), rows)

    def streamed(self, sql: str) -> Iterator[Any]:
        """Yield the rows of a statement."""
        return iter(self._connection.execute(sql))

    def finish(self, application_id: int, version: int) -> None:
        """Mark the file as ours, with the version of its schema, and commit."""
        self._connection.pragma("application_id", application_id)
        mark = UserVersion(version, secrets.randbelow(STAMPS))
        self._connection.pragma("user_version", mark.value)
        self._connection.execute("COMMIT")

    def cause(self, error: BaseException) -> str:
        """Return why SQLite failed, as a Turkish phrase."""
        return cause_of(error, int(self._connection.system_errno), self._path)

    def patience(self, error: BaseException) -> float:  # noqa: ARG002  # of the protocol
        """Return 0: retrying does not help against a failed disk."""
        return 0.0
