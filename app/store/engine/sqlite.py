"""The SQLite engine: a peewee database over apsw that opens, locks and creates its file.

Everything that differs between engines is a method here; `app.store.database` calls nothing else.
"""

from __future__ import annotations

import os
import secrets
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final
from weakref import WeakSet

import apsw
from playhouse.apsw_ext import APSWDatabase

from app.guarded_open import protect
from app.store.engine import (
    hindrance,
    last_stamp,
    lock_file,
    sqlite_limits,
    sqlite_objects,
    write_queue,
)
from app.store.engine.causes import cause_of, may_have_kept, restore_advice
from app.store.engine.file_checks import refuse_log_beside_link, refuse_strange_files
from app.store.engine.file_format import STAMPS, UserVersion, with_log
from app.store.engine.file_guard import FileGuard
from app.store.engine.finding import Finding
from app.store.engine.last_stamp import LastStamp, copy_log
from app.store.engine.many_values import insertion
from app.store.engine.opened_version import OpenedVersion
from app.store.engine.operations import Condition, Definition
from app.store.engine.resting_file import RestingFile

BUSY_SECONDS: Final = 10

PRAGMAS: Final[dict[str, Any]] = {
    "foreign_keys": 1,
    "synchronous": "full",  # an assigned number survives a power failure
    "cache_size": -16_000,  # KiB
    "wal_autocheckpoint": 8_000,  # pages: a bulk job rewrites the same index pages
}

_READ_WRITE = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


class SqliteDatabase(APSWDatabase):  # type: ignore[misc]  # peewee has no types
    """One SQLite file, with a connection for each thread."""

    presence_lag = 0.0
    keeps_odd_text = True
    restore_advice = ""

    def __init__(self) -> None:
        # IMMEDIATE: a deferred transaction that starts to write fails at once with “locked”.
        super().__init__(None, lock_type="IMMEDIATE", pragmas=PRAGMAS, timeout=BUSY_SECONDS)
        self._guard = FileGuard()
        self._resting = RestingFile()
        self._last = LastStamp()
        self.version = OpenedVersion()
        self._read_only = ""
        """Why the file or its log cannot be written; empty if they can."""
        self.lost_log = False
        """Whether the log may have been missing at opening, and the file is not checked yet."""
        self._counting = Lock()
        self._connections: WeakSet[apsw.Connection] = WeakSet()
        """The open connections with locks; that of a thread ends with the thread."""

    def open_file(self, path: Path) -> None:
        """Connect to an existing file, read-only if it cannot be written.

        Raises DatabaseRefused if its files do not belong together; OSError, apsw.Error.
        """
        link, path = path, Path(os.path.realpath(path))
        refuse_log_beside_link(str(link), str(path))
        why_not = hindrance.of_file(path)
        flags = apsw.SQLITE_OPEN_READONLY if why_not else apsw.SQLITE_OPEN_READWRITE
        self.init(str(path), flags=flags, pragmas=PRAGMAS, timeout=BUSY_SECONDS)
        self._read_only = why_not or hindrance.of_folder(path.parent)
        if self._read_only:
            self._resting.opened(str(path))
        self.lost_log = last_stamp.is_log_lost(str(path))
        self.restore_advice = restore_advice(str(path))
        self.connect()
        protect(str(path))

    def guard_file(self) -> None:
        """From now on detect changes of the file, its log and the log's index.

        Raises DatabaseRefused if transactions are missing.
        """
        self._guard.opened(self.database)
        if not self._read_only:
            self._last.opened(
                self.database, lambda: self._user_version().stamp, lost_log=self.lost_log
            )

    def close_file(self) -> None:
        """Close this thread's connection and forget the file."""
        if self.database is not None and not self.is_closed():
            self.close()
        protect("")
        is_whole = not (self._guard.is_damaged or self.lost_log)
        self._last.closed(str(self.database), is_whole=is_whole)
        self._guard.close()
        self._resting.close()
        self._guard, self._resting = FileGuard(), RestingFile()
        self._read_only = ""

    def new_content(self, fill: Callable[[], None]) -> bytes:
        """Return the bytes of a new file with what `fill` writes, made in memory.

        A draft on disk might be left behind.
        """
        self.init(":memory:", flags=_READ_WRITE, pragmas=PRAGMAS, timeout=BUSY_SECONDS)
        self.connect()
        try:
            fill()
            return with_log(bytes(self.connection().serialize("main")))
        finally:
            self.close_file()

    def use_write_ahead_log(self) -> None:
        """Set the journal mode back to WAL if another program, or a restore, has changed it.

        In other modes readers block the writer. If another process has the file open, or the folder
        cannot be written, the mode stays for now.
        """
        connection = self.connection()
        if self.is_read_only or connection.pragma("journal_mode") == "wal":
            return
        connection.set_busy_timeout(0)
        try:
            with suppress(apsw.BusyError, apsw.CantOpenError, apsw.ReadOnlyError):
                connection.pragma("journal_mode", "wal")
        finally:
            connection.set_busy_timeout(BUSY_SECONDS * 1000)

    def advised(self, statement: str, table: str) -> str:  # noqa: ARG002  # of the protocol
        """Return the statement itself."""
        return statement

    def refuse_moved(self) -> None:
        """Raise DatabaseRefused if the file was moved or replaced since it was opened."""
        connection = self.connection()
        has_log = not self._resting.is_read_by(connection)
        self._guard.refuse_moved(connection, has_log=has_log)

    def connect_to_latest(self) -> None:
        """Connect; reconnect if this thread reads the file as immutable and others opened it."""
        is_free = not (self.is_closed() or self.in_transaction())
        if is_free and self._resting.is_over(self.connection()):
            self.close()
        self.connect(reuse_if_open=True)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Open a read transaction on a single state. Raises DatabaseRefused if the file changed."""
        is_inner = self.in_transaction()
        with self.atomic("DEFERRED"):
            if not is_inner:
                self._refuse_changed()
            try:
                yield
            except Exception:  # data read from two states may be inconsistent
                self._resting.refuse_changed(self.connection())
                raise
            self._resting.refuse_changed(self.connection())

    def _refuse_changed(self) -> None:
        """Raise DatabaseRefused if anything but a transaction changed the file. Call inside one."""
        latest = self._guard.latest  # from any thread, before this transaction begins to read
        stamp = self._user_version().stamp
        if self._resting.is_read_by(self.connection()):
            self._resting.refuse_changed(self.connection())
        else:
            self._guard.refuse_changed(stamp, latest)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written now."""
        return bool(self.connection().readonly("main"))

    @property
    def schema_version(self) -> int:
        """The version of the schema; 0 for an empty file."""
        return self._user_version().schema

    @schema_version.setter
    def schema_version(self, version: int) -> None:
        """Set the version. Call inside a transaction."""
        stamp = self._user_version().stamp or secrets.randbelow(STAMPS)
        self.pragma("user_version", UserVersion(version, stamp).value)

    def _user_version(self) -> UserVersion:
        return UserVersion.of(self.pragma("user_version"))

    def locked(self, *, behind: bool, seconds: float) -> ExitStack:
        """Begin and return a transaction with the write lock, waiting at most `seconds` for it."""
        transaction, connection = ExitStack(), self.connection()
        with write_queue.entered(str(self.database), seconds, bulk=behind) as wait:
            connection.set_busy_handler(wait)
            try:
                transaction.enter_context(self.atomic("IMMEDIATE"))
            finally:
                connection.set_busy_timeout(BUSY_SECONDS * 1000)
        with transaction:
            self._refuse_changed()
            current = self._user_version()
            self.version.refuse_other(current.schema)
            following = current.next()
            self.pragma("user_version", following.value)
            committed = ExitStack()
            committed.push(lambda error, *_: None if error else self._last.note(following.stamp))
            committed.push(transaction.pop_all())
            return committed

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Return the rows of a statement without peewee, for the most frequent reads."""
        return iter(self.connection().execute(sql, values))

    def ids(self, sql: str, values: Sequence[Any] = ()) -> array[int]:
        """Return the ids that a statement finds, in its order, in 8 bytes each."""
        return array("q", (one for (one,) in self.rows(sql, values)))

    def streamed(self, sql: str) -> Iterator[Any]:
        """Yield the rows of a statement without keeping all of them."""
        return self.rows(sql)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of `rows`."""
        self.cursor().executemany(sql, rows)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows into a table."""
        self.run_many(insertion(table, tuple(columns)), rows)

    def together(self, count: int) -> AbstractContextManager[None]:  # noqa: ARG002  # of the protocol
        """Do nothing: there is no network."""
        return nullcontext()

    def named_by_indexes(self, table: str, ids: Iterable[int]) -> set[int]:
        """Return the ids that are missing in the table although every sound index has them."""
        return sqlite_objects.named_by_indexes(self.execute_sql, table, ids)

    def in_any_case(self, column: str) -> str:
        """Return the SQL condition that a column equals an ASCII code (`?`) in any case."""
        return f"{column} = ? COLLATE NOCASE"

    def each_in(self, table: str, key: str, also: str = "TRUE") -> str:
        """Return SQL that joins the preceding tables with a table's rows, each by an index."""
        return f"CROSS JOIN {table} WHERE {key} AND {also}"

    def calling(
        self,
        function: Callable[[Any, str], bool],
        column: str,
        value: str,
        among: Condition,  # noqa: ARG002  # of the protocol
    ) -> Condition:
        """Return the condition that a registered function is true."""
        return f"{function.__name__}({column}, ?)", (value,)

    def tolerant(self) -> AbstractContextManager[None]:
        """Do nothing: an error only ends its own statement."""
        return nullcontext()

    def objects(self) -> Iterable[Definition]:
        """Return each table, index, trigger and view."""
        return sqlite_objects.stored(self.execute_sql)

    def objects_of(self, statements: Sequence[str]) -> Iterable[Definition]:
        """Return the objects that these statements would create, in SQLite's own spelling."""
        return sqlite_objects.made_by(tuple(statements))

    def integrity(self) -> Iterator[Finding]:
        """Return the damage that SQLite finds."""
        return sqlite_objects.integrity(self.execute_sql)

    def dangling(self) -> list[tuple[str, str]]:
        """Return the tables with references to missing rows of another one, and that one."""
        return sqlite_objects.dangling(self.execute_sql)

    def present(self, run: int) -> AbstractContextManager[None]:
        """Show that this process does a run, by a lock file beside the database."""
        return lock_file.held(self._lock_path(run), str(self.database))

    def is_present(self, run: int) -> bool:
        """Return whether any process does a run; True if unknown."""
        return lock_file.is_held(self._lock_path(run)) is not False

    def _lock_path(self, run: int) -> str:
        return f"{self.database}-aktarim-{run}"

    def is_waited_for(self) -> bool:
        """Return whether another writer waits for the write lock."""
        return write_queue.is_anyone_waiting(str(self.database))

    def refresh_statistics(self) -> None:
        """Do nothing: our statements name their indexes."""

    def prepare_bulk(self) -> None:
        """Keep SQLite's undo data for savepoints, and sorted lists, in memory."""
        self.pragma("temp_store", "memory")

    def interruptible(self, check: Callable[[], bool]) -> AbstractContextManager[None]:
        """Call `check` while statements run; the running one raises INTERRUPTED once it is True."""
        return sqlite_limits.interruptible(self.connection(), check)

    def values_up_to(self, most: int) -> AbstractContextManager[None]:
        """Let statements fail that compute a value of more than `most` bytes. Raises TooLong."""
        return sqlite_limits.values_up_to(self.connection(), most)

    def cause(self, error: BaseException) -> str:
        """Return why the database failed, as a Turkish phrase; empty for a fault in the program."""
        number = 0 if self.is_closed() else int(self.connection().system_errno)
        return cause_of(error, number, str(self.database or ""), self._read_only)

    def may_have_kept(self, error: BaseException) -> bool:
        """Return whether the log may contain a transaction although its commit failed."""
        return may_have_kept(error)

    def patience(self, error: BaseException) -> float:  # noqa: ARG002  # of the protocol
        """Return 0: waiting for the lock has timed out, and a failed disk stays failed."""
        return 0.0

    def _connect(self) -> apsw.Connection:
        """Connect; the first connection checks the files before and guards them from then on."""
        with self._counting:
            if not self._connections:
                if self.database != ":memory:":
                    _look_at(self.database)
                # first, because closing a descriptor of the index drops the connection's locks
                self._guard.forget_log()
            connection = self._resting.connected(self._connection)
            if not self._resting.is_read_by(connection):
                self._connections.add(connection)
        return connection

    def _connection(self, immutable: bool) -> apsw.Connection:
        name, flags = str(self.database), self.connect_params["flags"]
        if immutable:
            name, flags = f"{Path(name).as_uri()}?immutable=1", flags | apsw.SQLITE_OPEN_URI
        connection = apsw.Connection(name, flags=flags)
        try:
            connection.set_busy_timeout(BUSY_SECONDS * 1000)
            self._add_conn_hooks(connection)
            connection.set_wal_hook(self._committed)
        except BaseException:
            connection.close()
            raise
        return connection

    def _committed(self, connection: apsw.Connection, _database: str, pages: int) -> int:
        """Copy a long log into the database, in place of SQLite's `wal_autocheckpoint`."""
        if pages >= PRAGMAS["wal_autocheckpoint"]:
            with suppress(apsw.Error):
                copy_log(str(self.database), connection)
        return apsw.SQLITE_OK

    def _add_conn_hooks(self, connection: apsw.Connection) -> None:
        """Chain the system's error to the error of a connection that fails to open."""
        try:
            super()._add_conn_hooks(connection)
        except apsw.Error as error:
            raise error from OSError(connection.system_errno, "")

    def _close(self, connection: apsw.Connection) -> None:
        """Close; write a moved file's log into it first, and leave a damaged file's log alone.

        SQLite would leave the former under the old name, to be applied to the next database there,
        and write the latter into a file to which it does not belong.
        """
        if self._resting.is_read_by(connection):
            super()._close(connection)
            return
        with suppress(apsw.Error):
            if self._guard.has_short_index() or self._guard.is_to_be_left(connection):
                connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            elif self._guard.is_moved() and self._guard.has_log_of_ours(connection):
                connection.set_busy_timeout(0)
                connection.execute("PRAGMA wal_checkpoint(truncate)")
            elif len(self._connections) == 1 and not self.lost_log:
                copy_log(str(self.database), connection)
        with self._counting, suppress(apsw.Error):  # committed data is in the log
            self._connections.discard(connection)
            super()._close(connection)


def _look_at(path: str) -> None:
    try:
        refuse_strange_files(path)
    except OSError as error:
        raise apsw.CantOpenError("a file of the database cannot be read") from error
