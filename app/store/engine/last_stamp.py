"""Keep the stamp of the last transaction in a small file beside a database that is in use.

If the log is removed or cut after a kill, SQLite opens the database without the log's transactions,
or with a part of them if the kill interrupted their copying into the database. The stamps show it.
They are never flushed, so they cover kills, not power failures. The last process to close the
database removes the file.
"""

from __future__ import annotations

import fcntl
import os
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

import apsw

from app.domain.text import one_line
from app.errors import DatabaseDamaged
from app.store.engine import file_format
from app.store.engine.causes import restore_advice
from app.store.engine.file_format import STAMPS, UserVersion

END: Final = "-damga"
"""The suffix of the stamp file, after the path of the database."""
_FLAGS: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_FORM: Final = struct.Struct(">IIQ")
_LAST_AT, _COPIED_AT = 0, 4
_UNKNOWN, _COPYING = 0xFFFFFFFF, 0xFFFFFFFE
_FAR: Final = STAMPS >> 8  # a stamp further away belongs to another database
_LOOKS: Final = 3  # another process may be closing the database


class Stamps(NamedTuple):
    """What the stamp file holds."""

    last: int
    """The stamp of the last transaction."""
    copied: int
    """The stamp up to which the database file holds everything without its log; _UNKNOWN; or
    _COPYING while the file may hold a part of later transactions."""
    inode: int
    """The inode of the database file."""


class LastStamp:
    """The stamp file of the open database; without one, nothing is checked."""

    def __init__(self) -> None:
        self._file = -1

    def opened(self, database: str, read_stamp: Callable[[], int], *, lost_log: bool) -> None:
        """Create or open the stamp file, and compare it with the stamp that `read_stamp` returns.

        With `lost_log` the file does not count as whole until the database is checked. Raises
        DatabaseDamaged if the database has lost later transactions, or is another one.
        """
        self._file = _open_file(database, os.O_RDWR | os.O_CREAT)
        if self._file < 0:
            return
        with suppress(OSError):
            with suppress(OSError):  # another user's file, shared when it was created
                os.fchmod(self._file, os.stat(database).st_mode & 0o660)
            noted = _read(self._file)
            stamp = read_stamp()  # last, because other processes may commit meanwhile
            inode = os.stat(database).st_ino
            if noted and (refusal := _unfit(database, noted, stamp, inode)):
                os.close(self._file)
                self._file = -1  # keep the stamps, so that the next opening refuses too
                raise refusal
            if not file_format.has_log(database) and not lost_log:
                copied = stamp
            else:
                copied = noted.copied if noted else _UNKNOWN
            os.pwrite(self._file, _FORM.pack(stamp, copied, inode), 0)
            self.note(read_stamp())  # of a transaction between reading and writing

    def note(self, stamp: int) -> None:
        """Write the stamp of a committed transaction, unless a later one is noted.

        Another process may commit, and note that, between a commit and its note.
        """
        noted = _read(self._file)
        if noted is None or (noted.last - stamp) % STAMPS >= _FAR:
            _write(self._file, stamp, _LAST_AT)

    def closed(self, database: str, *, is_whole: bool) -> None:
        """Close the file; remove it if the database is whole and this was its last user."""
        if self._file < 0:
            return
        with suppress(OSError):
            if is_whole and not os.path.exists(f"{database}-wal"):
                os.unlink(database + END)
        os.close(self._file)
        self._file = -1


def copy_log(database: str, connection: apsw.Connection) -> None:
    """Copy the log into the database, and note that in the stamp file, if there is one.

    Does nothing while another thread or process of the program copies it. Raises apsw.Error.
    """
    file = _open_file(database, os.O_RDWR)
    try:
        if _is_alone(file):
            _copy_log(database, connection, file)
    finally:
        if file >= 0:
            os.close(file)


def is_log_lost(database: str) -> bool:
    """Return whether the log is missing, so that the whole database has to be checked.

    After a kill another program may have copied and removed the log, as SQLite does at the end.
    Call before SQLite opens the database. Raises DatabaseDamaged if the kill interrupted the
    copying: the file then has the last stamp on its first page, and perhaps not the other pages.
    """
    for _ in range(_LOOKS):
        noted, stamp = _noted(database), _stamp_in_file(database)
        if noted is None or stamp is None or file_format.has_log(database):
            return False
        if noted == _noted(database):
            if noted.copied == _COPYING and noted.inode == os.stat(database).st_ino:
                raise DatabaseDamaged(
                    f"{_lost(database, 'Son işlemlerin bir bölümü veritabanında olmayabilir')}. "
                    "Yarıda kesilmeden sonra sqlite3 gibi bir programla açtıysanız eksik yoktur: "
                    f"{one_line(database + END)} dosyasını kaldırın"
                )
            return noted.copied != stamp
    return True


def _unfit(database: str, noted: Stamps, stamp: int, inode: int) -> DatabaseDamaged | None:
    """Return why a database with this stamp is not the one whose last transaction was noted."""
    missing = (noted.last - stamp) % STAMPS
    if 0 < missing < _FAR:
        lost = _lost(database, f"Son {missing} işlem veritabanında yok")
        return DatabaseDamaged(lost + _unless_known(database))
    # Another file under this name is another database: the noted one was moved away, or replaced.
    if inode == noted.inode and _FAR <= missing <= STAMPS - _FAR:
        return DatabaseDamaged(
            "Program yarıda kesildikten sonra veritabanı dosyasının yerine başka bir dosya "
            f"kopyalanmış; asıl dosyayı geri getirin{_unless_known(database)}"
        )
    return None


def _lost(database: str, what: str) -> str:
    return f"{what}, günlüğü (-wal) silinmiş ya da kesilmiş; {restore_advice(database)}"


def _unless_known(database: str) -> str:
    return f". Bunu biliyorsanız {one_line(database + END)} dosyasını kaldırın"


def _is_alone(file: int) -> bool:
    """Lock the stamp file while the log is copied; return False if somebody else has locked it.

    Without locks, or without a stamp file, return True.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (OSError, ValueError):  # a file system without locks, or no stamp file
        pass
    return True


def _copy_log(database: str, connection: apsw.Connection, file: int) -> None:
    """Copy the log; note the beginning and the end in the stamp file, if there is one."""
    stamp = UserVersion.of(connection.pragma("user_version")).stamp
    noted = _read(file)
    if file_format.has_log(database):
        _write(file, _COPYING, _COPIED_AT)
    try:
        frames, copied = connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    except (apsw.BusyError, apsw.ReadOnlyError):  # nothing is copied: another program does it
        _write(file, noted.copied if noted else _UNKNOWN, _COPIED_AT)
        raise
    # While another program reads, only a part is copied, up to the end of some transaction.
    _write(file, stamp if frames == copied else _UNKNOWN, _COPIED_AT)


def _open_file(database: str, flags: int) -> int:
    """Open the stamp file; return -1 if there is none, or its name is that of something else."""
    with suppress(OSError):
        file = os.open(database + END, flags | _FLAGS, 0o600)
        if stat.S_ISREG(os.fstat(file).st_mode):
            return file
        os.close(file)
    return -1


def _write(file: int, stamp: int, offset: int) -> None:
    if file < 0:
        return
    with suppress(OSError):
        os.pwrite(file, stamp.to_bytes(4), offset)


def _read(file: int) -> Stamps | None:
    """Return what a stamp file holds; without `copied` if an older program wrote it."""
    content = b""
    with suppress(OSError):
        content = os.pread(file, _FORM.size, 0)
    if len(content) < _COPIED_AT:
        return None
    return Stamps(*_FORM.unpack(content.ljust(_FORM.size, b"\xff")))


def _noted(database: str) -> Stamps | None:
    file = _open_file(database, os.O_RDONLY)
    if file < 0:
        return None
    try:
        return _read(file)
    finally:
        os.close(file)


def _stamp_in_file(database: str) -> int | None:
    """Return the stamp of a database with a log; None for others, which lack none."""
    with suppress(OSError):
        file = os.open(database, os.O_RDONLY | _FLAGS)
        try:
            header = file_format.read_database(file)
            return header.stamp if header and header.has_log else None
        finally:
            os.close(file)
    return None
