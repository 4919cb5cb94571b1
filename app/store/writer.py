"""Insert records into the database, in raw SQL, which is several times as fast as peewee."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple

from app.domain.invoice import InvoiceLine, inside
from app.domain.numbers import unique_gib_number
from app.domain.record import CONTENT, Record
from app.store.checksums import DOCUMENT_COLUMNS, Row, checksum
from app.store.database import database
from app.store.numbering import Given

_content: Final = attrgetter(*CONTENT)
_LINE_COLUMNS: Final = (
    "invoice_id", "position", *(member.attribute for member in inside(InvoiceLine)), "extra",
)  # fmt: skip


class Origin(NamedTuple):
    """The run that imported a document, and the document's position in that run."""

    transfer_id: int
    position: int


class NewInvoice(NamedTuple):
    """A document to be stored, with its final number and id."""

    id: int
    record: Record
    given: Given
    origin: Origin | None


def next_invoice_id() -> int:
    """Return the id of the next invoice; it holds only under the write lock.

    The id of a document in the recycle bin is not reused, since a list on screen may still refer to
    it.
    """
    (last,) = database.execute_sql(
        """
        SELECT max(coalesce((SELECT max(id) FROM invoice), 0),
            coalesce((SELECT max(id) FROM deleted_invoice), 0))
        """
    ).fetchone()
    return int(last) + 1


def save(new: Iterable[NewInvoice], today: date) -> None:
    """Store invoices with their lines. Call inside `writing()`.

    A broken constraint leaves `writing()` or `savepoint()` as ConstraintBroken.
    """
    invoices, lines = [], []
    entered_on = today.isoformat()
    for item in new:
        invoices.append(_invoice_row(item, entered_on))
        lines += [(item.id, n, *astuple(line)) for n, line in enumerate(item.record.lines, 1)]
    insert(invoices, lines)


def insert(invoices: Sequence[Row], lines: Sequence[Row]) -> None:
    """Insert rows: DOCUMENT_COLUMNS of invoices, lines after invoice id and position."""
    database.insert("invoice", DOCUMENT_COLUMNS, invoices)
    database.insert("line", _LINE_COLUMNS, lines)


def _invoice_row(item: NewInvoice, entered_on: str) -> tuple[Any, ...]:
    record, given = item.record, item.given
    entry = (
        item.id, given.number, given.series, given.split.prefix, given.split.tail,
        len(record.lines), entered_on, *(item.origin or (None, None)),
    )  # fmt: skip
    content = _content(record)
    keys = (given.stored_key, unique_gib_number(record.gib_number))
    return (*entry, checksum(record.checksum, entry), *content, *keys)
