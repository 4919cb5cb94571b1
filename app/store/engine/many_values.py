"""Pass many values to a statement: as one bound value for `json_each`, or as rows to insert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec


def id_list(ids: Sequence[int]) -> str:
    """Encode ids as one bound value."""
    return "[" + ",".join(map(str, ids)) + "]"


def bound_list(values: Iterable[object]) -> str:
    """Encode texts, or lists of them, as one bound value."""
    return msgspec.json.encode(list(values)).decode()


@cache
def insertion(table: str, columns: tuple[str, ...]) -> str:
    """Return the statement that inserts a row."""
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
