"""A single bit that flips in the file: a document that it changes is told, or nothing opens."""

from __future__ import annotations

import json
import random
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from app.domain.filters import InvoiceFilter
from app.errors import AppError, DatabaseRefused
from app.store import lookups, queries
from app.store.database import reading
from app.store.opening import close_database, open_database
from app.transfer import history
from app.transfer.document_page import load, page
from app.transfer.export_run import run_export
from app.tui.stored_list import StoredRows
from tests.scale import rounds
from tests.store.bookkeeping import document, enter, failures, purchase, sums_of

pytestmark = [pytest.mark.broken_books, pytest.mark.files_only]

_SEED = 11
_FLIPS = 600
_READINGS = 300


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


def test_whatever_bit_flips_all_that_reads_ends_with_a_sentence(
    tmp_path: Path, whole: bytes
) -> None:
    """What is no AppError would end the program; a file that is written is JSON."""
    flips = random.Random(_SEED + 1)
    path, file = tmp_path / "bozuk.db", tmp_path / "x.json"
    for _ in range(rounds(_READINGS)):
        bit = flips.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with suppress(AppError):
            if any(name == "sema" for name, _ in failures(path)):
                continue  # a table of another definition is a fault like one of the program
            for work in (_list, _look_up, _search, _show, history.unfinished):
                with suppress(AppError):
                    work()
            done = run_export(_list(), file)
            assert len(json.loads(file.read_bytes())) == done.count, bit
        close_database()
        file.unlink(missing_ok=True)
        _remove(path)


def _list() -> array[int]:
    with reading():
        ids = queries.find(InvoiceFilter(), "account_name")
        sums_of(ids)
    StoredRows(ids).window(0, len(ids))
    return ids


def _look_up() -> None:
    with reading():
        lookups.search_accounts("")
        lookups.search_numbers(None, "15.03")


def _search() -> None:
    with reading():
        queries.find(InvoiceFilter(note="not", currency=0))


def _show() -> None:
    for invoice_id in range(1, 81, 9):
        with suppress(AppError):
            page(load(invoice_id), 80)


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
