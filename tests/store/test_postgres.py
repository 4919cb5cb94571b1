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


@pytest.mark.usefixtures("company")
def test_the_planner_puts_the_bodies_of_plain_functions_in_the_place_of_their_calls() -> None:
    engine = database.obj
    with writing():
        functions = database.execute_sql(_PLAIN_FUNCTIONS).fetchall()
        database.execute_sql('CREATE TEMP TABLE one ("text" TEXT, "bigint" BIGINT, "integer" INT)')
        database.execute_sql("SET LOCAL search_path TO pg_catalog, pg_temp")
        plans = {}
        for name, types in functions:
            call = f"{engine.schema}.{name}({types})"
            plan = database.execute_sql(f"EXPLAIN (VERBOSE) SELECT made.* FROM one, {call} AS made")
            plans[name] = str(plan.fetchall())
        database.execute_sql("DROP TABLE one")
    assert {"json_quote", "glob", "json_each", "strftime"} < set(plans)
    assert [name for name, plan in plans.items() if f"{engine.schema}." in plan] == []


@pytest.mark.usefixtures("company")
def test_the_references_of_rows_that_are_copied_are_checked_by_one_plan() -> None:
    mode, scan = (f"current_setting('{name}')" for name in ("plan_cache_mode", "enable_seqscan"))
    with writing():
        (before,) = database.execute_sql(f"SELECT {mode}, {scan}").fetchall()
        database.execute_sql(
            f"CREATE TEMP TABLE one (id INT, mode TEXT DEFAULT {mode}, scan TEXT DEFAULT {scan})"
        )
        database.insert("one", ("id",), [(1,)])
        (meanwhile,) = database.execute_sql("SELECT mode, scan FROM one").fetchall()
        (after,) = database.execute_sql(f"SELECT {mode}, {scan}").fetchall()
        database.execute_sql("DROP TABLE one")
    assert meanwhile == ("force_generic_plan", "off")
    assert before == after == ("force_custom_plan", "on")


_PLAIN_FUNCTIONS = """
    SELECT proname, (SELECT string_agg(quote_ident(format_type(type, NULL)), ', ' ORDER BY place)
        FROM unnest(proargtypes) WITH ORDINALITY AS types (type, place))
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE lanname = 'sql' AND pronamespace = to_regnamespace(quote_ident(current_schema()))
"""
