"""Whether a run of the journal is still going on: its process holds a lock file."""

from __future__ import annotations

from contextlib import AbstractContextManager

from app.store.database import database
from app.store.engine import lock_file


def present(transfer_id: int) -> AbstractContextManager[None]:
    """Show that this process does the run. Enter it before others can see the run.

    Where there can be no lock file, the run looks as if it had been cut off.
    """
    return lock_file.held(_path(transfer_id), str(database.database))


def is_present(transfer_id: int) -> bool:
    """Whether some process does the run; True where that cannot be known."""
    return lock_file.is_held(_path(transfer_id)) is not False


def _path(transfer_id: int) -> str:
    return f"{database.database}-aktarim-{transfer_id}"
