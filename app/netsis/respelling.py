"""Convert a document in any JSON spelling to ours, in C.

msgspec decodes it into structs, which encode the members that we model in our spelling; the bytes
of the other members follow. The keys of the JSON are counted, so that no key can be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw

from app.domain import dates
from app.domain.amounts import MAX_SPELLING, PLACES
from app.domain.codes import normalized
from app.domain.invoice import MAX_LINES, DocumentType, InvoiceHeader, InvoiceLine, members
from app.domain.numbers import WIDTH, is_gib_number, narrow_gib_number
from app.netsis import loose_values, shapes
from app.netsis.json_stream import BLANKS
from app.netsis.loose_values import LooseMembers
from app.netsis.shapes import Shape
from app.netsis.tolerant import values
from app.netsis.tolerant.strictness import KEY_END, MAX_VALUES_OF_PART
from app.netsis.tolerant.values import Reader
from app.netsis.unknown_members import Unknown, unknown_members
from app.netsis.wire import (
    CASES,
    Case,
    Odd,
    Spelled,
    beginning,
    decode_cased_header,
    decode_cased_lines,
    decode_object,
    decode_objects,
    encode,
    may_hold_odd_numbers,
    without_unset,
)

# A double represents a decimal of 15 digits without loss; the point may be among them.
_DIGITS: Final = bytes.maketrans(b"123456789.+-E", b"000000000000e")
_LONG: Final = (b"0" * 16, b"0e0000")
_HOSTILE: Final = b"0" * MAX_SPELLING
_long_number: Final = re.compile(rb":[ \t\r\n]*-?(?:[0-9.+-]{16}|[0-9.]+[eE])").search
_hostile_number: Final = re.compile(
    rb":[ \t\r\n]*-?(?:[0-9.eE+-]{%d}|[0-9.]+[eE][+-]?[0-9]{4})" % MAX_SPELLING
).search
_SURE: Final = 2.0**24
_NEAR: Final = 4e-9
"""Below _SURE the error of a double is under 1e-9, so a value this near to 8 decimals is rounded to
them."""
_refused_name: Final = re.compile(r"\.([A-Za-z0-9_]+)`\Z").search
"""Finds the member in msgspec's message: `… - at `$[0].Isk_Flag``."""
_NO_NUMBER: Final = Raw(b'""')
_NULL: Final = Raw(b"null")

_FEW: Final = 20
"""The number of unknown members above which structs are slow, since they compare each key with all
their fields."""

_has_unknown = attrgetter("unknown.keys")
_case = attrgetter("case")
_currency_price = attrgetter("currency_price")
_DAYS: Final = [m.attribute for m in members(InvoiceHeader) if m.kind is date]
_LINE_DAYS: Final = [m.attribute for m in members(InvoiceLine) if m.kind is date]
_PRICE: Final = next(m.name for m in members(InvoiceLine) if m.attribute == "currency_price")
_AMOUNTS: Final = [m.attribute for m in members(InvoiceHeader) if m.kind is Decimal]
_LINE_AMOUNTS: Final = [
    m.attribute
    for m in members(InvoiceLine)
    if m.kind is Decimal and m.attribute != "currency_price"
]
_header_amounts = attrgetter(*_AMOUNTS)
_line_amounts = attrgetter(*_LINE_AMOUNTS)
_header_days = attrgetter(*_DAYS)
_line_days = attrgetter(*_LINE_DAYS)
_NO_LINE_DAYS: Final = (None,) * len(_LINE_DAYS)
_DAY_LENGTH: Final = 40

_read_series = partial(values.read_optional_code, longest=15)
_read_count = partial(values.read_integer, low=0, high=10**9)


class _Lines(NamedTuple):
    """The lines of a document in our spelling."""

    lines: list[Any]
    text: bytes
    """The known members of the lines, as JSON."""
    unknowns: list[Unknown]
    """The unknown members of each line; empty if no line has any."""


def respelled(raw: bytes) -> Spelled:
    """Return the document in our spelling.

    Raises Odd, DocumentError or an error of msgspec if the tolerant parser has to decide.
    """
    if len(raw) > MAX_VALUES_OF_PART:
        _refuse_large(raw)
    top = decode_object(raw)
    shape = shapes.TOP.shape(tuple(top))
    known = shape.known(top)
    header_raw, lines_raw = bytes(known["FatUst"]), bytes(known["Kalems"])
    header_members = decode_object(header_raw)
    header_shape = shapes.HEADER.shape(tuple(header_members))
    unknown = unknown_members(shape, top)
    header_unknown = unknown_members(header_shape, header_members)
    digits = raw.translate(_DIGITS, BLANKS)  # once, as it costs as much as decoding the header
    keys = digits.count(KEY_END)
    keys -= len(top) + len(header_members) + unknown.keys + header_unknown.keys

    is_noisy = _has_long_number(raw, digits)
    header = _header(header_raw, header_shape, header_members)
    if is_noisy:
        _round(header, _AMOUNTS, _header_amounts(header))
    found = _lines(lines_raw, keys, _case_of_lines(header_shape.case), is_noisy=is_noisy)
    series, header.Tip = _top(known, header.Tip, len(found.lines))
    _respell_header_codes(header)
    _respell_days(header, _DAYS, _header_days(header))
    if header.document_date is None:
        raise Odd
    begin = beginning(series, header.Tip, len(found.lines))
    return _spelled(series, header, found, begin, unknown, header_unknown)


def _case_of_lines(case: Case | None) -> Case | None:
    """Return the case that lines probably have beside a header in this one."""
    return case if case in CASES else shapes.LINE.learnt_case


def _refuse_large(raw: bytes) -> None:
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_VALUES_OF_PART:
        raise Odd


def _has_long_number(raw: bytes, digits: bytes) -> bool:
    """Return whether a number has too many digits for a double. Raises Odd at far too many.

    `digits` is the same JSON translated by `_DIGITS`, with or without blanks.
    """
    if not (_LONG[0] in digits or _LONG[1] in digits):
        return False
    if not _long_number(raw):
        return False  # the digits are in a string: an IBAN, a UUID
    if (_HOSTILE in digits or _LONG[1] in digits) and _hostile_number(raw):
        raise Odd
    return True


def _round_lines(lines: Sequence[Any], raw: bytes) -> None:
    """Round the amounts to the decimals that we store. Raises Odd if a double is too coarse.

    Programs that compute in doubles write 12.600000000000001.
    """
    _read_prices(lines, raw)
    for line in lines:
        _round(line, _LINE_AMOUNTS, _line_amounts(line))


def _read_prices(lines: Sequence[Any], raw: bytes) -> None:
    """Read the prices in a currency from text, as they may have more decimals than a double."""
    if not any(map(_currency_price, lines)):
        return
    for line, record in zip(lines, decode_objects(raw), strict=True):
        if line.currency_price is not None:
            known = shapes.LINE.shape(tuple(record)).known(record)
            line.currency_price = loose_values.amount("currency_price", bytes(known[_PRICE]))


def _round(part: Any, names: Sequence[str], amounts: Sequence[float | None]) -> None:
    for name, amount in zip(names, amounts, strict=True):
        if amount is None:
            continue
        rounded = (amount * 10_000 + 0.5) // 1 / 10_000  # enough for most, in a tenth of the time
        if not (-_SURE < amount < _SURE and -_NEAR < rounded - amount < _NEAR):
            rounded = _rounded_amount(amount)
        if rounded != amount:
            setattr(part, name, rounded)


@lru_cache(8192)
def _rounded_amount(amount: float) -> float:
    """Return an amount with the decimals that we store. Raises Odd if a double is too coarse."""
    rounded = round(amount, PLACES)
    if not (-_SURE < amount < _SURE and -_NEAR < rounded - amount < _NEAR):
        raise Odd
    return rounded


def _top(
    known: dict[str | None, Raw], tip: DocumentType | None, count: int
) -> tuple[str | None, DocumentType]:
    """Return series and type; the stated number of lines has to equal `count`."""
    document_type = _read(values.read_document_type, bytes(known.get("FaturaTip", _NULL)))
    if document_type is None:
        document_type = tip
    stated = _read(_read_count, bytes(known.get("KalemAdedi", _NULL)))
    if stated not in (None, 0, count) or document_type is None or tip not in (None, document_type):
        raise Odd
    return _read(_read_series, bytes(known.get("Seri", _NULL))), document_type


@lru_cache(4096)
def _read(read: Reader, raw: bytes) -> Any:
    """Parse a value with the tolerant parser's function. Raises BadValue."""
    if raw in values.ABSENT:
        return None
    values.refuse_controls(raw)
    return read(raw)


def _header(raw: bytes, shape: Shape, record: dict[str, Raw]) -> Any:
    case = shape.case
    if not case or len(shape.unknown.keys) >= _FEW or "FATIRS_NO" not in shape.names:
        known = shape.known(record)
        known.setdefault("FATIRS_NO", _NO_NUMBER)  # the import assigns a number
        raw, case = encode(known), str
    header = _decoded(decode_cased_header, raw, case, loose_values.HEADER)
    loose_values.HEADER.read([header])
    header.number = header.number or ""
    return header


def _decoded(
    decode: Callable[[bytes, Case, frozenset[str]], Any],
    raw: bytes,
    case: Case,
    loose: LooseMembers,
) -> Any:
    """Decode into structs; a member whose value they refuse stays bytes. Raises Odd."""
    raw = without_unset(raw)
    while True:
        try:
            return decode(raw, case, loose.attributes)
        except msgspec.ValidationError as error:
            found = _refused_name(str(error))
            if not found:
                raise Odd from None
            loose.refuse(found[1])


def _respell_header_codes(header: Any) -> None:
    """Strip the codes and keep a GİB number in FATIRS_NO, as the tolerant parser does."""
    header.account_code = _stored_code(header.account_code)
    if header.number:
        header.number = _stored_code(header.number)
    if header.gib_number:
        header.gib_number = _stored_code(header.gib_number)
    if len(header.number) > WIDTH and is_gib_number(header.number):
        header.gib_number = header.gib_number or header.number
        header.number = narrow_gib_number(header.number)


def _lines(raw: bytes, keys: int, case: Case | None, *, is_noisy: bool) -> _Lines:
    """Return the lines; `keys` counts the keys in Kalems, `case` is their common case or None.

    If the structs yield the same number of keys, none was unknown, null or repeated. Otherwise the
    keys of each line are examined. `is_noisy` tells whether a number has too many digits for a
    double. Raises Odd if a key is repeated.
    """
    if len(raw) > MAX_LINES and raw.count(b"{") > MAX_LINES:
        raise Odd  # too many to make objects of
    lines = None
    if case:
        try:
            lines = _decoded(decode_cased_lines, raw, case, loose_values.LINE)
        except Odd:
            pass  # they are not in this case
        else:
            absent = _respell_lines(lines, raw, is_noisy=is_noisy)
            text = encode(lines)
            if lines and text.count(KEY_END) == keys - absent and _is_clear(text):
                return _Lines(lines, text, [])
    records = decode_objects(raw)
    found = list(map(shapes.LINE.shape, map(tuple, records)))
    unknowns: list[Unknown] = []
    if any(map(_has_unknown, found)):
        unknowns = list(map(unknown_members, found, records))
    if not records or sum(map(len, records)) + sum([one.keys for one in unknowns]) != keys:
        raise Odd
    if lines and {case}.issuperset(map(_case, found)):
        return _Lines(lines, text, unknowns)
    known = encode(list(map(Shape.known, found, records)))
    lines = _decoded(decode_cased_lines, known, str, loose_values.LINE)
    _respell_lines(lines, raw, is_noisy=is_noisy)
    return _Lines(lines, encode(lines), unknowns)


def _is_clear(text: bytes) -> bool:
    """Return whether no string in this JSON of our spelling looks like the end of a key."""
    return b':":' not in text and (b"\\" not in text or b'\\":' not in text)


def _respell_lines(lines: Sequence[Any], raw: bytes, *, is_noisy: bool) -> int:
    """Convert the values of lines to ours; return how many mean that there is none."""
    absent = loose_values.LINE.read(lines)
    codes = "".join([line.stock_code for line in lines])
    if not codes.isascii() or " " in codes:
        for line in lines:
            line.stock_code = _stored_code(line.stock_code)
    for line in lines:
        if (days := _line_days(line)) != _NO_LINE_DAYS:
            absent += _respell_days(line, _LINE_DAYS, days)
    if is_noisy:
        _round_lines(lines, raw)
    return absent


@lru_cache(8192)
def _stored_code(code: str) -> str:
    """Strip the blanks around a code. Raises Odd if the code may be refused."""
    stored = normalized(code).strip(" ")
    if not stored.isprintable() or not 0 < len(stored) <= len(code):
        raise Odd
    return stored


def _respell_days(part: Any, names: Sequence[str], days: Sequence[str | None]) -> int:
    dropped = 0
    for name, day in zip(names, days, strict=True):
        if day is not None and (spelled := _file_day(day)) != day:
            setattr(part, name, spelled)
            dropped += spelled is None
    return dropped


@lru_cache(8192)
def _file_day(text: str) -> str | None:
    """Return a day as our files spell it; None for no day. Raises BadValue or Odd."""
    if len(text) > _DAY_LENGTH or not text.isprintable():
        raise Odd
    day = values.read_day(encode(text))
    return None if day is None else dates.file_text(day)


def _spelled(
    series: str | None,
    header: Any,
    found: _Lines,
    begin: bytes,
    unknown: Unknown,
    header_unknown: Unknown,
) -> Spelled:
    lines, lines_known, line_unknowns = found
    header_known = encode(header)[:-1]
    if may_hold_odd_numbers(b"%b}%b" % (header_known, lines_known)):
        raise Odd
    known = lines_known[2:-2].split(b"},{")
    if len(known) != len(lines):  # the match is inside a string
        known = [encode(line)[1:-1] for line in lines]
    pieces, plain_pieces, lines_raw = known, known, lines_known
    lines_plain = lines_known[2:-2]
    if line_unknowns:
        pieces = [a + b.text for a, b in zip(known, line_unknowns, strict=True)]
        plain_pieces = [a + b.plain for a, b in zip(known, line_unknowns, strict=True)]
        lines_raw = b"[{%b}]" % b"},{".join(pieces)
        lines_plain = b"},{".join(plain_pieces)
    before = b'%b%b,"FatUst":' % (begin, unknown.plain)
    plain = b'%b%b%b},"Kalems":[{%b}]}' % (before, header_known, header_unknown.plain, lines_plain)
    return Spelled(
        series, header.Tip, header, lines, unknown.text, header_known, header_unknown.text,
        lines_raw, pieces, plain, len(before),
    )  # fmt: skip
