"""Documents as the text of a file, some at a time."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from app.errors import DatabaseRefused
from app.store.database import connected, database, reading
from app.store.export_sql import documents
from tests.store.bookkeeping import document, enter, rows

LONG = 60_000


@pytest.fixture
def long_documents(books: Path) -> list[int]:  # noqa: ARG001  # an open database
    """The ids of documents with long notes, and short ones between them."""
    notes = ["x" * LONG if n % 3 else None for n in range(250)]
    enter(*(document(f"U-{n}", note=note) for n, note in enumerate(notes)))
    return [int(str(row[0])) for row in rows("SELECT id FROM invoice ORDER BY id")]


@pytest.mark.files_only
def test_more_text_than_sqlite_puts_into_one_value(long_documents: list[int]) -> None:
    with reading():
        whole = b",\n".join(some.text for some in documents(long_documents))
    with connected():
        database.connection().limit(apsw.SQLITE_LIMIT_LENGTH, 2 * LONG)
        with reading():
            parts = list(documents(long_documents))
        assert database.connection().limit(apsw.SQLITE_LIMIT_LENGTH) == 2 * LONG
    assert b",\n".join(part.text for part in parts) == whole
    assert sum(part.number for part in parts) == len(long_documents)
    assert max(len(part.text) for part in parts) <= 2 * LONG


@pytest.mark.files_only
def test_a_value_stays_short_however_long_the_documents(
    long_documents: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.export_sql._MOST_BYTES", 4 * LONG)
    with reading():
        sizes = [len(some.text) for some in documents(long_documents)]
    assert max(sizes) <= 4 * LONG


@pytest.mark.files_only
def test_one_document_alone_that_is_too_long_is_refused(long_documents: list[int]) -> None:
    with connected():
        database.connection().limit(apsw.SQLITE_LIMIT_LENGTH, LONG)
        with pytest.raises(DatabaseRefused), reading():
            list(documents(long_documents))


def test_a_document_that_is_gone_is_told(long_documents: list[int]) -> None:
    with pytest.raises(DatabaseRefused, match="Belgelerden bazıları artık yok"), reading():
        list(documents([*long_documents, 999]))
    with pytest.raises(DatabaseRefused, match="Belge artık yok"), reading():
        list(documents([999]))
