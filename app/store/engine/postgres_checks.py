"""Report the damage that a server itself finds: by its catalogue, and with amcheck in the pages.

amcheck is an extension that the database's owner may have installed; nothing is installed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from peewee import DatabaseError

from app.domain.text import one_line, shorten
from app.store.engine import postgres_causes
from app.store.engine.finding import Finding, damage
from app.store.engine.postgres_catalog import UNSOUND, Server

_WIDTH: Final = 160
_DAMAGE: Final = "XX"  # also the code of internal errors, raised for an impossible page
_TOO_NEW: Final = "40001"  # the index is newer than this transaction


def findings(server: Server) -> Iterator[Finding]:
    """Yield each finding as a Turkish phrase with advice. Call inside a read transaction."""
    for name, state, statement in server.execute_sql(UNSOUND).fetchall():
        yield Finding(f"PostgreSQL: {name} {state}: {statement}")
    index_check, table_check = server.execute_sql(_FUNCTIONS).fetchone()
    damaged = set()
    if table_check:
        for table, name in server.execute_sql(_TABLES).fetchall():
            for finding in _of_table(server, f"SELECT msg FROM {table_check} LIMIT 1", table, name):
                damaged.add(table)
                yield finding
    if index_check:
        for index, name, table, again in server.execute_sql(_INDEXES).fetchall():
            if table in damaged:  # the check compares the index with the table's rows
                continue
            said, state = _said(server, f"SELECT {index_check}", index)
            if said and state != _TOO_NEW:
                advice = f"sahibi yeniden kursun: {again}"
                yield Finding(f"PostgreSQL: {name} dizini bozuk ({said}); {advice}")


def _of_table(server: Server, check: str, table: int, name: str) -> Iterator[Finding]:
    said, _ = _said(server, check, table)
    if said:
        yield damage(f"PostgreSQL: {name} tablosu bozuk ({said})")


def _said(server: Server, check: str, relation: int) -> tuple[str, str]:
    """Return a check's report of damage, from its rows or its error, and the error's code."""
    try:
        with server.tolerant():
            row = server.execute_sql(check, (relation,)).fetchone()
    except DatabaseError as error:
        driver = postgres_causes.driver_error(error)
        state = (driver.sqlstate if driver else None) or ""
        if driver is None or not (state == _TOO_NEW or state.startswith(_DAMAGE)):
            raise
        return shorten(one_line(driver.diag.message_primary or str(driver)), _WIDTH), state
    return shorten(one_line(str(row[0] or "")), _WIDTH) if row else "", ""


_OURS: Final = "relnamespace = to_regnamespace(quote_ident(current_schema()))"
_INDEXES: Final = f"""
    SELECT c.oid::bigint, relname, indrelid::bigint,
        format('REINDEX INDEX %I.%I', current_schema(), relname)
    FROM pg_class AS c JOIN pg_index ON indexrelid = c.oid JOIN pg_am ON pg_am.oid = relam
    WHERE {_OURS} AND amname = 'btree' AND indisvalid AND indisready ORDER BY relname
"""
_TABLES: Final = f"""
    SELECT oid::bigint, relname FROM pg_class WHERE {_OURS} AND relkind = 'r' ORDER BY relname
"""
# The calls of amcheck's functions, in whatever schema it is and as far as this role may use them;
# `checkunique` exists since version 17.
_FUNCTIONS: Final = """
    WITH found AS (
        SELECT proname AS name, pronargs, format('%I.%I', nspname, proname) AS call
        FROM pg_extension AS e JOIN pg_depend AS d ON d.refobjid = e.oid AND d.deptype = 'e'
        JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
        JOIN pg_namespace AS n ON n.oid = pronamespace
        WHERE extname = 'amcheck' AND has_schema_privilege(n.oid, 'USAGE')
        AND has_function_privilege(p.oid, 'EXECUTE')
    )
    SELECT (SELECT call || '(?::oid::regclass, true' ||
            CASE pronargs WHEN 3 THEN ', true)' ELSE ')' END
        FROM found WHERE name = 'bt_index_check' AND pronargs > 1 ORDER BY pronargs DESC LIMIT 1),
        (SELECT call || '(?::oid::regclass)' FROM found WHERE name = 'verify_heapam')
"""
