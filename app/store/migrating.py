"""Bringing a database to today's schema; loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from playhouse.apsw_ext import APSWDatabase
from playhouse.migrations import Runner

FOLDER = Path(__file__).parent / "migrations"


def migrate(database: APSWDatabase, application_id: int, version: int) -> None:
    """Apply the migrations that this database has not seen, in order, and mark it as ours."""
    if database.pragma("journal_mode") != "wal":
        # Readers and a writer side by side. Set once, when the file is made: it stays.
        database.pragma("journal_mode", "wal")
    # The runner writes down when a migration was applied as a datetime, which APSW does not take.
    database.connection().convert_binding = lambda _cursor, _place, value: str(value)
    with database.atomic("EXCLUSIVE"):
        # Two that open a new database at once: the second finds all done.
        Runner(database, str(FOLDER)).up()
        database.pragma("user_version", version)
        database.pragma("application_id", application_id)
