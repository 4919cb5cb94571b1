"""Opens a file in a job: judges its documents, and gives the list those that it has so far."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from app.transfer.import_file import IncomingFile
from app.tui.jobs import Job
from app.tui.marks import Marks

_BIG = 8 << 20  # bytes; the documents of a smaller file come all at once


class Judged(NamedTuple):
    """An open file, and what the screen says of it."""

    file: IncomingFile
    whole: bool
    """False where it was stopped."""
    counts: dict[str, int]
    """Status → how many."""
    unreadable: int
    marks: Marks


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
        unreadable = incoming.rows.unreadable
        blocked = bytearray(incoming.count)
        for position in unreadable:
            blocked[position - 1] = 1
        marks = Marks(incoming.count, blocked)
        return Judged(incoming, whole, incoming.rows.counts, len(unreadable), marks)
    except BaseException:
        if not shown:
            incoming.close()
        raise
