"""A document as the database keeps it: columns as text, the rest as JSON, already checked.

Import and storage work on records; the structs of `invoice` are for work on the content of one
document.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from app.domain import amounts, arithmetic
from app.domain.fingerprint import fingerprint
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.members import inside, outside
from app.domain.netsis_json import join, spell_extra, spell_members

LineRow: TypeAlias = tuple[
    int | None, str, str, int | None, str | None, str | None, str | None, str | None
]
"""The columns of a line in their order, then its extra."""
HeaderRow: TypeAlias = tuple[
    int | None, str, str, str, int | None, str | None, str | None, str, int | None,
    str | None, str | None,
]  # fmt: skip
"""The columns of a header in their order."""


class Record(Struct, array_like=True, gc=False):
    """Amounts are canonical text, days ISO text; `extra`s are JSON objects or None."""

    document_type: DocumentType
    series: str | None
    header: HeaderRow
    extra: str | None
    header_extra: str | None
    lines: list[LineRow]
    fingerprint: bytes
    warnings: list[str]
    """What the lines do not explain (domain §5)."""

    @property
    def branch(self) -> int:
        """Şube; 0 where the document names none."""
        return self.header[0] or 0

    @property
    def number(self) -> str:
        """The source number."""
        return self.header[1]

    @property
    def account_code(self) -> str:
        """Cari Kodu."""
        return self.header[2]

    @property
    def document_date(self) -> str:
        """`2024-03-15`."""
        return self.header[3]

    @property
    def grand_total(self) -> str:
        """Canonical text."""
        return self.header[7]

    @property
    def currency(self) -> int | None:
        """DOVIZTIP."""
        return self.header[8]

    @property
    def stock_codes(self) -> list[str]:
        """The stock code of each line."""
        return [line[1] for line in self.lines]


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
    """Canonical text; what it comes to in its currency, where that is not TL."""
    stock_codes: list[str]
    """The stock code of each line."""
    fingerprint: bytes
    warnings: list[str]


def summarize(record: Record) -> Summary:
    """The part of a record that lists and decisions need."""
    return Summary(
        record.document_type,
        record.series,
        record.branch,
        record.number,
        record.document_date,
        record.account_code,
        record.grand_total,
        record.currency,
        currency_total(record.currency, record.header_extra),
        record.stock_codes,
        record.fingerprint,
        record.warnings,
    )


class _Foreign(Struct):
    DovizTut: msgspec.Raw = msgspec.Raw()


def currency_total(currency: int | None, header: str | bytes | None) -> str | None:
    """What a header says its document comes to in a currency that is not TL; canonical text.

    `header` is as our files spell it, whole or without its columns.
    """
    if not currency or header is None:
        return None
    return bytes(msgspec.json.decode(header, type=_Foreign).DovizTut).decode() or None


class _Named(Struct):
    MALADI: str | None = None


def item_name(line: LineRow) -> str:
    """The name that a line gives its stock item; empty where it gives none."""
    extra = line[-1]
    return (msgspec.json.decode(extra, type=_Named).MALADI if extra else None) or ""


def to_record(invoice: Invoice) -> Record:
    """The record of an invoice, its arithmetic checked."""
    header = invoice.header
    return Record(
        invoice.document_type,
        invoice.series,
        _row(header),
        _object(spell_extra(invoice.extra)),
        _object(spell_members(header, outside(InvoiceHeader))),
        [
            (*_row(line), _object(spell_members(line, outside(InvoiceLine))))
            for line in invoice.lines
        ],
        fingerprint(invoice),
        arithmetic.warnings(invoice),
    )


def _row(part: InvoiceHeader | InvoiceLine) -> Any:
    return tuple(_stored(getattr(part, member.attribute)) for member in inside(type(part)))


def _object(pairs: list[tuple[bytes, bytes]]) -> str | None:
    return join(pairs).decode() if pairs else None


def _stored(value: Any) -> Any:
    if value is None or isinstance(value, (int, str)):
        return value
    return value.isoformat() if isinstance(value, date) else amounts.spell(value)
