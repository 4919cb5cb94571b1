"""Which members of a document have a column of their own, and which stay in `extra`."""

from __future__ import annotations

from functools import cache

from app.domain.invoice import InvoiceHeader, InvoiceLine
from app.domain.members import Member, members
from app.store.models import Invoice, Line

_TABLES = {InvoiceHeader: Invoice, InvoiceLine: Line}


@cache
def inside(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[Member, ...]:
    """The members that are columns; the column is named like the attribute."""
    columns = _TABLES[struct]._meta.columns
    return tuple(member for member in members(struct) if member.attribute in columns)


@cache
def outside(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[Member, ...]:
    """The members that are kept as JSON."""
    columns = _TABLES[struct]._meta.columns
    return tuple(member for member in members(struct) if member.attribute not in columns)
