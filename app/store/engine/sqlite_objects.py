"""SQLite's information about its tables and indexes: their definitions and their damage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cache
from typing import Any, Final, TypeAlias

from app.store.engine.finding import Finding, damage
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


# What integrity_check says of rows, and the same in Turkish; of damaged pages it says where.
_SAID: Final = (
    (re.compile(r"CHECK constraint failed in (\w+)"), "{} tablosunda kurala uymayan bir değer var"),
    (re.compile(r"NULL value in (\w+)\.(\w+)"), "{} tablosunda {} boş kalmış"),
    (re.compile(r"(?:non-unique|NON-UNIQUE) .*?(\w+)$"), "{} dizininde aynı değer iki kez"),
    (re.compile(r"row \d+ missing from index (\w+)"), "{} dizininde bir kayıt eksik"),
    (re.compile(r"wrong # of entries in index (\w+)"), "{} dizininin kayıt sayısı yanlış"),
    (re.compile(r"non-(\w+) value in (\w+)\.(\w+)"), "{1} tablosunda {2} {0} türünde değil"),
)


def integrity(execute: Execute) -> Iterator[Finding]:
    """Yield the damage that SQLite finds."""
    for (answer,) in execute("PRAGMA integrity_check").fetchall():
        if answer != "ok":
            yield damage(f"SQLite: {_in_turkish(' '.join(str(answer).split()))}")


def _in_turkish(answer: str) -> str:
    """Return SQLite's answer in Turkish; where in the file, as SQLite says it."""
    for pattern, phrase in _SAID:
        if found := pattern.fullmatch(answer):
            return phrase.format(*found.groups())
    return f"dosyanın sayfaları bozuk ({answer})"


def dangling(execute: Execute) -> list[tuple[str, str]]:
    """Return the tables with references to missing rows of another one, and that one."""
    found = execute("PRAGMA foreign_key_check")
    return list(dict.fromkeys((table, parent) for table, _, parent, _ in found))
