"""The journal of one document: warnings of its import, the exports that it went out in."""

from __future__ import annotations

from typing import Final, NamedTuple

from app.store.damaged import readable
from app.store.journal import DONE, EXPORT
from app.store.models import Invoice, Transfer, TransferItem

_MOST: Final = 20


class ExportRun(NamedTuple):
    """A finished export that a document was in."""

    transfer_id: int
    file: str
    started_at: str
    user: str
    """The login name of who ran it; empty where it is not known."""


def exports_of(invoice_id: int) -> list[ExportRun]:
    """Return the last exports of a document, newest first. Inside `reading()`."""
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


def import_message(invoice_id: int) -> str:
    """Return the warnings that a document was imported with; empty if none. Inside `reading()`."""
    found = (
        Invoice.select(TransferItem.message.cast("BLOB"))
        .join(
            TransferItem,
            on=(TransferItem.transfer == Invoice.transfer)
            & (TransferItem.position == Invoice.transfer_position),
        )
        .where(Invoice.id == invoice_id)
    )
    return readable(found.scalar())
