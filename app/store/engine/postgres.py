"""The PostgreSQL engine: a peewee database over psycopg, on one schema of a server.

A company is a schema, which the search path of each transaction names. A writer first locks the
single row of the schema's mark.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from threading import local
from typing import Any, Final

import psycopg

# peewee uses the wrapper in all engines but does not export it.
from peewee import OperationalError, PostgresqlDatabase, __exception_wrapper__  # type: ignore[attr-defined]
from psycopg import RawCursor
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg.sql import Identifier, Literal

from app.errors import DatabaseRefused
from app.store.engine import postgres_catalog, postgres_causes, postgres_locks
from app.store.engine.finding import Finding
from app.store.engine.many_values import id_list, insertion
from app.store.engine.opened_version import OpenedVersion
from app.store.engine.operations import Condition, Definition
from app.store.engine.postgres_address import Address
from app.store.engine.postgres_connection import SpareConnection, cancelling, complete, connect
from app.store.engine.postgres_schema import MARK
from app.store.engine.postgres_sql import translated

_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ"
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
# A writer that is stopped or has lost its machine must not hold the lock for ever.
_LONGEST_PAUSE: Final = "SET LOCAL idle_in_transaction_session_timeout = 60000"
_PATIENCE: Final = "SET lock_timeout = 10000"
# A writer looks up rows by key, and so does the server when it checks references. These are planned
# once instead of for each row, and with an index even if the table was small then.
_KEYED: Final = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off"
_SAMPLED: Final = "SET LOCAL default_statistics_target = 25"  # autovacuum samples more of it later
_STREAMED: Final = 1_000  # rows fetched together
_FEW: Final = 10  # documents


class PostgresDatabase(PostgresqlDatabase):
    """One schema on a server, with a connection for each thread."""

    keeps_odd_text = False
    restore_advice = "sunucunun yedeğinden dönün (pg_restore ya da PITR)"
    presence_lag = 1.0  # until the server has noticed the lost connection
    param = "?"  # as in all statements; `translated` numbers them
    field_types = PostgresqlDatabase.field_types | {
        "AUTO": "BIGINT",
        "INT": "BIGINT",
        "TEXT": 'TEXT COLLATE "C"',  # sorted by bytes, as in SQLite
    }

    def __init__(self, address: Address) -> None:
        self.address = address
        self._conninfo = complete(address.url)
        self._runs = _Runs()
        self.version = OpenedVersion()
        self._spare = SpareConnection()
        self.schema = Identifier(address.schema).as_string()
        """The schema's name, quoted for SQL."""
        self._path = f"SET LOCAL search_path TO {self.schema};"
        super().__init__(address.name)

    def init(self, database: str, **_: Any) -> None:  # type: ignore[override]  # fewer parameters
        """Set the name; the connection is made from the address."""
        self._isolation_level = None
        super(PostgresqlDatabase, self).init(database)

    def get_binary_type(self) -> type:
        """Return the type in which a binary value is passed."""
        return bytes

    def _connect(self) -> psycopg.Connection[Any]:
        """Return the idle connection that another thread has left, or a new one."""
        return self._spare.take() or self._connect_anew()

    def _connect_anew(self) -> psycopg.Connection[Any]:
        return connect(self._conninfo, self.schema)

    def _close(self, connection: psycopg.Connection[Any]) -> None:
        """Leave the connection to the next thread, as connecting is slower than saving."""
        self._spare.leave(connection)

    def _connect_again(self) -> None:
        """Replace a lost connection by a new one, with the presence locks of this thread's runs."""
        state = self._state  # type: ignore[attr-defined]  # of this thread
        connection = self._connect_anew()
        state.conn.close()
        state.conn = connection
        for run in self._runs.present:
            connection.execute(_PATIENCE)  # the server may not know yet that the old one is lost
            connection.execute(translated(postgres_locks.PRESENT), (run,))
            connection.execute("RESET lock_timeout")

    def _set_server_version(self, conn: psycopg.Connection[Any]) -> None:
        self.server_version = conn.info.server_version

    def is_connection_usable(self) -> bool:
        """Return whether this thread's connection is intact."""
        return not (self.is_closed() or self.connection().closed)

    def close_file(self) -> None:
        """Close this thread's connection and the idle one."""
        self._spare.close()
        if not self.is_closed():
            self.close()

    def begin(self, isolation_level: str | None = None) -> None:
        """Begin a transaction with these statements, in one round trip.

        Reconnect if the connection was lost since its last use, when no work can be lost. A write
        of a run then fails nevertheless: its retry finds out what became of the run meanwhile.
        """
        begin, _, more = (isolation_level or _READ).partition(";")
        statements = f"{begin};{self._path}{more}"
        with __exception_wrapper__:
            try:
                begun = self.connection().execute(statements, prepare=False)
            except psycopg.Error as error:
                if not postgres_causes.is_lost(error):
                    self.rollback()  # the transaction has begun, but waited in vain or may not lock
                    raise
                self._connect_again()
                if self._runs.present and begin == _WRITE:
                    raise
                begun = self.connection().execute(statements, prepare=False)
        if more.endswith(postgres_locks.HOLD):
            self._refuse_migrated(begun)

    def _refuse_migrated(self, begun: psycopg.Cursor[Any]) -> None:
        """Roll back and raise DatabaseRefused if a newer program has migrated the schema."""
        while begun.nextset():
            pass
        row = begun.fetchone()
        try:
            self.version.refuse_other(row[0] if row else 0)
        except DatabaseRefused:
            self.rollback()
            raise

    def commit(self) -> None:
        """Commit; raise an error if the server reports a rollback instead."""
        with __exception_wrapper__:
            said = self.connection().execute("COMMIT", prepare=False).statusmessage
        if said != "COMMIT":
            raise OperationalError("rolled back")

    def rollback(self) -> None:
        """Roll back; close a connection on which that fails: it is lost, or was cancelled late."""
        connection = self.connection()
        with suppress(psycopg.OperationalError):
            connection.execute("ROLLBACK", prepare=False)
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.close()

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Run a statement; return its cursor."""
        return super().execute_sql(translated(sql), params)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Return the rows of a statement, in the server's binary form."""
        with __exception_wrapper__:
            cursor: RawCursor[Any] = self.connection().cursor(binary=True)
            return iter(cursor.execute(translated(statement), values))

    def ids(self, statement: str, values: Sequence[Any] = ()) -> array[int]:
        """Return the ids that a statement finds, in its order, transferred as one value."""
        joined = f"SELECT string_agg(int8send(id), '') FROM ({statement}) AS found (id)"
        found = array("q", next(self.rows(joined, values))[0] or b"")
        if sys.byteorder == "little":
            found.byteswap()
        return found

    def streamed(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Yield the rows of a statement without keeping all of them, for whole tables."""
        size = _STREAMED if psycopg.capabilities.has_stream_chunked() else 1
        with __exception_wrapper__, self.connection().cursor(binary=True) as cursor:
            yield from cursor.stream(translated(sql), values, size=size)

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of `rows`, in one pipeline."""
        with __exception_wrapper__:
            self.cursor().executemany(translated(statement), rows)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows with COPY, which takes less than half the time of INSERT."""
        if self.connection().pgconn.pipeline_status != PipelineStatus.OFF:
            self.run_many(insertion(table, tuple(columns)), rows)
            return
        names = ", ".join(f'"{column}"' for column in columns)
        with (
            __exception_wrapper__,
            self.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def together(self, count: int) -> Iterator[None]:
        """Send the writes of a block in one round trip, if it stores few (`count`) documents.

        COPY, which is faster for many, cannot be sent together with other statements.
        """
        with __exception_wrapper__, ExitStack() as sent:
            if count <= _FEW:
                sent.enter_context(self.connection().pipeline())
            yield

    def connect_to_latest(self) -> None:
        """Connect, or reconnect if this thread's connection is lost."""
        with __exception_wrapper__:
            is_old = not self.connect(reuse_if_open=True)
            if is_old and self.connection().closed and not self.in_transaction():
                self._connect_again()

    def advised(self, statement: str, table: str) -> str:
        """Return the statement so that it changes this company's schema and no other."""
        of_table = f' ON "{table}"' if statement.startswith("DROP TRIGGER") else ""
        return f"SET search_path TO {self.schema}; {statement}{of_table}"

    def refuse_moved(self) -> None:
        """Do nothing: a server's schema has no file that could be moved."""

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Open a read transaction on a single state."""
        with self.atomic(_READ):
            yield

    def locked(self, *, behind: bool, seconds: float) -> ExitStack:
        """Begin and return a transaction with the write lock, waiting at most `seconds` for it.

        An advisory lock has a fair queue; a row lock has not, since a newcomer may take it before
        those that wait. Of all transactions that are `behind`, only one at a time is in the queue
        or holds the lock, so that a single save waits for one of them and not for all.
        """
        transaction = ExitStack()
        wait = f"SET LOCAL lock_timeout = {max(int(seconds * 1000), 1)}"
        begin = f"{_WRITE};{wait};{_LONGEST_PAUSE};{_KEYED}"
        lock = postgres_locks.BEHIND if behind else postgres_locks.SINGLE
        transaction.enter_context(self.atomic(f"{begin};{lock}"))
        return transaction

    def is_waited_for(self) -> bool:
        """Return whether another writer waits in the queue for the write lock."""
        (found,) = self.execute_sql(postgres_locks.IS_WAITED_FOR).fetchone()
        return bool(found)

    def refresh_statistics(self) -> None:
        """Run ANALYZE; the server skips tables that this role may not maintain."""
        tables = ", ".join(name for (name,) in self.execute_sql(postgres_catalog.TABLES))
        with __exception_wrapper__:
            self.connection().execute(f"{_SAMPLED};ANALYZE (SKIP_LOCKED) {tables}", prepare=False)

    def prepare_bulk(self) -> None:
        """Do nothing."""

    def interruptible(self, check: Callable[[], bool]) -> AbstractContextManager[None]:
        """Call `check` in another thread while statements run; cancel them once it returns True."""
        return cancelling(self.connection(), check)

    def values_up_to(self, most: int) -> AbstractContextManager[None]:  # noqa: ARG002  # of the protocol
        """Do nothing: the server has no such limit."""
        return nullcontext()

    def named_by_indexes(self, table: str, ids: Iterable[int]) -> set[int]:  # noqa: ARG002  # of the protocol
        """Return nothing: a server offers no way to find rows by its indexes alone."""
        return set()

    def in_any_case(self, column: str) -> str:
        """Return the SQL condition that a column equals an ASCII code (`?`) in any case."""
        return f'lower({column} COLLATE "C") = lower(? COLLATE "C")'

    def each_in(self, table: str, key: str, also: str = "TRUE") -> str:
        """Return SQL that joins the preceding tables with a table's rows, each by an index.

        OFFSET 0 fixes the kind of join: with missing or old statistics, the planner would compare
        all rows with all wanted ones, which took a second.
        """
        found = f"SELECT * FROM {table} WHERE {key} OFFSET 0"
        return f"CROSS JOIN LATERAL ({found}) AS {table} WHERE {also}"

    def calling(
        self, function: Callable[[Any, str], bool], column: str, value: str, among: Condition
    ) -> Condition:
        """Return the condition that a function is true, which is called here for all candidates."""
        terms, values = among
        found = self.streamed(
            f"SELECT id, {column} FROM invoice WHERE {column} IS NOT NULL AND {terms}", values
        )
        ids = [one for one, text in found if function(text, value)]
        return "invoice.id IN (SELECT value FROM json_each(?))", (id_list(ids),)

    def tolerant(self) -> AbstractContextManager[Any]:
        """Open a savepoint, because an error would end the whole transaction."""
        return self.atomic()

    def objects(self) -> Iterable[Definition]:
        """Return each table, index, trigger and view of the schema, except for its mark."""
        return postgres_catalog.stored(self)

    def objects_of(self, statements: Sequence[str]) -> Iterable[Definition]:
        """Return the objects that these statements would create; a server is asked once."""
        return postgres_catalog.made_by(self, statements)

    def integrity(self) -> Iterator[Finding]:
        """Yield what the server does not guarantee, and the damage that it can find."""
        from app.store.engine.postgres_checks import findings  # rarely needed

        return findings(self)

    def dangling(self) -> list[tuple[str, str]]:
        """Return none: the server enforces references, and `integrity` reports the exceptions."""
        return []

    @contextmanager
    def present(self, run: int) -> Iterator[None]:
        """Show that this process does a run, by a lock that ends with this thread's connection."""
        self.execute_sql(postgres_locks.PRESENT, (run,))
        self._runs.present.append(run)
        try:
            yield
        finally:
            self._runs.present.remove(run)
            with suppress(OperationalError):  # a lost connection has lost the lock too
                self.execute_sql(postgres_locks.ABSENT, (run,))

    def is_present(self, run: int) -> bool:
        """Return whether any process does a run."""
        (found,) = self.execute_sql(postgres_locks.IS_PRESENT, (run,)).fetchone()
        return bool(found)

    def cause(self, error: BaseException) -> str:
        """Return why the server failed, as a Turkish phrase; empty for a fault in the program."""
        return postgres_causes.cause_of(error)

    def may_have_kept(self, error: BaseException) -> bool:
        """Return whether a failed commit may have been done."""
        return postgres_causes.may_have_kept(error)

    def patience(self, error: BaseException) -> float:
        """Return for how many seconds retrying the same transaction may help."""
        return postgres_causes.patience(error)

    def register_function(self, function: Callable[..., Any], name: str, arity: int) -> None:
        """Do nothing: a server cannot call it."""

    # Creating and identifying the schema (see `postgres_roles` for its owner).

    def alone(self) -> AbstractContextManager[Any]:
        """Open a transaction that keeps others from creating or migrating this schema."""
        name = Literal(self.address.schema).as_string()
        lock = f"SELECT pg_advisory_xact_lock({postgres_locks.MAKING}, hashtext({name}))"
        return self.atomic(f"{_WRITE};{_KEYED};{lock}")

    def run_plain(self, statements: Iterable[str]) -> None:
        """Run statements of the server's own dialect (see `postgres_schema`)."""
        for statement in statements:
            with __exception_wrapper__:
                self.connection().execute(statement, prepare=False)

    @property
    def schema_version(self) -> int:
        """The version of the schema."""
        row = self.execute_sql(f"SELECT version FROM {MARK}").fetchone()
        if not row:  # restored without data
            raise DatabaseRefused(
                f"{self.address.schema} şemasının verileri eksik ({MARK} tablosu boş); "
                f"{self.restore_advice}"
            )
        return int(row[0])

    @schema_version.setter
    def schema_version(self, version: int) -> None:
        """Set the version. Call inside a transaction."""
        self.execute_sql(f"UPDATE {MARK} SET version = ?", (version,))

    @property
    def encoding(self) -> str:
        """The encoding of texts in the database."""
        return str(self.connection().info.parameter_status("server_encoding"))

    def hold_schema(self) -> None:
        """Take the write lock. Call inside a transaction."""
        self.execute_sql(postgres_locks.HOLD)


class _Runs(local):
    """The runs that a thread does."""

    def __init__(self) -> None:
        self.present: list[int] = []
