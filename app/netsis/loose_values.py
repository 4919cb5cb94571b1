"""Convert values that a struct refuses to our spelling.

Such values are numbers in strings, names instead of codes, 0 for false, many blanks around a code,
and values that mean none. The tolerant parser's function reads each of them, and the result is
cached for later documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Raw

from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, members
from app.domain.netsis_json import spell
from app.domain.numbers import MAX_SOURCE
from app.netsis.tolerant import values
from app.netsis.tolerant.values import Reader
from app.netsis.wire import Odd, encode_lines

_NUMBER_BEGINS: Final = b"-0123456789"
_SHORT: Final = 128
_EXACT_DIGITS: Final = 15  # of a decimal that a double represents without loss

Readers: TypeAlias = Mapping[str, Reader | None]
"""Member name → the function that reads its value; None for text and days, which stay."""


def _read_number(raw: bytes) -> str:
    return values.check_code(values.read_free_code(raw), MAX_SOURCE)


def _readers(table: Sequence[Member]) -> Readers:
    return {m.name: None if _is_kept_as_read(m) else values.reader_for(m) for m in table}


def _is_kept_as_read(member: Member) -> bool:
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
AMOUNTS: Final = frozenset(_AMOUNT_READERS)
# Numbers of at most 15 digits, bare or in strings, without a point that may separate thousands.
_PLAIN_NUMBER: Final = (
    rb"-?(?:(?:0|[1-9][0-9]{0,8})(?:,[0-9]{1,6}|\.(?:[0-9]{1,2}|[0-9]{4,6}))?"
    rb"|(?:0|[1-9][0-9]{0,6})[,.][0-9]{7,8})"
)
_PLAIN_NUMBERS: Final = re.compile(
    rb'(?:"%b"|%b)(?:\n(?:"%b"|%b))*' % ((_PLAIN_NUMBER,) * 4)
).fullmatch


def read(found: dict[str | None, Raw], loose: Sequence[tuple[str, Reader]]) -> None:
    """Convert the values of these members to our spelling. Raises BadValue or Odd."""
    for name, reader in loose:
        _set_value(found, name, _spelled(reader, bytes(found[name])))


def read_amounts(parts: Sequence[dict[str | None, Raw]], names: Sequence[Sequence[str]]) -> None:
    """Convert the values of these amounts of each part to our spelling. Raises BadValue or Odd."""
    raws = [found[name] for found, some in zip(parts, names, strict=True) for name in some]
    text = encode_lines(raws)[:-1]
    if _PLAIN_NUMBERS(text):  # one match in C, since a document may have fifty amounts
        spelled = map(Raw, text.replace(b",", b".").replace(b'"', b"").split(b"\n"))
        for found, some in zip(parts, names, strict=True):
            found.update(zip(some, spelled, strict=False))
        return
    for found, some in zip(parts, names, strict=True):
        for name in some:
            raw = bytes(found[name])
            if raw[0] not in _NUMBER_BEGINS:
                _set_value(found, name, spelled_amount(name, raw))


def spelled_amount(name: str, raw: bytes) -> Raw | None:
    """Return the amount in our spelling; None if there is no value.

    Raises BadValue, or Odd if a double is too coarse for it.
    """
    return _spelled(_AMOUNT_READERS[name], raw)


def _set_value(found: dict[str | None, Raw], name: str, spelled: Raw | None) -> None:
    if spelled is None:
        del found[name]
    else:
        found[name] = spelled


def _spelled(reader: Reader, raw: bytes) -> Raw | None:
    # Only short values are cached: the blanks around a code may take a megabyte.
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
