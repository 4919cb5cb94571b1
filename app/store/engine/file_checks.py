"""Check the files of a database before SQLite opens them: their types, and that they match.

SQLite opens any file that has the name of the database's log, log index or rollback journal, and
writes its content into the database.
"""

from __future__ import annotations

import fcntl
import os
import stat
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from app.domain.text import one_line
from app.errors import DatabaseDamaged, DatabaseRefused
from app.guarded_open import COMPANIONS
from app.store.engine import file_format
from app.store.engine.causes import restore_advice

LINKED: Final = (
    "Veritabanı dosyasının ikinci bir adı (sert bağlantı) var; iki adla açılırsa bozulur. "
    "Adlardan birini kaldırıp yeniden deneyin"
)
_UNLOGGED: Final = (
    "Veritabanı başka bir programda açık, ama günlüğü (-wal) silinmiş; "
    "herkes çıkınca yeniden deneyin"
)
_BEHIND: Final = (
    "Veritabanının günlük dizini (-shm) geride kalmış ya da değiştirilmiş; "
    "herkes çıkınca yeniden deneyin"
)
_OPEN: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_TRIES, _FEW_TRIES = 50, 2  # for a process that uses the database, or has just closed it
# The byte range of SQLite's own locks (SQLite, “File Locking And Concurrency”).
FIRST_LOCK_BYTE, LOCK_BYTES = 0x40000000, 512
_FLOCK: Final = "hhqqi"  # type, whence, start, length, process
# a process that opens a database creates its log within a second
_LOOKS, _BETWEEN_LOOKS = 100, 0.01


def log_cut(path: str) -> DatabaseDamaged:
    """Return the refusal of a database whose log lacks transactions."""
    return DatabaseDamaged(
        f"Veritabanının günlüğü (-wal) eksik, son belgeler okunamıyor; {restore_advice(path)}"
    )


def refuse_strange_files(path: str) -> None:
    """Raise DatabaseRefused if SQLite must not open the files as they are.

    This process must have no connection open, because closing a descriptor here drops its locks.
    """
    database = _stat(path)
    if database and database.st_nlink > 1:
        raise DatabaseRefused(LINKED)
    for end in COMPANIONS:
        _refuse_companion(path + end, database)
    if not database or not database.st_size:
        _refuse_left_over(path)
        return
    tries = 0
    while refusal := _unfit(path):
        tries += 1
        if tries > (_TRIES if _is_used(path) else _FEW_TRIES):
            raise refusal
        time.sleep(_BETWEEN_LOOKS)
    _refuse_unlike_others(path)


def refuse_log_beside_link(link: str, path: str) -> None:
    """Refuse a symbolic link if the target's log is beside the link.

    The log was left there when the file was moved. Raises DatabaseRefused.
    """
    if os.path.abspath(link) != path:
        _refuse_left_over(link, of_link=True)


def _refuse_companion(name: str, database: os.stat_result | None) -> None:
    found = _stat(name)
    if found is None:
        return
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise DatabaseRefused(
            f"{one_line(name)}: düz bir dosya değil ya da ikinci bir adı var; "
            "veritabanı açılmadı, onu kaldırın"
        )
    trusted = {0, os.geteuid()} | ({database.st_uid} if database else set())
    folder = os.stat(os.path.dirname(name) or ".")
    if folder.st_mode & stat.S_IWOTH and found.st_uid not in trusted:
        raise DatabaseRefused(
            f"{one_line(name)}: herkesin yazabildiği klasörde başka bir kullanıcının dosyası; "
            "veritabanı açılmadı, onu kaldırın"
        )


def _refuse_left_over(path: str, *, of_link: bool = False) -> None:
    """Refuse a log without its database: SQLite would apply it to another one, or discard it."""
    for end in ("-wal", "-journal"):
        found = _stat(path + end)
        made = None if of_link else _stat(path)
        # another process may be creating it now
        if found and found.st_size and not (made and made.st_size):
            raise DatabaseRefused(
                f"Veritabanı yok, günlüğü duruyor: {one_line(path + end)}; "
                "veritabanını geri getirin ya da günlüğü kaldırın"
            )


def _unfit(path: str) -> DatabaseRefused | None:
    """Return why the files do not belong together; None if they do, or are unreadable."""
    with suppress(FileNotFoundError, PermissionError), _opened(path) as file:
        database = file_format.read_database(file)
        if database is None:
            return None
        refusal = _unfit_journal(path, file, database) or _unfit_log(path, file, database)
        changed = file_format.read_database(file) != database
        return None if changed and not refusal else refusal
    return None


def _unfit_journal(path: str, file: int, database: file_format.Database) -> DatabaseRefused | None:
    if not database.has_log:  # left by a killed transaction, which SQLite rolls back
        return None
    with suppress(FileNotFoundError), _opened(f"{path}-journal") as journal:
        if not file_format.undoes_mode_change(journal, file):
            return DatabaseRefused(
                f"{one_line(path)}-journal bu veritabanının değil; açılsa veritabanı bozulurdu. "
                "Onu kaldırıp yeniden deneyin"
            )
    return None


def _unfit_log(path: str, file: int, database: file_format.Database) -> DatabaseRefused | None:
    log = index = None
    # The index is read first, because a log in use only grows beyond it.
    with suppress(FileNotFoundError, PermissionError), _opened(f"{path}-shm") as opened:
        index = file_format.read_index(opened)
    with suppress(FileNotFoundError), _opened(f"{path}-wal") as opened:
        log = file_format.read_log(opened)
    size = log.size if log else 0
    if index and index.frames > index.copied and size < index.log_size:
        return log_cut(path)
    if log and not file_format.belongs(log, database.stamp):
        return DatabaseDamaged(
            f"{one_line(path)}-wal bu veritabanına uymuyor: dosya bir kopyayla değiştirilmiş ya da "
            f"günlük bozulmuş olabilir. Asıl dosyayı geri getirin ya da {restore_advice(path)}"
        )
    there = os.fstat(file).st_size // database.page_size
    missing = range(there + 1, database.pages + 1)
    copied_later = log.pages if log else frozenset[int]()
    if not copied_later.issuperset(missing):
        return DatabaseDamaged(f"Veritabanı dosyası bozuk: sonu kesilmiş; {restore_advice(path)}")
    return None


def _refuse_unlike_others(path: str) -> None:
    """Refuse files other than those open in other processes, which may write to an unlinked log."""
    for _ in range(_LOOKS):
        refusal = _unlike_others(path)
        if not refusal:
            return
        time.sleep(_BETWEEN_LOOKS)
    raise DatabaseRefused(refusal)


def _unlike_others(path: str) -> str:
    """Return why this process would not see the data of other processes using the database."""
    with suppress(FileNotFoundError, PermissionError), _opened(path) as file:
        database = file_format.read_database(file)
        if database is None or not database.has_log or not is_locked(file):
            return ""
        if not os.path.exists(f"{path}-wal"):
            return _UNLOGGED
        with _opened(f"{path}-wal") as log, _opened(f"{path}-shm") as opened:
            index = file_format.read_index(opened)
            if index is None:
                return ""
            is_old = file_format.is_of_another(index, log) or file_format.is_behind(index, log)
            # SQLite would fill the missing part with zeros and not find those pages in the log.
            is_cut = os.fstat(opened).st_size < index.own_size
            return _BEHIND if is_old or is_cut else ""
    return ""


def is_locked(file: int) -> bool:
    """Return whether another process holds one of SQLite's locks on the file."""
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, FIRST_LOCK_BYTE, LOCK_BYTES, 0)
    answer = fcntl.fcntl(file, fcntl.F_GETLK, asked)
    return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)


def _is_used(path: str) -> bool:
    with _opened(path) as file:
        return is_locked(file)


@contextmanager
def _opened(path: str) -> Iterator[int]:
    file = os.open(path, _OPEN)
    try:
        yield file
    finally:
        os.close(file)


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None
