"""Insert records into the database, in raw SQL: peewee takes several times as long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple

from app.domain.invoice import InvoiceLine, inside
from app.domain.numbers import unique_gib_number
from app.domain.record import CONTENT, Record
from app.store.checksums import STORED, Row, checksum
from app.store.database import database
from app.store.numbering import Given

_content: Final = attrgetter(*CONTENT)
_LINE_COLUMNS: Final = (
    "invoice_id", "position", *(member.attribute for member in inside(InvoiceLine)), "extra",
)  # fmt: skip


class Origin(NamedTuple):
    """The run that a document came with, and its place in that run."""

    transfer_id: int
    position: int


class NewInvoice(NamedTuple):
    """A document that is to be stored, its final number, and the id that it will have."""

    id: int
    record: Record
    given: Given
    origin: Origin | None


def next_invoice_id() -> int:
    """Return the id of the next invoice; it holds only under the write lock.

    An id in the recycle bin is not given again: a list that is shown may still name it.
    """
    (last,) = database.execute_sql(
        """
        SELECT max(coalesce((SELECT max(id) FROM invoice), 0),
            coalesce((SELECT max(id) FROM deleted_invoice), 0))
        """
    ).fetchone()
    return int(last) + 1


def save(new: Iterable[NewInvoice], today: date) -> None:
    """Store invoices with their lines; inside the caller's `writing()`.

    A broken constraint leaves `writing()` or `savepoint()` as ConstraintBroken.
    """
    invoices, lines = [], []
    entered_on = today.isoformat()
    for item in new:
        invoices.append(_invoice_row(item, entered_on))
        lines += [(item.id, n, *astuple(line)) for n, line in enumerate(item.record.lines, 1)]
    insert(invoices, lines)


def insert(invoices: Sequence[Row], lines: Sequence[Row]) -> None:
    """Insert rows: invoices with the values of STORED, lines led by their invoice and position."""
    database.insert("invoice", STORED, invoices)
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
