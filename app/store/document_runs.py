"""The journal of one document: the import that stored it, and the exports that included it."""

from __future__ import annotations

from typing import Final, NamedTuple

from app.store.damaged import readable
from app.store.journal import DONE, EXPORT
from app.store.models import InvoiceRow, Transfer, TransferItem

_MOST: Final = 20


class ExportRun(NamedTuple):
    """A finished export that included a document."""

    transfer_id: int
    file: str
    started_at: str
    user: str
    """The login name of the user who ran it; empty if unknown."""


def exports_of(invoice_id: int) -> list[ExportRun]:
    """Return the latest exports of a document, newest first. Call inside `reading()`."""
    found = (
        Transfer.select(
            Transfer.id,
            Transfer.file.cast("BLOB"),
            Transfer.started_at.cast("BLOB"),
            Transfer.user.cast("BLOB"),
        )
        .join(TransferItem, on=(TransferItem.transfer == Transfer.id))
        .where(
            TransferItem.invoice_id == invoice_id,
            Transfer.direction == EXPORT,
            Transfer.status == DONE,
        )
        .order_by(Transfer.id.desc())
        .limit(_MOST)
    )
    return [ExportRun(run, *map(readable, texts)) for run, *texts in found.tuples().execute()]


class Provenance(NamedTuple):
    """The origin of an imported document."""

    transfer_id: int
    file: str
    started_at: str
    position: int
    source_number: str
    message: str
    """The warnings given at the import; empty if there were none."""


def provenance(invoice_id: int) -> Provenance | None:
    """Return a document's origin; None if it was not imported. Call inside `reading()`."""
    found = InvoiceRow.select(InvoiceRow.transfer, InvoiceRow.transfer_position).where(
        InvoiceRow.id == invoice_id
    )
    run, position = found.tuples().first() or (None, None)
    return None if run is None or position is None else provenance_at(run, position)


def provenance_at(run: int, position: int) -> Provenance | None:
    """Return the origin of the document at a position of a run. Call inside `reading()`."""
    found = (
        TransferItem.select(
            Transfer.file.cast("BLOB"),
            Transfer.started_at.cast("BLOB"),
            TransferItem.source_number.cast("BLOB"),
            TransferItem.message.cast("BLOB"),
        )
        .join(Transfer)
        .where(TransferItem.transfer == run, TransferItem.position == position)
        .tuples()
        .first()
    )
    if not found:
        return None
    file, started, source, message = map(readable, found)
    return Provenance(run, file, started, position, source, message)
