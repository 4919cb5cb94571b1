"""The single database of the process, and the only way to read and to write it.

Everything that touches the database runs inside `reading()` or `writing()`; errors there become
DatabaseRefused with a Turkish sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, cast

from peewee import DatabaseProxy

from app.domain.text import one_line
from app.errors import CommitUncertain, DatabaseReadOnly, DatabaseRefused
from app.os_errors import cause_at
from app.paths import option_for
from app.progress import Stop
from app.store.engine.causes import (
    BROKEN_CONSTRAINT,
    FAILURES,
    INTERRUPTED,
    damaged_text,
    is_read_only,
)  # fmt: skip
from app.store.engine.operations import Engine, Reporting
from app.store.engine.sqlite import BUSY_SECONDS, SqliteDatabase

sqlite = SqliteDatabase()
_proxy = DatabaseProxy()
_proxy.initialize(sqlite)
database = cast(Engine, _proxy)
"""The engine in use: SQLite's unless a server's is chosen."""

_DATABASE: Final = "Veritabanı: "


def use(engine: Engine) -> None:
    """Choose the engine of the database that is opened next."""
    if _proxy.obj is not engine:
        _proxy.initialize(engine)


def is_file() -> bool:
    """Return whether the database is a file, and not a schema on a server."""
    return _proxy.obj is sqlite


def full_command(command: str) -> str:
    """Return a command for the user to type, with the option that names the open database."""
    return f"toplu-fatura {command}{one_line(_option())}"


def _option() -> str:
    """Return the option that names the open database; empty if a command opens it without."""
    return option_for(str(sqlite.database)) if is_file() else " --veritabani ADRES"


class ConstraintBroken(Exception):
    """A constraint of the database forbids the write."""


class Interrupted(Exception):
    """A search was stopped before its end."""


@contextmanager
def connected(*, bulk: bool = False) -> Iterator[None]:
    """Open a separate connection for this thread, for all work of a job.

    With `bulk`, undo data and sorted lists stay in memory, where they are small.
    """
    with refusals(), database.connection_context():
        if bulk:
            database.prepare_bulk()
        yield


@contextmanager
def reading() -> Iterator[None]:
    """Open a read transaction: everything read inside comes from one state."""
    with refusals():
        database.connect_to_latest()
        database.refuse_moved()
        with database.snapshot():
            yield


@contextmanager
def writing(*, behind: bool = False, patient: bool = True) -> Iterator[None]:
    """Open a transaction that holds the write lock from its start and commits all or nothing.

    `behind` is for all but the first transaction of a bulk job: it yields to waiting writers.
    Without `patient` it fails at once if another process has the lock. Raises DatabaseRefused,
    CommitUncertain; ConstraintBroken if a constraint forbids a write.
    """
    with refusals():
        database.connect_to_latest()
        database.refuse_moved()
        seconds = BUSY_SECONDS if patient else 0
        with _constraints(), database.locked(behind=behind, seconds=seconds) as transaction:
            yield
            database.refuse_moved()
            commit(transaction)


def commit(transaction: ExitStack, engine: Engine = database) -> None:
    """End a transaction. Raises CommitUncertain."""
    try:
        transaction.close()
    except FAILURES as error:
        if not engine.may_have_kept(error):
            raise
        raise _refused(CommitUncertain, error, engine) from error


@contextmanager
def savepoint() -> Iterator[None]:
    """Open a part of `writing()` that can be rolled back alone. Raises ConstraintBroken."""
    with _constraints(), database.savepoint():
        yield


def together(count: int) -> AbstractContextManager[None]:
    """Send a block's writes for `count` documents together; it may not read. Inside `writing()`."""
    return database.together(count)


def refresh_statistics() -> None:
    """Refresh the engine's statistics after a bulk job; a failure does not undo its work."""
    with suppress(*FAILURES):
        database.refresh_statistics()


def is_waited_for() -> bool:
    """Return whether another writer waits for the lock, so that a bulk job should let it go."""
    return database.is_waited_for()


@contextmanager
def interruptible(stop: Stop, tick: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Interrupt this thread's running statement once `stop` says so; call `tick` until then.

    Raises Interrupted. Use inside `reading()`.
    """

    def check() -> bool:
        tick()
        return stop()

    try:
        with database.interruptible(check):
            yield
        if stop():
            raise Interrupted
    except INTERRUPTED as error:
        if stop():
            raise Interrupted from error
        raise


@contextmanager
def refusals(
    path: Path | None = None, engine: Reporting = database, *, what: str = _DATABASE
) -> Iterator[None]:
    """Turn errors of the engine and the system into DatabaseRefused with the true cause.

    `what` begins the sentence; without it, the sentence is the cause alone.
    Two kinds pass through: a broken constraint, which concerns the document, and a wrong statement,
    which is a fault in the program. Without `path` an OSError passes through as well: it is the
    caller's, who may write output meanwhile.
    """
    try:
        yield
    except BROKEN_CONSTRAINT:
        raise
    except FAILURES as error:
        if not engine.cause(error):
            raise
        raise _refused(DatabaseRefused, error, engine, what) from error
    except UnicodeDecodeError as error:
        raise DatabaseRefused(f"{what}{damaged_text(_option())}") from error
    except OSError as error:
        if path is None:
            raise
        unopened = f"Veritabanı açılamadı ({one_line(str(path))}): " if what else ""
        raise DatabaseRefused(f"{unopened}{cause_at(error.errno, path)}") from error


def _refused(
    kind: type[DatabaseRefused], error: BaseException, engine: Reporting, what: str = _DATABASE
) -> DatabaseRefused:
    if kind is DatabaseRefused and is_read_only(error):
        kind = DatabaseReadOnly
    refusal = kind(f"{what}{engine.cause(error)}")
    refusal.patience = engine.patience(error)
    return refusal


@contextmanager
def _constraints() -> Iterator[None]:
    try:
        yield
    except BROKEN_CONSTRAINT as error:
        raise ConstraintBroken(str(error)) from error
