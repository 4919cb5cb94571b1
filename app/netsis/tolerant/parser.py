"""Parse one invoice from JSON: tolerant of spelling, exact in its values (domain §3)."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, NamedTuple, NoReturn

import msgspec
from msgspec import Raw

from app.domain.cards import CardKind
from app.domain.hidden import may_hold_controls
from app.domain.invoice import (
    GIVEN,
    MAX_LINES,
    MOST_STATED,
    DocumentType,
    Invoice,
    InvoiceHeader,
    InvoiceLine,
    members,
)
from app.domain.numbers import MAX_SOURCE, is_gib_number, narrow_gib_number
from app.domain.reasons import Code, DocumentError, Reason
from app.netsis.tolerant import strictness, values
from app.netsis.tolerant.known_members import Known, MemberTable, known_members, read_members
from app.netsis.tolerant.strictness import MAX_VALUES, MAX_VALUES_OF_PART
from app.netsis.wire import decode_object, decode_objects

_ARRAY = msgspec.json.Decoder(list[Raw])
_NULL = b"null"
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},]')

_TYPE = "document_type"
_COUNT = "line_count"
_HEADER = "header"
_LINES = "lines"
_CARDS = {kind.main.lower() for kind in CardKind}


def read_invoice(raw: bytes) -> Invoice:
    """Parse a JSON object into an invoice.

    Raises DocumentError and nothing else, whatever the bytes.
    """
    with strictness.explained(raw, Code.NOT_AN_INVOICE):
        raw.decode()
        strictness.refuse_many(raw, MAX_VALUES)
        return _read(raw)


def _read(raw: bytes) -> Invoice:
    top = decode_object(raw)
    suspect = may_hold_controls(raw)
    header, lines = _parts(raw, top)
    found, extra = read_members(top, _TOP, suspect)
    header_found, header_extra = read_members(header, _HEADER_TABLE, suspect)
    document_type = _document_type(found.get(_TYPE), header_found.pop(_TYPE, None))
    _adopt_gib_number(header_found)
    header_found.setdefault("grand_total", None)
    _check_count(found.get(_COUNT), len(lines))
    return Invoice(
        series=found.get("series"),
        document_type=document_type,
        header=InvoiceHeader(**header_found, extra=header_extra),
        lines=[_line(number, line, suspect) for number, line in enumerate(lines, 1)],
        extra=extra,
    )


def _parts(raw: bytes, top: dict[str, Raw]) -> tuple[dict[str, Raw], list[dict[str, Raw]]]:
    """Return FatUst and Kalems; refuse a repeated key anywhere in the document."""
    if len(raw) > MAX_VALUES_OF_PART:  # shorter ones have no room for so many
        _refuse_many(top)
    raw_header = raw_lines = None
    for name, value in top.items():
        member = _TOP.find(name)
        if member and member.attribute == _HEADER:
            raw_header = value
        elif member and member.attribute == _LINES:
            raw_lines = value
    if raw_header is None and _CARDS & {name.lower() for name in top}:
        raise DocumentError(Reason(Code.CARD))
    header = _header(raw_header)
    lines = _lines(raw_lines)
    keys = len(top) + len(header) + sum(map(len, lines))
    if strictness.count_keys(raw) != keys:  # some are in other values, or stand twice
        _refuse_repeats(raw, raw_header, raw_lines)
    return header, lines


def _refuse_many(top: dict[str, Raw]) -> None:
    """Refuse a part with too many values before decoding it."""
    if len(top) > MAX_VALUES_OF_PART:
        raise DocumentError(Reason(Code.TOO_MANY_VALUES, values=(MAX_VALUES_OF_PART,)))
    for name, value in top.items():
        member = _TOP.find(name)
        if not member or member.attribute != _LINES:
            strictness.refuse_many_in_part(bytes(value), name)
            continue
        for number, line in enumerate(_line_values(value), 1):
            strictness.refuse_many_in_part(bytes(line), line=number)


def _line_values(value: Raw) -> list[Raw]:
    """Return the lines as JSON values; none if it is not an array or has too many elements."""
    if not bytes(value).startswith(b"[") or _holds_more(value, MAX_LINES):
        return []
    return _ARRAY.decode(value)


def _header(raw: Raw | None) -> dict[str, Raw]:
    if raw is None or bytes(raw) == _NULL:
        raise DocumentError(Reason(Code.MISSING, "FatUst"))
    try:
        return decode_object(raw)
    except msgspec.ValidationError:
        raise DocumentError(Reason(Code.NOT_AN_OBJECT, "FatUst")) from None


def _lines(raw: Raw | None) -> list[dict[str, Raw]]:
    if raw is None or bytes(raw) == _NULL:
        raise DocumentError(Reason(Code.MISSING, "Kalems"))
    if _holds_more(raw, MAX_LINES):
        raise DocumentError(Reason(Code.TOO_MANY_LINES, "Kalems", (MAX_LINES,)))
    try:
        lines = decode_objects(raw)
    except msgspec.ValidationError:
        _explain_lines(raw)
    if not lines:
        raise DocumentError(Reason(Code.NO_LINES, "Kalems"))
    return lines


def _holds_more(array: Raw, most: int) -> bool:
    """Return whether a JSON array has more than `most` elements, without making objects of them."""
    raw = bytes(array)
    if len(raw) <= 2 * most or raw.count(b",") < most:
        return False
    depth, commas = 0, 0
    for found in _STRUCTURE.finditer(raw):
        sign = found[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
        elif sign == b"," and depth == 1:
            commas += 1
            if commas == most:
                return True
    return False


def _explain_lines(raw: Raw) -> NoReturn:
    try:
        items = _ARRAY.decode(raw)
    except msgspec.ValidationError:
        raise DocumentError(Reason(Code.NOT_AN_ARRAY, "Kalems")) from None
    number = next(n for n, item in enumerate(items, 1) if not bytes(item).startswith(b"{"))
    raise DocumentError(Reason(Code.NOT_AN_OBJECT, line=number))


def _refuse_repeats(raw: bytes, raw_header: Raw | None, raw_lines: Raw | None) -> None:
    for number, line in enumerate(_ARRAY.decode(raw_lines or b"[]"), 1):
        strictness.refuse_repeats(bytes(line), number)
    strictness.refuse_repeats(bytes(raw_header or b"{}"))
    strictness.refuse_repeats(raw)


def _line(number: int, record: dict[str, Raw], suspect: bool) -> InvoiceLine:
    try:
        found, extra = read_members(record, _LINE_TABLE, suspect)
    except DocumentError as error:
        raise DocumentError(error.reason.at(line=number)) from None
    return InvoiceLine(**found, extra=extra)


def _document_type(top: DocumentType | None, header: DocumentType | None) -> DocumentType:
    found = header if top is None else top
    if found is None:
        raise DocumentError(Reason(Code.MISSING, "FaturaTip"))
    if header is not None and header is not found:
        raise DocumentError(Reason(Code.TYPE_CONFLICT, "Tip"))
    return found


def _adopt_gib_number(header: dict[str, Any]) -> None:
    """Store a GİB number that stands in FATIRS_NO, unless the document states one already.

    A document without a number gets one from the import.
    """
    number = header.get("number") or _Number("", None)
    header["number"] = number.narrow
    if number.gib and not header.get("gib_number"):
        header["gib_number"] = number.gib


def _check_count(stated: int | None, lines: int) -> None:
    if stated and stated != lines:  # 0 is a serialiser's default (domain §7)
        raise DocumentError(Reason(Code.WRONG_LINE_COUNT, "KalemAdedi", (stated, lines)))


class _Number(NamedTuple):
    narrow: str
    gib: str | None


def _read_number(raw: bytes) -> _Number:
    spelled = values.read_free_code(raw)
    values.check_code(spelled, MAX_SOURCE)
    return _Number(narrow_gib_number(spelled), spelled if is_gib_number(spelled) else None)


def _skip(_: bytes) -> None:
    """Do nothing: FatUst and Kalems are parsed separately (`_parts`)."""


def _top_table() -> MemberTable:
    series = next(m for m in members(Invoice) if m.attribute == "series")
    known = [
        Known(
            series.name,
            series.attribute,
            partial(values.read_optional_code, longest=series.max_length),
        ),
        Known("FaturaTip", _TYPE, values.read_document_type),
        Known("KalemAdedi", _COUNT, partial(values.read_integer, low=0, high=MOST_STATED)),
        Known("FatUst", _HEADER, _skip),
        Known("Kalems", _LINES, _skip),
    ]
    return MemberTable(known, [])


def _header_table() -> MemberTable:
    table = members(InvoiceHeader)
    known = [*known_members(table), Known("Tip", _TYPE, values.read_document_type)]
    place = next(n for n, member in enumerate(known) if member.attribute == "number")
    known[place] = known[place]._replace(read=_read_number)
    return MemberTable(known, [m for m in table if m.required and m.attribute not in GIVEN])


def _line_table() -> MemberTable:
    table = members(InvoiceLine)
    return MemberTable(known_members(table), [m for m in table if m.required])


_TOP = _top_table()
_HEADER_TABLE = _header_table()
_LINE_TABLE = _line_table()
