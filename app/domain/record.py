"""A checked document as the database keeps it: columns as text, the rest as JSON.

Import and storage work on records; the structs of `invoice` are for work on the content of one
document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final
from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.domain import amounts, numbers, stated_totals
from app.domain.codes import find_foreign
from app.domain.computed_totals import with_totals
from app.domain.fingerprint import fingerprint
from app.domain.hidden import warnings as hidden_warnings
from app.domain.invoice import (
    RETURNS,
    DocumentType,
    Invoice,
    InvoiceHeader,
    InvoiceLine,
    inside,
    outside,
)
from app.domain.netsis_json import join, spell_extra, spell_members
from app.domain.reasons import Code, NumberError, Reason
from app.domain.totals import TypeTotals


class _Named(Struct):
    MALADI: str | None = None


class RecordLine(Struct, array_like=True, gc=False):
    """A line: its columns in the order of InvoiceLine, then its other members as a JSON object."""

    order: int | None
    stock_code: str
    quantity: str
    unit: int | None
    gross_price: str | None
    net_price: str | None
    vat_rate: str | None
    extra: str | None

    @property
    def item_name(self) -> str:
        """The item name on the line (MALADI); empty if there is none."""
        return (msgspec.json.decode(self.extra, type=_Named).MALADI if self.extra else None) or ""


# The stored members of a record, except the number, which the import assigns.
CONTENT: Final = (
    "document_type",
    *(member.attribute for member in inside(InvoiceHeader) if member.attribute != "number"),
    "extra",
    "header_extra",
)
_content = attrgetter(*CONTENT)
_encode = msgspec.msgpack.Encoder().encode


class Record(Struct, array_like=True, gc=False):
    """An invoice as stored: amounts as canonical text, ISO dates, `extra`s as JSON objects."""

    document_type: DocumentType
    series: str | None
    branch: int | None
    """Şube; None counts as 0."""
    number: str
    """The source number. If it is empty or too long, the import assigns one."""
    account_code: str
    document_date: str
    kind: int | None
    gross_total: str | None
    vat_total: str | None
    grand_total: str
    currency: int | None
    salesman: str | None
    project: str | None
    extra: str | None
    header_extra: str | None
    lines: list[RecordLine]
    fingerprint: bytes
    warnings: list[Reason]
    """Warnings about the content, among them totals that the lines do not explain (domain §5)."""
    checksum: int = 0
    """CRC-32 of the content as MessagePack; set by `sealed`."""
    gib_number: str | None = None
    """GİB_FATIRS_NO; `header_extra` contains it too."""
    written: bytes | None = None
    """The fingerprint of the document as our files spell it, if its totals were computed."""

    @property
    def stock_codes(self) -> list[str]:
        """The stock code of each line."""
        return [line.stock_code for line in self.lines]


def sealed(record: Record) -> Record:
    """Return the record with its checksum, computed in the process that parses the file."""
    record.checksum = content_checksum(_content(record), record.lines)
    return record


def totals_of(records: Sequence[Record]) -> TypeTotals:
    """Return the exact totals of records; returns count negative (domain §8)."""
    found: dict[DocumentType, list[Decimal]] = {}
    for record in records:
        total = Decimal(record.grand_total)
        signed = -total if record.kind in RETURNS else total
        found.setdefault(record.document_type, []).append(signed)
    return {kind: amounts.total(some) for kind, some in found.items()}


def without_gib_number(record: Record) -> Record:
    """Return the record without its GİB number, which another document already has."""
    extra = msgspec.json.decode(record.header_extra or "{}", type=dict[str, msgspec.Raw])
    extra.pop("GIB_FATIRS_NO", None)
    kept = msgspec.json.encode(extra).decode() if extra else None
    return sealed(replace(record, header_extra=kept, gib_number=None))


def content_checksum(content: Sequence[Any], lines: Sequence[Any]) -> int:
    """Return the CRC-32 of the values of CONTENT and of each line."""
    return crc32(_encode((content, lines)))


class Summary(Struct, array_like=True, gc=False):
    """The part of a record that lists and decisions need."""

    document_type: DocumentType
    series: str | None
    branch: int
    number: str
    document_date: str
    account_code: str
    grand_total: str
    currency: int | None
    currency_total: str | None
    """The total in the document's currency as canonical text; None for TL."""
    stock_codes: list[str]
    """The stock code of each line."""
    fingerprint: bytes
    warnings: list[Reason]
    gib_number: str | None = None
    kind: int | None = None
    written: bytes | None = None
    """See `Record.written`."""


def summarize(record: Record) -> Summary:
    """Return the part of a record that lists and decisions need."""
    return Summary(
        record.document_type,
        record.series,
        record.branch or 0,
        record.number,
        record.document_date,
        record.account_code,
        record.grand_total,
        record.currency,
        currency_total(record.currency, record.header_extra),
        record.stock_codes,
        record.fingerprint,
        record.warnings,
        record.gib_number,
        record.kind,
        record.written,
    )


class _Foreign(Struct):
    DovizTut: msgspec.Raw = msgspec.Raw()


def currency_total(currency: int | None, header: str | bytes | None) -> str | None:
    """Return a document's total in its currency as canonical text; None if it is TL or not stated.

    `header` is the header's JSON, with or without the members that have a column.
    """
    if not currency or header is None:
        return None
    return bytes(msgspec.json.decode(header, type=_Foreign).DovizTut).decode() or None


def to_record(invoice: Invoice) -> Record:
    """Convert an invoice to a record: check its totals, or compute them if it has none.

    Raises DocumentError if they cannot be computed.
    """
    content = fingerprint(invoice)  # before totals are added: how we compute them may change
    invoice, notes = with_totals(invoice)
    header = invoice.header
    record = Record(
        document_type=invoice.document_type,
        series=invoice.series,
        **_columns(header),
        extra=_object(spell_extra(invoice.extra)),
        header_extra=_object(spell_members(header, outside(InvoiceHeader))),
        lines=[
            RecordLine(**_columns(line), extra=_object(spell_members(line, outside(InvoiceLine))))
            for line in invoice.lines
        ],
        fingerprint=content,
        warnings=[*notes, *warnings_of(invoice)],
        gib_number=header.gib_number,
        written=fingerprint(invoice) if notes else None,
    )
    return sealed(record)


def warnings_of(invoice: Invoice, *, hidden: bool = True, totals: bool = True) -> list[Reason]:
    """Return the warnings about a document's content; a warning never stops a document.

    `hidden` and `totals` tell whether to look for control characters and wrong totals.
    """
    return [
        *_number_warnings(invoice),
        *(hidden_warnings(invoice) if hidden else ()),
        *(stated_totals.warnings(invoice) if totals else ()),
    ]


def _columns(part: InvoiceHeader | InvoiceLine) -> dict[str, Any]:
    names = (member.attribute for member in inside(type(part)))
    return {name: _stored(getattr(part, name)) for name in names}


def _object(pairs: list[tuple[bytes, bytes]]) -> str | None:
    return join(pairs).decode() if pairs else None


def _stored(value: Any) -> Any:
    if value is None or isinstance(value, (int, str)):
        return value
    return value.isoformat() if isinstance(value, date) else amounts.spell(value)


def _numbering_needed(number: str, series: str | None) -> Reason:
    """Return the warning that tells how a document without a usable number gets one."""
    try:
        numbers.own_series(number, series)
    except NumberError as error:
        return error.reason
    return Reason(Code.GETS_NUMBER, values=(number,))


def _number_warnings(invoice: Invoice) -> Iterator[Reason]:
    """Yield warnings about letters that only look Latin, and about two differing numbers (§8).

    A number taken from another document's series or GİB number would inherit such a letter.
    """
    header = invoice.header
    if not numbers.is_usable(header.number):
        yield _numbering_needed(header.number, invoice.series)
    if numbers.contradict(header.number, header.gib_number):
        yield Reason(Code.GIB_CONTRADICTS, "GIB_FATIRS_NO", (header.gib_number or "",))
    codes = [("Seri", invoice.series or "", 0), ("FATIRS_NO", header.number, 0)]
    codes += [("GIB_FATIRS_NO", header.gib_number or "", 0), ("CariKod", header.account_code, 0)]
    codes += [("StokKodu", line.stock_code, n) for n, line in enumerate(invoice.lines, 1)]
    for field, code, line in codes:
        if letter := find_foreign(code):
            yield Reason(Code.FOREIGN_LETTER, field, (letter, f"U+{ord(letter):04X}"), line)
