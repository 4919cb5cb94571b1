"""The operations of every engine, and the SQL that every engine accepts.

Statements are written once. They use `?` and `?1` for values, and only what both SQLite and
PostgreSQL understand, plus these of SQLite's names, which a server's schema also has
(`postgres_schema`):

- `glob(pattern, text)`, `instr`, `json_quote`, `json_valid`, `unhex`, `strftime`, `date`,
  `datetime`, `max(a, b)`, and `text ->> '$.Name'`, `text -> '$.Name'`, `text ->> 0`;
- `json_each(?)` of a list of ids (`id_list`), and `json_each(?, '$')` of a list of texts or lists;
- `CAST(… AS BLOB)` of a text, to read its bytes even if they are damaged;
- `CAST(column AS INTEGER)` of a text, to truncate its number;
- `INDEXED BY`, `NOT INDEXED`, `WITHOUT ROWID` and the `temp.` of a temporary table.

Large numbers are cast (`AS BIGINT`, `AS DOUBLE PRECISION`), a condition is not used as a number
(`instr(…) > 0`), no WHERE or HAVING uses an alias, a query in FROM has a name, and every ORDER BY
ends in a unique column.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol, TypeAlias

from app.store.engine.finding import Finding

Condition: TypeAlias = tuple[str, tuple[object, ...]]
"""SQL, and the values for its question marks."""

Definition: TypeAlias = tuple[str, str, str, str]
"""Type (table, index, trigger, view), name, table and SQL of an object."""


class Reporting(Protocol):
    """A source of errors that can explain them."""

    def cause(self, error: BaseException) -> str:
        """Return why the database failed, as a Turkish phrase; empty for a fault in the program."""

    def patience(self, error: BaseException) -> float:
        """Return for how many seconds retrying the transaction may help after this error, or 0."""


class Receiver(Reporting, Protocol):
    """A database that can be filled with whole tables and read back."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows into a table, by the fastest way of the engine."""

    def streamed(self, sql: str) -> Iterator[Any]:
        """Yield the rows of a statement without keeping all of them, for whole tables."""


class Engine(Receiver, Protocol):
    """A peewee database with the operations in which engines differ."""

    database: str
    presence_lag: float
    """Seconds for which a process that has ended may still seem present."""
    keeps_odd_text: bool
    """Whether the engine can store text that is not UTF-8."""

    restore_advice: str
    """What to do about damage, as a Turkish phrase."""

    def advised(self, statement: str, table: str) -> str:
        """Return a statement about a table's index or trigger for a person to run elsewhere."""

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Run a statement; return its cursor."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Return the rows of a statement without peewee, for the most frequent reads."""

    def ids(self, sql: str, values: Sequence[Any] = ()) -> array[int]:
        """Return the ids that a statement finds, in its order, in 8 bytes each."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of `rows`."""

    def close_file(self) -> None:
        """Close this thread's connection and forget the database."""

    def is_closed(self) -> bool:
        """Return whether this thread has no connection."""

    def connection_context(self) -> AbstractContextManager[Any]:
        """Connect for the duration of a block."""

    def connect_to_latest(self) -> None:
        """Connect, or reconnect if this thread's connection has become unusable."""

    def refuse_moved(self) -> None:
        """Raise DatabaseRefused if the database is no longer the one that was opened."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Open a read transaction on a single state."""

    def locked(self, *, behind: bool, seconds: float) -> ExitStack:
        """Begin and return a transaction with the write lock, waiting at most `seconds` for it.

        `behind` lets other writers go first.
        """

    def savepoint(self) -> AbstractContextManager[Any]:
        """Open a part of a transaction that can be rolled back alone."""

    def together(self, count: int) -> AbstractContextManager[None]:
        """Send the writes for `count` documents together; the block may not read."""

    def is_waited_for(self) -> bool:
        """Return whether another writer waits for the write lock that this thread holds."""

    def refresh_statistics(self) -> None:
        """Refresh the statistics that the engine's planner uses, if any."""

    def prepare_bulk(self) -> None:
        """Configure this thread's connection for a bulk job."""

    def interruptible(self, check: Callable[[], bool]) -> AbstractContextManager[None]:
        """Call `check` while statements run; the running one fails once it returns True."""

    def values_up_to(self, most: int) -> AbstractContextManager[None]:
        """Let statements fail that compute a value of more than `most` bytes. Raises TooLong."""

    def named_by_indexes(self, table: str, ids: Iterable[int]) -> set[int]:
        """Return the ids that are missing in the table although every sound index has them."""

    def in_any_case(self, column: str) -> str:
        """Return the SQL condition that a column equals an ASCII code (`?`) in any case."""

    def each_in(self, table: str, key: str, also: str = "TRUE") -> str:
        """Return SQL that joins the preceding tables with a table's rows, each found by an index.

        `key` is the condition for the index, `also` another condition on the rows. A GROUP BY may
        follow.
        """

    def calling(
        self, function: Callable[[Any, str], bool], column: str, value: str, among: Condition
    ) -> Condition:
        """Return the condition that a function of `column` and `value` is true for an invoice.

        `among` are the other conditions on the invoice.
        """

    def present(self, run: int) -> AbstractContextManager[None]:
        """Show that this process does a run, until the block or the process ends."""

    def is_present(self, run: int) -> bool:
        """Return whether any process does a run; True if unknown."""

    def may_have_kept(self, error: BaseException) -> bool:
        """Return whether a transaction may be committed although its commit failed."""

    def register_function(self, function: Callable[..., Any], name: str, arity: int) -> Any:
        """Make a Python function available in SQL, if the engine runs in this process."""

    def tolerant(self) -> AbstractContextManager[Any]:
        """Open a part of a read transaction that an error ends without affecting the rest."""

    def objects(self) -> Iterable[Definition]:
        """Return each table, index, trigger and view."""

    def objects_of(self, statements: Sequence[str]) -> Iterable[Definition]:
        """Return the objects that these statements would create."""

    def integrity(self) -> Iterator[Finding]:
        """Yield the damage that the engine itself finds, as Turkish phrases."""

    def dangling(self) -> list[tuple[str, str]]:
        """Return the tables with references to missing rows of another one, and that one."""
