"""SQL of the locks of a schema: the write lock, its queue, and the presence of runs."""

from __future__ import annotations

from typing import Final

from app.store.engine.postgres_schema import MARK

HOLD: Final = f"SELECT version FROM {MARK} FOR UPDATE"
"""Takes the write lock of the schema, and returns its version."""
MAKING: Final = 0x54464154
"""The key of the advisory lock of whoever makes or migrates a schema: `TFAT`."""
# The key begins with the schema's number, because runs of different companies have equal ids.
_SCHEMA_NUMBER: Final = "to_regnamespace(quote_ident(current_schema()))::oid::bigint"
_RUN_KEY: Final = f"({_SCHEMA_NUMBER} << 32) | CAST(? AS bigint)"
PRESENT: Final = f"SELECT pg_advisory_lock({_RUN_KEY})"
"""Locks the presence of a run until the session ends."""
_QUEUE: Final = f"({_SCHEMA_NUMBER} << 32) | 4294967295"  # a run id that is never reached
SINGLE: Final = f"SELECT pg_advisory_xact_lock({_QUEUE}); {HOLD}"
"""Takes the write lock in the order of the queue."""
BEHIND: Final = f"SELECT pg_advisory_xact_lock({_SCHEMA_NUMBER} << 32); {SINGLE}"  # no run has id 0
"""The same for a bulk job: one of them at a time stands in the queue, so that others pass."""
ABSENT: Final = f"SELECT pg_advisory_unlock({_RUN_KEY})"
"""Ends what PRESENT has begun."""
_ADVISORY: Final = """
    locktype = 'advisory' AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((classid::bigint << 32) | objid::bigint) = key
"""
IS_PRESENT: Final = f"""
    SELECT EXISTS (SELECT 1 FROM pg_locks, (SELECT {_RUN_KEY} AS key) AS wanted WHERE {_ADVISORY})
"""
"""Tells whether a run is present."""
IS_WAITED_FOR: Final = f"""
    SELECT EXISTS (SELECT 1 FROM pg_locks, (SELECT {_QUEUE} AS key) AS wanted
        WHERE NOT granted AND {_ADVISORY})
"""
"""Tells whether another session stands in the queue."""
