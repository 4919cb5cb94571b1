"""The same books on a server: what is written, listed and exported is the same on both engines."""

from __future__ import annotations

import pytest

from app.domain.filters import InvoiceFilter
from app.store import export_sql, queries
from app.store.database import database, reading, writing
from app.store.engine.postgres_schema import MARK
from app.store.opening import close_database
from tests.store.bookkeeping import document, enter, failures, purchase


@pytest.mark.usefixtures("company")
def test_documents_on_a_server_are_listed_and_exported() -> None:
    assert enter(document("A-1", note='çay; "şeker"\t\\'), purchase("P-7", "320-1")) == [
        "A-1",
        "P-7",
    ]
    with reading():
        ids = queries.find(InvoiceFilter())
        rows = queries.rows(ids)
        text = b"".join(some.text for some in export_sql.documents(ids))
    assert [row.number for row in rows] == ["A-1", "P-7"]
    assert text.count(b'"FatUst"') == 2


def test_the_index_of_accounts_of_an_older_schema_is_made_anew(company: str) -> None:
    with writing():
        database.execute_sql("DROP INDEX invoice_account")
        database.execute_sql(
            "CREATE INDEX invoice_account ON invoice (account_code, document_date)"
        )
        database.execute_sql(f"UPDATE {MARK} SET version = 11")
    close_database()
    assert failures(company) == []
