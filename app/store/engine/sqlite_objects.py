"""SQLite's information about its tables and indexes: their definitions and their damage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cache
from typing import Any, Final, TypeAlias

from app.store.engine.many_values import id_list
from app.store.engine.operations import Definition
from app.store.engine.scratch import Scratch

Execute: TypeAlias = Callable[..., Any]
"""Runs a statement with its values; returns the cursor."""

# Excludes SQLite's internal objects, such as the statistics of ANALYZE.
_OBJECTS: Final = (
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
    " WHERE NOT (type IN ('table', 'index') AND name GLOB 'sqlite_*')"
)


def stored(execute: Execute) -> Iterable[Definition]:
    """Return each table, index, trigger and view of a database."""
    found: Iterable[Definition] = execute(_OBJECTS)
    return found


@cache
def made_by(statements: tuple[str, ...]) -> tuple[Definition, ...]:
    """Return the objects that these statements would create, in SQLite's own spelling."""
    with closing(Scratch(*statements)) as scratch:
        return tuple(scratch.rows(_OBJECTS))


def named_by_indexes(execute: Execute, table: str, ids: Iterable[int]) -> set[int]:
    """Return the ids that are missing in the table although a sound index has them."""
    found = set[int]()
    for _, name, _, _, is_partial in execute(f"PRAGMA index_list('{table}')").fetchall():
        if not is_partial:
            named = execute(
                f'SELECT id FROM {table} INDEXED BY "{name}"'
                " WHERE +id IN (SELECT value FROM json_each(?))",
                (id_list(sorted(ids)),),
            )
            found.update(one for (one,) in named)
    return found


def integrity(execute: Execute) -> Iterator[str]:
    """Yield the damage that SQLite finds."""
    (answer,) = execute("PRAGMA integrity_check(1)").fetchone()
    if answer != "ok":
        yield f"SQLite: {' '.join(str(answer).split())}"


def dangling(execute: Execute) -> Iterator[str]:
    """Yield references to missing rows."""
    row = execute("PRAGMA foreign_key_check").fetchone()
    if row:
        yield f"{row[0]} tablosunda karşılığı olmayan kayıt ({row[1] or row[2]})"
