"""Read the contributions of documents to totals, in batches.

SQLite joins the lines of a document to one JSON text that is decoded at once, because making Python
objects of a million documents' rows would take most of the time. Only relevant members are decoded,
first as floats, and again as Decimals where floats are uncertain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.domain import quick_nets
from app.domain.amounts import stored
from app.domain.invoice import DocumentType, InvoiceHeader, InvoiceKind, InvoiceLine, members
from app.domain.overview import Entry, entry_of
from app.domain.quick_nets import rate_of
from app.domain.vat_split import ByRate, ExactLines
from app.store.damaged import around_damage
from app.store.database import database
from app.store.engine.many_values import id_list

AT_ONCE: Final = 500
"""The number of documents that callers read together."""

_LINES = """
    SELECT CAST(concat('[', string_agg(concat(
        '[', coalesce('"' || vat_rate || '"', 'null'), ',', quantity,
        ',', coalesce(gross_price, 'null'), ',', coalesce(net_price, 'null'),
        ',', CASE WHEN glob('*"STra_SatIsk*', extra) THEN extra ELSE 'null' END, ']'
    ), ','), ']') AS BLOB)
    FROM line WHERE line.invoice_id = invoice.id
"""
_SQL = f"""
    SELECT document_type, number, document_date, account_code, kind, currency, vat_total,
        grand_total, CAST(header_extra AS BLOB), ({_LINES}), line_count
    FROM json_each(?) AS wanted CROSS JOIN invoice WHERE invoice.id = wanted.value
    ORDER BY wanted.key
"""
_TYPES = {int(one): one for one in DocumentType}
_KINDS = {None, *map(int, InvoiceKind)}


def entries(ids: Sequence[int]) -> list[Entry | int]:
    """Return the contributions of these documents, in order, with the id in place of a damaged one.

    A deleted document is left out. Call inside `reading()`.
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
    line_count: Any,
) -> Entry:
    """Make an entry. Raises ValueError, ArithmeticError or TypeError for a damaged row."""
    if (
        not type(number) is type(account) is str
        or kind not in _KINDS
        or document_type not in _TYPES
    ):
        raise ValueError(number)
    header = _decode_header(extra or b"{}")
    header.number, header.account_code, header.kind = number, account, kind
    header.document_date, header.currency = date.fromisoformat(day), currency
    header.vat_total = None if vat is None else stored(vat)
    header.grand_total = stored(total)
    stored_lines = _StoredLines(lines)
    if stored_lines.count != line_count:
        raise ValueError(line_count)
    return entry_of(_TYPES[document_type], header, stored_lines)


class _StoredLines:
    """The lines of a document as JSON from the database."""

    __slots__ = ("_lines", "_text", "count", "rates")

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._lines = _decode_quick(text)
        self.count = len(self._lines)
        texts = {line[0] for line in self._lines}
        self.rates = {None if text is None else rate_of(text) for text in texts}

    def by_rate(self, header: InvoiceHeader, silent: Decimal) -> ByRate:
        """Return rate → (matrah, KDV)."""
        found = quick_nets.by_rate(header, self._lines, silent)
        if found is None:
            lines = [_exact_line(*line) for line in _decode_exact(self._text)]
            found = ExactLines(lines).by_rate(header, silent)
        return found


def _exact_line(
    rate: Decimal | None, quantity: Decimal, gross: Decimal | None, net: Decimal | None,
    discounts: Any,
) -> InvoiceLine:  # fmt: skip
    line = InvoiceLine(
        stock_code="", quantity=quantity, gross_price=gross, net_price=net, vat_rate=rate
    )
    for name in _DISCOUNTS if discounts else ():
        setattr(line, name, getattr(discounts, name))
    return line


def _amounts_of_header() -> Any:
    """Return an InvoiceHeader type of which only amounts and switches are decoded from JSON.

    The other fields get names that no member of Netsis has, so that no time is spent on them.
    """
    fields: list[tuple[str, Any, Any]] = [("extra", Any, None)]
    names = {"extra": "-extra"}
    for member in members(InvoiceHeader):
        read = member.kind in (Decimal, bool)
        fields.append((member.attribute, member.kind | None if read else Any, None))
        names[member.attribute] = member.name if read else f"-{member.name}"
    return msgspec.defstruct(
        "_Header", fields, bases=(InvoiceHeader,), kw_only=True, rename=names, gc=False
    )


_DISCOUNTS: Final = (*(f"discount{number}" for number in range(1, 7)), "discount1_is_amount")


def _lines_decoder(amount: type[float] | type[Decimal], rate: Any) -> Callable[[bytes], Any]:
    """Return the decoder of lines: rate, quantity, gross and net price, discounts."""
    some = [member for member in members(InvoiceLine) if member.attribute in _DISCOUNTS]
    kinds = [amount if member.kind is Decimal else member.kind for member in some]
    fields = [(m.attribute, kind | None, None) for m, kind in zip(some, kinds, strict=True)]
    names = {member.attribute: member.name for member in some}
    discounts = msgspec.defstruct("_Discounts", fields, rename=names, gc=False)
    price: Any = amount | None
    line: Any = tuple[rate, amount, price, price, discounts | None]  # type: ignore[valid-type]  # at run time
    return msgspec.json.Decoder(list[line]).decode


_decode_header = msgspec.json.Decoder(_amounts_of_header()).decode
_decode_quick = _lines_decoder(float, str | None)
_decode_exact = _lines_decoder(Decimal, Decimal | None)
