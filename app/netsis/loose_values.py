"""Brings the values of an object into our spelling one by one, where a struct refuses them.

Numbers in texts, names for codes, 0 for false, blanks around a code, values that mean none: each
is read by the tolerant parser's own function, and kept for the next document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Raw

from app.domain.amounts import PLACES
from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, members
from app.domain.netsis_json import spell
from app.domain.numbers import MAX_SOURCE
from app.netsis.tolerant import values
from app.netsis.tolerant.values import Reader
from app.netsis.unknown_members import Shape
from app.netsis.wire import Odd

_EXACT_DIGITS: Final = 15  # of a decimal that a double gives back unchanged

Readers: TypeAlias = dict[str, Reader | None]
"""Name of a member → the function that reads it; None for text, which stays as it is."""


def _read_number(raw: bytes) -> str:
    return values.check_code(values.read_free_code(raw), MAX_SOURCE)


def _readers(table: Sequence[Member]) -> Readers:
    return {m.name: None if _is_text(m) else values.reader_for(m) for m in table}


def _is_text(member: Member) -> bool:
    return member.kind is str and not member.min_length and member.attribute != "gib_number"


HEADER: Final[Readers] = {
    "Tip": values.read_document_type,
    **_readers(members(InvoiceHeader)),
    "FATIRS_NO": _read_number,
}
LINE: Final = _readers(members(InvoiceLine))


_AMOUNTS: Final = {
    m.name
    for m in (*members(InvoiceHeader), *members(InvoiceLine))
    if m.kind is Decimal and m.places >= PLACES
}
# A short number as it is, or in a text; not one with a point that may stand for thousands.
_PLAIN_NUMBER: Final = re.compile(
    rb'"?(-?(?:0|[1-9][0-9]{0,8})(?:,[0-9]{1,6}|\.(?:[0-9]{1,2}|[0-9]{4,6}))?)"?'
).fullmatch


def in_our_spelling(readers: Readers, shape: Shape, record: dict[str, Raw]) -> dict[str, Raw]:
    """Return the known members of an object that have a value. Raises BadValue or Odd."""
    found = {}
    for name, value in zip(shape.names, record.values(), strict=True):
        if name is None:
            continue
        raw = bytes(value)
        if (read := readers[name]) is None:
            if raw not in values.ABSENT:
                found[name] = value
        elif name in _AMOUNTS and (number := _PLAIN_NUMBER(raw)):
            found[name] = Raw(number[1].replace(b",", b"."))  # most are new: not worth a cache
        elif (spelled := _spelled(read, raw)) is not None:
            found[name] = spelled
    return found


@lru_cache(8192)
def _spelled(read: Reader, raw: bytes) -> Raw | None:
    if raw in values.ABSENT:
        return None
    values.refuse_controls(raw)
    value = read(raw)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT_DIGITS:
        raise Odd
    return None if value is None else Raw(spell(value))
