"""Open a file in a job and judge its documents; the list shows them as they come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.domain.totals import Totals
from app.errors import NotUtf8
from app.netsis.encoding_names import BY_ITSELF
from app.transfer.finished import finished_in
from app.transfer.import_file import IncomingFile
from app.tui.jobs import Job
from app.tui.list_model import SUMMED_AT_ONCE

_BIG = 8 << 20  # bytes; a smaller file is shown when all of it is judged


class Judged(NamedTuple):
    """An open file and the result of judging it."""

    file: IncomingFile
    whole: bool
    """False if the job was stopped before the end of the file."""
    counts: dict[str, int]
    """The number of documents by status."""
    unreadable: Sequence[int]
    """The positions of documents that cannot be marked."""
    totals: Totals | None
    """None for a long list, whose totals are read in the background."""
    finished: Sequence[int] | None = None
    """The positions of documents that an earlier run has finished, if that was asked for."""


def judged(path: Path, encoding: str, job: Job, finished_by: int | None = None) -> Judged:
    """Open and judge a file; a big one is handed to the screen, its new owner, early on.

    A file that turns out to be Windows-1254 is judged anew from its beginning. `finished_by` is the
    run whose finished documents to find in the whole file.
    """
    try:
        found = _judged(path, encoding, job, at_once=True)
    except NotUtf8:
        if encoding != BY_ITSELF:
            raise
        found = _judged(path, encoding, job, at_once=False)
    if finished_by is None or not found.whole:
        return found
    return found._replace(finished=finished_in(found.file.rows, finished_by))


def _judged(path: Path, encoding: str, job: Job, *, at_once: bool) -> Judged:
    label, job.label = job.label, "Dosya açma"
    incoming = IncomingFile(
        path, encoding, at_once=at_once, progress=job.progress, stop=job.stopping
    )
    job.label = label
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
