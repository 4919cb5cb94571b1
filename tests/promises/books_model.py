"""What books must hold, in memory: documents and their totals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Final, TypeAlias

DOCUMENTS: Final = "SELECT document_type, number, account_code, grand_total FROM invoice"
Key: TypeAlias = tuple[int, str, str]
"""Document type, number, and the supplier where the number is its own."""
Held: TypeAlias = dict[Key, str]
"""Documents that books hold → their totals."""


class Broken(Exception):
    """The books are not what the model says."""


class Model:
    """What the books must hold."""

    def __init__(self, must: Held | None = None, *, unknown: bool = False) -> None:
        self.must: Held = dict(must or {})
        self.unknown = unknown
        """Whether they may hold more: work was done of which nobody was told."""

    def copy(self) -> Model:
        """What they must hold now, to come back to."""
        return Model(self.must, unknown=self.unknown)


def key_of(kind: int, number: str, account: str) -> Key:
    return kind, number, account if kind == 1 else ""


def held_in(rows: Iterable[tuple[int, str, str, str]]) -> Held:
    return {key_of(kind, number, account): total for kind, number, account, total in rows}


def held_by_copy(content: bytes) -> Held:
    """What a copy of a database holds without a log."""
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(content[:18] + b"\1\1" + content[20:])
        return held_in(copy.execute(DOCUMENTS))
