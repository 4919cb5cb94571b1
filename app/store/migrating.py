"""Bringing a database to today's schema; loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from playhouse.apsw_ext import APSWDatabase
from playhouse.migrations import Runner

from app.errors import DatabaseRefused

FOLDER = Path(__file__).parent / "migrations"


def migrate(database: APSWDatabase, application_id: int, version: int) -> None:
    """Apply the migrations that this database has not seen, in order, and mark it as ours.

    Raises DatabaseRefused where they cannot be read: the runner would find nothing to do.
    """
    if len(list(FOLDER.glob("[0-9]*.py"))) < version:
        raise DatabaseRefused(
            "Programın bir parçası okunamıyor, veritabanına dokunulmadı; programı yeniden kurun"
        )
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
