"""The import: documents of a file into the database, each whole or not at all.

Short transactions, so that others get their turn; in each, the numbers are given, the documents
saved and the journal written together. A row is told of only after the commit.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

import apsw
from msgspec import Struct
from peewee import IntegrityError

from app import log
from app.domain.record import Record, item_name
from app.errors import AppError, DatabaseRefused, NumberError
from app.store import cards, journal, preview
from app.store.cards import KnownCards
from app.store.database import connected, database, is_waited_for, reading, writing
from app.store.numbering import Given, Numbering
from app.store.numbering import candidate as for_number
from app.store.presence import present
from app.store.preview import Result
from app.store.writer import NewInvoice, Origin, next_invoice_id, save
from app.transfer.import_file import FileDocument, IncomingFile
from app.transfer.judging import missing_card
from app.transfer.running import Progress, Stop, batches, never, no_progress

_TRANSACTION = 1000  # documents at most; ends with the batch where somebody waits
_SECONDS = 0.05  # and with the batch that takes it beyond, so that nobody has to wait long
_BATCH = 100  # documents saved at once; where one breaks a constraint, each on its own

Told: TypeAlias = Callable[[list[Result]], None]


class ImportRule(Struct, frozen=True, kw_only=True):
    """What the user decided in Yeni Numara Girişi.

    `series` None is the ticked box: each keeps its own number where that is free.
    """

    series: str | None = None
    create_cards: bool = False
    skip_transferred: bool = False


@dataclass(slots=True)
class RunSummary:
    """What became of a run; `stopped` tells that documents were left for later."""

    saved: int = 0
    ready: int = 0
    failed: int = 0
    skipped: int = 0
    stopped: bool = False
    transfer_id: int | None = None
    numbers: list[str] = field(default_factory=list)
    """The first and the last number that was stored."""

    @property
    def count(self) -> int:
        """How many documents there is a result of."""
        return self.saved + self.ready + self.failed + self.skipped

    def add(self, results: Sequence[Result]) -> None:
        """Count a batch in."""
        for result in results:
            if result.status == preview.SAVED:
                self.saved += 1
                self.numbers[1:] = [result.new_number]
            elif result.status == preview.READY:
                self.ready += 1
            elif result.status == preview.SKIPPED:
                self.skipped += 1
            elif result.status == preview.ERROR:
                self.failed += 1


@dataclass(slots=True)
class _Candidate:
    """One document on its way into the database."""

    document: FileDocument
    given: Given | None = None
    status: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        if self.document.record is None:
            self.refuse(self.document.reason)

    @property
    def content(self) -> bytes:
        """The fingerprint; empty where the document could not be read."""
        return self.document.record.fingerprint if self.document.record else b""

    @property
    def source_number(self) -> str:
        """The number in the file; empty where the document could not be read."""
        return self.document.record.number if self.document.record else ""

    def refuse(self, reason: str) -> None:
        """It cannot be saved."""
        self.status, self.message, self.given = preview.ERROR, self.document.placed(reason), None

    def skip(self, number: str) -> None:
        """The very same document is there already, as `number`."""
        self.status, self.message = preview.SKIPPED, f"daha önce aktarıldı, {number}"


def run_import(
    incoming: IncomingFile,
    positions: Sequence[int] | None,
    rule: ImportRule,
    *,
    told: Told | None = None,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> RunSummary:
    """Save the picked rows in the order given; each is `told` of after its commit.

    Without `positions` the whole file is saved, straight from the file: nothing needs to be
    judged before, and progress counts bytes. Raises DatabaseRefused or FileRefused where the
    work cannot go on; what was committed stays, and the rows say so.
    """
    summary = RunSummary()
    log.event("iceri-aktarma-basladi")
    file = os.path.abspath(incoming.path)  # whoever goes on with it may be elsewhere
    with connected(bulk=True), ExitStack() as run:
        work = _Work(rule, file, run)
        try:
            for documents in _stream(incoming, positions):
                done = 0
                for results in work.save(documents, stop):
                    if positions is not None:
                        incoming.rows.update(results)
                    summary.add(results)
                    if told:
                        told(results)
                    done += len(results)
                    if not work.stopped:
                        progress(*_how_far(incoming, positions, documents[done - 1], summary))
                # Asked here too: to read as many again takes a while. A smaller lot is the last.
                if work.stopped or (len(documents) == _TRANSACTION and stop()):
                    summary.stopped = True
                    break
        except AppError as error:
            with suppress(DatabaseRefused):  # what failed first is told, and not later for this
                patient = not isinstance(error, DatabaseRefused)
                _end(work, summary, journal.FAILED, patient=patient)
            raise  # any other error cuts the run off: it stays open in the journal
        _end(work, summary, journal.STOPPED if summary.stopped else journal.DONE)
    return summary


def _end(work: _Work, summary: RunSummary, status: str, *, patient: bool = True) -> None:
    counts = {"aktarilan": summary.saved, "hatali": summary.failed, "atlanan": summary.skipped}
    log.event(f"iceri-aktarma-{status}", **counts)
    summary.transfer_id = work.end(status, patient=patient)


def _stream(
    incoming: IncomingFile, positions: Sequence[int] | None
) -> Iterator[list[FileDocument]]:
    if positions is None:
        return incoming.documents(_TRANSACTION)
    return incoming.picked(positions, _TRANSACTION)


def _how_far(
    incoming: IncomingFile, positions: Sequence[int] | None, last: FileDocument, summary: RunSummary
) -> tuple[int, int]:
    """How far the work is behind a document, and of how much: bytes, or picked documents."""
    if positions is None:
        return last.span.offset + last.span.length, incoming.source.size
    return summary.count, len(positions)


def dry_run(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    *,
    told: Told,
    stop: Stop = never,
) -> RunSummary:
    """What `run_import` would do now; nothing is written. Good rows come as `hazir`."""
    summary = RunSummary()
    numbering = Numbering(rule.series, lasting=True)
    known = KnownCards()
    seen: dict[bytes, str] = {}
    with connected():
        for documents in incoming.picked(positions, _TRANSACTION):
            if stop():
                summary.stopped = True
                break
            candidates = list(map(_Candidate, documents))
            with reading():
                _decide(candidates, rule, numbering, known, seen)
            results = [_result(candidate, None) for candidate in candidates]
            summary.add(results)
            told(results)
    return summary


class _Work:
    """Saves batches of documents for one run."""

    def __init__(self, rule: ImportRule, file: str, run: ExitStack) -> None:
        """`run` lasts as long as the run does."""
        self._rule = rule
        self._file = file
        self._run = run
        self._transfer_id = 0
        self._numbering = Numbering(rule.series)
        self._known = KnownCards()
        self._next_id = 0
        self._begun = False
        self.stopped = False

    def save(self, documents: list[FileDocument], stop: Stop) -> Iterator[list[Result]]:
        """The results of one transaction after another; as few as others who wait allow for.

        Ends early, and is `stopped`, where it was stopped between two documents.
        """
        while documents and not self.stopped:
            results = self._save_some(documents, stop)
            documents = documents[len(results) :]
            yield results

    def _save_some(self, documents: list[FileDocument], stop: Stop) -> list[Result]:
        """One transaction: numbers, documents, journal and counters together."""
        results: list[Result] = []
        with self._writing(behind=self._begun):
            end = time.monotonic() + _SECONDS
            self._numbering.begin()
            self._next_id = next_invoice_id()
            for batch in batches(documents, _BATCH):
                self.stopped = stop()
                if self.stopped or (results and (is_waited_for() or time.monotonic() > end)):
                    break
                results += self._save_batch(batch)
        return results

    def end(self, status: str, *, patient: bool) -> int:
        """Write down how it ended; returns the run's id."""
        with self._writing(patient=patient):
            journal.close_transfer(self._transfer_id, status, datetime.now())
        return self._transfer_id

    @contextmanager
    def _writing(self, *, behind: bool = False, patient: bool = True) -> Iterator[None]:
        """A transaction; with the first that is committed the run goes into the journal."""
        with ExitStack() as begins:
            with writing(behind=behind, patient=patient):
                if not self._begun:
                    now = datetime.now()
                    self._transfer_id = journal.open_transfer(journal.IMPORT, self._file, now)
                    begins.enter_context(present(self._transfer_id))
                yield
            self._begun = True
            self._run.enter_context(begins.pop_all())

    def _save_batch(self, documents: Sequence[FileDocument]) -> list[Result]:
        try:
            with database.savepoint():
                return self._save(documents)
        except (IntegrityError, apsw.ConstraintError):
            self._numbering.begin()
            return [result for document in documents for result in self._save_alone(document)]

    def _save_alone(self, document: FileDocument) -> list[Result]:
        try:
            with database.savepoint():
                return self._save([document])
        except (IntegrityError, apsw.ConstraintError) as error:
            self._numbering.begin()
            candidate = _Candidate(document)
            candidate.refuse(f"veritabanı kabul etmedi ({error})")
            journal.add_items(self._transfer_id, [_item(candidate)])
            return [_result(candidate, None)]

    def _save(self, documents: Sequence[FileDocument]) -> list[Result]:
        candidates = list(map(_Candidate, documents))
        _decide(candidates, self._rule, self._numbering, self._known, {})
        new_id = self._next_id
        ids: dict[int, int] = {}
        new = []
        for candidate in candidates:
            record, given = candidate.document.record, candidate.given
            if record is None or given is None:
                continue
            position = candidate.document.position
            ids[position] = new_id
            new.append(NewInvoice(new_id, record, given, Origin(self._transfer_id, position)))
            candidate.status = preview.SAVED
            new_id += 1
        if self._rule.create_cards:
            _create_cards([item.record for item in new])
        save(new, date.today())
        self._numbering.write_counters()
        journal.add_items(self._transfer_id, [_item(candidate) for candidate in candidates])
        self._next_id = new_id
        return [_result(one, ids.get(one.document.position)) for one in candidates]


def _decide(
    candidates: list[_Candidate],
    rule: ImportRule,
    numbering: Numbering,
    known: KnownCards,
    seen: dict[bytes, str],
) -> None:
    """Skip, refuse or number each document, in order.

    `seen` holds what was numbered before: content → number.
    """
    good = [(c, c.document.record) for c in candidates if c.document.record]
    if rule.skip_transferred:
        seen |= journal.transferred_before(record.fingerprint for _, record in good)
    accounts: set[str] = set()
    stock: set[str] = set()
    if not rule.create_cards:
        accounts = known.missing_accounts({record.account_code for _, record in good})
        stock = known.missing_stock_items({code for _, p in good for code in p.stock_codes})
    wanted = [for_number(record) for _, record in good]
    numbering.look_up(wanted)
    for (candidate, record), wish in zip(good, wanted, strict=True):
        if rule.skip_transferred and candidate.content in seen:
            candidate.skip(seen[candidate.content])
        elif missing := missing_card(record, accounts, stock):
            candidate.refuse(missing)
        else:
            try:
                candidate.given = numbering.give(wish)
            except NumberError as error:
                candidate.refuse(error.sentence)
                continue
            candidate.status = preview.READY
            seen[candidate.content] = candidate.given.number


def _create_cards(documents: list[Record]) -> None:
    """Cards for codes that have none; a stock card takes the name that its line gives."""
    codes = {document.account_code for document in documents}
    cards.add_accounts((code, code) for code in sorted(cards.missing_accounts(codes)))
    missing = cards.missing_stock_items({code for d in documents for code in d.stock_codes})
    names: dict[str, str] = {}
    for line in (line for document in documents for line in document.lines):
        if line[1] in missing:
            names[line[1]] = names.get(line[1]) or item_name(line)
    cards.add_stock_items((code, names[code] or code) for code in sorted(missing))


def _item(candidate: _Candidate) -> journal.Item:
    saved = candidate.status == preview.SAVED
    return journal.Item(
        candidate.document.position,
        candidate.source_number,
        candidate.given.number if candidate.given and saved else None,
        candidate.status,
        candidate.message or None,
        candidate.content if saved else None,
    )


def _result(candidate: _Candidate, invoice_id: int | None) -> Result:
    return Result(
        candidate.document.position,
        candidate.source_number,
        candidate.status,
        candidate.message,
        candidate.given.number if candidate.given else "",
        invoice_id,
    )
