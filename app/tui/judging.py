"""Opens a file in a job: judges its documents, and gives the list those that it has so far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.domain.totals import Totals
from app.transfer.import_file import IncomingFile
from app.tui.jobs import Job
from app.tui.screens.list_pane import SUMMED_AT_ONCE

_BIG = 8 << 20  # bytes; the documents of a smaller file come all at once


class Judged(NamedTuple):
    """An open file, and what the screen says of it."""

    file: IncomingFile
    whole: bool
    """False where it was stopped."""
    counts: dict[str, int]
    """Status → how many."""
    unreadable: Sequence[int]
    """The documents that cannot be marked."""
    totals: Totals | None
    """None where they are many: the list reads them beside."""


def judged(path: Path, encoding: str, job: Job) -> Judged:
    """Opened and judged; the screen gets a big one with its first documents, to keep."""
    incoming = IncomingFile(path, encoding, at_once=True)
    shown = False

    def progress(done: int, of: int) -> None:
        nonlocal shown
        if not shown and of >= _BIG:
            job.show(incoming)
            shown = True
        job.progress(done, of)

    try:
        whole = incoming.judge(progress, job.stopping)
        rows = incoming.rows
        totals = rows.totals() if incoming.count <= SUMMED_AT_ONCE else None
        return Judged(incoming, whole, rows.counts, rows.unreadable, totals)
    except BaseException:
        if not shown:
            incoming.close()
        raise
