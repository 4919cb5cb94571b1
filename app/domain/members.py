"""The members of each struct as a table: name in the file, attribute, kind of value, limits.

Made once from the structs, so that reader, writer, store and CHECKs know a limit from one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from app.domain import amounts, dates
from app.domain.invoice import InvoiceHeader, InvoiceLine


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a JSON object and its limits."""

    name: str
    """In the file, in Netsis' own spelling."""
    attribute: str
    kind: type
    """int, str, bool, Decimal or date."""
    required: bool
    min_length: int = 0
    max_length: int = 0
    low: int = 0
    high: int = 0
    places: int = 0


@cache
def members(struct: type[msgspec.Struct]) -> tuple[Member, ...]:
    """The members of `struct` in the order in which they are written."""
    hints = get_type_hints(struct, include_extras=True)
    return tuple(
        _member(field, hints[field.name])
        for field in msgspec.structs.fields(struct)
        if field.name != "extra"
    )


def _member(field: msgspec.structs.FieldInfo, hint: Any) -> Member:
    options = [option for option in get_args(hint) if option is not NoneType]
    if get_origin(hint) is not Annotated and options:
        hint = options[0]
    meta = msgspec.Meta()
    if get_origin(hint) is Annotated:
        hint, meta = get_args(hint)
    return Member(
        name=field.encode_name,
        attribute=field.name,
        kind=hint,
        required=field.required,
        min_length=meta.min_length or 0,
        max_length=meta.max_length or 0,
        low=int(meta.ge or 0),
        high=int(meta.le or 0),
        places=(meta.extra or {}).get("places", 0),
    )


def spell(value: Any) -> bytes:
    """A modelled value as the JSON that Logo's client writes for it."""
    if isinstance(value, Decimal):
        return amounts.spell(value).encode()
    if isinstance(value, date):
        return b'"' + dates.file_text(value).encode() + b'"'
    return msgspec.json.encode(value)


def spell_members(
    record: InvoiceHeader | InvoiceLine, table: tuple[Member, ...]
) -> list[tuple[bytes, bytes]]:
    """(name, value) as JSON, of the members in `table` that have a value, then of `extra`."""
    found = [
        (_quoted(member.name), spell(value))
        for member in table
        if (value := getattr(record, member.attribute)) is not None
    ]
    return found + spell_extra(record.extra)


def spell_extra(extra: dict[str, msgspec.Raw]) -> list[tuple[bytes, bytes]]:
    """(name, value) as JSON of the members that we do not model."""
    return [(msgspec.json.encode(name), bytes(value)) for name, value in extra.items()]


def join(found: list[tuple[bytes, bytes]]) -> bytes:
    """A JSON object of (name, value) pairs."""
    return b"{" + b",".join(name + b":" + value for name, value in found) + b"}"


@cache
def _quoted(name: str) -> bytes:
    return msgspec.json.encode(name)
