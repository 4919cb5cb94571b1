"""The fingerprint of a document: equal for equal content, however a file spells it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

import msgspec
from msgspec import Raw

from app.domain.invoice import Extra, Invoice
from app.domain.netsis_json import spell_pieces

SIZE: Final = 16

# Databases keep fingerprints. The keys are sorted so that a moved or new field changes none.
_ENCODER = msgspec.json.Encoder(order="sorted")
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,9}))?\Z")


def fingerprint(invoice: Invoice) -> bytes:
    """Return a 16-byte digest of the document's content.

    It includes the source number and unknown members. The order and case of keys and the spelling
    of numbers and dates do not matter.
    """
    found = blake2b(digest_size=SIZE)
    for piece in spell_pieces(invoice, plain_extra):  # piecewise: a document may be long
        found.update(piece)
    return found.digest()


def digest(plain: bytes) -> bytes:
    """Return the fingerprint of a document that is already spelled in plain form."""
    return blake2b(plain, digest_size=SIZE).digest()


def plain_extra(extra: Extra) -> Extra:
    """Return unknown members in plain form: one order, case and spelling."""
    if not extra:
        return extra
    # If keys differ only in case, their values decide the order.
    pairs = [
        (name.lower().replace("\0", "\0\0"), plain_value(bytes(value)))
        for name, value in extra.items()
    ]
    found: Extra = {}
    for index, (name, value) in enumerate(sorted(pairs)):
        found[name if name not in found else f"{name}\0{index}"] = Raw(value)
    return found


def plain_value(raw: bytes) -> bytes:
    """Return the plain form of an unknown member's value."""
    if raw.startswith((b"{", b"[")):
        return plain_nested(raw)
    if raw.startswith(b'"'):
        return _ENCODER.encode(msgspec.json.decode(raw, type=str)) if b"\\" in raw else raw
    if raw in (b"true", b"false", b"null"):
        return raw
    return bytes(_plain_number(raw.decode()))


def plain_nested(raw: bytes, make: Callable[[list[tuple[str, Any]]], Any] | None = None) -> bytes:
    """Return the plain form of an object or array; `make` builds each object from its pairs."""
    value = json.loads(
        raw, parse_int=_plain_number, parse_float=_plain_number, object_pairs_hook=make
    )
    return _ENCODER.encode(value)


def _plain_number(spelling: str) -> Raw:
    """Remove superfluous zeros from digits and exponent, without a float: `1802e0`."""
    found = _NUMBER.match(spelling)
    if not found:  # an exponent of ten digits or more
        return Raw(spelling.lower().encode())
    sign, whole, fraction, exponent = found.groups(default="")
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    if not kept:
        return Raw(b"0")
    power = int(exponent or 0) - len(fraction) + len(digits) - len(kept)
    return Raw(f"{sign}{kept}e{power}".encode())
