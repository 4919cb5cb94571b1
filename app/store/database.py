"""The one database of the process: opening it, and the one way to read and to write.

Everything that touches the database runs inside `reading()` or `writing()`; what goes wrong
there leaves as DatabaseRefused with a Turkish sentence.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
from peewee import DatabaseError, IntegrityError, InterfaceError, OperationalError
from playhouse.apsw_ext import APSWDatabase

from app.domain.text import one_line
from app.errors import DatabaseRefused
from app.store import turns
from app.store.aggregates import ExactSum

APPLICATION_ID = 0x54464154  # marks a SQLite file as ours
LATEST_VERSION = 1
FILE_MODE = 0o640
BUSY_SECONDS = 10

PRAGMAS = {
    "foreign_keys": 1,
    "synchronous": "full",  # a number that was given survives a power failure
    "cache_size": -16_000,  # KiB
    "wal_autocheckpoint": 8_000,  # pages: a bulk job writes its index pages again and again
}

# IMMEDIATE: a deferred transaction that turns into a writer fails at once with “locked”.
database = APSWDatabase(None, lock_type="IMMEDIATE", pragmas=PRAGMAS, timeout=BUSY_SECONDS)
database.register_aggregate(ExactSum, "exact_sum", 1)


def open_database(target: str, *, make: bool = True) -> Path:
    """Open the database at `target` (a path or `sqlite:///path`), make or migrate it as needed.

    Without `make` it has to be there already. Raises DatabaseRefused: not there, no folder, no
    permission, not a database of ours, a newer version.
    """
    path = _path(target)
    close_database()
    with refusals(path):
        if path.is_dir():
            raise DatabaseRefused(f"Veritabanı açılamadı: {_name(path)} bir klasör")
        if not path.exists():
            if not make:
                raise DatabaseRefused(f"Veritabanı yok: {_name(path)}; yolu denetleyin")
            _make(path)
        _connect(path)
        try:
            _bring_to_date()
        except BaseException:
            close_database()
            raise
    return path


def close_database() -> None:
    """Close this thread's connection; opening another database is free afterwards."""
    if database.database is not None and not database.is_closed():
        database.close()


@contextmanager
def connected(*, bulk: bool = False) -> Iterator[None]:
    """A connection of this thread's own, for a worker's whole work.

    With `bulk`, what SQLite notes down for savepoints stays in memory; else a list of a million
    that is being sorted would.
    """
    with refusals(), database.connection_context():
        if bulk:
            database.pragma("temp_store", "memory")
        yield


@contextmanager
def reading() -> Iterator[None]:
    """One moment's truth: all that is read inside belongs to the same state."""
    with refusals():
        database.connect(reuse_if_open=True)
        with database.atomic("DEFERRED"):
            yield


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that holds the write lock from its start; whole or not at all."""
    with refusals():
        database.connect(reuse_if_open=True)
        with _locked():
            yield


def stand_back() -> None:
    """Let others have the write lock who wait for it; between two transactions of a long job."""
    turns.stand_back(str(database.database))


def _locked() -> AbstractContextManager[Any]:
    """A transaction that has begun; whoever has to wait for it says so."""
    transaction = ExitStack()
    connection = database.connection()
    try:
        connection.set_busy_timeout(0)
        transaction.enter_context(database.atomic("IMMEDIATE"))
        return transaction
    except OperationalError as error:
        if not isinstance(error.__context__, apsw.BusyError):
            raise
    finally:
        connection.set_busy_timeout(BUSY_SECONDS * 1000)
    with turns.waiting(str(database.database)):
        transaction.enter_context(database.atomic("IMMEDIATE"))
    return transaction


def id_list(ids: Sequence[int]) -> str:
    """Ids as one bound value, for SQLite's json_each."""
    return "[" + ",".join(map(str, ids)) + "]"


def _path(target: str) -> Path:
    scheme, colon, rest = target.partition("://")
    if colon:
        if scheme != "sqlite":
            raise DatabaseRefused(f"Bu tür veritabanı desteklenmiyor: {one_line(scheme)}")
        target = rest.removeprefix("/")  # sqlite:///relative, sqlite:////absolute
    if not target or one_line(target) != target:
        raise DatabaseRefused("Veritabanı yolu geçersiz")
    try:
        return Path(target).expanduser()
    except RuntimeError:  # ~somebody who is not there
        raise DatabaseRefused("Veritabanı yolu geçersiz") from None


def _name(path: Path) -> str:
    return one_line(str(path))


def _make(path: Path) -> None:
    """A new database, made under another name: at `path` it is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.yeni")
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
    try:
        _connect(draft)
        _bring_to_date()
        database.close()
        with suppress(FileExistsError):  # somebody else was first: theirs is as good
            os.link(draft, path)
    finally:
        close_database()
        draft.unlink()


def _connect(path: Path) -> None:
    writable = os.access(path, os.W_OK)
    flags = apsw.SQLITE_OPEN_READWRITE if writable else apsw.SQLITE_OPEN_READONLY
    database.init(str(path), flags=flags, pragmas=PRAGMAS, timeout=BUSY_SECONDS)
    database.connect()


def _bring_to_date() -> None:
    """Make the schema, or migrate an older one; the version is checked before anything else."""
    version = database.pragma("user_version")
    ours = database.pragma("application_id") == APPLICATION_ID
    if ours and version == LATEST_VERSION:
        return
    if ours and version > LATEST_VERSION:
        raise DatabaseRefused(
            f"Veritabanı bu programdan yeni (sürüm {version}, bilinen {LATEST_VERSION}); "
            "programı güncelleyin"
        )
    if not ours and database.get_tables():
        raise DatabaseRefused("Bu dosya bir Toplu Fatura veritabanı değil; dokunulmadı")
    from app.store.migrating import migrate  # rarely needed, slow to load

    migrate(database, APPLICATION_ID, LATEST_VERSION)


_REASONS: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.FullError, "diskte yer kalmadı; yer açıp yeniden deneyin"),
    (apsw.ReadOnlyError, "veritabanı salt okunur; yazılmadı"),
    (apsw.BusyError, "veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"),
    (apsw.LockedError, "veritabanını başka biri kullanıyor; biraz sonra yeniden deneyin"),
    (apsw.NotADBError, "dosya bir veritabanı değil"),
    (apsw.CorruptError, "veritabanı dosyası bozuk; yedekten dönün"),
    (apsw.CantOpenError, "dosya açılamadı; yolu ve izinleri denetleyin"),
    (apsw.PermissionsError, "izin yok"),
    (apsw.IOError, "disk okunamadı ya da yazılamadı"),
)


@contextmanager
def refusals(path: Path | None = None) -> Iterator[None]:
    """Turn what SQLite and the system report into DatabaseRefused with the true cause.

    A broken constraint is a matter of the document, a wrong statement one of the program: both
    pass through.
    """
    try:
        yield
    except (IntegrityError, apsw.ConstraintError, apsw.SQLError):
        raise
    except (OperationalError, DatabaseError, InterfaceError, apsw.Error) as error:
        if isinstance(error.__context__, apsw.SQLError):
            raise
        raise DatabaseRefused(f"Veritabanı: {_reason(error)}") from error
    except OSError as error:
        if path is None:  # not ours: what the caller does meanwhile, such as writing its output
            raise
        raise DatabaseRefused(
            f"Veritabanı açılamadı ({_name(path)}): {_os_reason(error)}"
        ) from error


def _reason(error: BaseException) -> str:
    # After a full disk peewee reports the failed rollback; the cause stands behind it.
    seen: BaseException | None = error
    while seen is not None:
        for kind, reason in _REASONS:
            if isinstance(seen, kind):
                return reason
        seen = seen.__cause__ or seen.__context__
    return f"beklenmeyen hata ({one_line(str(error))[:60]})"


_OS_REASONS = {
    errno.EACCES: "izin yok",
    errno.EPERM: "izin yok",
    errno.ENOENT: "klasör yok",
    errno.ENOTDIR: "klasör yok",
    errno.EEXIST: "klasör yok",  # a file stands where a folder should
    errno.EROFS: "disk salt okunur",
    errno.ENOSPC: "diskte yer kalmadı",
    errno.EDQUOT: "disk kotası doldu",
    errno.ENAMETOOLONG: "ad çok uzun",
    errno.ELOOP: "bağlantı kendine dönüyor",
}


def _os_reason(error: OSError) -> str:
    return _OS_REASONS.get(error.errno or 0) or one_line(error.strerror or type(error).__name__)
