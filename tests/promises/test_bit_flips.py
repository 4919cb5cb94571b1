"""A single bit that flips in the file: a document that it changes is told, or nothing opens."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bookkeeping import document, enter, failures, purchase

from app.errors import DatabaseRefused
from app.store.opening import close_database, open_database
from tests.scale import rounds

pytestmark = pytest.mark.broken_books

_SEED = 11
_FLIPS = 600


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[bytes]:
    """A database file with documents that were entered, and a few with long notes."""
    path = tmp_path / "defter.db"
    open_database(str(path))
    for first in range(1, 61, 20):
        enter(*(document(f"A-{n}", note=f"Not {n}" * (n % 9)) for n in range(first, first + 20)))
    enter(*(purchase(f"B-{n}", "320-001", series="B-") for n in range(20)))
    close_database()
    yield path.read_bytes()
    close_database()


def test_a_flipped_bit_that_changes_a_document_is_told(tmp_path: Path, whole: bytes) -> None:
    flips = random.Random(_SEED)
    path = tmp_path / "bozuk.db"
    path.write_bytes(whole)
    before = _documents(path)
    unseen = []
    for _ in range(rounds(_FLIPS)):
        bit = flips.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        if not _is_told(path) and _documents(path) != before:
            unseen.append(bit)
        _remove(path)
    assert unseen == []


def _is_told(path: Path) -> bool:
    """Whether denetle finds something, or the database is not opened at all."""
    try:
        return failures(path) != []
    except DatabaseRefused:
        return True
    finally:
        close_database()


def _documents(path: Path) -> list[Any] | None:
    """Every document and line, byte for byte; None where they cannot be read."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        try:
            return [
                sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
                for table in ("invoice", "line")
            ]
        except sqlite3.Error:
            return None


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)
