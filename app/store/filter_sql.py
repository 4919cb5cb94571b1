"""Write a filter as SQL: the conditions of a WHERE over `invoice`, and the index to use.

Hand-written, as is the query that it is for (`queries.find`); it names indexes (INDEXED BY), which
the query builder cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

import msgspec

from app.domain.amounts import RATE_PLACES, ZERO, canonical, spell
from app.domain.codes import unique_key
from app.domain.filters import LIRA, InvoiceFilter
from app.domain.invoice import InvoiceHeader, outside
from app.domain.text import fold
from app.store.database import database
from app.store.models import CODE_KEY, NUMBER_KEY

Condition: TypeAlias = tuple[str, tuple[object, ...]]
"""SQL and the values for its question marks."""

_LINES = "SELECT 1 FROM line WHERE line.invoice_id = invoice.id AND"
# GLOB first: most lines are in TL, and JSON is slow to parse.
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
    """Return the conditions, joined, and their values in order."""
    kinds = [0, 1] if wanted.document_type is None else [int(wanted.document_type)]
    terms = [f"document_type IN ({', '.join('?' * len(kinds))})"]
    values: list[object] = list(kinds)
    for member, condition in CONDITIONS.items():
        value = getattr(wanted, member)
        if value is not None:
            term, bound = condition(value)
            terms.append(term)
            values += bound
    return " AND ".join(terms), values


def index(wanted: InvoiceFilter) -> str:
    """Return the index of the narrowest filter; SQLite would choose one that saves sorting."""
    if wanted.number_from and wanted.number_from == wanted.number_to:
        return "INDEXED BY invoice_number"
    if wanted.account_code:
        return "INDEXED BY invoice_account"
    if wanted.number_from or wanted.number_to:
        return "INDEXED BY invoice_number"
    return ""


def _at_least(amount: Decimal) -> Condition:
    """Compare text: 15 digits and 8 decimals are more than SQLite's numbers hold exactly."""
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
    """Return the integer digits, and the decimals as text, which sorts as canonical decimals do."""
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


def _notes_have(header_extra: bytes | None, folded: str) -> bool:
    """Return whether a folded text stands in one of a document's notes."""
    if header_extra is None:
        return False
    try:
        notes = msgspec.structs.astuple(_decode_notes(header_extra))
    except msgspec.DecodeError:  # a damaged row
        return False
    return folded in fold("\0".join(filter(None, notes)))  # no text holds a NUL


def _column(term: str) -> Callable[[Any], Condition]:
    return lambda value: (term, (value,))


def _key(term: str) -> Callable[[str], Condition]:
    """Compare the key of a code, which is the same for all its spellings (domain §8)."""
    return lambda code: (term, (unique_key(code),))


def _day(term: str) -> Callable[[date], Condition]:
    return lambda day: (term, (day.isoformat(),))


def _rate(rate: Decimal) -> Condition:
    spelled = spell(canonical(rate, RATE_PLACES))
    return f"EXISTS ({_LINES} coalesce(line.vat_rate, '{ZERO}') = ?)", (spelled,)


CONDITIONS: Final[dict[str, Callable[[Any], Condition]]] = {
    "date_from": _day("document_date >= ?"),
    "date_to": _day("document_date <= ?"),
    "number_from": _key(f"{NUMBER_KEY} >= ?"),
    "number_to": _key(f"{NUMBER_KEY} <= ?"),
    "account_code": _key(f"account_code IN (SELECT code FROM account WHERE {CODE_KEY} = ?)"),
    "kind": _column("coalesce(kind, 0) = ?"),
    "branch": _column("coalesce(branch, 0) = ?"),
    "project": _column("project = ? COLLATE NOCASE"),
    "salesman": _column("salesman = ? COLLATE NOCASE"),
    "entered_from": _day("entered_on >= ?"),
    "entered_to": _day("entered_on <= ?"),
    "imported": _column("(transfer_id IS NOT NULL) = ?"),
    # Slow conditions come last: plain columns narrow first.
    "amount_from": _at_least,
    "amount_to": _at_most,
    "series": _series,
    "exported": _column(f"(id IN ({_EXPORTED})) = ?"),
    "vat_rate": _rate,
    "currency": _currency,
    "note": lambda note: ("notes_have(CAST(header_extra AS BLOB), ?)", (fold(note.strip()),)),
}
"""Member of InvoiceFilter → its condition, for a value that is given."""

database.register_function(_notes_have, "notes_have", 2)
