"""Describe in Turkish why SQLite failed, with the true cause."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from typing import Final

import apsw
from peewee import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError

from app.domain.text import one_line, shorten
from app.os_errors import OUT_OF_INODES, OUT_OF_MEMORY, cause_at, is_out_of_inodes, system_cause
from app.paths import option_for

BROKEN_CONSTRAINT: Final = (IntegrityError, apsw.ConstraintError)
FAILURES: Final = (OperationalError, DatabaseError, InterfaceError, apsw.Error)
INTERRUPTED: Final = (OperationalError, apsw.InterruptError)

_WIDTH: Final = 60  # characters of the engine's own words
_REASONS: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.FullError, system_cause(errno.ENOSPC)),
    (apsw.ReadOnlyError, "veritabanı salt okunur; yazılmadı"),
    (apsw.BusyError, "veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"),
    (apsw.LockedError, "veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"),
    (apsw.NotADBError, "dosya bir veritabanı değil"),
    (apsw.CantOpenError, "dosya açılamadı; yolu ve izinleri denetleyin"),
    (apsw.PermissionsError, "izin yok"),
    (apsw.NoMemError, OUT_OF_MEMORY),
    (apsw.IOError, system_cause(errno.EIO)),
)
_ASKING_THE_SYSTEM = (apsw.CantOpenError, apsw.IOError)
# Errors of a correct statement on a damaged row, page or table, and of reading values from it: text
# that is not UTF-8, a date that does not exist, a value of another type, JSON nested too deep.
_DAMAGE = (
    apsw.CorruptError, apsw.SQLError, apsw.MismatchError, DataError, ArithmeticError, TypeError,
    ValueError, RecursionError,
)  # fmt: skip
# A server's codes for a damaged table and index, and for a missing table, column and function.
_DAMAGE_STATES = ("XX001", "XX002", "42P01", "42703", "42883")
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
# A server's codes for a read-only transaction and for a missing privilege.
_READ_ONLY_STATES = ("25006", "42501")
# The error numbers that tell a cause. Not ENOENT: SQLite leaves it behind when it looks for files.
TELLING = {
    errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOSPC,
    errno.EPERM, errno.EROFS, errno.ESTALE, errno.ETIMEDOUT,
}  # fmt: skip


def restore_advice(path: str) -> str:
    """Return how to go back to a backup of the database at `path`, as a command to type."""
    return f"yedekten dönün: toplu-fatura geri-yukle YEDEK{one_line(option_for(path))}"


def damaged_text(option: str) -> str:
    """Return the cause of an unreadable text, with the command that finds it.

    `option` names the database in it, as `option_for` returns it.
    """
    return f"bir kaydın metni bozuk; bulmak için: toplu-fatura denetle{one_line(option)}"


def cause_of(error: BaseException, number: int, path: str, read_only: str = "") -> str:
    """Return the cause of a refusal; empty for a wrong statement, which is a fault in the program.

    `number` is the last errno of the connection to `path`, `read_only` the reason why it cannot
    write, if known. The cause may be in the chain of exceptions: after a full disk, the first error
    says that a savepoint is missing or cannot be rolled back.
    """
    for one in _chain(error):
        if isinstance(one, _ASKING_THE_SYSTEM):
            opening = one.__cause__
            said = opening.errno if isinstance(opening, OSError) else number
            if said in TELLING:
                return cause_at(said, path)
            if isinstance(one, apsw.CantOpenError) and (unopened := _why_unopened(path)):
                return unopened
        if isinstance(one, apsw.CorruptError):  # also the error of an unreadable disk sector
            return f"dosya bozuk ya da disk hatalı; yineleniyorsa {restore_advice(path)}"
        for kind, reason in _REASONS:
            if isinstance(one, kind):
                return read_only if read_only and kind is apsw.ReadOnlyError else reason
    for one in _chain(error):
        if isinstance(one, apsw.SQLError):  # caused by stored JSON, since an encoder makes ours
            return damaged_text(option_for(path)) if "malformed JSON" in str(one) else ""
    command = f"toplu-fatura denetle{one_line(option_for(path))}"
    support = shorten(one_line(str(error)), _WIDTH)
    return (
        f"veritabanı işi yarıda kesti; yeniden deneyin, yineleniyorsa denetleyin: {command} "
        f"(destek için: {support})"
    )


def _why_unopened(path: str) -> str:
    """Return why a file could not be opened, if the file system tells."""
    # SQLite tries again without creating the file, so ENOENT hides ENOSPC.
    if is_out_of_inodes(path):
        return OUT_OF_INODES
    if path and not os.path.lexists(path):
        return "dosya yerinde yok, taşınmış ya da silinmiş; geri getirin"
    return ""


def is_damage(error: BaseException) -> bool:
    """Return whether stored data is at fault, so that other rows may be readable."""
    return any(
        isinstance(one, _DAMAGE) or getattr(one, "sqlstate", None) in _DAMAGE_STATES
        for one in _chain(error)
    )


def is_read_only(error: BaseException) -> bool:
    """Return whether this user may only read the database, which no second try changes."""
    return any(
        isinstance(one, apsw.ReadOnlyError)
        or (isinstance(one, OSError) and one.errno in _READ_ONLY)
        or getattr(one, "sqlstate", None) in _READ_ONLY_STATES
        for one in _chain(error)
    )


def may_have_kept(error: BaseException) -> bool:
    """Return whether a failed commit may have been written completely, because fsync failed."""
    return any(
        isinstance(one, apsw.IOError)
        and getattr(one, "extendedresult", None) != apsw.SQLITE_IOERR_WRITE
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
