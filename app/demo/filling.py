"""Write the generated company into a database, and its sample files into a folder."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.atomic_file import write_new
from app.demo.company import DEFAULT_INVOICES, Company
from app.demo.documents import CURRENCY_WORDS
from app.demo.samples import sample_files
from app.domain.invoice import Invoice
from app.domain.record import Record, to_record
from app.errors import Stopped, UsageError
from app.os_errors import refusal
from app.progress import Progress, Stop, never, no_progress
from app.store import cards, queries, settings
from app.store.again import once
from app.store.database import reading
from app.store.numbering import Numbering, number_request, taken, write_counters
from app.store.writer import NewInvoice, next_invoice_id, save

DEFAULT_COUNT = DEFAULT_INVOICES  # numbers of the sample files clash with some of these
DEFAULT_SEED = 1
COMPANY_NAME = "ÖRNEK"
_BATCH = 500
_FILE_MODE = 0o666


def fill(count: int, seed: int, *, progress: Progress = no_progress, stop: Stop = never) -> None:
    """Fill an empty database with `count` invoices and the cards that they need.

    Raises UsageError if the database holds documents, Stopped if `stop` says so.
    """
    with reading():
        if queries.any_document():
            raise UsageError("Veritabanı boş değil; örnek veri yazılmadı")
    company = Company(seed)
    invoices = company.invoices(count)
    done = 0
    while batch := list(islice(invoices, _BATCH)):
        if stop():
            raise Stopped(f"Durduruldu; {done} fatura yazılmıştı")
        once(partial(_fill_some, company, batch, is_first=not done), _is_stored, stop)
        done += len(batch)
        progress(done, count)


def write_samples(folder: Path, seed: int) -> None:
    """Write the sample files of the demo database, except those that exist. Raises FileRefused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in sample_files(Company(seed)):
            path = folder / name
            if not os.path.exists(path):
                with suppress(FileExistsError):  # another process has just written it
                    write_new(path, content, _FILE_MODE)
    except OSError as error:
        raise refusal(error, folder) from error


def _fill_some(company: Company, invoices: list[Invoice], *, is_first: bool) -> _Stored:
    """Save documents, with all cards if they are the first. Call inside `writing()`."""
    if is_first:
        _add_cards(company)
        _name_books()
    return _store([to_record(invoice) for invoice in invoices])


def _add_cards(company: Company) -> None:
    """Add the company's cards. Call inside `writing()`."""
    cards.add_accounts((account.code, account.name) for account in company.accounts)
    cards.add_stock_items((item.code, item.name) for item in company.stock)


def _name_books() -> None:
    """Store the company's name and the names of its currency codes, unless there are some."""
    given = settings.read()
    if not given.company:
        settings.set_company(COMPANY_NAME)
    if not given.currencies:
        for code, word in enumerate(CURRENCY_WORDS[1:], 1):
            settings.name_currency(code, word)


class _Stored(NamedTuple):
    """The first document of a batch that was saved."""

    id: int
    number: str


def _is_stored(first: _Stored) -> bool:
    return [row.number for row in queries.rows([first.id]) if row] == [first.number]


def _store(documents: list[Record]) -> _Stored:
    """Number and save documents; return the first. Call inside `writing()`."""
    numbering = Numbering(None)
    numbering.begin()
    requests = [number_request(document) for document in documents]
    numbering.look_up(requests, set(taken([one.key for one in requests])))
    first = next_invoice_id()
    given = [numbering.give(wanted) for wanted in requests]
    new = zip(documents, given, strict=True)
    save((NewInvoice(first + n, *pair, None) for n, pair in enumerate(new)), date.today())
    write_counters(numbering.moved())
    return _Stored(first, given[0].number)
