"""Backup of the open database to a new file, and restore of such a file in its place.

Both make a whole copy first, beside its target, and let denetle's checks look at it; only then
it gets its name. What is replaced by a restore is kept under another name.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import apsw

from app.domain.text import one_line
from app.errors import DatabaseRefused, Stopped
from app.os_errors import system_cause
from app.store import checks, queries
from app.store.database import close_database, database, open_database, reading, refusals
from app.store.engine import new_file

Progress: TypeAlias = Callable[[int, int], None]
"""Told (pages done, of how many)."""
Stop: TypeAlias = Callable[[], bool]

_IN_USE: Final = "Veritabanını başka biri kullanıyor; herkes çıkınca yeniden deneyin"
# Where SQLite's own locks lie in a database file (SQLite, “File Locking And Concurrency”).
_FIRST_LOCK_BYTE, _LOCK_BYTES = 0x40000000, 512
_PAGES: Final = 1_000  # copied between two looks at whether to stop


class Copied(NamedTuple):
    """A copy that passed every check."""

    path: Path
    documents: int


class Restored(NamedTuple):
    """A database that a backup has taken the place of."""

    documents: int
    aside: Path | None
    """Where the replaced one is; None where there was none."""


def backup_path(target: Path, database_path: Path, now: datetime) -> Path:
    """The new file that `target` means: itself, or a name with the time in the folder it is."""
    if not os.path.isdir(target):
        return target
    return target / f"{database_path.stem}-yedek-{now:%Y%m%d-%H%M%S}.db"


def back_up(target: Path, progress: Progress, stop: Stop) -> Copied:
    """Copy the open database to a new file, consistent beside running work; closes it.

    Raises DatabaseRefused where something is at `target` already, it cannot be written or the
    copy fails a check; Stopped. In each of these cases there is no file.
    """
    _refuse_existing(target)
    with _draft_beside(target) as draft:
        with reading():
            queries.any_document()  # the first read fixes the moment, whoever writes meanwhile
            _copy(database.connection(), draft, progress, stop)
        documents = _verified(draft)
        with _told_of(target):
            _sync(draft)
            os.link(draft, target)  # never over an existing file
            _sync(target.parent)
    return Copied(target, documents)


def restore(backup: Path, target: Path, now: datetime, progress: Progress, stop: Stop) -> Restored:
    """Put a checked copy of `backup` in the place of the database at `target`, whole or not at all.

    Nobody may have either open. Raises DatabaseRefused where the backup is no database of ours
    or fails a check, or where somebody has the target open; Stopped. The target is as it was then.
    """
    close_database()
    target = Path(os.path.realpath(target))
    if os.path.realpath(backup) == str(target):
        raise DatabaseRefused("Yedek, veritabanının kendisi; başka bir dosya verin")
    with _draft_beside(target) as draft:
        with _named(backup):
            with refusals(backup), _opened_backup(backup) as source:
                _copy(source, draft, progress, stop)
            documents = _verified(draft)
        with _told_of(target):
            _sync(draft)
            aside = _replace(target, draft, now)
            _sync(target.parent)
    return Restored(documents, aside)


@contextmanager
def _draft_beside(target: Path) -> Iterator[Path]:
    """A name in the folder of `target` for the copy; whatever has it at the end is removed."""
    draft = target.with_name(f".{target.name}-{secrets.token_hex(6)}.tmp")
    try:
        with _told_of(target):
            new_file.make(draft, b"")
        yield draft
    finally:
        close_database()
        for name in (str(draft), *_companions(draft)):
            with suppress(OSError):
                os.unlink(name)


def _copy(source: apsw.Connection, draft: Path, progress: Progress, stop: Stop) -> None:
    with refusals(draft):
        copy = apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            copy.execute("PRAGMA journal_mode = off")  # a copy that is cut off is thrown away
            with copy.backup("main", source, "main") as work:
                while not work.done:
                    if stop():
                        raise Stopped("Durduruldu; hiçbir dosya değişmedi")
                    work.step(_PAGES)
                    progress(work.page_count - work.remaining, work.page_count)
        finally:
            copy.close()


def _verified(draft: Path) -> int:
    """How many documents the copy has. Raises DatabaseRefused where a check of denetle fails."""
    open_database(str(draft), make=False)
    try:
        with reading():
            found = checks.failures()
            documents = queries.count_documents()
    finally:
        close_database()
    if found:
        name, offender = found[0]
        raise DatabaseRefused(f"kopya denetimden geçmedi ({name}: {offender})")
    return documents


@contextmanager
def _named(backup: Path) -> Iterator[None]:
    """What is wrong is wrong with the backup."""
    try:
        yield
    except DatabaseRefused as error:
        name = one_line(backup.name)
        raise DatabaseRefused(f"Yedek geri yüklenmedi ({name}): {error.sentence}") from error


@contextmanager
def _opened_backup(backup: Path) -> Iterator[apsw.Connection]:
    """The backup, to be read; nothing is left beside it, and its folder may be read-only."""
    if not backup.is_file():
        raise OSError(errno.ENOENT if not backup.exists() else errno.EISDIR, "")
    whole = not new_file.has_log(backup)
    uri = f"{backup.absolute().as_uri()}?{'immutable=1' if whole else 'mode=ro'}"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    source = apsw.Connection(uri, flags=flags)
    try:
        yield source
    finally:
        source.close()


def _replace(target: Path, draft: Path, now: datetime) -> Path | None:
    """Give the draft the name of the database; where the replaced one is now.

    At no moment there is no database, or a new one beside an old log.
    """
    if not target.exists():
        for name in _companions(target):  # they belong to a database that is gone
            if os.path.lexists(name):
                os.rename(name, f"{name}-eski-{now:%Y%m%d-%H%M%S}")
        os.rename(draft, target)
        return None
    aside = target.with_name(f"{target.name}-eski-{now:%Y%m%d-%H%M%S}")
    with _locked_out(target, aside):
        os.link(target, aside)
        os.rename(draft, target)
    return aside


@contextmanager
def _locked_out(target: Path, aside: Path) -> Iterator[None]:
    """Nobody has the database open or can open it, and it is complete without its log."""
    with refusals(target):
        old = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        _take_over(old)
    except apsw.BusyError:
        raise DatabaseRefused(_IN_USE) from None
    except apsw.Error:
        old.close()
        with _damaged_locked_out(target, aside):
            yield
    else:
        yield
    finally:
        old.close()


@contextmanager
def _damaged_locked_out(target: Path, aside: Path) -> Iterator[None]:
    """The same for a file that SQLite cannot read; what its log holds goes aside with it."""
    file = os.open(target, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _FIRST_LOCK_BYTE)
        except BlockingIOError:
            raise DatabaseRefused(_IN_USE) from None
        for name in _companions(target):
            if os.path.lexists(name):
                os.rename(name, str(aside) + name.removeprefix(str(target)))
        yield
    finally:
        os.close(file)


def _take_over(old: apsw.Connection) -> None:
    """The lock that shuts everybody out, for as long as the connection lasts; no log any more."""
    old.pragma("locking_mode", "exclusive")
    old.execute("BEGIN EXCLUSIVE; COMMIT")
    old.execute("PRAGMA wal_checkpoint(truncate)")
    old.pragma("journal_mode", "delete")
    old.execute("BEGIN EXCLUSIVE; COMMIT")


def _companions(path: Path) -> tuple[str, ...]:
    return tuple(f"{path}{end}" for end in ("-wal", "-shm", "-journal"))


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise DatabaseRefused(f"{one_line(str(target))}: zaten var; üzerine yazılmadı")


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseRefused(f"{one_line(str(path))}: {system_cause(error.errno)}") from error


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
