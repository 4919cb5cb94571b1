"""Fast parser: makes the record of a document that is spelled exactly as we write it, in C.

msgspec decodes it into structs whose fields have the order of our files, and encodes them again.
Where the bytes are the same, nothing was lost: no repeated key, no key in another case or order,
no blank, no number in another form. What follows them in an object are members that we do not
model. In every other case the tolerant parser decides; a property proves that the two agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import msgspec
from msgspec import Meta, Raw

from app.domain import dates
from app.domain.amounts import INTEGER_DIGITS, PLACES, RATE_PLACES
from app.domain.codes import find_foreign, find_invisible, normalized
from app.domain.fingerprint import digest, plain_extra
from app.domain.invoice import (
    MAX_LINES,
    DocumentType,
    Extra,
    InvoiceHeader,
    InvoiceLine,
    Member,
    inside,
    members,
    outside,
)
from app.domain.netsis_json import join, spell_extra
from app.domain.numbers import contradict
from app.domain.quick_sums import KNOWN_RATES, adds_up
from app.domain.reasons import DocumentError
from app.domain.record import Record, RecordLine, Summary, currency_total, sealed
from app.netsis.tolerant.strictness import MAX_VALUES, MAX_VALUES_OF_PART, is_clean, refuse_many

T = TypeVar("T")

_UNSET = Raw()
_BEYOND: Final = 10.0**INTEGER_DIGITS  # and above: no amount; a float may then have an exponent
_Amount: Final = Annotated[float, Meta(gt=-_BEYOND, lt=_BEYOND)]


class _Odd(Exception):
    """The document needs the tolerant parser."""


# Wire structs, made from the domain's. In the complete ones an amount is a float: where it is
# encoded as it was spelled, it is in canonical form (except for `_may_hold_odd_numbers`). In those
# of columns an amount is its bytes, which the database keeps.


def _wire(name: str, table: Sequence[Member], amount: Any, *more: tuple[str, type]) -> Any:
    fields: list[Any] = list(more)
    for member in table:
        default = () if member.required else (_UNSET if _is_raw(member, amount) else None,)
        fields.append((member.attribute, _wire_type(member, amount), *default))
    names = {member.attribute: member.name for member in table}
    return msgspec.defstruct(name, fields, kw_only=True, omit_defaults=True, rename=names, gc=False)


def _is_raw(member: Member, amount: Any) -> bool:
    return member.kind is Decimal and amount is Raw


def _wire_type(member: Member, amount: Any) -> Any:
    if _is_raw(member, amount):
        return Raw
    kind: Any = {Decimal: amount, date: str}.get(member.kind, member.kind)
    if member.kind is str:
        kind = Annotated[str, Meta(min_length=member.min_length, max_length=member.max_length)]
    elif member.kind is int and (member.low or member.high):
        kind = Annotated[int, Meta(ge=member.low, le=member.high)]
    return kind if member.required else kind | None


class _Top(msgspec.Struct, kw_only=True, gc=False):
    Seri: Annotated[str, Meta(max_length=15)] | None = None
    FaturaTip: DocumentType
    KalemAdedi: int
    FatUst: Raw
    Kalems: Raw


_TYPE: Final = ("Tip", DocumentType)
_Header = _wire("_Header", members(InvoiceHeader), _Amount, _TYPE)
_HeaderColumns = _wire("_HeaderColumns", inside(InvoiceHeader), Raw, _TYPE)
_Line: Any = _wire("_Line", members(InvoiceLine), _Amount)
_LineColumns: Any = _wire("_LineColumns", inside(InvoiceLine), Raw)

_decode_top = msgspec.json.Decoder(_Top).decode
_decode_header = msgspec.json.Decoder(_Header).decode
_decode_header_columns = msgspec.json.Decoder(_HeaderColumns).decode
_decode_line = msgspec.json.Decoder(_Line).decode
_decode_lines = msgspec.json.Decoder(list[_Line]).decode
_decode_line_columns = msgspec.json.Decoder(list[_LineColumns]).decode
_decode_object = msgspec.json.Decoder(dict[str, Raw]).decode
_encode = msgspec.json.Encoder().encode

_has_many_decimals = re.compile(rb"\.[0-9]{%d}" % (PLACES + 1)).search
_has_exponent = re.compile(rb"[0-9]e-").search
_LAST_COLUMN: Final = b'"%b":' % inside(InvoiceLine)[-1].name.encode()
_DAYS: Final = tuple(m for m in outside(InvoiceHeader) if m.kind is date)
_LINE_DAYS: Final = tuple(m for m in outside(InvoiceLine) if m.kind is date)
_header_days = attrgetter(*(m.attribute for m in _DAYS))
_line_days = attrgetter(*(m.attribute for m in _LINE_DAYS))
_header_rates = attrgetter(
    *(m.attribute for m in members(InvoiceHeader) if m.places == RATE_PLACES)
)
_CACHED: Final = 512


def fast_record(raw: bytes) -> Record | None:
    """Return the record, or None where the tolerant parser has to decide. Raises nothing."""
    return _quick(raw, _record)


def fast_summary(raw: bytes) -> Summary | None:
    """Return the summary, or None where the tolerant parser has to decide. Raises nothing."""
    return _quick(raw, _summary)


def _quick(raw: bytes, make: Callable[[_Proved], T]) -> T | None:
    try:
        if not is_clean(raw) or _may_hold_odd_numbers(raw):
            return None
        return make(_prove(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, DocumentError, _Odd):
        return None


def _may_hold_odd_numbers(raw: bytes) -> bool:
    """Return whether floats may hide an exponent, -0.0 or too many decimals."""
    return (
        _has_many_decimals(raw) is not None
        or (b"e-" in raw and _has_exponent(raw) is not None)
        or (b":-0.0" in raw and (b":-0.0," in raw or b":-0.0}" in raw))
    )


class _Proved(NamedTuple):
    """A document whose every byte was checked."""

    top: _Top
    header: Any
    lines: list[Any]
    unknown: bytes
    header_raw: bytes
    lines_raw: bytes
    pieces: list[bytes]
    plain: bytes
    """The document's text with the unknown members in plain form (see `fingerprint`)."""


def _prove(raw: bytes) -> _Proved:
    refuse_many(raw, MAX_VALUES)
    top = _decode_top(raw)
    kind, header_raw, lines_raw = top.FaturaTip, bytes(top.FatUst), bytes(top.Kalems)
    begin = _beginning(top.Seri, kind, top.KalemAdedi)
    end = b"".join((b',"FatUst":', header_raw, b',"Kalems":', lines_raw, b"}"))
    if not (raw.startswith(begin) and raw.endswith(end)):
        raise _Odd
    unknown = raw[len(begin) : len(raw) - len(end)]

    header = _decode_header(header_raw)
    header_unknown = _unknown_of(header_raw, header)
    if len(lines_raw) > MAX_LINES and lines_raw.count(b"{") > MAX_LINES:
        raise _Odd  # before anything is made of them
    lines = _decode_lines(lines_raw)
    pieces = lines_raw[2:-2].split(b"},{")
    if not 0 < len(lines) == len(pieces) == top.KalemAdedi or header.Tip is not kind:
        raise _Odd
    line_unknowns = [] if _encode(lines) == lines_raw else list(map(_unknown_of_line, pieces))
    _check(top.Seri, header, lines)
    if not adds_up(header, lines, kind.line_code):
        raise _Odd
    if unknown or header_unknown or line_unknowns:
        raw.decode()  # unknown members were not decoded yet
        raw = _plain_text(begin, unknown, header_raw, header_unknown, pieces, line_unknowns)
    return _Proved(top, header, lines, unknown, header_raw, lines_raw, pieces, raw)


def _record(proved: _Proved) -> Record:
    top, header_raw = proved.top, proved.header_raw
    header = _decode_header_columns(header_raw)
    record = Record(
        document_type=top.FaturaTip,
        series=top.Seri,
        branch=header.branch,
        number=header.number,
        account_code=header.account_code,
        document_date=_document_day(header.document_date),
        kind=header.kind,
        gross_total=_text(header.gross_total),
        vat_total=_text(header.vat_total),
        grand_total=str(header.grand_total, "ascii"),
        currency=header.currency,
        salesman=header.salesman,
        project=header.project,
        extra=_object(proved.unknown),
        header_extra=_object(header_raw[len(_encode(header)) - 1 : -1]),
        lines=_record_lines(_decode_line_columns(proved.lines_raw), proved.pieces),
        fingerprint=digest(proved.plain),
        warnings=[],
        gib_number=proved.header.gib_number,
    )
    return sealed(record)


def _summary(proved: _Proved) -> Summary:
    top, header = proved.top, proved.header
    return Summary(
        top.FaturaTip,
        top.Seri,
        header.branch or 0,
        header.number,
        _document_day(header.document_date),
        header.account_code,
        _encode(header.grand_total).decode(),
        header.currency,
        currency_total(header.currency, proved.header_raw),
        [line.stock_code for line in proved.lines],
        digest(proved.plain),
        [],
        header.gib_number,
    )


@lru_cache(maxsize=1024)
def _beginning(series: str | None, kind: DocumentType, count: int) -> bytes:
    seri = b"" if series is None else b'"Seri":%b,' % _encode(series)
    return b'{%b"FaturaTip":%d,"KalemAdedi":%d' % (seri, kind, count)


def _unknown_of(raw: bytes, known: Any) -> bytes:
    """Return the text of the members that follow the known ones in an object: `,"Name":…`."""
    begin = _encode(known)[:-1]
    if not raw.startswith(begin):
        raise _Odd
    return raw[len(begin) : -1]


def _unknown_of_line(piece: bytes) -> bytes:
    raw = b"{%b}" % piece
    return _unknown_of(raw, _decode_line(raw))


def _check(series: str | None, header: Any, lines: list[Any]) -> None:
    """Check what the structs do not: codes, days, unknown rates. Raises _Odd."""
    codes = [header.number, header.account_code, *[line.stock_code for line in lines]]
    names = [series or "", header.gib_number or ""]
    joined = "".join(codes + names)
    # No string has a control character, so an ASCII code can have nothing odd but a blank.
    suspect = not joined.isascii() or " " in joined
    if suspect and not (all(map(_is_trimmed, codes)) and all(map(_is_plain, codes + names))):
        raise _Odd
    if header.gib_number and contradict(header.number, header.gib_number):
        raise _Odd
    for day in _header_days(header):
        if day is not None:
            _iso_day(day)
    if not KNOWN_RATES.issuperset(_header_rates(header)):
        raise _Odd
    for line in lines:
        for day in _line_days(line):
            if day is not None:
                _iso_day(day)


def _is_trimmed(code: str) -> bool:
    return code == code.strip()


def _is_plain(code: str) -> bool:
    """Return whether a code is stored as it is spelled, without a warning."""
    return find_invisible(code) is None and normalized(code) == code and not find_foreign(code)


@lru_cache(maxsize=8192)
def _iso_day(text: str) -> str:
    """Return `2024-03-15` for `2024-03-15 00:00:00`. Raises _Odd for every other spelling."""
    try:
        day = dates.parse_file_date(text)
    except ValueError:
        raise _Odd from None
    if dates.file_text(day) != text or day in dates.UNSET:
        raise _Odd
    return day.isoformat()


@lru_cache(maxsize=8192)
def _document_day(text: str) -> str:
    day = _iso_day(text)
    if not dates.FIRST_YEAR <= int(day[:4]) <= dates.LAST_YEAR:
        raise _Odd
    return day


# Unknown members: kept as spelled, and in plain form in the fingerprint.


def _plain_text(
    begin: bytes,
    unknown: bytes,
    header: bytes,
    header_unknown: bytes,
    lines: list[bytes],
    line_unknowns: list[bytes],
) -> bytes:
    """Return the document as we would write it, its unknown members plain (see `fingerprint`)."""
    known = header[: len(header) - 1 - len(header_unknown)]
    if line_unknowns:
        lines = [
            line[: len(line) - len(more)] + _plain_unknown(more, _LINE_NAMES)
            for line, more in zip(lines, line_unknowns, strict=True)
        ]
    return b"".join(
        (
            begin, _plain_unknown(unknown, _TOP_NAMES),
            b',"FatUst":', known, _plain_unknown(header_unknown, _HEADER_NAMES),
            b'},"Kalems":[{', b"},{".join(lines), b"}]}",
        )
    )  # fmt: skip


def _plain_unknown(text: bytes, known: frozenset[str]) -> bytes:
    """Return `,"Name":value…` with plain names and values; short ones are cached.

    Raises _Odd where one of them is a known name in another case, a name is repeated, or a value
    is an object or an array.
    """
    if not text:
        return text
    return (_plain_short if len(text) < _CACHED else _plain_members)(text, known)


def _plain_members(text: bytes, known: frozenset[str]) -> bytes:
    if text.count(b",") > MAX_VALUES_OF_PART // 2:
        raise _Odd  # there may be too many, those that we model included
    extra: Extra = _decode_object(b"{%b}" % text[1:])
    if (
        text != b"," + join(spell_extra(extra))[1:-1]
        or not known.isdisjoint(name.lower() for name in extra)
        or any(bytes(value).startswith((b"{", b"[")) for value in extra.values())
    ):
        raise _Odd
    return b"," + join(spell_extra(plain_extra(extra)))[1:-1]


_plain_short = lru_cache(maxsize=8192)(_plain_members)


def _names(struct: type[InvoiceHeader] | type[InvoiceLine], *more: str) -> frozenset[str]:
    return frozenset((*(member.name.lower() for member in members(struct)), *more))


_TOP_NAMES: Final = frozenset(("seri", "faturatip", "kalemadedi", "fatust", "kalems"))
_HEADER_NAMES: Final = _names(InvoiceHeader, "tip")
_LINE_NAMES: Final = _names(InvoiceLine)


def _record_lines(lines: list[Any], pieces: list[bytes]) -> list[RecordLine]:
    # One loop: a call for each line would add a tenth to its cost.
    found = []
    for line, piece in zip(lines, pieces, strict=True):
        if line.vat_rate:
            end = piece.find(b",", piece.find(_LAST_COLUMN))
            extra = piece[end:] if end > 0 else b""
        else:
            extra = piece[len(_encode(line)) - 2 :]
        found.append(
            RecordLine(
                line.order,
                line.stock_code,
                str(line.quantity, "ascii"),
                line.unit,
                str(line.gross_price, "ascii") or None,
                str(line.net_price, "ascii") or None,
                str(line.vat_rate, "ascii") or None,
                f"{{{extra[1:].decode()}}}" if extra else None,
            )
        )
    return found


def _text(amount: Raw) -> str | None:
    return str(amount, "ascii") or None


def _object(tail: bytes) -> str | None:
    return f"{{{tail[1:].decode()}}}" if tail else None
