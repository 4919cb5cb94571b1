"""Detect changes that other programs make to the files of an open database.

SQLite assumes that nobody removes, replaces, links or overwrites the database, its write-ahead log
or the log's index (“How To Corrupt An SQLite Database File”). Each transaction checks this before
anything is reported as saved; `file_checks` checks before the files are opened.
"""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Lock, local
from typing import Final

import apsw

from app.errors import DatabaseDamaged, DatabaseRefused
from app.store.engine import file_format
from app.store.engine.causes import restore_advice
from app.store.engine.file_checks import LINKED, log_cut
from app.store.engine.file_format import STAMPS, Index, UserVersion

MOVED: Final = "Veritabanı dosyası taşınmış ya da değişmiş; programı yeniden açın"
LOG_MOVED: Final = (
    "Veritabanının günlüğü (-wal, -shm) silinmiş ya da değişmiş; kaydedilenler yerinde. "
    "Programdan çıkıp yeniden açın"
)
_FAR: Final = STAMPS >> 8  # more transactions than occur between two checks
_OPEN: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class FileGuard:
    """The files of the open database, as they were when it was opened.

    The descriptors stay open until the connections are closed, because closing any descriptor of a
    file makes the process lose its locks on it.
    """

    def __init__(self) -> None:
        self._path = ""
        self._file = self._index = -1
        self._opened: dict[str, os.stat_result] = {}
        """Suffix of SQLite's file → the file of that name when it was opened."""
        self._size = 0
        self._stamp = 0
        self.latest: int | None = None
        """The stamp of the latest transaction that was read, or None."""
        self._index_size = 0
        self._knows_log = False
        self._last: Index | None = None
        self._comparing = Lock()
        self.is_damaged = False
        self._seen = local()
        """Holds `version`: SQLite's counter of foreign commits when the file was last seen in
        place."""

    def opened(self, path: str) -> None:
        """Begin to guard the database at `path`, after a connection has read from it."""
        self._file = os.open(path, os.O_RDONLY | _OPEN)
        self._opened = {"": os.fstat(self._file)}
        self._path = path

    def forget_log(self) -> None:
        """Accept another log and index, since SQLite removes them with its last connection."""
        if self._index >= 0:
            os.close(self._index)
        self._index, self._last, self._knows_log = -1, None, False

    def _look_at_log(self, connection: apsw.Connection) -> None:
        """Record the identity of the log and the index."""
        connection.pragma("user_version")  # SQLite opens them when it first reads a page
        for end in ("-wal", "-shm"):
            self._opened.pop(end, None)
            with suppress(FileNotFoundError):
                self._opened[end] = os.stat(self._path + end)
        self._index = _open_index(f"{self._path}-shm")
        self._index_size = os.fstat(self._index).st_size if self._index >= 0 else 0
        self._knows_log = True

    def close(self) -> None:
        """Close the descriptors. The connections of this process have to be closed already."""
        for file in (self._file, self._index):
            if file >= 0:
                os.close(file)

    def is_moved(self) -> bool:
        """Return whether the database file was renamed or removed."""
        return bool(self._path) and not self._is_in_place("")

    def is_to_be_left(self, connection: apsw.Connection) -> bool:
        """Return whether SQLite must not write the log into the database.

        The next process to open it then checks whether they match, or rebuilds the index.
        """
        latest = self.latest
        try:
            stamp = UserVersion.of(connection.pragma("user_version")).stamp
        except apsw.Error:  # the index may lead to wrong pages
            return True
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

        Without `has_log` the connection uses only the database file.
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
        """Raise DatabaseRefused if anything but a transaction changed a file.

        `stamp` is the one that the open transaction reads, `latest` one that was read before it
        began.
        """
        if not self._path:
            return
        # Only one thread at a time compares its stamp with earlier ones.
        with self._comparing, suppress(OSError):  # SQLite reports what cannot be checked here
            self._refuse_lost(stamp, latest)
            self._refuse_overwritten(stamp)
            if self._index >= 0:
                self._refuse_cut_log()

    def has_log_of_ours(self, connection: apsw.Connection) -> bool:
        """Return whether only processes that had the moved file open have written its log."""
        if not os.path.exists(self._path):
            return True
        version = connection.pragma("data_version")
        return bool(version == getattr(self._seen, "version", None))

    def _refuse_lost(self, stamp: int, latest: int | None) -> None:
        """Refuse a state older than one that an earlier transaction has read."""
        if latest is not None and 0 < (latest - stamp) % STAMPS < _FAR:
            self.is_damaged = True
            raise log_cut(self._path)
        self.latest = stamp

    def _refuse_overwritten(self, stamp: int) -> None:
        """Check the stamp in the file, which only grows, up to that of the last transaction.

        The file may shrink (VACUUM), but then its header says so.
        """
        size, in_file = os.fstat(self._file).st_size, file_format.stamp_of(self._file)
        before = self._stamp or in_file
        ahead = (in_file - before) % STAMPS
        is_cut = size < self._size and size < file_format.size_by_header(self._file)
        if is_cut or ahead > min(_FAR, (stamp - before) % STAMPS):
            self.is_damaged = True
            raise DatabaseDamaged(
                "Veritabanının üzerine başka bir dosya kopyalanmış. Programdan çıkın ve "
                f"{restore_advice(self._path)}"
            )
        self._size, self._stamp = size, in_file

    def _refuse_cut_log(self) -> None:
        """Check that the log matches its index, and that the index does not go backwards."""
        now, last = file_format.read_index(self._index), self._last
        if now is None:  # another process is writing it
            return
        is_back = last is not None and last.salts == now.salts and now.frames < last.frames
        log = os.open(f"{self._path}-wal", os.O_RDONLY | _OPEN)
        try:
            is_cut = os.fstat(log).st_size < now.log_size
            is_back = is_back or file_format.is_of_another(now, log)
        finally:
            os.close(log)
        if file_format.read_index(self._index) != now:  # another process has written meanwhile
            return
        if is_back or is_cut:
            self.is_damaged = True
            raise log_cut(self._path) if is_cut else DatabaseRefused(LOG_MOVED)
        self._last = now

    def has_short_index(self) -> bool:
        """Return whether the index was truncated; using it would end the process (SIGBUS).

        It is left unchanged: SQLite rebuilds it once no process uses it.
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
        except OSError:  # it cannot be determined
            return True


def _open_index(path: str) -> int:
    for access in (os.O_RDWR, os.O_RDONLY):
        with suppress(OSError):
            return os.open(path, access | _OPEN)
    return -1
