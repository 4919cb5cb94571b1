"""Brings a document in any spelling of JSON into ours, in C.

msgspec decodes it to structs, which encode what we model in our spelling; the bytes of what we do
not model follow it. No key may be lost by that: the keys of the JSON are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import Raw

from app.domain import dates
from app.domain.invoice import MAX_LINES, DocumentType, InvoiceHeader, InvoiceLine, members
from app.domain.numbers import WIDTH, is_gib_number, narrow_gib_number
from app.netsis import loose_values, unknown_members
from app.netsis.tolerant import values
from app.netsis.tolerant.strictness import MAX_VALUES_OF_PART
from app.netsis.tolerant.values import Reader
from app.netsis.unknown_members import Shape, Unknown
from app.netsis.wire import (
    Case,
    Odd,
    Spelled,
    beginning,
    decode_cased_header,
    decode_cased_lines,
    decode_header,
    decode_lines,
    decode_object,
    decode_objects,
    encode,
    may_hold_odd_numbers,
    without_unset,
)

# A double gives a decimal of 15 digits back unchanged; the point may stand among them.
_DIGITS: Final = bytes.maketrans(b"123456789.", b"0000000000")
_LONG: Final = (
    b"0" * 16,
    *(b"0%b%b0000" % (e, sign) for e in (b"e", b"E") for sign in (b"", b"+", b"-")),
)
"""With these digits, or such an exponent, a number has to be read as text."""
_KEY_END: Final = b'":'
_NO_NUMBER: Final = Raw(b'""')

_has_unknown = attrgetter("unknown")
_case = attrgetter("case")
_DAYS: Final = [m.attribute for m in members(InvoiceHeader) if m.kind is date]
_LINE_DAYS: Final = [m.attribute for m in members(InvoiceLine) if m.kind is date]
_header_days = attrgetter(*_DAYS)
_line_days = attrgetter(*_LINE_DAYS)
_DAY_LENGTH: Final = 40

_read_type = lru_cache(64)(values.read_document_type)
_read_series = lru_cache(1024)(partial(values.read_optional_code, longest=15))
_read_count = partial(values.read_integer, low=0, high=10**9)


def loosely_respelled(raw: bytes) -> Spelled:
    """Return the document as `respelled` does, each value read by the tolerant parser's function.

    Codes lose their blanks and amounts their noise. Raises as that does.
    """
    return respelled(raw, loosely=True)


def respelled(raw: bytes, *, loosely: bool = False) -> Spelled:
    """Return the document in our spelling.

    Raises Odd, DocumentError and what msgspec raises where the tolerant parser has to decide.
    """
    if len(raw) > MAX_VALUES_OF_PART:
        _refuse_large(raw)
    top = decode_object(raw)
    shape = unknown_members.TOP.shape(tuple(top))
    known = {n: bytes(top[key]) for n, key in zip(shape.names, top, strict=True) if n}
    header_raw, lines_raw = known["FatUst"], known["Kalems"]
    header_members = decode_object(header_raw)
    header_shape = unknown_members.HEADER.shape(tuple(header_members))
    unknown = unknown_members.unknown_members(shape, top)
    header_unknown = unknown_members.unknown_members(header_shape, header_members)
    keys = _count_keys(raw) - len(top) - len(header_members) - unknown.keys - header_unknown.keys

    loosely = loosely or any(map(raw.translate(_DIGITS).__contains__, _LONG))
    header = _header(header_raw, header_shape, header_members, loosely)
    lines, line_unknowns = _lines(lines_raw, keys, header_shape.case, loosely)
    series, header.Tip = _top(known, header.Tip, len(lines))
    _adopt_gib_number(header)
    _respell_days(header, _DAYS, _header_days(header))
    if header.document_date is None:
        raise Odd
    for line in lines:
        if any(days := _line_days(line)):
            _respell_days(line, _LINE_DAYS, days)
    begin = beginning(series, header.Tip, len(lines))
    return _spelled(series, header, lines, begin, unknown, header_unknown, line_unknowns)


def _refuse_large(raw: bytes) -> None:
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_VALUES_OF_PART:
        raise Odd


def _count_keys(raw: bytes) -> int:
    """Return the number of keys at all depths. Raises Odd where it is not sure.

    In JSON without blanks a quote and a colon end each key. In a text they look like that too.
    """
    if b"\\" in raw and (b'\\":' in raw or b"\\u0022:" in raw):
        raise Odd
    return msgspec.json.format(raw, indent=-1).count(_KEY_END)


def _top(
    known: dict[str, bytes], tip: DocumentType | None, count: int
) -> tuple[str | None, DocumentType]:
    """Return series and type; the stated number of lines has to be `count`."""
    kind = _read(_read_type, known.get("FaturaTip"))
    if kind is None:
        kind = tip
    stated = _read(_read_count, known.get("KalemAdedi"))
    if stated not in (None, 0, count) or kind is None or tip not in (None, kind):
        raise Odd
    return _read(_read_series, known.get("Seri")), kind


def _read(read: Reader, raw: bytes | None) -> Any:
    """Return the value as the tolerant parser takes it. Raises BadValue."""
    if raw is None or raw in values.ABSENT:
        return None
    values.refuse_controls(raw)
    return read(raw)


def _header(raw: bytes, shape: Shape, record: dict[str, Raw], loosely: bool) -> Any:
    if shape.case and not loosely:
        with suppress(msgspec.ValidationError):
            return decode_cased_header(without_unset(raw), shape.case)
    known = loose_values.in_our_spelling(loose_values.HEADER, shape, record)
    known.setdefault("FATIRS_NO", _NO_NUMBER)  # the import gives one
    return decode_header(encode(known))


def _adopt_gib_number(header: Any) -> None:
    """Keep a GİB number that stands in FATIRS_NO, as the tolerant parser does."""
    if len(header.number) > WIDTH and is_gib_number(header.number):
        header.gib_number = header.gib_number or header.number
        header.number = narrow_gib_number(header.number)


def _lines(
    raw: bytes, keys: int, case: Case | None, loosely: bool
) -> tuple[list[Any], list[Unknown]]:
    """Return the lines and their unknown members; `keys` is the number of keys in Kalems.

    Where as many come out of the structs, none was unknown, null or repeated. Else the keys of
    each line are looked at. Raises Odd where one stands twice.
    """
    if len(raw) > MAX_LINES and raw.count(b"{") > MAX_LINES:
        raise Odd  # before anything is made of them
    lines = None
    if case and not loosely:
        with suppress(msgspec.ValidationError):
            lines = decode_cased_lines(without_unset(raw), case)
            spelled = encode(lines)
            if lines and spelled.count(_KEY_END) == keys and b'\\":' not in spelled:
                return lines, []
    records = decode_objects(raw)
    shapes = list(map(unknown_members.LINE.shape, map(tuple, records)))
    unknowns: list[Unknown] = []
    if any(map(_has_unknown, shapes)):
        unknowns = list(map(unknown_members.unknown_members, shapes, records))
    if not records or sum(map(len, records)) + sum([one.keys for one in unknowns]) != keys:
        raise Odd
    if lines and {case}.issuperset(map(_case, shapes)):
        return lines, unknowns
    read = partial(loose_values.in_our_spelling, loose_values.LINE)
    return decode_lines(encode(list(map(read, shapes, records)))), unknowns


def _respell_days(part: Any, names: Sequence[str], days: Sequence[str | None]) -> None:
    for name, day in zip(names, days, strict=True):
        if day is not None and (spelled := _file_day(day)) != day:
            setattr(part, name, spelled)


@lru_cache(8192)
def _file_day(text: str) -> str | None:
    """Return the day as our files spell it; None for no day. Raises BadValue or Odd."""
    if len(text) > _DAY_LENGTH or not text.isprintable():
        raise Odd
    day = values.read_day(encode(text))
    return None if day is None else dates.file_text(day)


def _spelled(
    series: str | None,
    header: Any,
    lines: list[Any],
    begin: bytes,
    unknown: Unknown,
    header_unknown: Unknown,
    line_unknowns: list[Unknown],
) -> Spelled:
    header_known, lines_known = encode(header)[:-1], encode(lines)
    if may_hold_odd_numbers(b"%b}%b" % (header_known, lines_known)):
        raise Odd
    known = lines_known[2:-2].split(b"},{")
    if len(known) != len(lines):  # it stands in a text
        known = [encode(line)[1:-1] for line in lines]
    pieces, plain_pieces, lines_raw = known, known, lines_known
    if line_unknowns:
        pieces = [a + b.text for a, b in zip(known, line_unknowns, strict=True)]
        plain_pieces = [a + b.plain for a, b in zip(known, line_unknowns, strict=True)]
        lines_raw = b"[{%b}]" % b"},{".join(pieces)
    before = b'%b%b,"FatUst":' % (begin, unknown.plain)
    lines_plain = b"},{".join(plain_pieces)
    plain = b'%b%b%b},"Kalems":[{%b}]}' % (before, header_known, header_unknown.plain, lines_plain)
    if unknown.text or header_unknown.text or line_unknowns:
        plain.decode()  # unknown members were not decoded yet
    header_raw = b"%b%b}" % (header_known, header_unknown.text)
    return Spelled(
        series, header.Tip, header, lines, unknown.text, header_raw, lines_raw, pieces, plain,
        len(before),
    )  # fmt: skip
