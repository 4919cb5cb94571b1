"""The import: documents of a file into the database, each whole or not at all.

Short transactions, so that others get their turn; in each, the numbers are given, the documents
saved and the journal written together. A row is told of only after the commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

import apsw
from msgspec import Struct
from peewee import IntegrityError

from app.domain.invoice import Invoice
from app.errors import DocumentError, NumberError
from app.store import cards, journal, staging
from app.store.database import connected, database, reading, writing
from app.store.numbering import Given, Numbering, candidate
from app.store.saving import NewInvoice, Origin, next_invoice_id, save
from app.store.staging import FileRow, Result
from app.transfer.incoming import IncomingFile, missing_card
from app.transfer.running import Progress, Stop, batches, never, no_progress

_BATCH = 50
_PAUSE_SECONDS = 0.02  # between transactions, for others who wait for the lock

Told: TypeAlias = Callable[[list[Result]], None]


class ImportRule(Struct, frozen=True, kw_only=True):
    """What the user decided in Yeni Numara Girişi.

    `series` None is the ticked box: each keeps its own number where that is free.
    """

    series: str | None = None
    create_cards: bool = False
    skip_transferred: bool = False


@dataclass(slots=True)
class Summary:
    """What became of a run; `stopped` tells that documents were left for later."""

    saved: int = 0
    ready: int = 0
    failed: int = 0
    skipped: int = 0
    stopped: bool = False
    transfer_id: int | None = None
    numbers: list[str] = field(default_factory=list)
    """The first and the last number that was stored."""

    def add(self, results: Sequence[Result]) -> None:
        """Count a batch in."""
        for result in results:
            if result.status == staging.SAVED:
                self.saved += 1
                self.numbers[1:] = [result.new_number]
            elif result.status == staging.READY:
                self.ready += 1
            elif result.status == staging.SKIPPED:
                self.skipped += 1
            elif result.status == staging.ERROR:
                self.failed += 1


@dataclass(slots=True)
class _Document:
    """One picked row on its way into the database."""

    row: FileRow
    invoice: Invoice | None = None
    given: Given | None = None
    status: str = ""
    message: str = ""

    def refuse(self, reason: str) -> None:
        """It cannot be saved."""
        self.status, self.message, self.given = staging.ERROR, self._placed(reason), None

    def skip(self, number: str) -> None:
        """The very same document is there already, as `number`."""
        self.status, self.message = staging.SKIPPED, f"daha önce aktarıldı, {number}"

    def _placed(self, reason: str) -> str:
        return f"{self.row.position}. belge, {reason}"


def run_import(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    *,
    told: Told | None = None,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> Summary:
    """Save the picked rows in the order given; each `told` of after its commit.

    Raises DatabaseRefused or FileRefused where the work cannot go on; what was committed stays,
    and the rows say so.
    """
    summary = Summary()
    numbering = Numbering(rule.series)
    done = 0
    with connected():
        with writing():
            name = str(incoming.path)
            summary.transfer_id = journal.open_transfer(journal.IMPORT, name, datetime.now())
        end = journal.FAILED
        try:
            for batch in batches(positions, _BATCH):
                if stop():
                    summary.stopped = True
                    break
                results = _save_batch(incoming, batch, rule, numbering, summary.transfer_id)
                incoming.rows.update(results)
                summary.add(results)
                done += len(batch)
                if told:
                    told(results)
                progress(done, len(positions))
                time.sleep(_PAUSE_SECONDS if done < len(positions) else 0)
            end = journal.STOPPED if summary.stopped else journal.DONE
        finally:
            with writing():
                journal.close_transfer(summary.transfer_id, end, datetime.now())
    return summary


def dry_run(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    *,
    told: Told,
    stop: Stop = never,
) -> Summary:
    """What `run_import` would do now; nothing is written. Good rows come as `hazir`."""
    summary = Summary()
    numbering = Numbering(rule.series, lasting=True)
    seen: dict[bytes, str] = {}
    with connected():
        for batch in batches(positions, _BATCH):
            if stop():
                summary.stopped = True
                break
            documents = _read(incoming, batch)
            with reading():
                _decide(documents, rule, numbering, seen)
            results = [_result(document, None) for document in documents]
            summary.add(results)
            told(results)
    return summary


def _save_batch(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    numbering: Numbering,
    transfer_id: int,
) -> list[Result]:
    documents = _read(incoming, positions)
    with writing():
        try:
            with database.savepoint():
                return _save(documents, rule, numbering, transfer_id)
        except (IntegrityError, apsw.ConstraintError):
            pass
        # One of them breaks a constraint: once more, each on its own.
        return [
            result
            for document in _read(incoming, positions)
            for result in _save_alone(document, rule, numbering, transfer_id)
        ]


def _save_alone(
    document: _Document, rule: ImportRule, numbering: Numbering, transfer_id: int
) -> list[Result]:
    try:
        with database.savepoint():
            return _save([document], rule, numbering, transfer_id)
    except (IntegrityError, apsw.ConstraintError) as error:
        document.refuse(f"veritabanı kabul etmedi ({error})")
        numbering.begin()
        journal.add_items(transfer_id, [_item(document)])
        return [_result(document, None)]


def _save(
    documents: list[_Document], rule: ImportRule, numbering: Numbering, transfer_id: int
) -> list[Result]:
    """Decide on each document, store the good ones and write the journal."""
    numbering.begin()
    _decide(documents, rule, numbering, {})
    new_id = next_invoice_id()
    ids: dict[int, int] = {}
    new = []
    for document in documents:
        if document.invoice is None or document.given is None:
            continue
        ids[document.row.position] = new_id
        origin = Origin(transfer_id, document.row.position)
        new.append(NewInvoice(new_id, document.invoice, document.given.split, origin))
        document.status = staging.SAVED
        new_id += 1
    if rule.create_cards:
        _create_cards([item.invoice for item in new])
    save(new, date.today())
    numbering.write_counters()
    journal.add_items(transfer_id, [_item(document) for document in documents])
    return [_result(document, ids.get(document.row.position)) for document in documents]


def _read(incoming: IncomingFile, positions: Sequence[int]) -> list[_Document]:
    documents = [_Document(row) for row in incoming.rows.rows(positions)]
    for document in documents:
        row = document.row
        if not row.readable:
            document.status, document.message = staging.ERROR, row.message
            continue
        try:
            document.invoice = incoming.read(row)
        except DocumentError as error:
            document.refuse(error.sentence)
    return documents


def _decide(
    documents: list[_Document], rule: ImportRule, numbering: Numbering, seen: dict[bytes, str]
) -> None:
    """Skip, refuse or number each document, in order.

    `seen` holds what was numbered before: content → number.
    """
    good = [(document, document.invoice) for document in documents if document.invoice]
    if rule.skip_transferred:
        contents = [document.row.fingerprint or b"" for document, _ in good]
        seen |= journal.transferred_before(contents)
    accounts: set[str] = set()
    stock: set[str] = set()
    if not rule.create_cards:
        accounts = cards.missing_accounts({i.header.account_code for _, i in good})
        stock = cards.missing_stock_items({line.stock_code for _, i in good for line in i.lines})
    numbering.look_up(candidate(invoice) for _, invoice in good)
    for document, invoice in good:
        content = document.row.fingerprint or b""
        if rule.skip_transferred and content in seen:
            document.skip(seen[content])
        elif missing := missing_card(invoice, accounts, stock):
            document.refuse(missing)
        elif number := _number(document, invoice, numbering):
            seen[content] = number


def _number(document: _Document, invoice: Invoice, numbering: Numbering) -> str | None:
    """The number that the document got; None where it was refused."""
    try:
        given = numbering.give(candidate(invoice))
    except NumberError as error:
        document.refuse(error.sentence)
        return None
    document.given = given
    document.status = staging.READY
    invoice.header.number = given.number
    invoice.series = given.series
    return given.number


def _create_cards(invoices: list[Invoice]) -> None:
    """Cards for codes that have none; a stock card takes the name that its line gives."""
    codes = {invoice.header.account_code for invoice in invoices}
    cards.add_accounts((code, code) for code in sorted(cards.missing_accounts(codes)))
    names: dict[str, str] = {}
    for line in (line for invoice in invoices for line in invoice.lines):
        names[line.stock_code] = names.get(line.stock_code) or line.item_name or ""
    missing = cards.missing_stock_items(names)
    cards.add_stock_items((code, names[code] or code) for code in sorted(missing))


def _item(document: _Document) -> journal.Item:
    saved = document.status == staging.SAVED
    number = document.given.number if document.given and saved else None
    content = document.row.fingerprint if saved else None
    source = document.row.number
    return journal.Item(
        document.row.position, source, number, document.status, document.message or None, content
    )


def _result(document: _Document, invoice_id: int | None) -> Result:
    number = document.given.number if document.given else ""
    return Result(document.row.position, document.status, document.message, number, invoice_id)
