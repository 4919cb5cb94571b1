"""What a schema on a server is, and what the role that has connected may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from app.store.engine.postgres_schema import MARK

if TYPE_CHECKING:
    from app.store.engine.postgres import PostgresDatabase


class Standing(NamedTuple):
    """A schema, as the role that has connected stands to it."""

    exists: bool
    is_empty: bool
    """Whether it has no table, view or sequence."""
    is_ours: bool
    """Whether it has our mark."""
    may_make: bool
    """Whether the role may make the schema, or the tables in it."""
    may_read: bool
    """Whether the role may read the schema; that of a schema of ours."""
    is_owner: bool
    """Whether the role owns the tables, and so may change them."""


def standing(server: PostgresDatabase) -> Standing:
    """Ask what the schema is. The catalogue answers roles without any right, too."""
    row = server.execute_sql(_STANDING, (server.schema,)).fetchone()
    return Standing(*map(bool, row))


# to_regclass would fail where the role may not use the schema.
_STANDING: Final = f"""
    SELECT found.oid IS NOT NULL,
        NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = found.oid),
        mark.oid IS NOT NULL,
        CASE WHEN found.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
            ELSE has_schema_privilege(found.oid, 'CREATE') END,
        has_schema_privilege(found.oid, 'USAGE') AND has_table_privilege(mark.oid, 'SELECT'),
        pg_has_role(mark.relowner, 'USAGE')
    FROM (SELECT to_regnamespace(?)::oid AS oid) AS found
    LEFT JOIN pg_class AS mark ON mark.relnamespace = found.oid AND mark.relname = '{MARK}'
"""
