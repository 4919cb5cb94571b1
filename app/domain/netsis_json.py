"""Encode a document as JSON in Logo's exact conventions (domain §3), as our files have it.

A document has exactly one such text, from which its fingerprint is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

import msgspec

from app.domain import amounts, dates
from app.domain.invoice import Extra, Invoice, InvoiceHeader, InvoiceLine, Member, members

# A line end can only stand between tokens, where a blank means the same.
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")

_Pair = tuple[bytes, bytes]
"""(name, value), both as JSON."""


class _WithExtra(Protocol):
    """A struct of the file with unknown members."""

    extra: Extra


def encode_invoice(invoice: Invoice) -> bytes:
    """Return the invoice as one JSON object, as Logo's REST client writes it."""
    return b"".join(spell_pieces(invoice, lambda extra: extra))


def spell_pieces(invoice: Invoice, form: Callable[[Extra], Extra]) -> Iterator[bytes]:
    """Yield the invoice's JSON piece by piece; `form` respells the members that we do not model."""
    document_type = spell(int(invoice.document_type))
    series = [] if invoice.series is None else [(b'"Seri"', spell(invoice.series))]
    header = spell_members(invoice.header, members(InvoiceHeader), form)
    top = join(
        [
            *series,
            (b'"FaturaTip"', document_type),
            (b'"KalemAdedi"', spell(len(invoice.lines))),
            *spell_extra(form(invoice.extra)),
            (b'"FatUst"', join([(b'"Tip"', document_type), *header])),
        ]
    )
    yield top[:-1] + b',"Kalems":['
    for number, line in enumerate(invoice.lines):
        piece = join(spell_members(line, members(InvoiceLine), form))
        yield b"," + piece if number else piece
    yield b"]}"


def spell(value: Any) -> bytes:
    """Return a modelled value as JSON."""
    if isinstance(value, Decimal):
        return amounts.spell(value).encode()
    if isinstance(value, date):
        return b'"' + dates.file_text(value).encode() + b'"'
    return msgspec.json.encode(value)


def spell_members(
    record: _WithExtra,
    table: Iterable[Member],
    form: Callable[[Extra], Extra] = lambda extra: extra,
) -> list[_Pair]:
    """Return the members in `table` that have a value, followed by the respelled `extra`."""
    found = [
        (_quoted(member.name), spell(value))
        for member in table
        if (value := getattr(record, member.attribute)) is not None
    ]
    return found + spell_extra(form(record.extra))


def spell_extra(extra: Extra) -> list[_Pair]:
    """Return the members that we do not model as the file spelled them, each on one line."""
    return [
        (msgspec.json.encode(name), bytes(value).translate(_ONE_LINE))
        for name, value in extra.items()
    ]


def join(pairs: Iterable[_Pair]) -> bytes:
    """Make a JSON object of (name, value) pairs."""
    return b"{" + b",".join(name + b":" + value for name, value in pairs) + b"}"


@cache
def _quoted(name: str) -> bytes:
    return msgspec.json.encode(name)
