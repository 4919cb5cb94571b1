"""A document's fingerprint: the same for the same content, however a file spells it."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from app.domain.invoice import Extra, Invoice, InvoiceHeader, InvoiceLine

SIZE: Final = 16

# Databases keep fingerprints: sorted, so that a field that moves or comes new changes none.
_ENCODER = msgspec.json.Encoder(order="sorted")
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,9}))?\Z")


def fingerprint(invoice: Invoice) -> bytes:
    """16 bytes of the document's content, its source number and unknown members included.

    The order and case of keys, the form of numbers and dates do not matter.
    """
    plain = replace(
        invoice,
        header=_plain_header(invoice.header),
        lines=[_plain_line(line) for line in invoice.lines],
        extra=_plain(invoice.extra),
    )
    return blake2b(_ENCODER.encode(plain), digest_size=SIZE).digest()


def _plain_header(header: InvoiceHeader) -> InvoiceHeader:
    return replace(header, extra=_plain(header.extra)) if header.extra else header


def _plain_line(line: InvoiceLine) -> InvoiceLine:
    return replace(line, extra=_plain(line.extra)) if line.extra else line


def _plain(extra: Extra) -> list[tuple[str, Raw]]:
    # Two keys may differ in nothing but their case: pairs, then, and no object.
    pairs = [(name.lower(), Raw(_plain_value(bytes(value)))) for name, value in extra.items()]
    return sorted(pairs, key=lambda pair: (pair[0], bytes(pair[1])))


def _plain_value(raw: bytes) -> bytes:
    if raw.startswith((b"{", b"[")):
        return _ENCODER.encode(json.loads(raw, parse_int=_plain_number, parse_float=_plain_number))
    if raw.startswith(b'"'):
        return _ENCODER.encode(msgspec.json.decode(raw, type=str)) if b"\\" in raw else raw
    if raw in (b"true", b"false", b"null"):
        return raw
    return bytes(_plain_number(raw.decode()))


def _plain_number(spelling: str) -> Raw:
    """Digits and exponent without a zero too many, and no float on the way: `1802e0`."""
    found = _NUMBER.match(spelling)
    if not found:  # an exponent without end; it has but one spelling that anybody writes
        return Raw(spelling.lower().encode())
    sign, whole, fraction, exponent = found.groups(default="")
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    if not kept:
        return Raw(b"0")
    power = int(exponent or 0) - len(fraction) + len(digits) - len(kept)
    return Raw(f"{sign}{kept}e{power}".encode())
