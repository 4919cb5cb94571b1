"""Import documents of a file into the database, each whole or not at all.

Transactions are short, so that other writers are not blocked. In each, the documents are decided
about under the write lock, and numbers, documents and journal are written together. Outcomes are
reported only after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import TypeAlias

from app import log
from app.errors import AppError, CommitUncertain, DatabaseRefused
from app.progress import Progress, Stop, never, no_progress
from app.store import journal
from app.store.again import again
from app.store.database import (
    connected,
    refresh_statistics,
    refusals,
)
from app.store.preview import FileRows, Outcome
from app.transfer.decide import ImportRule
from app.transfer.found_cards import FoundCards
from app.transfer.import_file import FileDocument, IncomingFile
from app.transfer.run_batches import RunBatches, documents_in_lots
from app.transfer.run_summary import RunSummary

_MANY = 1000  # documents after which the statistics of the database are refreshed

Told: TypeAlias = Callable[[list[Outcome]], None]


def run_import(
    incoming: IncomingFile,
    positions: Sequence[int] | None,
    rule: ImportRule,
    *,
    found_cards: FoundCards | None = None,
    shown: Sequence[bytes] | None = None,
    told: Told | None = None,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> RunSummary:
    """Save the chosen rows in the given order; `told` gets the outcomes after their commit.

    `found_cards` are the card files for missing cards, if the rule creates cards. `shown` are the
    digests of the decisions that the user was shown, one for each batch (`simulate.make_plan`). The
    run ends before the first batch whose decisions have changed, and the summary names it. Without
    `shown`, documents are decided about as they come.

    Without `positions` the whole file is saved, directly from the file: no list is needed, and
    progress counts bytes. Raises DatabaseRefused or FileRefused if the work cannot go on; what was
    committed stays, was `told`, and is recorded in the rows.
    """
    summary = RunSummary()
    log.event("iceri-aktarma-basladi")
    telling = _Telling(summary, told, None if positions is None else incoming.rows)
    with connected(bulk=True), ExitStack() as until_end:
        run = RunBatches(rule, incoming, positions, found_cards, shown, until_end)
        try:
            for documents in documents_in_lots(incoming, positions):
                done = 0
                for outcomes in run.save(documents, stop):
                    telling.tell(outcomes)
                    done += len(outcomes)
                    if not run.ended:
                        progress(*_how_far(incoming, positions, documents[done - 1], summary))
                if run.ended:
                    summary.changed = run.changed
                    summary.halted = run.halted and not run.changed
                    summary.stopped = not (run.changed or run.halted)
                    break
        except AppError as error:
            telling.tell_late()
            _end_failed(run, telling, summary, error)
            raise  # other errors cut the run off: it stays open in the journal
        ended_early = summary.stopped or summary.halted or summary.changed
        try:
            _end(run, summary, journal.STOPPED if ended_early else journal.DONE)
        except DatabaseRefused as error:  # the documents are committed nevertheless
            summary.note = f"Aktarımın bittiği günlüğe yazılamadı: {error.refusal}"
        if summary.saved >= _MANY and not ended_early:
            refresh_statistics()
    return summary


class _Telling:
    """Passes on outcomes after their commit: to the summary, the caller and the list's rows."""

    def __init__(self, summary: RunSummary, told: Told | None, rows: FileRows | None) -> None:
        self._summary = summary
        self._told = told
        self._rows = rows
        self._not_in_rows: list[Outcome] = []

    def tell(self, outcomes: list[Outcome]) -> None:
        """Pass on outcomes at once: they are committed, whatever fails from here on."""
        self._summary.add(outcomes)
        self._not_in_rows = outcomes
        if self._told:
            self._told(outcomes)
        self._write_rows()

    def tell_late(self) -> None:
        """Write outcomes to the rows that a failure prevented."""
        with suppress(DatabaseRefused):  # the first failure is the one to report
            self._write_rows()

    def _write_rows(self) -> None:
        if self._rows is not None and self._not_in_rows:
            with refusals():
                self._rows.update(self._not_in_rows)
        self._not_in_rows = []


def _end(run: RunBatches, summary: RunSummary, status: str, *, patient: bool = True) -> None:
    counts = {"aktarilan": summary.saved, "hatali": summary.failed, "atlanan": summary.skipped}
    log.event(f"iceri-aktarma-{status}", **counts)
    end = partial(run.end, status, patient=patient)
    summary.transfer_id = again(end, never) if patient else end()


def _end_failed(run: RunBatches, telling: _Telling, summary: RunSummary, error: AppError) -> None:
    """Close the run as failed if possible; only the first failure is reported."""
    try:
        patient = not isinstance(error, DatabaseRefused)
        _end(run, summary, journal.FAILED, patient=patient)
    except DatabaseRefused:
        return
    if isinstance(error, CommitUncertain):  # the failed commit is settled now
        if run.settled:
            telling.tell(run.settled)
        raise DatabaseRefused(error.refusal) from error


def _how_far(
    incoming: IncomingFile, positions: Sequence[int] | None, last: FileDocument, summary: RunSummary
) -> tuple[int, int]:
    """Return the progress after a document, and the total, in bytes or chosen documents."""
    if positions is None:
        return last.span.offset + last.span.length, incoming.source.size
    return summary.count, len(positions)
