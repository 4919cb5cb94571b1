"""Guards the files of a database against what happens to them outside SQLite.

SQLite trusts that nobody removes, replaces, links or overwrites the database, its write-ahead log
or the log's index (“How To Corrupt An SQLite Database File”). Each transaction looks whether
somebody did, before anything is reported as saved; `file_checks` looks before they are opened.
"""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Lock, local
from typing import Final

import apsw

from app.errors import DatabaseDamaged, DatabaseRefused
from app.store.engine import file_format
from app.store.engine.causes import RESTORE
from app.store.engine.file_checks import LINKED, LOG_CUT
from app.store.engine.file_format import STAMPS, Index

MOVED: Final = "Veritabanı dosyası taşınmış ya da değişmiş; programı yeniden açın"
LOG_MOVED: Final = (
    "Veritabanının günlüğü (-wal, -shm) silinmiş ya da değişmiş; kaydedilenler yerinde. "
    "Programdan çıkıp yeniden açın"
)
OVERWRITTEN: Final = (
    f"Veritabanının üzerine başka bir dosya kopyalanmış. Programdan çıkın ve {RESTORE}"
)
_FAR: Final = STAMPS >> 8  # more transactions than are made between two looks
_OPEN: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class FileGuard:
    """The files of the open database, as they were when it was opened.

    The descriptors stay open until the connections are closed: closing any descriptor of a file
    makes the process lose its locks on it.
    """

    def __init__(self) -> None:
        self._path = ""
        self._file = self._index = -1
        self._opened: dict[str, os.stat_result] = {}
        """Ending of SQLite's file → the file of that name when it was opened."""
        self._size = 0
        self._stamp = 0
        self.latest: int | None = None
        """The stamp of the latest transaction that was read."""
        self._index_size = 0
        self._knows_log = False
        self._last: Index | None = None
        self._comparing = Lock()
        self.is_damaged = False
        self._seen = local()
        """Remember `version`: SQLite's counter of foreign commits when the file was in place."""

    def opened(self, path: str) -> None:
        """Begin to guard the database at `path`, after a connection has read from it."""
        self._file = os.open(path, os.O_RDONLY | _OPEN)
        self._opened = {"": os.fstat(self._file)}
        self._path = path

    def forget_log(self) -> None:
        """Expect another log and index: with its last connection SQLite removes them."""
        if self._index >= 0:
            os.close(self._index)
        self._index, self._last, self._knows_log = -1, None, False

    def _look_at_log(self, connection: apsw.Connection) -> None:
        """Remember the log and the index as they are."""
        connection.pragma("user_version")  # SQLite opens them with the first page that it reads
        for end in ("-wal", "-shm"):
            self._opened.pop(end, None)
            with suppress(FileNotFoundError):
                self._opened[end] = os.stat(self._path + end)
        self._index = _open_index(f"{self._path}-shm")
        self._index_size = os.fstat(self._index).st_size if self._index >= 0 else 0
        self._knows_log = True

    def close(self) -> None:
        """Close the descriptors. The connections of this process have to be closed."""
        for file in (self._file, self._index):
            if file >= 0:
                os.close(file)

    def is_moved(self) -> bool:
        """Return whether the database file has another name now, or none."""
        return bool(self._path) and not self._is_in_place("")

    def is_to_be_left(self, stamp: int, latest: int | None) -> bool:
        """Return whether SQLite must not write the log into the database.

        Whoever opens it next then checks whether they fit, or makes the index anew. `stamp` and
        `latest` are as for `refuse_changed`.
        """
        if not self._path:
            return False
        try:
            self.refuse_changed(stamp, latest)
        except DatabaseRefused:
            self.is_damaged = True
        is_removed = self.is_moved() and not os.fstat(self._file).st_nlink
        is_unindexed = self._is_in_place("-wal") and not self._is_in_place("-shm")
        return self.is_damaged or is_removed or is_unindexed

    def refuse_moved(self, connection: apsw.Connection, *, has_log: bool) -> None:
        """Raise DatabaseRefused if a file was moved, removed, replaced or linked.

        Without `has_log` the connection reads the database alone.
        """
        if not self._path:
            return
        if self.is_moved():
            raise DatabaseRefused(MOVED)
        if os.fstat(self._file).st_nlink > 1:
            raise DatabaseRefused(LINKED)
        if not has_log:
            return
        if not self._knows_log:
            self._look_at_log(connection)
        is_in_place = self._is_in_place("-wal") and self._is_in_place("-shm")
        if self.has_short_index() or not is_in_place:
            raise DatabaseRefused(LOG_MOVED)
        self._seen.version = connection.pragma("data_version")

    def refuse_changed(self, stamp: int, latest: int | None = None) -> None:
        """Raise DatabaseRefused if something other than a transaction changed a file.

        `stamp` is the one that the open transaction reads, `latest` one that was read before it
        began.
        """
        if not self._path:
            return
        # One thread at a time compares what it reads with what was read before.
        with self._comparing, suppress(OSError):  # what cannot be known, SQLite tells
            self._refuse_lost(stamp, latest)
            self._refuse_overwritten(stamp)
            if self._index >= 0:
                self._refuse_cut_log()

    def has_log_of_ours(self, connection: apsw.Connection) -> bool:
        """Return whether the log of a moved file has been written only by those who had it open."""
        if not os.path.exists(self._path):
            return True
        version = connection.pragma("data_version")
        return bool(version == getattr(self._seen, "version", None))

    def _refuse_lost(self, stamp: int, latest: int | None) -> None:
        """Refuse a state that is older than one that an earlier transaction has read."""
        if latest is not None and 0 < (latest - stamp) % STAMPS < _FAR:
            self.is_damaged = True
            raise DatabaseDamaged(LOG_CUT)
        self.latest = stamp

    def _refuse_overwritten(self, stamp: int) -> None:
        """Check the stamp in the file: it only grows, up to that of the last transaction.

        The file may get smaller (VACUUM), but then its header says so.
        """
        size, in_file = os.fstat(self._file).st_size, file_format.stamp_of(self._file)
        before = self._stamp or in_file
        ahead = (in_file - before) % STAMPS
        is_cut = size < self._size and size < file_format.size_by_header(self._file)
        if is_cut or ahead > min(_FAR, (stamp - before) % STAMPS):
            self.is_damaged = True
            raise DatabaseDamaged(OVERWRITTEN)
        self._size, self._stamp = size, in_file

    def _refuse_cut_log(self) -> None:
        """Check that the log fits its index, and that the index does not go back."""
        now, last = file_format.read_index(self._index), self._last
        if now is None:  # somebody writes it
            return
        is_back = last is not None and last.salts == now.salts and now.frames < last.frames
        log = os.open(f"{self._path}-wal", os.O_RDONLY | _OPEN)
        try:
            is_cut = os.fstat(log).st_size < now.log_size
            is_back = is_back or file_format.is_of_another(now, log)
        finally:
            os.close(log)
        if file_format.read_index(self._index) != now:  # somebody wrote meanwhile
            return
        if is_back or is_cut:
            self.is_damaged = True
            raise DatabaseDamaged(LOG_CUT) if is_cut else DatabaseRefused(LOG_MOVED)
        self._last = now

    def has_short_index(self) -> bool:
        """Return whether the index was truncated; using it would end the process (SIGBUS).

        It is left as it is: SQLite makes it anew once no process uses it.
        """
        if self._index < 0:
            return False
        try:
            size = os.fstat(self._index).st_size
        except OSError:
            return False
        is_short = size < self._index_size
        self._index_size = max(size, self._index_size)
        return is_short

    def _is_in_place(self, end: str) -> bool:
        if end not in self._opened:
            return True
        try:
            return os.path.samestat(os.stat(self._path + end), self._opened[end])
        except FileNotFoundError:
            return False
        except OSError:  # it cannot be known
            return True


def _open_index(path: str) -> int:
    for access in (os.O_RDWR, os.O_RDONLY):
        with suppress(OSError):
            return os.open(path, access | _OPEN)
    return -1
