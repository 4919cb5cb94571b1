"""A filter as SQL: the conditions of a WHERE over `invoice`, and the index to begin with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import msgspec

from app.domain.amounts import RATE_PLACES, ZERO, canonical, spell
from app.domain.filters import LIRA, InvoiceFilter
from app.domain.invoice import InvoiceHeader, outside
from app.domain.text import fold
from app.store.database import database

Condition: TypeAlias = tuple[str, tuple[object, ...]]
"""SQL and the values for its question marks."""

_LINES = "SELECT 1 FROM line WHERE line.invoice_id = invoice.id AND"
# The text is looked at first: most lines are in TL, and JSON is slow to take apart.
_FOREIGN_LINES = f"""
    {_LINES} line.extra GLOB '*"STra_DOVTIP":[1-9-]*'
    AND json_extract(line.extra, '$.STra_DOVTIP')
"""
YEAR_PREFIX = "[A-Z0-9]" * 3 + "20[0-9][0-9]"
"""GLOB of a prefix that ends in a year (domain §4)."""
_FRACTION = "substr(grand_total, instr(grand_total, '.') + 1)"
_EXPORTED = """
    SELECT item.invoice_id FROM transfer AS run CROSS JOIN transfer_item AS item
    ON item.transfer_id = run.id WHERE run.direction = 'disari' AND run.status = 'tamam'
    AND item.invoice_id IS NOT NULL
"""

_Notes = msgspec.defstruct(
    "_Notes",
    [
        (member.name, str | None, None)
        for member in outside(InvoiceHeader)
        if member.attribute == "description" or member.attribute.startswith("note")
    ],
)
_decode_notes = msgspec.json.Decoder(_Notes).decode


def where(wanted: InvoiceFilter) -> tuple[str, list[object]]:
    """The conditions, joined, and their values in order."""
    kinds = [0, 1] if wanted.document_type is None else [int(wanted.document_type)]
    terms = [f"document_type IN ({', '.join('?' * len(kinds))})"]
    values: list[object] = list(kinds)
    for term, bound in (*_of_columns(wanted), *_of_the_whole(wanted)):
        terms.append(term)
        values += bound
    return " AND ".join(terms), values


def index(wanted: InvoiceFilter) -> str:
    """The index of the narrowest filter: SQLite would rather save itself the sorting."""
    if wanted.number_from and wanted.number_from == wanted.number_to:
        return "INDEXED BY invoice_number"
    if wanted.account_code:
        return "INDEXED BY invoice_account"
    if wanted.number_from or wanted.number_to:
        return "INDEXED BY invoice_number"
    return ""


def _of_columns(wanted: InvoiceFilter) -> Iterator[Condition]:
    for term, value in (
        ("document_date >= ?", _day(wanted.date_from)),
        ("document_date <= ?", _day(wanted.date_to)),
        ("number >= ?", wanted.number_from),
        ("number <= ?", wanted.number_to),
        ("account_code = ?", wanted.account_code),
        ("coalesce(kind, 0) = ?", wanted.kind),
        ("coalesce(branch, 0) = ?", wanted.branch),
        ("project = ? COLLATE NOCASE", wanted.project),
        ("salesman = ? COLLATE NOCASE", wanted.salesman),
        ("entered_on >= ?", _day(wanted.entered_from)),
        ("entered_on <= ?", _day(wanted.entered_to)),
        ("(transfer_id IS NOT NULL) = ?", wanted.imported),
    ):
        if value is not None:
            yield term, (value,)


def _of_the_whole(wanted: InvoiceFilter) -> Iterator[Condition]:
    """What has to be taken apart or looked up; after the columns, which narrow first."""
    if wanted.amount_from is not None:
        yield _at_least(wanted.amount_from)
    if wanted.amount_to is not None:
        yield _at_most(wanted.amount_to)
    if wanted.series is not None:
        yield _series(wanted.series)
    if wanted.exported is not None:
        yield f"(id IN ({_EXPORTED})) = ?", (wanted.exported,)
    if wanted.vat_rate is not None:
        rate = spell(canonical(wanted.vat_rate, RATE_PLACES))
        yield f"EXISTS ({_LINES} coalesce(line.vat_rate, '{ZERO}') = ?)", (rate,)
    if wanted.currency is not None:
        yield _currency(wanted.currency)
    if wanted.note is not None:
        yield "notes_have(header_extra, ?)", (fold(wanted.note.strip()),)


def _at_least(amount: Decimal) -> Condition:
    """An amount's text has 15 digits and 8 decimals: more than SQLite's numbers hold exactly."""
    digits, fraction = _parts(amount)
    if amount < 0:
        smaller = f"(-CAST(grand_total AS INTEGER), {_FRACTION}) <= (?, ?)"
        return f"(grand_total >= '0' OR {smaller})", (digits, fraction)
    greater = f"(CAST(grand_total AS INTEGER), {_FRACTION}) >= (?, ?)"
    return f"grand_total >= '0' AND {greater}", (digits, fraction)


def _at_most(amount: Decimal) -> Condition:
    digits, fraction = _parts(amount)
    if amount < 0:
        greater = f"(-CAST(grand_total AS INTEGER), {_FRACTION}) >= (?, ?)"
        return f"grand_total < '0' AND {greater}", (digits, fraction)
    smaller = f"(CAST(grand_total AS INTEGER), {_FRACTION}) <= (?, ?)"
    return f"(grand_total < '0' OR {smaller})", (digits, fraction)


def _parts(amount: Decimal) -> tuple[int, str]:
    """Integer digits, and the decimals as text, whose order is that of canonical decimals."""
    digits, _, fraction = spell(abs(canonical(amount))).partition(".")
    return int(digits), fraction


def _series(series: str) -> Condition:
    return (
        f"""(series = ? COLLATE NOCASE OR prefix = ? COLLATE NOCASE
            OR prefix GLOB '{YEAR_PREFIX}' AND substr(prefix, 1, 3) = ? COLLATE NOCASE)""",
        (series, series, series),
    )


def _currency(currency: int) -> Condition:
    if currency == LIRA:
        return f"coalesce(currency, 0) = 0 AND NOT EXISTS ({_FOREIGN_LINES} <> 0)", ()
    return f"(currency = ? OR EXISTS ({_FOREIGN_LINES} = ?))", (currency, currency)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _notes_have(header_extra: str | None, folded: str) -> bool:
    """Whether a folded text stands in one of a document's notes."""
    if header_extra is None:
        return False
    notes = msgspec.structs.astuple(_decode_notes(header_extra))
    return folded in fold("\0".join(filter(None, notes)))  # no text holds a NUL


database.register_function(_notes_have, "notes_have", 2)
