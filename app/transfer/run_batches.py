"""Save the documents of an import batch by batch, in short transactions.

A transaction ends early if another writer waits, and the run if the user stops it, if too many
documents fail, or if the books are no longer as shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from copy import copy
from functools import partial

from msgspec import structs

from app.domain.document_status import ERROR
from app.domain.reasons import Code, Reason
from app.domain.totals import TypeTotals, add_total
from app.errors import CommitUncertain, DatabaseRefused
from app.progress import Stop
from app.store.again import again
from app.store.books import Books, Unchosen
from app.store.database import ConstraintBroken, is_waited_for, savepoint
from app.store.preview import FileRow, Outcome
from app.transfer.batch_writer import BatchWriter
from app.transfer.batches import batches
from app.transfer.decide import Action, Decision, ImportRule, decide, digest
from app.transfer.error_limit import ErrorLimit
from app.transfer.found_cards import FoundCards
from app.transfer.import_file import FileDocument, IncomingFile
from app.transfer.run_transactions import RunTransactions, doubt_again

_TRANSACTION = 1000  # the most documents; ends with the current batch if another writer waits
# ends with the batch that exceeds this time, so that other writers do not wait long
_SECONDS = 0.05
_BATCH = 100  # documents saved at once; if one breaks a constraint, each is saved separately


def documents_in_lots(
    incoming: IncomingFile, positions: Sequence[int] | None
) -> Iterator[list[FileDocument]]:
    """Yield the chosen documents, or all, in lots that fit one transaction each."""
    if positions is None:
        return incoming.documents(_TRANSACTION)
    return incoming.picked(positions, _TRANSACTION)


def import_batches(incoming: IncomingFile, positions: Sequence[int]) -> Iterator[Sequence[FileRow]]:
    """Yield the batches in which an import of these positions is decided."""
    for lot in incoming.lots(positions, _TRANSACTION):
        yield from batches(lot, _BATCH)


class RunBatches:
    """Saves batches of documents in one run."""

    def __init__(
        self,
        rule: ImportRule,
        incoming: IncomingFile,
        positions: Sequence[int] | None,
        found_cards: FoundCards | None,
        shown: Sequence[bytes] | None,
        until_end: ExitStack,
    ) -> None:
        """Prepare a run; `until_end` stays open as long as the run."""
        file = incoming.full_path
        unchosen: Unchosen = (
            dict if positions is None else partial(incoming.rows.unchosen, positions)
        )
        self._rule = rule
        self._shown = shown
        is_part = incoming.is_part(positions)
        self._transactions = RunTransactions(file, until_end, self._take_up, is_part=is_part)
        self._books = Books(rule.series, file=file, resumes=rule.resumes, unchosen=unchosen)
        self._writer = BatchWriter(self._books, found_cards)
        self._batches = 0
        self._stopped = False
        self._errors = ErrorLimit(rule.most_errors)
        self.halted = False
        """Whether errors ended the run as the rule says, with documents left untried."""
        self.changed: tuple[int, int] | None = None
        self._totals: TypeTotals = {}
        """The totals of committed documents."""
        self.settled: list[Outcome] = []
        """Outcomes of an uncertain commit that turned out to be stored when the run ended."""

    @property
    def ended(self) -> bool:
        """Whether the run ended early: stopped, by errors, or because the books changed."""
        return self._stopped or self.halted or self.changed is not None

    def save(self, documents: list[FileDocument], stop: Stop) -> Iterator[list[Outcome]]:
        """Yield the outcomes of each transaction; end a transaction early if other writers wait."""
        while documents and not self.ended:
            outcomes = self._save_some(documents, stop)
            documents = documents[len(outcomes) :]
            yield outcomes

    def _save_some(self, documents: list[FileDocument], stop: Stop) -> list[Outcome]:
        """Save in one transaction, with retries: numbers, documents, journal and counters."""
        run = self._transactions
        batches_before, errors_before = self._batches, copy(self._errors)

        def transaction() -> list[Outcome]:
            with run.open(behind=run.begun) as kept:
                if kept:
                    return kept
                self._batches, self._errors = batches_before, copy(errors_before)
                self._stopped, self.halted, self.changed = False, False, None
                run.last.outcomes = outcomes = self._save_batches(documents, stop)
            return outcomes

        try:
            outcomes = again(transaction, stop)
        except CommitUncertain:
            raise
        except DatabaseRefused as error:
            if run.last.doubt:
                raise doubt_again(run.last.doubt) from error
            raise
        self._add_totals()
        return outcomes

    def _save_batches(self, documents: list[FileDocument], stop: Stop) -> list[Outcome]:
        """Save as many batches as one transaction may take."""
        outcomes: list[Outcome] = []
        end = time.monotonic() + _SECONDS
        self._books.begin(self._transactions.id)
        self._writer.begin(self._transactions.id)
        for batch in batches(documents, _BATCH):
            self._stopped = stop()
            if self._stopped or (outcomes and (is_waited_for() or time.monotonic() > end)):
                break
            outcomes += self._save_batch(batch)
            if self.changed or self.halted:
                break
        self._writer.end()
        return outcomes

    def _add_totals(self) -> None:
        for document_type, total in self._writer.totals.items():
            add_total(self._totals, document_type, total)
        self._writer.totals.clear()

    def end(self, status: str, *, patient: bool) -> int:
        """Close the run in the journal; return its id.

        In a transaction of its own: if it is unknown whether the last documents were saved, the run
        must stay open, so that the same command resumes it and saves none of them twice.
        """
        run = self._transactions
        with run.open(patient=patient) as kept:
            if kept and not self.settled:
                self.settled = kept
                self._add_totals()
            run.close(status, self._totals)
        return run.id

    def _take_up(self, begun: int) -> None:
        """Forget look-ups of a failed transaction, and skip what others have saved of the file.

        `begun` is the id of this run if some of it was committed.
        """
        self._books.forget_cards()
        if begun and self._rule.resumes is None and not self._rule.skip_transferred:
            self._rule = structs.replace(self._rule, resumes=begun)
            self._books.resume(begun)

    def _save_batch(self, documents: Sequence[FileDocument]) -> list[Outcome]:
        """Save a batch; save nothing if its decisions have changed since they were shown."""
        decisions = self._decide(documents)
        tried = self._errors.within(decisions)
        if tried < len(documents):
            self.halted = True
            documents = documents[:tried]
            if not documents:
                return []
            self._books.begin(self._transactions.id)  # the remaining documents get no number
            decisions = self._decide(documents)
        if self._shown is not None and digest(decisions) != self._shown[self._batches]:
            self._note_change(documents)
            return []
        self._batches += 1
        try:
            with savepoint():
                outcomes = self._writer.write(documents, decisions, self._rule)
        except ConstraintBroken:
            self._books.begin(self._transactions.id)
            return list(self._save_each(documents, decisions))
        self._count_errors(outcomes)
        return outcomes

    def _save_each(
        self, documents: Sequence[FileDocument], shown: Sequence[Decision]
    ) -> Iterator[Outcome]:
        """Save documents separately, since the database refuses some; later numbers may change."""
        for place, document in enumerate(documents):
            if self._errors.is_reached:
                self.halted = True
                return
            decisions = self._decide([document])
            if self._shown is not None and digest(decisions) != digest([shown[place]]):
                self._note_change(documents[place:])
                return
            try:
                with savepoint():
                    outcomes = self._writer.write([document], decisions, self._rule)
            except ConstraintBroken as error:
                self._books.begin(self._transactions.id)
                refusal = Reason(Code.CONSTRAINT_BROKEN, values=(str(error),))
                refused = Decision(Action.REFUSE, refusal=refusal)
                outcomes = self._writer.write([document], [refused], self._rule)
            self._count_errors(outcomes)
            yield from outcomes

    def _count_errors(self, outcomes: Sequence[Outcome]) -> None:
        self._errors.add(sum(one.status == ERROR for one in outcomes))

    def _decide(self, documents: Sequence[FileDocument]) -> list[Decision]:
        positions = [document.position for document in documents]
        found = [document.found for document in documents]
        return decide(positions, found, self._rule, self._books)

    def _note_change(self, documents: Sequence[FileDocument]) -> None:
        self.changed = (documents[0].position, documents[-1].position)
