"""The journal: every run of an export or import, and every document in it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from peewee import Case, ModelSelect, fn

from app.domain import amounts
from app.domain.document_status import SAVED
from app.domain.invoice import DocumentType
from app.domain.text import one_line
from app.domain.totals import TypeTotals
from app.login import login_name
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.many_values import id_list
from app.store.models import Transfer, TransferItem, Undo, next_id

EXPORT, IMPORT = "disari", "iceri"
RUNNING, DONE, STOPPED, FAILED = "suruyor", "tamam", "durduruldu", "hata"
_LOOK_AGAIN = 0.02  # seconds
_ITEM_COLUMNS = (
    "transfer_id", "position", "source_number", "number", "status", "message", "fingerprint",
)  # fmt: skip
# Read as bytes, so that a run with a damaged text does not hide others.
_FILE_AND_START = (Transfer.file.cast("BLOB"), Transfer.started_at.cast("BLOB"))


class Item(NamedTuple):
    """One document of a run; `message` holds the warnings if it was saved."""

    position: int
    source_number: str
    number: str | None
    status: str
    message: str | None
    fingerprint: bytes | None


class OpenImport(NamedTuple):
    """An import that has not ended: running or interrupted."""

    transfer_id: int
    file: str
    started_at: str


class Unfinished(NamedTuple):
    """An import that has not ended, with the numbers of its first saved document."""

    transfer_id: int
    file: str
    started_at: str
    saved: int
    source_number: str | None
    number: str | None


def open_transfer(direction: str, file: str, now: datetime, token: int | None = None) -> int:
    """Begin a run; return its id. Use inside `writing()`."""
    transfer = Transfer.create(
        id=next_id(Transfer),
        direction=direction,
        file=one_line(file),  # a file name on disk may not be valid text
        started_at=now.isoformat(" ", "seconds"),
        status=RUNNING,
        user=login_name(),
        token=token,
    )
    return int(transfer.id)


def new_token(*, is_part: bool) -> int:
    """Return a random token for an import; it is negative if a part of the file is chosen."""
    token = secrets.randbits(62)
    return ~token if is_part else token


def state(transfer_id: int, token: int) -> str | None:
    """Return the status of the run begun with this token; None if it is not stored."""
    found = Transfer.select(Transfer.status).where(
        Transfer.id == transfer_id, Transfer.token == token
    )
    status: str | None = found.scalar()
    return status


def close_transfer(
    transfer_id: int,
    status: str,
    now: datetime,
    totals: TypeTotals | None = None,
    *,
    left_out: int = 0,
) -> None:
    """End a run with its figures; `totals` are those of saved documents. Use inside `writing()`.

    `left_out` is the number of documents that an export could not write. The journal rows of a
    failed or stopped export stand for documents that were not written.
    """
    counts = counted(transfer_id)
    totals = totals or {}
    is_export = Transfer.direction == EXPORT
    written = counts.saved if status == DONE else 0
    Transfer.update(
        status=status,
        finished_at=now.isoformat(" ", "seconds"),
        documents=counts.documents,
        saved=Case(None, [(is_export, written)], counts.saved),
        failed=counts.failed + left_out,
        skipped=counts.skipped,
        warned=counts.warned,
        sales_total=_amount(totals.get(DocumentType.SALES)),
        purchase_total=_amount(totals.get(DocumentType.PURCHASE)),
    ).where(Transfer.id == transfer_id).execute()


def _amount(value: Decimal | None) -> Decimal | None:
    return None if value is None else amounts.canonical(value)


class Counts(NamedTuple):
    """The number of a run's journal rows by outcome."""

    documents: int
    saved: int
    failed: int
    skipped: int
    warned: int
    """The number of documents saved with a warning."""


def counted(transfer_id: int) -> Counts:
    """Count the journal rows of a run; a million take 0.2 s. Raw SQL, for speed."""
    row = database.execute_sql(
        """
        SELECT count(*), count(*) FILTER (WHERE status = 'aktarildi'),
            count(*) FILTER (WHERE status = 'hata'), count(*) FILTER (WHERE status = 'atlandi'),
            count(*) FILTER (WHERE status = 'aktarildi' AND message IS NOT NULL)
        FROM transfer_item WHERE transfer_id = ?
        """,
        (transfer_id,),
    ).fetchone()
    return Counts(*row)


def undone_runs() -> ModelSelect[Undo]:
    """Return the query of the runs that are undone, for use in a condition."""
    return Undo.select(Undo.transfer).where(Undo.restored_at.is_null())


def add_items(transfer_id: int, items: Iterable[Item]) -> None:
    """Add outcomes of documents, in the transaction that saves them.

    Raw SQL: an import writes a million, and peewee's bulk insert takes several times as long.
    """
    database.insert("transfer_item", _ITEM_COLUMNS, [(transfer_id, *item) for item in items])


def has_outcome(transfer_id: int, position: int) -> bool:
    """Return whether a run has an outcome for a position."""
    found = TransferItem.select().where(
        TransferItem.transfer == transfer_id, TransferItem.position == position
    )
    return bool(found.exists())


def reaches(transfer_id: int, position: int) -> bool:
    """Return whether a run has an outcome at this position or a later one."""
    found = TransferItem.select().where(
        TransferItem.transfer == transfer_id, TransferItem.position >= position
    )
    return bool(found.exists())


def add_exported(transfer_id: int, ids: Sequence[int], first: int = 1) -> None:
    """Add documents of an export in its order; `first` is the position of the first one.

    Raw SQL: the rows are copied between tables without passing through Python.
    """
    database.execute_sql(
        """
        INSERT INTO transfer_item
            (transfer_id, position, source_number, number, status, invoice_id)
        SELECT ?, wanted.key + ?, number, number, 'aktarildi', invoice.id
        FROM json_each(?) AS wanted JOIN invoice ON invoice.id = wanted.value
        """,
        (transfer_id, first, id_list(ids)),
    )


def unfinished_imports() -> list[OpenImport]:
    """Return `suruyor` imports, latest first, except those undone or resumed by a later one.

    Some of them may be running. Use inside `reading()`.
    """
    later = Transfer.alias()
    taken_up = later.select(later.id).where(
        later.direction == Transfer.direction,
        later.file == Transfer.file,
        later.id > Transfer.id,
        later.id.not_in(undone_runs()),
    )
    runs = (
        Transfer.select(Transfer.id, *_FILE_AND_START)
        .where(
            Transfer.direction == IMPORT,
            Transfer.status == RUNNING,
            Transfer.id.not_in(undone_runs()),
            ~fn.EXISTS(taken_up),
        )
        .order_by(Transfer.id.desc())
    )
    return [
        OpenImport(run, readable(file), readable(started))
        for run, file, started in runs.tuples().execute()
    ]


def saved_by(run: OpenImport) -> Unfinished:
    """Count what a run has saved; a million documents take 0.1 s. Use inside `reading()`."""
    saved = TransferItem.select(TransferItem.source_number, TransferItem.number).where(
        TransferItem.transfer == run.transfer_id, TransferItem.status == SAVED
    )
    first = saved.order_by(TransferItem.position).tuples().first()
    return Unfinished(*run, saved.count(), *(first or (None, None)))


def has_open_runs(direction: str) -> bool:
    """Return whether the journal has runs that have not ended: running or interrupted.

    Called at the start and at each Kayıtları Getir, before the modules that resume and settle runs
    are loaded. Reads the runs and not their documents. Use inside `reading()`.
    """
    running = Transfer.select().where(Transfer.direction == direction, Transfer.status == RUNNING)
    return bool(running.exists())


class UnsettledExport(NamedTuple):
    """An export that has not ended, with the number of its documents in the journal."""

    transfer_id: int
    file: str
    documents: int


def unsettled_exports() -> list[UnsettledExport]:
    """Return `suruyor` exports, oldest first; some of them may be running.

    Use inside `reading()`.
    """
    runs = (
        Transfer.select(Transfer.id, Transfer.file.cast("BLOB"), fn.COUNT(TransferItem.position))
        .left_outer_join(TransferItem)
        .where(Transfer.direction == EXPORT, Transfer.status == RUNNING)
        .group_by(Transfer.id)
        .order_by(Transfer.id)
    )
    return [
        UnsettledExport(run, readable(file), documents)
        for run, file, documents in runs.tuples().execute()
    ]


def numbers(run: int, first: int, last: int) -> list[str]:
    """Return the numbers of a run's documents at these positions, in order."""
    found = database.execute_sql(
        "SELECT CAST(number AS BLOB) FROM transfer_item"
        " WHERE transfer_id = ? AND position BETWEEN ? AND ? ORDER BY position",
        (run, first, last),
    )
    return [readable(number) for (number,) in found.fetchall()]


def present(transfer_id: int) -> AbstractContextManager[None]:
    """Show to other processes that this one does the run. Enter before they can see the run.

    If that cannot be shown, the run looks interrupted.
    """
    return database.present(transfer_id)


def is_present(transfer_id: int) -> bool:
    """Return whether a process does the run; True if that is unknown."""
    return database.is_present(transfer_id)


def stays_present(transfer_id: int) -> bool:
    """Return `is_present`, but give a process that has just ended time to disappear."""
    end = time.monotonic() + database.presence_lag
    while database.is_present(transfer_id):
        if time.monotonic() >= end:
            return True
        time.sleep(_LOOK_AGAIN)
    return False
