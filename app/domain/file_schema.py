"""The JSON Schema (draft 2020-12) of our files, made from the structs of the invoice.

It describes what the program writes. Every limit in it also holds for documents that are read; the
parser takes other spellings as well (domain §3, §7), which the schema does not list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from app.domain.amounts import INTEGER_DIGITS
from app.domain.dates import FIRST_YEAR, LAST_YEAR
from app.domain.invoice import (
    GIVEN,
    MAX_LINES,
    MOST_STATED,
    DocumentType,
    Invoice,
    InvoiceHeader,
    InvoiceLine,
    Member,
    members,
)
from app.domain.labels import LABELS
from app.domain.text import CONTROL

Schema: TypeAlias = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DESCRIPTION: Final = (
    "Programın yazdığı dosya: Netsis ItemSlips belgelerinin dizisi. Okurken başka yazılışlar da "
    "kabul edilir: tek nesne, Data zarfı, adlarda büyük/küçük harf, tip adları, ondalık virgül, "
    "başka tarih yazılışları, null. Burada adı geçmeyen üyeler olduğu gibi saklanır ve geri "
    "yazılır. Fatura No yoksa kaydederken numara verilir, genel toplam yoksa hesaplanır."
)
_ROUNDED: Final = "En çok {} ondalık; fazlası yarım yukarı yuvarlanır."
_NO_CONTROLS: Final = f"^[^{CONTROL}]*$"
_DAY: Final = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) 00:00:00$"


def file_schema() -> Schema:
    """Return the schema of a whole file."""
    document_type = {"type": "integer", "enum": [int(each) for each in DocumentType]}
    count = {"type": "integer", "minimum": 0, "maximum": MOST_STATED}
    header = _object(InvoiceHeader, {"Tip": document_type})
    invoice = _object(
        Invoice,
        {
            "FaturaTip": document_type,
            "KalemAdedi": count,
            "FatUst": {"$ref": "#/$defs/FatUst"},
            "Kalems": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_LINES,
                "items": {"$ref": "#/$defs/Kalem"},
            },
        },
    )
    # The document type may stand at the top level or in FatUst.
    invoice["required"] = ["FatUst", "Kalems"]
    invoice["anyOf"] = [
        {"required": ["FaturaTip"]},
        {"properties": {"FatUst": {"required": ["Tip"]}}},
    ]
    return {
        "$schema": _DIALECT,
        "title": "toplu-fatura",
        "description": _DESCRIPTION,
        "type": "array",
        "items": {"$ref": "#/$defs/ItemSlips"},
        "$defs": {"ItemSlips": invoice, "FatUst": header, "Kalem": _object(InvoiceLine, {})},
    }


def _object(
    struct: type[Invoice] | type[InvoiceHeader] | type[InvoiceLine], more: dict[str, Schema]
) -> Schema:
    """Return the schema of a struct's JSON object; `more` holds schemas of members that differ."""
    table = [member for member in members(struct) if member.name not in more]
    properties = {member.name: _value(member) for member in table} | more
    required = [m.name for m in table if m.required and m.attribute not in GIVEN]
    return {
        "type": "object",
        "required": required,
        "properties": {name: _titled(name, schema) for name, schema in properties.items()},
    }


def _titled(name: str, schema: Schema) -> Schema:
    return schema if "$ref" in schema else {"title": LABELS.get(name, name), **schema}


def _value(member: Member) -> Schema:
    if member.kind is Decimal:
        beyond = 10**INTEGER_DIGITS
        return {
            "type": "number",
            "exclusiveMinimum": -beyond,
            "exclusiveMaximum": beyond,
            "description": _ROUNDED.format(member.places),
        }
    if member.kind is date:
        years = _years(FIRST_YEAR, LAST_YEAR) if member.attribute == "document_date" else "[0-9]{4}"
        return {"type": "string", "pattern": f"^{years}-{_DAY}"}
    if member.kind is bool:
        return {"type": "boolean"}
    if member.kind is int:
        return {"type": "integer", "minimum": member.low, "maximum": member.high}
    return dict(_text(member))


def _text(member: Member) -> Iterator[tuple[str, Any]]:
    yield "type", "string"
    if member.min_length and member.attribute not in GIVEN:
        yield "minLength", member.min_length
    yield "maxLength", member.max_length
    if not member.free:
        yield "pattern", _NO_CONTROLS


def _years(first: int, last: int) -> str:
    """Return a regular expression for the years `first` to `last`; `first` begins a century."""
    centuries = range(first // 100, (last + 1) // 100)
    rest: Iterable[int] = range(centuries.stop * 100, last + 1)
    return f"({'|'.join([*(f'{century}[0-9]{{2}}' for century in centuries), *map(str, rest)])})"
