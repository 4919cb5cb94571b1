"""The state of a schema on a server, and the rights of the connected role in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from app.store.engine.postgres_schema import MARK

if TYPE_CHECKING:
    from app.store.engine.postgres import PostgresDatabase


class Standing(NamedTuple):
    """The state of a schema, and the connected role's rights in it."""

    exists: bool
    is_empty: bool
    """Whether the schema has no table, view or sequence."""
    is_ours: bool
    """Whether the schema has our mark."""
    may_make: bool
    """Whether the role may create the schema, or tables in it."""
    may_read: bool
    """Whether the role may read the schema; only meaningful for one of ours."""
    is_owner: bool
    """Whether the role owns the tables, and so may alter them."""


def standing(server: PostgresDatabase) -> Standing:
    """Query the state of the schema; the catalogue is readable without any rights."""
    row = server.execute_sql(_STANDING, (server.schema,)).fetchone()
    return Standing(*map(bool, row))


# to_regclass would fail if the role may not use the schema.
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
