"""The same books on a server: what is written, listed and exported is the same on both engines."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from psycopg import RawCursor, errors

from app.domain.filters import InvoiceFilter
from app.errors import DatabaseRefused
from app.store import checks, export_sql, numbering, queries
from app.store.books import Books
from app.store.database import (
    ConstraintBroken,
    connected,
    database,
    full_command,
    is_waited_for,
    reading,
    savepoint,
    together,
    writing,
)
from app.store.engine import postgres_catalog
from app.store.engine.postgres_schema import MARK, helper_statements
from app.store.opening import LATEST_VERSION, close_database
from tests.store.bookkeeping import document, enter, failures, purchase, rows
from tests.store.whole_books import other_session


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
    assert full_command("denetle") == "toplu-fatura denetle --veritabani ADRES"


def test_the_index_of_accounts_of_an_older_schema_is_made_anew(company: str) -> None:
    with writing():
        database.execute_sql("DROP INDEX invoice_account")
        database.execute_sql(
            "CREATE INDEX invoice_account ON invoice (account_code, document_date)"
        )
        database.execute_sql("DROP INDEX deleted_invoice_number")
        database.execute_sql("ALTER TABLE transfer DROP COLUMN token")
        database.execute_sql(f"UPDATE {MARK} SET version = 11")
    close_database()
    assert failures(company) == []


@pytest.mark.broken_books
def test_a_program_left_open_does_not_write_what_a_newer_one_migrated(company: str) -> None:
    enter(document("A-1"))
    with other_session(company) as newer:
        newer.execute(f"UPDATE {MARK} SET version = 99")
        with pytest.raises(DatabaseRefused, match=r"başka bir sürüme geçirilmiş \(sürüm 99, "):
            enter(document("A-2"))
        newer.execute(f"UPDATE {MARK} SET version = {LATEST_VERSION}")
    assert enter(document("A-3")) == ["A-3"]
    with reading():
        assert len(queries.find(InvoiceFilter())) == 2


def test_an_older_schema_gets_the_functions_of_a_new_one(company: str) -> None:
    """Slow ones have the same names: nothing else would tell."""
    functions = (
        "SELECT proname, prosrc FROM pg_proc"
        " WHERE pronamespace = to_regnamespace(quote_ident(current_schema()))"
    )
    with writing():
        wanted = sorted(database.execute_sql(functions).fetchall())
        database.execute_sql(
            "CREATE OR REPLACE FUNCTION instr(text, text) RETURNS integer LANGUAGE plpgsql"
            " IMMUTABLE AS 'BEGIN RETURN strpos($1, $2); END'"
        )
        database.execute_sql("DROP INDEX deleted_invoice_number")
        database.execute_sql("ALTER TABLE transfer DROP COLUMN token")
        database.execute_sql(f"UPDATE {MARK} SET version = 12")
    close_database()
    assert failures(company) == []
    with reading():
        assert sorted(database.execute_sql(functions).fetchall()) == wanted


def test_what_an_older_schema_has_to_get_comes_with_a_new_version() -> None:
    """Only then does its owner bring it up to date."""
    made = hashlib.sha256("\n".join(helper_statements()).encode()).hexdigest()[:16]
    assert {LATEST_VERSION: made} == {14: "a786d8c9844cadab"}


def test_what_a_simulation_keeps_in_its_session_is_not_missed_in_the_schema(
    company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_catalog, "_made", {})  # nothing was asked in this process
    Books(simulated=True)
    with reading():
        assert checks.failures() == []
    assert postgres_catalog._made
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
def test_a_writer_has_one_plan_for_many_rows_and_uses_indexes() -> None:
    settings = "current_setting('plan_cache_mode'), current_setting('enable_seqscan')"
    with writing():
        (meanwhile,) = database.execute_sql(f"SELECT {settings}").fetchall()
    with reading():
        (else_,) = database.execute_sql(f"SELECT {settings}").fetchall()
    assert meanwhile == ("force_generic_plan", "off")
    assert else_ == ("force_custom_plan", "on")


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("function", [numbering.taken, numbering.gib_owners])
def test_a_number_is_found_by_its_index_before_the_server_has_figures(
    function: Callable[[list[tuple[int, str, str]]], object],
) -> None:
    """Of few rows, an index of other columns costs as much, as it sees it."""
    enter(*(document(f"A-{n}", note="x" * 300) for n in range(1000)))
    asked: list[tuple[str, Any]] = []
    with pytest.MonkeyPatch.context() as spied:
        run = database.execute_sql

        def noted(sql: str, values: Any = None) -> Any:
            asked.append((sql, values))
            return run(sql, values)

        spied.setattr(database.obj, "execute_sql", noted)
        with writing():
            function([(0, "A-1", ""), (0, "A-2", "")])
            ((sql, values),) = asked[-1:]
            plan = [line for (line,) in run(f"EXPLAIN {sql}", values).fetchall()]
    (scan,) = (line for line in plan if "Index Scan" in line or "Seq Scan" in line)
    assert "invoice_number" in scan or "invoice_gib_number" in scan


@pytest.mark.usefixtures("company")
def test_who_waits_for_the_lock_gets_it_before_who_comes_as_it_gets_free() -> None:
    order: list[str] = []

    def single() -> None:
        with connected(), writing():
            order.append("single")

    with connected():
        with writing(behind=True):
            assert not is_waited_for()
            waiting = Thread(target=single)
            waiting.start()
            while not is_waited_for():
                time.sleep(0)
        with writing(behind=True):
            order.append("bulk")
    waiting.join()
    assert order == ["single", "bulk"]


@pytest.mark.usefixtures("company")
def test_bulk_jobs_do_not_stand_before_who_saves_a_single_document() -> None:
    order: list[str] = []

    def save(name: str, *, behind: bool) -> None:
        with connected(), writing(behind=behind):
            order.append(name)

    jobs = [Thread(target=save, args=(f"bulk {n}",), kwargs={"behind": True}) for n in range(3)]
    single = Thread(target=save, args=("single",), kwargs={"behind": False})
    with connected(), writing(behind=True):
        for count, job in enumerate([*jobs, single], 1):
            job.start()
            while _waiting() < count:
                time.sleep(0)
    for job in (*jobs, single):
        job.join()
    assert order[0] == "single"


@pytest.mark.usefixtures("company")
def test_a_thread_takes_the_connection_that_another_has_left() -> None:
    backends: list[int] = []

    def look() -> None:
        with connected(), reading():
            backends.extend(one for (one,) in database.execute_sql("SELECT pg_backend_pid()"))

    for _ in range(2):
        _in_thread(look)
    assert backends[0] == backends[1]
    with writing():
        database.execute_sql("SELECT pg_terminate_backend(?::int, 5000)", (backends[0],))
    _in_thread(look)
    assert backends[2] not in backends[:2]


@pytest.mark.usefixtures("company")
def test_what_is_written_of_few_documents_goes_at_once() -> None:
    """And what a constraint forbids is undone alone."""
    enter(document("A-1"))
    row = "INSERT INTO account (code, name, sort_key, search_key) VALUES (?, '', '', '')"
    with writing():
        database.run_many(row, [("K-1",)])
        with suppress(ConstraintBroken), savepoint(), together(1):
            database.insert("currency", ("code", "name"), [(7, "")])
            database.run_many(row, [("K-1",)])
        with savepoint(), together(1):
            database.insert("currency", ("code", "name"), [(8, "")])
            database.run_many(row, [("K-2",)])
    assert rows("SELECT code FROM currency WHERE code IN (7, 8)") == [(8,)]
    assert rows("SELECT code FROM account WHERE code LIKE 'K-%' ORDER BY 1") == [("K-1",), ("K-2",)]


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(("count", "copied"), [(1, False), (100, True)])
def test_only_many_documents_are_copied(
    monkeypatch: pytest.MonkeyPatch, count: int, *, copied: bool
) -> None:
    ways: list[str] = []
    monkeypatch.setattr(RawCursor, "copy", _noting(ways, RawCursor.copy))
    monkeypatch.setattr(RawCursor, "executemany", _noting(ways, RawCursor.executemany))
    with writing(), together(count):
        database.insert("currency", ("code", "name"), [(7, "")])
    assert ways == ["copy" if copied else "executemany"]


def _noting(ways: list[str], work: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*values: Any, **named: Any) -> Any:
        ways.append(work.__name__)
        return work(*values, **named)

    return noted


def _in_thread(work: Callable[[], None]) -> None:
    thread = Thread(target=work)
    thread.start()
    thread.join()


def _waiting() -> int:
    ((count,),) = database.execute_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchall()
    return int(count)


_PLAIN_FUNCTIONS = """
    SELECT proname, (SELECT string_agg(quote_ident(format_type(type, NULL)), ', ' ORDER BY place)
        FROM unnest(proargtypes) WITH ORDINALITY AS types (type, place))
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE lanname = 'sql' AND pronamespace = to_regnamespace(quote_ident(current_schema()))
"""


@pytest.mark.usefixtures("company")
def test_a_rollback_that_is_cancelled_late_keeps_no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = database.connection()
    real = connection.execute

    def cancelled(statement: Any, *rest: Any, **options: Any) -> Any:
        if statement == "ROLLBACK":
            raise errors.QueryCanceled
        return real(statement, *rest, **options)

    monkeypatch.setattr(connection, "execute", cancelled)
    with pytest.raises(ZeroDivisionError), writing():
        _ = 1 / 0
    assert connection.closed
    with writing():  # at once, on another connection
        pass
