"""The one database of the process: opening it, and the one way to read and to write.

Everything that touches the database runs inside `reading()` or `writing()`; what goes wrong
there leaves as DatabaseRefused with a Turkish sentence.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
from peewee import DatabaseError, IntegrityError, InterfaceError, OperationalError
from playhouse.apsw_ext import APSWDatabase

from app.domain.text import one_line
from app.errors import DatabaseRefused
from app.guarded_open import protect
from app.os_errors import system_cause
from app.store.engine import new_file, write_queue
from app.store.engine.causes import cause_of
from app.store.engine.file_identity import FileIdentity

APPLICATION_ID = 0x54464154  # marks a SQLite file as ours
LATEST_VERSION = 2
BUSY_SECONDS = 10

PRAGMAS = {
    "foreign_keys": 1,
    "synchronous": "full",  # a number that was given survives a power failure
    "cache_size": -16_000,  # KiB
    "wal_autocheckpoint": 8_000,  # pages: a bulk job writes its index pages again and again
}

_READ_WRITE = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
_WAL_VERSIONS = b"\2\2"  # bytes 18 and 19 of a file with a write-ahead log (SQLite, “File Format”)

_file = FileIdentity()


class _Database(APSWDatabase):  # type: ignore[misc]  # peewee has no types
    """A connection that fails as it is opened leaves what the system said as its error's cause."""

    def _add_conn_hooks(self, connection: apsw.Connection) -> None:
        try:
            super()._add_conn_hooks(connection)
        except apsw.Error as error:
            raise error from OSError(connection.system_errno, "")

    def _close(self, connection: apsw.Connection) -> None:
        """Of a file that has another name now SQLite would leave the log behind at the old one.

        What stands there now would be read with it, if it is a database.
        """
        with suppress(apsw.Error):
            if _file.is_moved() and _file.has_log_of_ours(connection):
                connection.set_busy_timeout(0)
                connection.execute("PRAGMA wal_checkpoint(truncate)")
        super()._close(connection)


# IMMEDIATE: a deferred transaction that turns into a writer fails at once with “locked”.
database = _Database(None, lock_type="IMMEDIATE", pragmas=PRAGMAS, timeout=BUSY_SECONDS)


def open_database(target: str, *, make: bool = True) -> Path:
    """Open the database at `target` (a path or `sqlite:///path`), make or migrate it as needed.

    Without `make` it has to be there already. Raises DatabaseRefused: not there, no folder, no
    permission, not a database of ours, a newer version.
    """
    path = database_path(target)
    close_database()
    with refusals(path):
        if path.is_dir():
            raise DatabaseRefused(f"Veritabanı açılamadı: {_name(path)} bir klasör")
        has_log = new_file.has_log(path)  # asked first: who makes it now writes its log later
        if not path.exists():
            if not make:
                raise DatabaseRefused(f"Veritabanı yok: {_name(path)}; yolu denetleyin")
            new_file.refuse_link(path)
            _refuse_log(path, has_log)
            _make(path)
        elif not path.is_file():  # a device is empty too
            raise OSError(errno.ENXIO, "")
        elif not path.stat().st_size:
            _refuse_log(path, has_log)
            new_file.adopt(path)
        _open(path)
    return path


def close_database() -> None:
    """Close this thread's connection; opening another database is free afterwards."""
    if database.database is not None and not database.is_closed():
        database.close()
    protect("")
    _file.closed()


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
        _refuse_moved()
        with database.atomic("DEFERRED"):
            yield


@contextmanager
def writing(*, behind: bool = False, patient: bool = True) -> Iterator[None]:
    """A transaction that holds the write lock from its start; whole or not at all.

    `behind` is for all but the first transaction of a bulk job: it yields to waiting writers.
    Without `patient` it fails at once where another process has the lock. Raises
    DatabaseRefused; ConstraintBroken where a constraint forbids what was written.
    """
    with refusals():
        database.connect(reuse_if_open=True)
        _refuse_moved()
        with _constraints(), _locked(behind, BUSY_SECONDS if patient else 0):
            yield
            _refuse_moved()


class ConstraintBroken(Exception):
    """A constraint of the database forbids what was to be written."""


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of `writing()` that is undone alone. Raises ConstraintBroken."""
    with _constraints(), database.savepoint():
        yield


@contextmanager
def _constraints() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, apsw.ConstraintError) as error:
        raise ConstraintBroken(str(error)) from error


def is_waited_for() -> bool:
    """Whether another writer waits for the write lock: a bulk job then ends its transaction."""
    return write_queue.is_anyone_waiting(str(database.database))


def _locked(behind: bool, seconds: float) -> AbstractContextManager[Any]:
    """A transaction that has begun: the write lock is held."""
    transaction = ExitStack()
    connection = database.connection()
    with write_queue.entered(str(database.database), seconds, bulk=behind) as wait:
        connection.set_busy_handler(wait)
        try:
            transaction.enter_context(database.atomic("IMMEDIATE"))
        finally:
            connection.set_busy_timeout(BUSY_SECONDS * 1000)
    return transaction


def _refuse_moved() -> None:
    if _file.is_moved():
        raise DatabaseRefused("Veritabanı dosyası taşınmış ya da değişmiş; programı yeniden açın")
    _file.remember(database.connection())


def _refuse_log(path: Path, has_log: bool) -> None:
    """SQLite would take the log of another database, or throw away what is in it."""
    if has_log:
        raise DatabaseRefused(
            f"Veritabanı yok, günlüğü duruyor: {_name(path)}-wal; "
            "veritabanını geri getirin ya da günlüğü kaldırın"
        )


def id_list(ids: Sequence[int]) -> str:
    """Ids as one bound value, for SQLite's json_each."""
    return "[" + ",".join(map(str, ids)) + "]"


def database_path(target: str) -> Path:
    """The file that `target` names: a path or `sqlite:///path`. Raises DatabaseRefused."""
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


def make_database(path: Path, fill: Callable[[], None]) -> None:
    """Make a new database at `path` with what `fill` writes into it, whole or absent.

    It is made in memory, so it has to fit there, and nothing of it is left behind when the
    process is cut off. Where somebody else was first, theirs stays. Raises DatabaseRefused.
    """
    close_database()
    with refusals(path):
        _make(path, fill)


def _make(path: Path, fill: Callable[[], None] = lambda: None) -> None:
    content = _new_content(fill)
    with suppress(FileExistsError):  # somebody else was first: theirs is as good
        new_file.make(path, content)


def _new_content(fill: Callable[[], None]) -> bytes:
    """The file of a new database, made in memory: a draft on disk could be left behind."""
    database.init(":memory:", flags=_READ_WRITE, pragmas=PRAGMAS, timeout=BUSY_SECONDS)
    database.connect()
    try:
        _bring_to_date()
        fill()
        content = bytes(database.connection().serialize("main"))
    finally:
        close_database()
    return content[:18] + _WAL_VERSIONS + content[20:]


def _open(path: Path) -> None:
    """Connect and bring to date; closed again where that cannot be."""
    _connect(path)
    try:
        with refusals():  # while the connection can be asked for the cause
            _bring_to_date()
            _use_write_ahead_log()
    except BaseException:
        close_database()
        raise


def _use_write_ahead_log() -> None:
    """Set the journal mode back to WAL where another tool, or a restore, has changed it.

    With any other mode readers block the writer. Where somebody else has the file open, or the
    folder cannot be written, the mode stays for now.
    """
    connection = database.connection()
    if connection.readonly("main") or connection.pragma("journal_mode") == "wal":
        return
    connection.set_busy_timeout(0)
    try:
        with suppress(apsw.BusyError, apsw.CantOpenError, apsw.ReadOnlyError):
            connection.pragma("journal_mode", "wal")
    finally:
        connection.set_busy_timeout(BUSY_SECONDS * 1000)


def _connect(path: Path) -> None:
    path = Path(os.path.realpath(path))  # what stands beside it stands beside the file itself
    flags = apsw.SQLITE_OPEN_READWRITE if _writable(path) else apsw.SQLITE_OPEN_READONLY
    database.init(str(path), flags=flags, pragmas=PRAGMAS, timeout=BUSY_SECONDS)
    database.connect()
    protect(str(path))
    _file.opened(str(path))


def _writable(path: Path) -> bool:
    """Whether the file may be written or only be read. Raises OSError where not even that.

    SQLite says only that it could not. No connection may be open now: with a file that is closed
    the process loses all its locks on it.
    """
    flags = os.O_NONBLOCK | os.O_CLOEXEC
    try:
        os.close(os.open(path, os.O_RDWR | flags))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        os.close(os.open(path, os.O_RDONLY | flags))
        return False
    return True


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
    from app.store.migrations import create_or_migrate  # rarely needed, slow to load

    create_or_migrate(database, APPLICATION_ID)


@contextmanager
def refusals(path: Path | None = None) -> Iterator[None]:
    """Turn what SQLite and the system report into DatabaseRefused with the true cause.

    A broken constraint is a matter of the document, a wrong statement one of the program: both
    pass through.
    """
    try:
        yield
    except (IntegrityError, apsw.ConstraintError):
        raise
    except (OperationalError, DatabaseError, InterfaceError, apsw.Error) as error:
        reason = cause_of(error, _system_errno())
        if not reason:
            raise
        raise DatabaseRefused(f"Veritabanı: {reason}") from error
    except OSError as error:
        if path is None:  # not ours: what the caller does meanwhile, such as writing its output
            raise
        raise DatabaseRefused(
            f"Veritabanı açılamadı ({_name(path)}): {system_cause(error.errno)}"
        ) from error


def _system_errno() -> int:
    """What the system said when the connection failed last; 0 where there is none."""
    return 0 if database.is_closed() else int(database.connection().system_errno)
