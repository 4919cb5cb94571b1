"""An import that was cut off, by a line that dropped or by kill: which, and letting it be."""

from __future__ import annotations

import os
from datetime import datetime

from app.store import journal
from app.store.database import connected, reading, writing
from app.store.journal import Unfinished
from app.store.presence import is_present


def unfinished() -> Unfinished | None:
    """The latest import that was cut off and that this user may go on with."""
    with reading():
        runs = journal.unfinished_imports()
    return next((run for run in runs if not is_present(run.transfer_id) and _is_ours(run)), None)


def let_be(run: Unfinished) -> None:
    """The user does not want to go on with it; nobody is told of it any more."""
    with connected(), writing():
        journal.close_transfer(run.transfer_id, journal.STOPPED, datetime.now())


def _is_ours(run: Unfinished) -> bool:
    """Whether the file may be read; one that is gone may come back."""
    try:
        os.close(os.open(run.file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY))
    except PermissionError:
        return False
    except OSError:
        pass
    return True
