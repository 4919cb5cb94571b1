"""Read what documents add to totals, some at a time.

SQLite joins the lines of a document to one JSON text, which is decoded at once: the rows of a
million documents as Python objects would take most of the time. Only members that count are
decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.domain.amounts import stored
from app.domain.invoice import DocumentType, InvoiceHeader, InvoiceKind, InvoiceLine, members
from app.domain.overview import Entry, entry
from app.store.damaged import around_damage
from app.store.database import database
from app.store.engine.sqlite import id_list

AT_ONCE: Final = 500
"""Documents that a caller reads at once."""

_LINES = """
    SELECT CAST(concat('[', string_agg(concat(
        '{"STra_GCMIK":', quantity, ',"STra_BF":' || gross_price, ',"STra_NF":' || net_price,
        ',"STra_KDV":' || vat_rate,
        CASE WHEN glob('*"STra_SatIsk*', extra) THEN ',' || substr(extra, 2) ELSE '}' END
    ), ','), ']') AS BLOB)
    FROM line WHERE line.invoice_id = invoice.id
"""
_SQL = f"""
    SELECT document_type, number, document_date, account_code, kind, currency, vat_total,
        grand_total, CAST(header_extra AS BLOB), ({_LINES})
    FROM json_each(?) AS wanted CROSS JOIN invoice WHERE invoice.id = wanted.value
    ORDER BY wanted.key
"""
_KINDS = {None, *map(int, InvoiceKind)}


def entries(ids: Sequence[int]) -> list[Entry | int]:
    """Return what these documents add, in their order; the id of a damaged one.

    A deleted document adds nothing. Inside `reading()`.
    """
    return around_damage(ids, _entries, lambda one: one)


def _entries(ids: Sequence[int]) -> list[Entry | int]:
    found = database.rows(_SQL, (id_list(ids),))
    return [_entry(*row) for row in found]


def _entry(
    document_type: Any,
    number: Any,
    day: Any,
    account: Any,
    kind: Any,
    currency: Any,
    vat: Any,
    total: Any,
    extra: Any,
    lines: Any,
) -> Entry:
    """Make an entry. Raises ValueError, ArithmeticError or TypeError for a damaged row."""
    if not type(number) is type(account) is str or kind not in _KINDS:
        raise ValueError(number)
    header = _decode_header(extra or b"{}")
    header.number, header.account_code, header.kind = number, account, kind
    header.document_date, header.currency = date.fromisoformat(day), currency
    header.vat_total = None if vat is None else stored(vat)
    header.grand_total = stored(total)
    return entry(DocumentType(document_type), header, _decode_lines(lines))


def _of_amounts(base: type[InvoiceHeader] | type[InvoiceLine]) -> Any:
    """Make a `base` of which JSON gives the amounts and switches; whatever else there is, is None.

    The others have names that no member of Netsis has: they are not worth decoding.
    """
    fields: list[tuple[str, Any, Any]] = [("extra", Any, None)]
    names = {"extra": "-extra"}
    for member in members(base):
        read = member.kind in (Decimal, bool) or member.name == "Isk_Flag"
        fields.append((member.attribute, member.kind | None if read else Any, None))
        names[member.attribute] = member.name if read else f"-{member.name}"
    return msgspec.defstruct(
        "_Amounts", fields, bases=(base,), kw_only=True, rename=names, gc=False
    )


_decode_header = msgspec.json.Decoder(_of_amounts(InvoiceHeader)).decode
_decode_lines = msgspec.json.Decoder(list[_of_amounts(InvoiceLine)]).decode  # type: ignore[misc]
