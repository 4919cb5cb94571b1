"""The members of each struct as a table: name in the file, attribute, kind of value, limits.

Made once from the structs, so that reader, writer, store and CHECKs know a limit from one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from app.domain.invoice import HEADER_COLUMNS, LINE_COLUMNS, InvoiceHeader, InvoiceLine


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


@cache
def inside(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[Member, ...]:
    """The members that have a column, named like the attribute, in their order."""
    return members(struct)[: _columns(struct)]


@cache
def outside(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[Member, ...]:
    """The members that are kept as JSON, in their order."""
    return members(struct)[_columns(struct) :]


def _columns(struct: type[InvoiceHeader] | type[InvoiceLine]) -> int:
    return HEADER_COLUMNS if struct is InvoiceHeader else LINE_COLUMNS
