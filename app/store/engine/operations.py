"""What every engine can do, and what a statement may say so that every engine takes it.

Statements are written once. They use `?` and `?1` for values, and what both SQLite and PostgreSQL
understand, with these names of SQLite's that a server's schema has too (`postgres_schema`):

- `glob(pattern, text)`, `instr`, `json_quote`, `json_valid`, `unhex`, `strftime`, `date`,
  `datetime`, `max(a, b)`, and `text ->> '$.Name'`, `text -> '$.Name'`, `text ->> 0`;
- `json_each(?)` of a list of ids (`id_list`), and `json_each(?, '$')` of a list of texts or lists;
- `CAST(… AS BLOB)` of a text, to read its bytes even if they are damaged;
- `CAST(column AS INTEGER)` of a text, to take the fraction off its number;
- `INDEXED BY`, `NOT INDEXED`, `WITHOUT ROWID` and the `temp.` of a temporary table.

A number may be large (`AS BIGINT`, `AS DOUBLE PRECISION`), a condition is no number
(`instr(…) > 0`), no WHERE or HAVING uses an alias, a query in FROM has a name, and every ORDER BY
ends in what is unique.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol, TypeAlias

Condition: TypeAlias = tuple[str, tuple[object, ...]]
"""SQL, and the values for its question marks."""

Definition: TypeAlias = tuple[str, str, str, str]
"""Type (table, index, trigger, view), name, table and SQL of an object."""


class Reporting(Protocol):
    """What can say why it failed."""

    def cause(self, error: BaseException) -> str:
        """Return why the database failed, as a Turkish phrase; empty for a fault of the program."""

    def patience(self, error: BaseException) -> float:
        """Return for how many seconds a transaction that failed so is worth another try; 0: not."""


class Receiver(Reporting, Protocol):
    """What can be filled with whole tables, and read back."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows into a table, in the quickest way that there is."""

    def streamed(self, sql: str) -> Iterator[Any]:
        """Yield the rows of a statement without keeping them all: for whole tables."""


class Engine(Receiver, Protocol):
    """A database of peewee's with the operations in which engines differ."""

    database: str
    presence_lag: float
    """For how many seconds a process that has ended may still look present."""
    keeps_odd_text: bool
    """Whether a text that is not UTF-8 can be stored."""
    restore_advice: str
    """What to do about damage, as a Turkish phrase."""

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Run a statement; return its cursor."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Return the rows of a statement, past peewee: for the hottest reads."""

    def ids(self, sql: str, values: Sequence[Any] = ()) -> array[int]:
        """Return the ids that a statement finds, in its order: 8 bytes each."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each of `rows`."""

    def close_file(self) -> None:
        """Close this thread's connection and forget the database."""

    def is_closed(self) -> bool:
        """Return whether this thread has no connection."""

    def connection_context(self) -> AbstractContextManager[Any]:
        """Connect for a block."""

    def connect_to_latest(self) -> None:
        """Connect, or connect again where the connection of this thread is of no use any more."""

    def refuse_moved(self) -> None:
        """Raise DatabaseRefused if the database is not the one that was opened."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Open a read transaction of one state."""

    def locked(self, *, behind: bool, seconds: float) -> ExitStack:
        """Begin and return a transaction with the write lock; wait for it for `seconds`."""

    def savepoint(self) -> AbstractContextManager[Any]:
        """Open a part of a transaction that is undone alone."""

    def is_waited_for(self) -> bool:
        """Return whether another writer waits for the write lock that this thread has."""

    def refresh_statistics(self) -> None:
        """Refresh what the engine knows of the tables' sizes, if it plans by that."""

    def prepare_bulk(self) -> None:
        """Set this thread's connection up for a bulk job."""

    def interruptible(self, check: Callable[[], bool]) -> AbstractContextManager[None]:
        """Call `check` while statements run; the running one fails once it returns True."""

    def values_up_to(self, most: int) -> AbstractContextManager[None]:
        """Make a statement that computes a value of more bytes fail. Raises TooLong."""

    def named_by_indexes(self, table: str, ids: Iterable[int]) -> set[int]:
        """Return those of these ids that the table has lost, but every whole index still names."""

    def in_any_case(self, column: str) -> str:
        """Make the SQL condition that an ASCII code (`?`) is a column's but for its case."""

    def each_in(self, table: str, key: str, also: str = "TRUE") -> str:
        """Make the SQL that joins what stands before with a table's rows, each found by an index.

        `key` is the condition that an index answers, `also` what the rows have to meet beside it.
        A GROUP BY may follow.
        """

    def calling(
        self, function: Callable[[Any, str], bool], column: str, value: str, among: Condition
    ) -> Condition:
        """Make the condition that a function of `column` and `value` is true of an invoice.

        `among` is what the invoice has to meet beside it.
        """

    def present(self, run: int) -> AbstractContextManager[None]:
        """Show that this process does a run, until the block ends or the process does."""

    def is_present(self, run: int) -> bool:
        """Return whether some process does a run; True where that cannot be known."""

    def may_have_kept(self, error: BaseException) -> bool:
        """Return whether the transaction of a failed commit may be there nevertheless."""

    def register_function(self, function: Callable[..., Any], name: str, arity: int) -> Any:
        """Make a Python function one of SQL's, where the engine runs in this process."""

    def tolerant(self) -> AbstractContextManager[Any]:
        """Open a part of a read transaction; an error in it leaves the rest as it was."""

    def objects(self) -> Iterable[Definition]:
        """Return each table, index, trigger and view."""

    def objects_of(self, statements: Sequence[str]) -> Iterable[Definition]:
        """Return the same of what these statements would make."""

    def integrity(self) -> Iterator[str]:
        """Yield what the engine itself finds to be damaged, as Turkish phrases."""

    def dangling(self) -> Iterator[str]:
        """Yield references to rows that are not there, as Turkish phrases."""
