"""Documents as the text of a file, some at a time."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis.strategies import sampled_from, text

from app.domain.invoice import InvoiceHeader, InvoiceLine, inside
from app.errors import DatabaseRefused
from app.store.database import connected, database, reading, writing
from app.store.export_sql import documents
from tests.store.bookkeeping import document, enter, rows

LONG = 60_000
UNQUOTED = [
    *(("invoice", one.attribute, one.name) for one in inside(InvoiceHeader) if one.kind is Decimal),
    *(("line", one.attribute, one.name) for one in inside(InvoiceLine) if one.kind is Decimal),
    ("invoice", "extra", ""), ("invoice", "header_extra", ""), ("line", "extra", ""),
]  # fmt: skip
"""Table, column and member of the texts that go into a file without quotes."""


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


@given(sampled_from(UNQUOTED), text('01.-e,:"{}[]A \n', max_size=24))
@example(("line", "quantity", "STra_GCMIK"), '1.0}]},{"A":1,"Kalems":[{"STra_GCMIK":2')
@example(("line", "extra", ""), '{"A":1}],"A":[{"A":1}')
@example(("invoice", "header_extra", ""), '{"A":1},"A":{"A":1}')
@example(("invoice", "extra", ""), '{"A":1}')
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_value_is_written_as_it_stands_or_its_document_is_left_out(
    books: Path,  # noqa: ARG001  # an open database
    column: tuple[str, str, str],
    value: str,
) -> None:
    """No value of a damaged document forges another member, line or document."""
    table, name, member = column
    if not rows("SELECT 1 FROM invoice"):
        enter(document("A-1"), document("A-2"))
    key = "id" if table == "invoice" else "invoice_id"
    ((before,),) = rows(f"SELECT {name} FROM {table} WHERE {key} = 1")
    expected, other = _written()
    with writing():
        database.execute_sql(f"UPDATE {table} SET {name} = ? WHERE {key} = 1", (value,))
    found = _written()
    with writing():
        database.execute_sql(f"UPDATE {table} SET {name} = ? WHERE {key} = 1", (before,))
    if len(found) == 1:
        assert found == [other]
        return
    where = {"line": expected["Kalems"][0]}.get(table, expected["FatUst"])
    where = expected if name == "extra" and table == "invoice" else where
    where.update({member: json.loads(value)} if member else json.loads(value))
    assert found == [expected, other]


def _written() -> list[dict[str, Any]]:
    """The sound ones of the first two documents, as they stand in a file."""
    with reading():
        text = b",".join(one.text for one in documents([1, 2]) if one.left_out is None)
    found: list[dict[str, Any]] = json.loads(b"[%b]" % text)
    return found
