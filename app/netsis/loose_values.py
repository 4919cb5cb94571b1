"""Brings values that a struct refuses into our spelling.

Numbers in texts, names for codes, 0 for false, many blanks around a code, values that mean none:
each is read by the tolerant parser's own function, and kept for the next document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
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
from app.netsis.wire import Odd

_NUMBER_BEGINS: Final = b"-0123456789"
_SHORT: Final = 128
_EXACT_DIGITS: Final = 15  # of a decimal that a double gives back unchanged

Readers: TypeAlias = Mapping[str, Reader | None]
"""Name of a member → the function that reads it; None for text and days, which stay."""


def _read_number(raw: bytes) -> str:
    return values.check_code(values.read_free_code(raw), MAX_SOURCE)


def _readers(table: Sequence[Member]) -> Readers:
    return {m.name: None if _stays(m) else values.reader_for(m) for m in table}


def _stays(member: Member) -> bool:
    if member.kind is str:
        return not member.min_length and member.attribute != "gib_number"
    return member.kind is date


HEADER: Final[Readers] = {
    "Tip": values.read_document_type,
    **_readers(members(InvoiceHeader)),
    "FATIRS_NO": _read_number,
}
LINE: Final = _readers(members(InvoiceLine))


_AMOUNT_READERS: Final = {
    m.name: values.reader_for(m)
    for m in (*members(InvoiceHeader), *members(InvoiceLine))
    if m.kind is Decimal
}
AMOUNTS: Final = frozenset(
    m.name
    for m in (*members(InvoiceHeader), *members(InvoiceLine))
    if m.kind is Decimal and m.places >= PLACES
)
# Short numbers, as they are or in texts; none with a point that may stand for thousands.
_PLAIN_NUMBER: Final = rb"-?(?:0|[1-9][0-9]{0,8})(?:,[0-9]{1,6}|\.(?:[0-9]{1,2}|[0-9]{4,6}))?"
_PLAIN_NUMBERS: Final = re.compile(
    rb'(?:"%b"|%b)(?:\n(?:"%b"|%b))*' % ((_PLAIN_NUMBER,) * 4)
).fullmatch


def read(found: dict[str | None, Raw], loose: Sequence[tuple[str, Reader]]) -> None:
    """Bring the values of these members into our spelling. Raises BadValue or Odd."""
    for name, reader in loose:
        _put(found, name, _spelled(reader, bytes(found[name])))


def read_amounts(found: dict[str | None, Raw], names: Sequence[str]) -> None:
    """Bring the values of these amounts into our spelling. Raises BadValue or Odd."""
    raws = list(map(bytes, map(found.__getitem__, names)))
    text = b"\n".join(raws)
    if _PLAIN_NUMBERS(text):  # all in C: a document may have fifty
        spelled = text.replace(b",", b".").replace(b'"', b"").split(b"\n")
        found.update(zip(names, map(Raw, spelled), strict=True))
        return
    for name, raw in zip(names, raws, strict=True):
        if raw[0] not in _NUMBER_BEGINS:
            _put(found, name, spelled_amount(name, raw))


def spelled_amount(name: str, raw: bytes) -> Raw | None:
    """Return the value of this amount in our spelling; None for no value.

    Raises BadValue, and Odd where a double is too coarse for it.
    """
    return _spelled(_AMOUNT_READERS[name], raw)


def _put(found: dict[str | None, Raw], name: str, spelled: Raw | None) -> None:
    if spelled is None:
        del found[name]
    else:
        found[name] = spelled


def _spelled(reader: Reader, raw: bytes) -> Raw | None:
    # What is kept is short: blanks around a code may be a megabyte.
    return (_spelled_short if len(raw) < _SHORT else _spelled_anew)(reader, raw)


def _spelled_anew(reader: Reader, raw: bytes) -> Raw | None:
    if raw in values.ABSENT:
        return None
    values.refuse_controls(raw)
    value = reader(raw)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT_DIGITS:
        raise Odd
    return None if value is None else Raw(spell(value))


_spelled_short = lru_cache(8192)(_spelled_anew)
