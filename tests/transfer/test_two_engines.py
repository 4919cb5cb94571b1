"""The same file imported into a file's books and a server's: everything read from them is alike."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain.filters import InvoiceFilter
from app.domain.invoice import Invoice
from app.store import lookups, queries, summing
from app.store.database import reading
from app.store.opening import close_database, open_database
from tests.netsis.strategies import invoices, plain_invoices
from tests.store.bookkeeping import new_books
from tests.store.server import Server
from tests.transfer.carrying import ImportRule, carry, export_all, write

RULES = [ImportRule(create_cards=True), ImportRule(series="YNI", create_cards=True)]


@contextmanager
def new_company(server: Server) -> Iterator[None]:
    open_database(server.url())
    try:
        yield
    finally:
        close_database()


def all_that_is_read(source: Path, rule: ImportRule, folder: Path) -> dict[str, Any]:
    """Import a file into the open books; what lists, sums, Rehber and an export make of it."""
    carried = carry(source, rule)
    seen: dict[str, Any] = {"results": carried.results}
    with reading():
        ids = queries.find(InvoiceFilter())
        for order in queries.ORDERS:
            for reverse in (False, True):
                found = queries.find(InvoiceFilter(), order, reverse=reverse)
                seen[f"{order} {reverse}"] = found
                assert queries.in_order(ids, order, reverse=reverse) == found
        seen["rows"] = queries.rows(ids)
        seen["totals"] = queries.totals(ids).sum(b"\1" * len(ids))
        seen["sums"] = summing.entries(ids)
        seen["accounts"] = lookups.search_accounts("")
        seen["numbers"] = lookups.search_numbers(None, "")
        seen["codes"] = {code: lookups.codes_in_use(code, None) for code in lookups.CODES}
    if ids:
        target = folder / "giden.json"
        export_all(target)
        seen["export"] = target.read_bytes()
        target.unlink()
    return seen


def assert_alike(server: Server, folder: Path, documents: list[Invoice], rule: ImportRule) -> None:
    source = write(folder / "kaynak.json", documents)
    with new_books():
        in_file = all_that_is_read(source, rule, folder)
    with new_company(server):
        on_server = all_that_is_read(source, rule, folder)
    for what, found in in_file.items():
        assert on_server[what] == found, what


@pytest.mark.long
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    documents=st.lists(invoices() | plain_invoices(), min_size=1, max_size=6),
    rule=st.sampled_from(RULES),
)
def test_any_documents(server: Server, documents: list[Invoice], rule: ImportRule) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_alike(server, Path(folder), documents, rule)


@pytest.mark.parametrize("rule", RULES, ids=["kaynak-no", "seri"])
def test_the_demo_company(server: Server, tmp_path: Path, rule: ImportRule) -> None:
    assert_alike(server, tmp_path, list(islice(Company(7).invoices(300), 300)), rule)
