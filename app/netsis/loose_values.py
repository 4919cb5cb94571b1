"""Values that a struct refuses: numbers in strings, names instead of codes, 0 for false, blanks.

A member whose value was refused once is decoded as the bytes of its JSON from then on, in all
objects of its kind, and the tolerant parser's function reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw

from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, members
from app.domain.numbers import MAX_SOURCE
from app.netsis.tolerant import values
from app.netsis.tolerant.values import Reader
from app.netsis.wire import Odd, is_required

_SHORT: Final = 128
_EXACT_DIGITS: Final = 15  # of a decimal that a double represents without loss

# Numbers of at most 15 digits, bare or in strings, without a point that may separate thousands.
_PLAIN_NUMBER: Final = (
    rb"-?(?:(?:0|[1-9][0-9]{0,8})(?:,[0-9]{1,6}|\.(?:[0-9]{1,2}|[0-9]{4,6}))?"
    rb"|(?:0|[1-9][0-9]{0,6})[,.][0-9]{7,8})"
)
_PLAIN_VALUE: Final = rb'(?:"%b"|%b)' % (_PLAIN_NUMBER, _PLAIN_NUMBER)
_PLAIN_NUMBERS: Final = re.compile(rb"%b(?:\n%b)*" % (_PLAIN_VALUE, _PLAIN_VALUE)).fullmatch
_TO_JSON: Final = bytes.maketrans(b",\n", b".,")
_decode_floats: Final = msgspec.json.Decoder(list[float]).decode


class _Loose(NamedTuple):
    """A member with the function that reads its value if a struct refuses it."""

    attribute: str
    read: Reader
    is_amount: bool
    is_required: bool


class LooseMembers:
    """The members of one kind of object whose values a struct has refused."""

    def __init__(self, readable: dict[str, _Loose]) -> None:
        """`readable`: JSON name in lower case → member."""
        self._readable = readable
        self.attributes: frozenset[str] = frozenset()
        """The attributes of these members, whose values structs leave as the bytes of JSON."""
        self._amounts = [one for one in readable.values() if one.is_amount]
        self._amount_names = [one.attribute for one in self._amounts]
        self._amounts_of: Callable[[Any], tuple[Raw | None, ...]] = attrgetter(*self._amount_names)
        self._reads_amounts = False
        self._others: list[_Loose] = []

    def refuse(self, name: str) -> None:
        """Add the member with this JSON name, in any case; with an amount, all amounts.

        Its reader does not change values that a struct accepts. Raises Odd if it was refused
        before, or is text or a day, which are not read here.
        """
        found = self._readable.get(name.lower())
        if not found or found.attribute in self.attributes:
            raise Odd
        self._reads_amounts |= found.is_amount
        added = self._amounts if found.is_amount else [found]
        if not found.is_amount:
            self._others.append(found)
        self.attributes |= {one.attribute for one in added}

    def read(self, parts: Sequence[Any]) -> int:
        """Replace the bytes in these objects by values; return how many mean that there is none.

        Raises BadValue, or Odd if a double is too coarse or a required value is absent.
        """
        absent = self._read_amounts(parts) if self._reads_amounts else 0
        for part in parts:
            for member in self._others:
                raw = getattr(part, member.attribute)
                if raw is not None:
                    absent += _set(part, member, raw)
        return absent

    def _read_amounts(self, parts: Sequence[Any]) -> int:
        found = list(map(self._amounts_of, parts))
        text = b"\n".join([raw for raws in found for raw in raws if raw is not None])
        if not _PLAIN_NUMBERS(text):
            return sum(map(self._set_amounts, parts, found))
        # One match and one call in C, since a document may have fifty amounts.
        values = iter(_decode_floats(b"[%b]" % text.translate(_TO_JSON, b'"')))
        names = self._amount_names
        for part, raws in zip(parts, found, strict=True):
            for name, raw in zip(names, raws, strict=True):
                if raw is not None:
                    setattr(part, name, next(values))
        return 0

    def _set_amounts(self, part: Any, raws: Sequence[Raw | None]) -> int:
        pairs = zip(self._amounts, raws, strict=True)
        return sum([_set(part, member, raw) for member, raw in pairs if raw is not None])


def _set(part: Any, member: _Loose, raw: Raw) -> bool:
    """Set a value from JSON; return whether there is none. Raises Odd if there has to be one."""
    value = _value(member.read, bytes(raw))
    if value is None and member.is_required:
        raise Odd
    setattr(part, member.attribute, value)
    return value is None


def amount(attribute: str, raw: bytes) -> float | None:
    """Return the value of an amount on a line; None if there is none.

    Raises BadValue, or Odd if a double is too coarse for it.
    """
    value: float | None = _value(_LINE_AMOUNTS[attribute], raw)
    return value


def _value(read: Reader, raw: bytes) -> Any:
    # Only short values are cached: the blanks around a code may take a megabyte.
    return (_value_of_short if len(raw) < _SHORT else _value_anew)(read, raw)


def _value_anew(read: Reader, raw: bytes) -> Any:
    if raw in values.ABSENT:
        return None
    values.refuse_controls(raw)
    value = read(raw)
    if not isinstance(value, Decimal):
        return value
    if len(value.as_tuple().digits) > _EXACT_DIGITS:
        raise Odd
    return float(value) + 0.0  # never -0.0


_value_of_short = lru_cache(8192)(_value_anew)


def _read_number(raw: bytes) -> str:
    return values.check_code(values.read_free_code(raw), MAX_SOURCE)


def _readable(table: Sequence[Member]) -> dict[str, _Loose]:
    return {
        m.name.lower(): _Loose(m.attribute, values.reader_for(m), m.kind is Decimal, is_required(m))
        for m in table
        if not _is_kept_as_read(m)
    }


def _is_kept_as_read(member: Member) -> bool:
    if member.kind is str:
        return not member.min_length and member.attribute != "gib_number"
    return member.kind is date


_HEADER: Final = {
    **_readable(members(InvoiceHeader)),
    "tip": _Loose("Tip", values.read_document_type, is_amount=False, is_required=False),
    "fatirs_no": _Loose("number", _read_number, is_amount=False, is_required=False),
}
_LINE: Final = _readable(members(InvoiceLine))
_LINE_AMOUNTS: Final = {one.attribute: one.read for one in _LINE.values() if one.is_amount}


def of_headers() -> LooseMembers:
    """Return the members of a header, none refused yet."""
    return LooseMembers(_HEADER)


def of_lines() -> LooseMembers:
    """Return the members of a line, none refused yet."""
    return LooseMembers(_LINE)


HEADER: Final = of_headers()
LINE: Final = of_lines()
