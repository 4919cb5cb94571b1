"""One invoice into the database: what becomes a column, what stays JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct

from app.domain.invoice import Invoice, InvoiceHeader, InvoiceLine
from app.domain.members import join, spell_extra, spell_members
from app.domain.numbers import Split
from app.store import models
from app.store.columns import inside, outside
from app.store.database import database


class Origin(NamedTuple):
    """The run that a document came with, and its place in that run."""

    transfer_id: int
    position: int


class NewInvoice(Struct):
    """An invoice that is to be stored, under its final number, with the id that it will have."""

    id: int
    invoice: Invoice
    split: Split
    origin: Origin | None


def next_invoice_id() -> int:
    """The id of the next invoice; true for as long as the write lock is held."""
    row = database.execute_sql("SELECT coalesce(max(id), 0) + 1 FROM invoice").fetchone()
    return int(row[0])


def save(new: Iterable[NewInvoice], today: date) -> None:
    """Store invoices with their lines; inside the caller's `writing()`.

    Raises peewee.IntegrityError or apsw.ConstraintError where a constraint forbids it.
    """
    invoices, lines = [], []
    for item in new:
        invoices.append(_invoice_row(item, today))
        lines.extend(_line_rows(item))
    cursor = database.cursor()
    cursor.executemany(_insert_sql(models.Invoice, _INVOICE_COLUMNS), invoices)
    cursor.executemany(_insert_sql(models.Line, _LINE_COLUMNS), lines)


_INVOICE_COLUMNS = (
    "id", "document_type", "series", "prefix", "tail", "line_count", "entered_on",
    "transfer_id", "transfer_position", "extra", "header_extra",
)  # fmt: skip
_LINE_COLUMNS = ("invoice_id", "position", "extra")


@cache
def _insert_sql(table: type[models.Table], own: tuple[str, ...]) -> str:
    struct = InvoiceHeader if table is models.Invoice else InvoiceLine
    names = [*own, *(member.attribute for member in inside(struct))]
    listed = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" * len(names))
    return f'INSERT INTO "{table._meta.table_name}" ({listed}) VALUES ({places})'


def _invoice_row(item: NewInvoice, today: date) -> tuple[Any, ...]:
    invoice, header = item.invoice, item.invoice.header
    transfer_id, position = item.origin or (None, None)
    return (
        item.id,
        int(invoice.document_type),
        invoice.series,
        item.split.prefix,
        item.split.tail,
        len(invoice.lines),
        today.isoformat(),
        transfer_id,
        position,
        _object(spell_extra(invoice.extra)),
        _object(spell_members(header, outside(InvoiceHeader))),
        *(_stored(getattr(header, member.attribute)) for member in inside(InvoiceHeader)),
    )


def _line_rows(item: NewInvoice) -> list[tuple[Any, ...]]:
    return [
        (
            item.id,
            position,
            _object(spell_members(line, outside(InvoiceLine))),
            *(_stored(getattr(line, member.attribute)) for member in inside(InvoiceLine)),
        )
        for position, line in enumerate(item.invoice.lines, 1)
    ]


def _object(found: list[tuple[bytes, bytes]]) -> str | None:
    return join(found).decode() if found else None


def _stored(value: Any) -> Any:
    """As the column holds it: amounts canonical text, days ISO text."""
    if value is None or isinstance(value, (int, str)):
        return value
    return value.isoformat() if isinstance(value, date) else format(value, "f")
