"""Copy whole SQLite files, and replace a file that no process has open by another."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Final

import apsw

from app.errors import DatabaseRefused, Stopped
from app.guarded_open import COMPANIONS
from app.progress import Progress, Stop
from app.store.engine import file_format, last_stamp, new_file
from app.store.engine.causes import TELLING
from app.store.engine.file_checks import FIRST_LOCK_BYTE, LOCK_BYTES, refuse_strange_files

_IN_USE: Final = "Veritabanını başka biri kullanıyor; herkes çıkınca yeniden deneyin"
_DRAFT, _DRAFT_END = ".toplu-fatura-", ".db.tmp"
_KINDS: Final = (
    (stat.S_ISDIR, "bir klasör"),
    (stat.S_ISCHR, "bir aygıt"),
    (stat.S_ISBLK, "bir aygıt"),
    (stat.S_ISFIFO, "bir boru (pipe)"),
    (stat.S_ISSOCK, "bir soket"),
)
_PAGES: Final = 1_000  # pages copied between two checks for a stop


def copy_pages(source: apsw.Connection, draft: Path, progress: Progress, stop: Stop) -> None:
    """Copy the content of `source` to the empty file `draft`.

    Raises Stopped; apsw.Error, or OSError if the system says why it cannot be written.
    """
    copy = apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        copy.execute("PRAGMA journal_mode = off")  # an interrupted copy is discarded
        with copy.backup("main", source, "main") as work:
            while not work.done:
                if stop():
                    raise Stopped("Durduruldu; hiçbir dosya değişmedi")
                work.step(_PAGES)
                progress(work.page_count - work.remaining, work.page_count)
    except apsw.Error as error:
        if copy.system_errno in TELLING:
            raise OSError(copy.system_errno, os.strerror(copy.system_errno)) from error
        raise
    finally:
        copy.close()
    file = os.open(draft, os.O_RDWR | os.O_CLOEXEC)
    try:
        file_format.renew_stamp(file)
    finally:
        os.close(file)


@contextmanager
def opened_to_copy(path: Path) -> Iterator[apsw.Connection]:
    """Open a database for reading without leaving files beside it; its folder may be read-only.

    Raises DatabaseRefused if it is not a file; OSError, apsw.Error.
    """
    _refuse_no_file(os.stat(path).st_mode)
    whole = not file_format.has_log(str(path))
    uri = f"{path.absolute().as_uri()}?{'immutable=1' if whole else 'mode=ro'}"
    source = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        yield source
    finally:
        source.close()


def put_in_place(draft: Path, named: Path, now: datetime) -> Path | None:
    """Give the draft the name of the database; return the path of the replaced one.

    `named` may be a link to it. There is a database at every moment, and never a new one beside an
    old log. Raises DatabaseRefused if another process has the old one open; OSError, apsw.Error.
    """
    target = Path(os.path.realpath(named))
    aside = free_name(target.with_name(f"{target.name}-eski-{now:%Y%m%d-%H%M%S}"))
    if not target.exists():
        _move_companions(target, aside)  # left by a database that no longer exists
        os.rename(draft, target)
        return None
    with _locked_out(target) as is_ended:
        # A database with two names cannot be opened, so after a kill the user learns both.
        os.link(target, aside)
        try:
            if is_ended:
                _remove_companions(target)
            _move_companions(target, aside)
            _move_companions(named, aside)  # beside the link, if the file was moved
            os.rename(draft, target)
        except OSError:
            _move_companions(aside, target)
            os.unlink(aside)
            raise
    return aside


def free_name(path: Path, end: str = "") -> Path:
    """Return `path` with `end`, or with `-2`, `-3`, … before `end` if that is taken."""
    numbered = (Path(f"{path}-{n}{end}") for n in count(2))
    return next(
        one
        for one in chain([Path(f"{path}{end}")], numbered)
        if not any(map(os.path.lexists, (str(one), *_companions(one))))
    )


@contextmanager
def draft_in(folder: Path) -> Iterator[Path]:
    """Provide a new file for a copy in the target's folder; remove it at the end.

    It is locked until then; the next such call removes the files of killed processes. Raises
    OSError.
    """
    _remove_abandoned(folder)
    draft, lock = _new_draft(folder)
    try:
        yield draft
    finally:
        with suppress(OSError):
            remove(draft)
        os.close(lock)


def _new_draft(folder: Path) -> tuple[Path, int]:
    while True:
        draft = folder / f"{_DRAFT}{secrets.token_hex(8)}{_DRAFT_END}"
        new_file.make(draft, b"")
        lock = os.open(draft, os.O_RDONLY | os.O_CLOEXEC)
        with suppress(OSError):  # without locks, no other process removes it either
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_nlink:
            return draft, lock
        os.close(lock)  # another process removed it before it was locked


def _remove_abandoned(folder: Path) -> None:
    with suppress(OSError):
        for draft in folder.glob(f"{_DRAFT}*{_DRAFT_END}"):
            with suppress(OSError):
                file = os.open(draft, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove(draft)
                finally:
                    os.close(file)


def _refuse_no_file(mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = next((word for is_kind, word in _KINDS if is_kind(mode)), "özel bir dosya")
        raise DatabaseRefused(f"bu {what}; yedek dosyasının kendisini verin")


def remove(path: Path) -> None:
    """Remove a database and SQLite's own files beside it, if present."""
    path.unlink(missing_ok=True)
    _remove_companions(path)


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _locked_out(target: Path) -> Iterator[bool]:
    """Keep other processes out; yield whether the database is complete without its log."""
    old = _taken_over(target)
    if old is None:
        with _damaged_locked_out(target):
            yield False
        return
    try:
        yield True
    finally:
        old.close()


def _taken_over(target: Path) -> apsw.Connection | None:
    """Return a connection that keeps other processes out, and end the log.

    Returns None if SQLite cannot read the database or its files do not belong together.
    """
    try:
        refuse_strange_files(str(target))
        old = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
    except (DatabaseRefused, apsw.Error):
        return None
    try:
        _take_over(old, target)
    except apsw.Error as error:
        old.close()
        if isinstance(error, apsw.BusyError):
            raise DatabaseRefused(_IN_USE) from None
        return None
    return old


@contextmanager
def _damaged_locked_out(target: Path) -> Iterator[None]:
    """Keep other processes out of a file that SQLite cannot or must not read."""
    file = os.open(target, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, LOCK_BYTES, FIRST_LOCK_BYTE)
        except BlockingIOError:
            raise DatabaseRefused(_IN_USE) from None
        yield
    finally:
        os.close(file)


def _take_over(old: apsw.Connection, target: Path) -> None:
    """Lock out other processes for as long as the connection lasts, and end the log."""
    old.pragma("locking_mode", "exclusive")
    old.execute("BEGIN EXCLUSIVE; COMMIT")
    last_stamp.copy_log(str(target), old)
    old.pragma("journal_mode", "delete")
    old.execute("BEGIN EXCLUSIVE; COMMIT")


def _remove_companions(path: Path) -> None:
    for name in _companions(path):
        with suppress(FileNotFoundError):
            os.unlink(name)


def _move_companions(path: Path, aside: Path) -> None:
    for name in _companions(path):
        if os.path.lexists(name):
            os.rename(name, str(aside) + name.removeprefix(str(path)))


def _companions(path: Path) -> tuple[str, ...]:
    return tuple(f"{path}{end}" for end in COMPANIONS)
