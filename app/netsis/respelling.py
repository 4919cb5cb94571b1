"""Brings a document in any spelling of JSON into ours, in C.

msgspec decodes its objects to dictionaries of bytes, which tell what is in them and that no key
stands twice, and to structs; the structs encode what we model in our spelling, and the bytes of
what we do not model follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import Raw

from app.domain import dates
from app.domain.invoice import MAX_LINES, DocumentType, InvoiceHeader, InvoiceLine, members
from app.netsis import loose_values, unknown_members
from app.netsis.tolerant import values
from app.netsis.tolerant.strictness import MAX_VALUES_OF_PART, is_clean
from app.netsis.unknown_members import Shape, Unknown
from app.netsis.wire import (
    Odd,
    Spelled,
    beginning,
    decode_header,
    decode_lines,
    decode_object,
    decode_objects,
    encode,
    may_hold_odd_numbers,
)

# A double gives a decimal of 15 digits back unchanged; the point may stand among them.
_DIGITS: Final = bytes.maketrans(b"123456789.", b"0000000000")
_TOO_LONG: Final = b"0" * 16

_has_unknown = attrgetter("unknown")
_is_ours = attrgetter("is_ours")
_DAYS: Final = [m.attribute for m in members(InvoiceHeader) if m.kind is date]
_LINE_DAYS: Final = [m.attribute for m in members(InvoiceLine) if m.kind is date]
_header_days = attrgetter(*_DAYS)
_line_days = attrgetter(*_LINE_DAYS)
_SERIES_LENGTH: Final = 15
_DAY_LENGTH: Final = 40

_read_type = lru_cache(64)(values.read_document_type)
_read_series = lru_cache(1024)(values.read_optional_code)


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
    line_members = _line_members(lines_raw)
    header_shape = unknown_members.HEADER.shape(tuple(header_members))
    line_shapes = list(map(unknown_members.LINE.shape, map(tuple, line_members)))

    unknown = unknown_members.unknown_members(shape, top)
    header_unknown = unknown_members.unknown_members(header_shape, header_members)
    keys = len(top) + len(header_members) + sum(map(len, line_members))
    keys += unknown.keys + header_unknown.keys
    line_unknowns: list[Unknown] = []
    if any(map(_has_unknown, line_shapes)):
        line_unknowns = list(map(unknown_members.unknown_members, line_shapes, line_members))
        keys += sum([one.keys for one in line_unknowns])
    # In JSON without blanks a quote and a colon end each key; elsewhere they can stand in a text.
    if msgspec.json.format(raw, indent=-1).count(b'":') != keys:
        raise Odd

    loosely = loosely or _TOO_LONG in raw.translate(_DIGITS)
    header = _header(header_raw, header_shape, header_members, loosely)
    lines = _lines(lines_raw, line_shapes, line_members, loosely)
    series, header.Tip = _top(known, header.Tip, len(lines))
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


def _line_members(lines_raw: bytes) -> list[dict[str, Raw]]:
    if len(lines_raw) > MAX_LINES and lines_raw.count(b"{") > MAX_LINES:
        raise Odd  # before anything is made of them
    lines = decode_objects(lines_raw)
    if not lines:
        raise Odd
    return lines


def _top(
    known: dict[str, bytes], tip: DocumentType | None, count: int
) -> tuple[str | None, DocumentType]:
    """Return series and type; the stated number of lines has to be `count`."""
    stated = _taken(values.read_integer, known.get("KalemAdedi"), 0, 10**9)
    kind = _taken(_read_type, known.get("FaturaTip"))
    if kind is None:
        kind = tip
    if stated not in (None, 0, count) or kind is None or tip not in (None, kind):
        raise Odd
    return _taken(_read_series, known.get("Seri"), _SERIES_LENGTH), kind


def _taken(read: Callable[..., Any], raw: bytes | None, *limits: int) -> Any:
    """Return the value as the tolerant parser takes it. Raises BadValue."""
    if raw is None or raw in values.ABSENT:
        return None
    values.refuse_controls(raw)
    return read(raw, *limits)


def _header(raw: bytes, shape: Shape, record: dict[str, Raw], loosely: bool) -> Any:
    if not loosely:
        try:
            return decode_header(raw if shape.is_ours else encode(_renamed(shape, record)))
        except msgspec.ValidationError:
            pass
    return decode_header(encode(loose_values.in_our_spelling(loose_values.HEADER, shape, record)))


def _lines(
    raw: bytes, shapes: Sequence[Shape], lines: Sequence[dict[str, Raw]], loosely: bool
) -> list[Any]:
    if not loosely:
        try:
            ours = all(map(_is_ours, shapes))
            return decode_lines(raw if ours else encode(list(map(_renamed, shapes, lines))))
        except msgspec.ValidationError:
            pass
    spelled = [
        loose_values.in_our_spelling(loose_values.LINE, shape, line)
        for shape, line in zip(shapes, lines, strict=True)
    ]
    return decode_lines(encode(spelled))


def _renamed(shape: Shape, record: dict[str, Raw]) -> dict[str, Raw]:
    """Return the members that we model, by our names."""
    pairs = zip(shape.names, record.values(), strict=True)
    return {name: value for name, value in pairs if name}


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
    plain = b"".join(
        (
            begin, unknown.plain, b',"FatUst":', header_known, header_unknown.plain,
            b'},"Kalems":[{', b"},{".join(plain_pieces), b"}]}",
        )
    )  # fmt: skip
    if unknown.text or header_unknown.text or line_unknowns:
        plain.decode()  # unknown members were not decoded yet
    if not is_clean(plain):
        raise Odd
    header_raw = b"%b%b}" % (header_known, header_unknown.text)
    return Spelled(
        series, header.Tip, header, lines, unknown.text, header_raw, lines_raw, pieces, plain
    )
