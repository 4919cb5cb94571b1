"""Read a database that no process uses, if SQLite cannot create its log beside it.

SQLite reads a write-ahead log through an index (-shm). It creates both, or uses those of another
process that has the database open; without write permission only the latter is possible. While no
process uses the database, its file holds all saved data, and SQLite can read it as immutable,
without locks and without checking for changes. This module decides when that is safe, and detects
when it no longer is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import apsw

from app.errors import DatabaseRefused
from app.store.engine import file_format
from app.store.engine.file_checks import is_locked

LEFT_LOG: Final = (
    "Veritabanını son kullanan program yarıda kesilmiş, son belgeler günlüğünde (-wal) duruyor; "
    "onları yerine yazmaya izniniz yok. Yazma izni olan biri programı bu veritabanıyla bir kez "
    "açıp kapatsın, sonra yeniden deneyin"
)
UNREADABLE_LOG: Final = (
    "Veritabanı başka birinde açık ve günlüğünü (-wal, -shm) okuma izniniz yok; "
    "o çıkınca yeniden deneyin"
)
CHANGED: Final = (
    "Veritabanı okunurken başka biri onu değiştirdi; okunanlar kullanılmadı, yeniden deneyin"
)
_OPEN: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_HEADER: Final = 100
_JOURNAL_MAGIC: Final = 8  # bytes, zero once the transaction has ended
_LOOKS, _BETWEEN_LOOKS = 100, 0.01  # another process may be opening or closing the database


class State(NamedTuple):
    """The state that changes with each write, since each of our transactions changes the header."""

    header: bytes
    size: int
    modified: int
    changed: int


class RestingFile:
    """The open database of a user who cannot create a log; without effect for other users.

    Its descriptor stays open until the connections are closed, as those of `FileGuard`.
    """

    def __init__(self) -> None:
        self._path = ""
        self._file = -1
        self._read: WeakKeyDictionary[apsw.Connection, State] = WeakKeyDictionary()
        """The connections that read it as immutable → the state when they began to read."""

    def opened(self, path: str) -> None:
        """Begin to watch the database at `path`. This process must have no connection open."""
        self._file = os.open(path, _OPEN)
        self._path = path

    def close(self) -> None:
        """Close the descriptor. The connections of this process have to be closed already."""
        if self._file >= 0:
            os.close(self._file)

    def connected(self, connect: Callable[[bool], apsw.Connection]) -> apsw.Connection:
        """Return a connection that has read; `connect` gets whether the file is immutable.

        Raises DatabaseRefused if other processes use it and their log is unreadable, or left a log.
        """
        if self._file < 0:
            return connect(False)
        failure: Exception = DatabaseRefused("")
        for _ in range(_LOOKS):
            state = self._state()
            try:
                if not self._is_at_rest():
                    return _after_reading(connect(False))
                connection = connect(True)
            except (DatabaseRefused, apsw.CantOpenError, apsw.ReadOnlyError) as error:
                failure = error
                time.sleep(_BETWEEN_LOOKS)
            else:
                self._read[connection] = state
                return connection
        raise failure

    def is_read_by(self, connection: apsw.Connection) -> bool:
        """Return whether the connection reads the file as immutable."""
        return connection in self._read

    def is_over(self, connection: apsw.Connection) -> bool:
        """Return whether the connection may lack data that other processes have saved since."""
        return connection in self._read and (
            self._state() != self._read[connection] or is_locked(self._file)
        )

    def refuse_changed(self, connection: apsw.Connection) -> None:
        """Raise DatabaseRefused if the file was written while the connection read it."""
        if connection in self._read and self._state() != self._read[connection]:
            raise DatabaseRefused(CHANGED)

    def _is_at_rest(self) -> bool:
        """Return whether the file alone holds all data; otherwise the others' log is readable.

        Raises DatabaseRefused if neither is the case.
        """
        database = file_format.read_database(self._file)
        if database is None or (os.access(self._name("-wal"), os.R_OK) and self._has_index()):
            return False
        if is_locked(self._file):
            if not database.has_log:
                return False
            raise DatabaseRefused(UNREADABLE_LOG)
        if self._size("-wal") or self._has_journal():
            raise DatabaseRefused(LEFT_LOG)
        return database.has_log

    def _has_index(self) -> bool:
        return os.access(self._name("-shm"), os.R_OK)

    def _has_journal(self) -> bool:
        """Return whether an interrupted transaction has to be rolled back."""
        with suppress(FileNotFoundError):
            file = os.open(self._name("-journal"), _OPEN)
            try:
                return any(os.read(file, _JOURNAL_MAGIC))
            finally:
                os.close(file)
        return False

    def _size(self, end: str) -> int:
        with suppress(FileNotFoundError):
            return os.stat(self._name(end)).st_size
        return 0

    def _name(self, end: str) -> str:
        return self._path + end

    def _state(self) -> State:
        found = os.fstat(self._file)
        header = os.pread(self._file, _HEADER, 0)
        return State(header, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _after_reading(connection: apsw.Connection) -> apsw.Connection:
    """Read the first page, with which SQLite opens the log and its index."""
    try:
        connection.pragma("user_version")
    except apsw.Error as error:
        failed = OSError(connection.system_errno, "")
        connection.close()
        raise error from failed
    return connection
