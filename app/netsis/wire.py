"""Structs into which msgspec decodes a document, and the document in our spelling.

They are made from the domain's structs and have the order of our files, so they encode to our
spelling. In the complete ones an amount is a float: its shortest text is the canonical form of
every amount of up to 15 digits (but see `may_hold_odd_numbers`). In those for columns an amount is
its bytes, which the database stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from datetime import date
from decimal import Decimal
from functools import lru_cache
from string import ascii_uppercase
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta, Raw

from app.domain.amounts import INTEGER_DIGITS, PLACES
from app.domain.invoice import (
    DocumentType,
    Extra,
    Invoice,
    InvoiceHeader,
    InvoiceLine,
    Member,
    inside,
    members,
)
from app.domain.numbers import MAX_SOURCE

_ABSENT: Final = Raw()
_UNSET: Final = b'"\\u0000"'
_BEYOND: Final = 10.0**INTEGER_DIGITS  # not an amount any more; as a float it may have an exponent
_Amount: Final = Annotated[float, Meta(gt=-_BEYOND, lt=_BEYOND)]

Case: TypeAlias = Callable[[str], str]
"""Converts a member's name to some case; `str` keeps ours."""

_DAYS: Final = [m.attribute for m in members(InvoiceHeader) if m.kind is date]
_LINE_DAYS: Final = [m.attribute for m in members(InvoiceLine) if m.kind is date]


class Odd(Exception):
    """The document needs the tolerant parser."""


class Spelled(NamedTuple):
    """A document in our spelling, as a whole and in parts."""

    series: str | None
    document_type: DocumentType
    header: Any
    """An instance of `Header`."""
    lines: list[Any]
    """An instance of `Line` for each line."""
    unknown: bytes
    """The members beside FatUst and Kalems that we do not model: `,"Name":…`."""
    header_known: bytes
    """The header's known members, without the brace that ends it: `{"Tip":0,…`."""
    header_unknown: bytes
    """The header's unknown members: `,"Name":…`."""
    lines_raw: bytes
    pieces: list[bytes]
    """The JSON of each line, without its braces."""
    plain: bytes
    """The document's JSON with unknown members in plain form (see `fingerprint`)."""
    header_at: int
    """The offset of the header in `plain`."""

    def plain_with(self, header: Any) -> bytes:
        """Return `plain` with other known members in its header."""
        end = self.header_at + len(self.header_known)
        return b"".join((self.plain[: self.header_at], encode(header)[:-1], self.plain[end:]))

    def invoice(self) -> Invoice:
        """Convert the document to the domain's structs, with amounts as Decimals."""
        header = _decode_exact_header(encode(self.header))
        lines = _decode_exact_lines(encode(self.lines))
        for part, names in ((header, _DAYS), *((line, _LINE_DAYS) for line in lines)):
            for name in names:
                if day := getattr(part, name):
                    setattr(part, name, date.fromisoformat(day[:10]))
        header.extra = _extra(self.header_unknown)
        for line, spelled, piece in zip(lines, self.lines, self.pieces, strict=True):
            line.extra = _extra(piece[len(encode(spelled)) - 2 :])
        return Invoice(
            series=self.series,
            document_type=self.document_type,
            header=header,
            lines=lines,
            extra=_extra(self.unknown),
        )


def _wire(
    name: str,
    table: Sequence[Member],
    amount: Any,
    *more: tuple[Any, ...],
    base: type[msgspec.Struct] = msgspec.Struct,
    case: Case = str,
    loose: Set[str] = frozenset(),
) -> Any:
    fields: list[Any] = [
        (attribute, Raw if attribute in loose else kind, default)
        for attribute, kind, default in more
    ]
    for member in table:
        kind, default = _wire_type(member, amount), None
        if member.attribute in loose:
            kind = Raw
        elif member.kind is Decimal and amount is Raw:
            kind, default = Raw, _ABSENT
        fields.append(
            (member.attribute, kind) if is_required(member) else (member.attribute, kind, default)
        )
    names = {"Tip": case("Tip"), **{m.attribute: case(m.name) for m in table}}
    return msgspec.defstruct(
        name, fields, bases=(base,), kw_only=True, omit_defaults=True, rename=names, gc=False
    )


def is_required(member: Member) -> bool:
    """Return whether an object must have the member; an absent total is computed."""
    return member.required and member.attribute != "grand_total"


def _wire_type(member: Member, amount: Any) -> Any:
    kind: Any = {Decimal: amount, date: str}.get(member.kind, member.kind)
    if member.attribute == "number":  # an empty or too long number is replaced
        kind = Annotated[str, Meta(max_length=MAX_SOURCE)]
    elif member.kind is str:
        kind = Annotated[str, Meta(min_length=member.min_length, max_length=member.max_length)]
    elif member.kind is int and (member.low or member.high):
        kind = Annotated[int, Meta(ge=member.low, le=member.high)]
    return kind if is_required(member) else kind | None


def _extra(unknown: bytes) -> Extra:
    """Parse the members in `,"Name":…`, keeping their spelling."""
    return decode_object(b"{%b}" % unknown[1:]) if unknown else {}


class Top(msgspec.Struct, kw_only=True, gc=False):
    """A document with FatUst and Kalems not decoded yet."""

    Seri: Annotated[str, Meta(max_length=15)] | None = None
    FaturaTip: DocumentType
    KalemAdedi: int
    FatUst: Raw
    Kalems: Raw


_TYPE: Final = ("Tip", DocumentType | None, None)
_Header = _wire("_Header", members(InvoiceHeader), _Amount, _TYPE)
_HeaderColumns = _wire("_HeaderColumns", inside(InvoiceHeader), Raw, _TYPE)
_Line: Any = _wire("_Line", members(InvoiceLine), _Amount)
_ExactHeader = _wire("_ExactHeader", members(InvoiceHeader), Decimal, base=InvoiceHeader)
_ExactLine: Any = _wire("_ExactLine", members(InvoiceLine), Decimal, base=InvoiceLine)
_LineColumns: Any = _wire("_LineColumns", inside(InvoiceLine), Raw)


decode_top = msgspec.json.Decoder(Top).decode
decode_header = msgspec.json.Decoder(_Header).decode
decode_header_columns = msgspec.json.Decoder(_HeaderColumns).decode
decode_lines = msgspec.json.Decoder(list[_Line]).decode
decode_line_columns = msgspec.json.Decoder(list[_LineColumns]).decode
decode_object = msgspec.json.Decoder(dict[str, Raw]).decode
decode_objects = msgspec.json.Decoder(list[dict[str, Raw]]).decode
_decode_exact_header = msgspec.json.Decoder(_ExactHeader).decode
_decode_exact_lines = msgspec.json.Decoder(list[_ExactLine]).decode
encode = msgspec.json.Encoder().encode
encode_lines = msgspec.json.Encoder().encode_lines


_CAPITALS_OR_END: Final = frozenset((*ascii_uppercase, ""))


def _first_small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _camel(name: str) -> str:
    """Return a name in the camel case of .NET serialisers: `fatirS_NO`, `sTra_BF`, `koD1`."""
    end = 0
    while name[end : end + 1].isupper() and (end == 0 or name[end + 1 :][:1] in _CAPITALS_OR_END):
        end += 1
    return name[:end].lower() + name[end:]


CASES: Final[tuple[Case, ...]] = (str, _camel, _first_small, str.lower, str.upper)

# A struct decoded from another case, or with members as bytes, becomes an instance of ours by
# changing its class: both have the same fields in the same order. `msgspec.convert` would add 13 µs
# to the 110 µs of a document.


def decode_cased_header(raw: bytes, case: Case, loose: frozenset[str]) -> Any:
    """Decode a header whose names are in this case; `loose` members become the bytes of JSON."""
    if case is str and not loose:
        return decode_header(raw)
    header = _header_decoder(case, loose)(raw)
    header.__class__ = _Header
    return header


def decode_cased_lines(raw: bytes, case: Case, loose: frozenset[str]) -> list[Any]:
    """Decode lines whose names are in this case; `loose` members become the bytes of JSON."""
    if case is str and not loose:
        return decode_lines(raw)
    lines = _lines_decoder(case, loose)(raw)
    for line in lines:
        line.__class__ = _Line
    return lines


@lru_cache(64)
def _header_decoder(case: Case, loose: frozenset[str]) -> Callable[[bytes], Any]:
    kind = _wire("_CasedHeader", members(InvoiceHeader), _Amount, _TYPE, case=case, loose=loose)
    return msgspec.json.Decoder(kind).decode


@lru_cache(64)
def _lines_decoder(case: Case, loose: frozenset[str]) -> Callable[[bytes], list[Any]]:
    kind: Any = _wire("_CasedLine", members(InvoiceLine), _Amount, case=case, loose=loose)
    return msgspec.json.Decoder(list[kind]).decode


# A pattern that begins with a literal takes half the time of `in` on bytes.
_may_have_exponent = re.compile(rb"e-[0-9]").search
_has_exponent = re.compile(rb"[0-9]e-").search
_has_many_decimals = re.compile(rb"\.[0-9]{%d}" % (PLACES + 1)).search
_has_negative_zero = re.compile(rb":-0\.0[,}]").search


def may_hold_odd_numbers(raw: bytes) -> bool:
    """Return whether floats may hide an exponent, -0.0 or too many decimals."""
    return (
        _has_many_decimals(raw) is not None
        or (_may_have_exponent(raw) is not None and _has_exponent(raw) is not None)
        or _has_negative_zero(raw) is not None
    )


def without_unset(raw: bytes) -> bytes:
    """Return JSON with null in place of unset chars, at all depths. Raises Odd."""
    if b"\\" not in raw or _UNSET not in raw:
        return raw
    if b"\\" + _UNSET in raw:
        raise Odd  # it is the end of a longer string
    return raw.replace(_UNSET, b"null")


@lru_cache(maxsize=1024)
def beginning(series: str | None, document_type: DocumentType, count: int) -> bytes:
    """Return a document's JSON up to its unknown members: `{"Seri":"A","FaturaTip":0,…`."""
    seri = b"" if series is None else b'"Seri":%b,' % encode(series)
    return b'{%b"FaturaTip":%d,"KalemAdedi":%d' % (seri, document_type, count)
