"""Queries of PostgreSQL's catalogue about the content of a schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from app.store.engine.operations import Definition
from app.store.engine.postgres_schema import MARK, own_definition


class Server(Protocol):
    """What the questions to a catalogue need of the connected database."""

    server_version: int

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement; return its cursor."""

    def atomic(self) -> Any:
        """Return a transaction, or a savepoint within one, for a `with` block."""

    def tolerant(self) -> AbstractContextManager[Any]:
        """Return a block in which a statement may fail without ending the transaction."""


_made: Final[dict[tuple[object, ...], list[Definition]]] = {}
"""Statements and the server's version → the objects that the server creates from them."""

_OBJECTS: Final = """
    WITH place AS (
        SELECT oid, CASE oid WHEN pg_my_temp_schema() THEN 'pg_temp'
            ELSE quote_ident(nspname) END || '.' AS prefix FROM pg_namespace
        WHERE oid = CASE ? WHEN 'pg_temp' THEN pg_my_temp_schema()
            ELSE to_regnamespace(quote_ident(current_schema()))::oid END
    ), tables AS (
        SELECT c.oid, c.relname AS name, prefix FROM pg_class AS c
        JOIN place ON c.relnamespace = place.oid WHERE c.relkind = 'r'
    ), parts AS (
        SELECT t.oid, 0 AS kind, a.attnum AS place, concat(quote_ident(a.attname), ' ',
            format_type(a.atttypid, a.atttypmod), ' COLLATE ' || quote_ident(l.collname),
            CASE WHEN a.attnotnull THEN ' NOT NULL' END) AS part
        FROM tables AS t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0
            AND NOT a.attisdropped
        LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
        UNION ALL
        SELECT t.oid, 1, 0, replace(pg_get_constraintdef(k.oid), prefix, '')
        FROM tables AS t JOIN pg_constraint AS k ON k.conrelid = t.oid
            AND k.contype IN ('c', 'f', 'p', 'u')
    )
    SELECT 'table', name, name, concat('CREATE TABLE ', name, ' (',
        string_agg(part, ', ' ORDER BY kind, parts.place, part), ')')
    FROM tables JOIN parts USING (oid) GROUP BY name
    UNION ALL
    SELECT 'index', c.relname, t.name, replace(pg_get_indexdef(i.indexrelid), prefix, '')
    FROM tables AS t JOIN pg_index AS i ON i.indrelid = t.oid AND NOT i.indisprimary
    JOIN pg_class AS c ON c.oid = i.indexrelid
    UNION ALL
    SELECT 'trigger', g.tgname, t.name, replace(pg_get_triggerdef(g.oid), prefix, '')
    FROM tables AS t JOIN pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal
    UNION ALL
    SELECT 'view', c.relname, c.relname, pg_get_viewdef(c.oid)
    FROM pg_class AS c JOIN place ON c.relnamespace = place.oid WHERE c.relkind IN ('v', 'm')
"""
"""Each object of the company's schema, or of this session's temporary one (`pg_temp`)."""

TABLES: Final = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = to_regnamespace(quote_ident(current_schema()))
"""
"""The quoted names of the schema's tables."""

UNSOUND: Final = """
    SELECT conname, 'kısıtı denetlenmemiş; sahibi denetletsin',
        format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', current_schema(), relname, conname)
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE connamespace = to_regnamespace(quote_ident(current_schema())) AND NOT convalidated
    UNION ALL
    SELECT relname, 'dizini yarım kalmış; sahibi yeniden kursun',
        format('REINDEX INDEX %I.%I', current_schema(), relname)
    FROM pg_class AS c JOIN pg_index AS i ON i.indexrelid = c.oid
    WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND NOT indisvalid
"""
"""(name, state, advice) of constraints not validated and of indexes not finished."""


def stored(server: Server) -> list[Definition]:
    """Return each table, index, trigger and view of the schema, except for its mark."""
    found: list[Definition] = server.execute_sql(_OBJECTS, ("current_schema()",)).fetchall()
    return [one for one in found if one[2] != MARK]


def made_by(server: Server, statements: Sequence[str]) -> Iterable[Definition]:
    """Return the objects that these statements would create; a server is asked once."""
    key = (server.server_version, *statements)
    if key not in _made:
        _made[key] = _tried(server, statements)
    return _made[key]


def _tried(server: Server, statements: Sequence[str]) -> list[Definition]:
    """Create temporary tables, read their definitions, and roll back.

    The session may have temporary tables of its own, which are left out: those of a simulation.
    """
    with server.atomic() as part:
        others = set(server.execute_sql(_OBJECTS, ("pg_temp",)).fetchall())
        for statement in map(own_definition, statements):
            server.execute_sql(statement.replace("CREATE TABLE", "CREATE TEMP TABLE"))
        found: list[Definition] = server.execute_sql(_OBJECTS, ("pg_temp",)).fetchall()
        part.rollback()
    return [one for one in found if one not in others]
