"""The quick way to read a document that is spelled as we and Logo's client write it.

msgspec decodes it straight into the structs. What that would let pass unseen is ruled out by
counting: keys, days and amounts in the bytes against those that arrived. Where a count is off, or
anything else is out of the ordinary, the careful reader decides; the two never differ.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Final

import msgspec
from msgspec import Raw

from app.domain import amounts, dates
from app.domain.invoice import Extra, Invoice, InvoiceHeader, InvoiceLine
from app.domain.members import members
from app.files import strictness

_INVOICE = msgspec.json.Decoder(Invoice)
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_OBJECTS = msgspec.json.Decoder(list[dict[str, Raw]])

# A string that is nothing but a day, with a time behind it or not.
_DAY = re.compile(
    rb'(": ?"[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?"'
)
# A number in the one canonical form, which needs neither check nor rounding.
_AMOUNT = re.compile(
    rb'": ?(?:-(?!0\.0[,}]))?(?:0|[1-9][0-9]{0,14})\.(?:0|[0-9]{0,7}[1-9])(?=[,}])'
)
# By these a key could hide from a count of `":`, or a null pass for a value.
_OUT_OF_THE_ORDINARY: Final = (b"\n", b"\r", b"\t", b'" :', b"null")


class _Odd(Exception):
    """The document has to be read with care."""


class _Fields:
    """The members of a kind of object, by what has to be looked at."""

    def __init__(self, struct: type[msgspec.Struct], *more: str) -> None:
        table = members(struct)
        self.names: Final = frozenset((*(member.name for member in table), *more))
        self.folded: Final = frozenset(name.lower() for name in self.names)
        self.amounts: Final = frozenset(m.name for m in table if m.kind is Decimal)
        self.days: Final = frozenset(m.name for m in table if m.kind is date)


_TOP = _Fields(Invoice, "KalemAdedi")
_HEADER = _Fields(InvoiceHeader, "Tip")
_LINE = _Fields(InvoiceLine)
_header_rates = attrgetter(*(m.attribute for m in members(InvoiceHeader) if m.places == 2))


class _Count:
    """What the bytes must hold, if they hold nothing but what arrived."""

    def __init__(self) -> None:
        self.keys = 0
        self.amounts = 0
        self.days = 0

    def add(self, record: dict[str, Raw], fields: _Fields) -> Extra:
        """Counts the members of an object; those that we do not model come back."""
        names = record.keys()
        self.keys += len(record)
        self.amounts += len(fields.amounts & names)
        self.days += len(fields.days & names)
        return {} if names <= fields.names else self._unknown(record, fields)

    def _unknown(self, record: dict[str, Raw], fields: _Fields) -> Extra:
        extra = {name: raw for name, raw in record.items() if name not in fields.names}
        for name, raw in extra.items():
            value = b'":' + bytes(raw)
            if name.lower() in fields.folded or value.startswith((b'":{', b'":[')):
                raise _Odd
            self.days += _DAY.fullmatch(value) is not None
            self.amounts += _AMOUNT.match(value + b",") is not None
        return extra


def read_plain(raw: bytes) -> Invoice | None:
    """The invoice, or None where the document has to be read with care. Raises nothing."""
    if strictness.may_hold_controls(raw) or any(sign in raw for sign in _OUT_OF_THE_ORDINARY):
        return None
    try:
        return _read(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _Odd):
        return None


def _read(raw: bytes) -> Invoice:
    shortened, days = _DAY.subn(rb'\1"', raw)
    invoice = _INVOICE.decode(shortened)
    top = _OBJECT.decode(raw)
    header = _OBJECT.decode(top["FatUst"])
    lines = _OBJECTS.decode(top["Kalems"])
    count = _Count()
    top_extra = count.add({**top, "FatUst": _NOTHING, "Kalems": _NOTHING}, _TOP)
    header_extra = count.add(header, _HEADER)
    line_extras = [count.add(line, _LINE) for line in lines]
    if (
        count.keys != raw.count(b'":')
        or count.days != days
        or count.amounts != len(_AMOUNT.findall(raw))
        or not _agrees(invoice, top, header)
        or not _within_limits(invoice)
    ):
        raise _Odd
    if top_extra:
        invoice.extra = top_extra
    if header_extra:
        invoice.header.extra = header_extra
    for line, extra in zip(invoice.lines, line_extras, strict=True):
        if extra:
            line.extra = extra
    return invoice


_NOTHING = Raw(b"0")


def _agrees(invoice: Invoice, top: dict[str, Raw], header: dict[str, Raw]) -> bool:
    """Whether the document says twice what it says twice."""
    code = b"%d" % invoice.document_type
    count = b"%d" % len(invoice.lines)
    return (
        bool(invoice.lines)
        and bytes(header.get("Tip", code)) == code
        and bytes(top.get("KalemAdedi", count)) == count
    )


def _within_limits(invoice: Invoice) -> bool:
    """The limits that msgspec does not know of."""
    header = invoice.header
    codes = [header.number, header.account_code, *(line.stock_code for line in invoice.lines)]
    rates = {*_header_rates(header), *(line.vat_rate for line in invoice.lines)}
    return (
        dates.FIRST_YEAR <= header.document_date.year <= dates.LAST_YEAR
        and all(map(_is_rate, rates))
        and codes == list(map(str.strip, codes))
    )


@lru_cache(maxsize=256)
def _is_rate(value: Decimal | None) -> bool:
    return value is None or amounts.canonical(value, amounts.RATE_PLACES) == value
