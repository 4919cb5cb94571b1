"""Translate a filter to SQL: the WHERE conditions on `invoice`, and the index to use.

Hand-written like the query that uses it (`queries.find`), because it names indexes (INDEXED BY),
which the query builder cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from app.domain.amounts import RATE_PLACES, ZERO, canonical, spell
from app.domain.codes import NOT_ASCII, SEVERAL_BLANKS, key_range, unique_key
from app.domain.filters import ANY_END, FIELDS, LIRA, InvoiceFilter
from app.domain.invoice import InvoiceHeader, outside
from app.domain.number_ranges import key_ranges
from app.domain.text import fold
from app.store.database import database, sqlite
from app.store.engine.many_values import bound_list
from app.store.engine.operations import Condition
from app.store.models import CODE_KEY, NUMBER_KEY


class _Called(NamedTuple):
    """A condition on a column and a value that a Python function evaluates."""

    function: Callable[[Any, str], bool]
    column: str
    value: str


class _AnyOf(NamedTuple):
    """Alternative conditions, of which at least one has to hold."""

    conditions: tuple[Condition | _Called, ...]


FIELD_NAMED = {field.name: field for field in FIELDS}

_LINES = "SELECT 1 FROM line WHERE line.invoice_id = invoice.id AND"
# glob() first, because most lines are in TL and JSON is slow to parse.
_FOREIGN_LINES = f"""
    {_LINES} glob('*"STra_DOVTIP":[1-9-]*', line.extra)
    AND CAST(line.extra ->> '$.STra_DOVTIP' AS BIGINT)
"""
YEAR_PREFIX = "[A-Z0-9]" * 3 + "20[0-9][0-9]"
"""GLOB pattern of a prefix that ends in a year (domain §4)."""
_OTHER_CODES = (NOT_ASCII, SEVERAL_BLANKS, " *", "* ")
"""GLOB patterns of the codes that may differ from their keys in more than case."""
_FRACTION = "substr(grand_total, instr(grand_total, '.') + 1)"
_EXPORTED = """
    SELECT item.invoice_id FROM transfer AS run CROSS JOIN transfer_item AS item
    WHERE item.transfer_id = run.id AND run.direction = 'disari' AND run.status = 'tamam'
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
    """Return the joined conditions and their values in order."""
    types = [0, 1] if wanted.document_type is None else [int(wanted.document_type)]
    terms = [f"document_type IN ({', '.join('?' * len(types))})"]
    values: list[object] = list(types)
    for name, condition in CONDITIONS.items():
        field = FIELD_NAMED[name]
        if field.is_set(wanted):
            among = " AND ".join(terms), tuple(values)
            term, bound = _in_sql(condition(*field.values(wanted)), among)
            terms.append(term)
            values += bound
    return " AND ".join(terms), values


def _in_sql(condition: Condition | _Called | _AnyOf, among: Condition) -> Condition:
    """Return a condition as SQL; `among` are the other conditions on the documents."""
    if isinstance(condition, _Called):
        return database.calling(*condition, among)
    if isinstance(condition, _AnyOf):
        parts = [_in_sql(one, among) for one in condition.conditions]
        return f"({' OR '.join(term for term, _ in parts)})", sum((some for _, some in parts), ())
    return condition


def index(wanted: InvoiceFilter) -> str:
    """Return the index for the narrowest filter; SQLite would prefer one that saves sorting.

    A condition on the number uses an index of its own and finds the documents by their ids.
    """
    if wanted.number_from and wanted.number_from == wanted.number_to:
        return "NOT INDEXED"
    if wanted.account_code:
        return "INDEXED BY invoice_account"
    if wanted.number_from or wanted.number_to:
        return "NOT INDEXED"
    return ""


def _between(column: str) -> Callable[[date | None, date | None], Condition]:
    """Return a condition on a range of days, which are ISO text."""

    def condition(low: date | None, high: date | None) -> Condition:
        ends = [(f"{column} {sign} ?", day) for sign, day in ((">=", low), ("<=", high)) if day]
        return " AND ".join(term for term, _ in ends), tuple(day.isoformat() for _, day in ends)

    return condition


def _number(low: str | None, high: str | None) -> Condition:
    key = NUMBER_KEY.replace("number", "numbered.number")
    return (
        f"""id IN (
            SELECT numbered.id FROM json_each(?, '$') AS span
            CROSS JOIN invoice AS numbered INDEXED BY invoice_number
            WHERE numbered.document_type IN (0, 1)
            AND {key} BETWEEN span.value ->> 0 AND span.value ->> 1
            AND length({key}) = length(span.value ->> 0)
            AND NOT glob('*[^0-9]*', substr({key}, CAST(span.value ->> 2 AS BIGINT) + 1)))""",
        (bound_list(key_ranges(low, high)),),
    )


def _account(code: str) -> Condition:
    code = code.strip()
    condition, values = f"{CODE_KEY} = ?", tuple[str, ...]([unique_key(code)])
    if code.endswith(ANY_END):
        condition, values = f"{CODE_KEY} >= ? AND {CODE_KEY} < ?", key_range(code[:-1])
    return f"account_code IN (SELECT code FROM account WHERE {condition})", values


def any_account(code: str) -> bool:
    """Return whether an account has this Cari Kodu, which may end in `*`."""
    term, values = _account(code)
    found = term.removeprefix("account_code IN ")
    return bool(database.execute_sql(f"SELECT EXISTS {found}", values).fetchone()[0])


def _amount(low: Decimal | None, high: Decimal | None) -> Condition:
    ends = [some(end) for some, end in ((_at_least, low), (_at_most, high)) if end is not None]
    return " AND ".join(f"({term})" for term, _ in ends), sum((bound for _, bound in ends), ())


def _at_least(amount: Decimal) -> Condition:
    """Return a condition on the text of amounts: 23 digits are more than SQLite's numbers hold."""
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
    """Return the integer digits, and the decimals as text, which sorts like the decimals."""
    digits, _, fraction = spell(abs(canonical(amount))).partition(".")
    return int(digits), fraction


def _series(series: str) -> _AnyOf:
    """Return a condition on the Seri, or on the prefix, which is stored as a key."""
    key = unique_key(series.strip())
    of_year = f"CASE WHEN glob('{YEAR_PREFIX}', prefix) THEN substr(prefix, 1, 3) END"
    of_number: Condition = f"? IN (trim(prefix), {of_year})", (key,)
    return _AnyOf((of_number, *_code("series")(series).conditions))


def _currency(currency: int) -> Condition:
    if currency == LIRA:
        return f"coalesce(currency, 0) = 0 AND NOT EXISTS ({_FOREIGN_LINES} <> 0)", ()
    return f"(currency = ? OR EXISTS ({_FOREIGN_LINES} = ?))", (currency, currency)


def same_code(code: str | None, key: str) -> bool:
    """Return whether a code has this key; blanks around it do not matter."""
    return code is not None and unique_key(code.strip()) == key


def notes_have(header_extra: bytes | None, folded: str) -> bool:
    """Return whether one of a document's notes contains a folded text."""
    if header_extra is None:
        return False
    try:
        notes = msgspec.structs.astuple(_decode_notes(header_extra))
    except msgspec.DecodeError:  # the row is damaged
        return False
    return folded in fold("\0".join(filter(None, notes)))  # no text contains a NUL


def _column(term: str) -> Callable[[Any], Condition]:
    return lambda value: (term, (value,))


def _code(column: str) -> Callable[[str], _AnyOf]:
    """Return a condition on a code in any spelling, also with blanks around it.

    SQL compares the codes that differ from their keys in case only; Python the few others.
    """
    other = " OR ".join(f"glob('{one}', {column})" for one in _OTHER_CODES)

    def condition(code: str) -> _AnyOf:
        key = unique_key(code.strip())
        others = _Called(same_code, f"CASE WHEN {other} THEN {column} END", key)
        return _AnyOf(((database.in_any_case(column), (key,)), others))

    return condition


def _rate(rate: Decimal) -> Condition:
    spelled = spell(canonical(rate, RATE_PLACES))
    return f"EXISTS ({_LINES} coalesce(line.vat_rate, '{ZERO}') = ?)", (spelled,)


CONDITIONS: Final[dict[str, Callable[..., Condition | _Called | _AnyOf]]] = {
    "date": _between("document_date"),
    "number": _number,
    "account_code": _account,
    "kind": _column("coalesce(kind, 0) = ?"),
    "branch": _column("coalesce(branch, 0) = ?"),
    "project": _code("project"),
    "salesman": _code("salesman"),
    "entered": _between("entered_on"),
    "imported": _column("(transfer_id IS NOT NULL) = ?"),
    # Slow conditions are last, so that plain columns narrow the documents first.
    "amount": _amount,
    "series": _series,
    "exported": _column(f"(id IN ({_EXPORTED})) = ?"),
    "vat_rate": _rate,
    "currency": _currency,
    "note": lambda note: _Called(notes_have, "CAST(header_extra AS BLOB)", fold(note.strip())),
}
"""FilterField name → its condition, for a value or both ends of a range."""

for _function in (same_code, notes_have):
    sqlite.register_function(_function, _function.__name__, 2)
