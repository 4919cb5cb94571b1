"""Identify an unreadable document by number, day, account and total, as far as readable.

In broken JSON, only values that are complete before the fault count.
"""

from __future__ import annotations

import re

import msgspec

from app.domain import amounts
from app.domain.numbers import MAX_SOURCE, WIDTH, narrow_gib_number
from app.domain.reasons import Code, DocumentError, Reason
from app.domain.unread import Unread, unread
from app.netsis.fault_place import placed_members
from app.netsis.tolerant import strictness, values
from app.netsis.tolerant.strictness import MAX_VALUES
from app.netsis.wire import decode_object

_HEADER = "fatust"
_TELLING = frozenset(("fatirs_no", "tarih", "carikod", "geneltoplam"))
_is_whole = re.compile(rb"[ \t\r\n]*+[,}]").match
"""Matches the comma or brace after a value, which proves that the value is not cut off."""
_NONE = (None, *values.ABSENT)


def identified(raw: bytes, reason: Reason) -> Unread:
    """Add number, day, account and total of the document to the reason."""
    header = _header(raw)
    if reason.code is Code.REPEATED and not reason.line:
        header.pop(reason.field.lower(), None)  # two values, and it is unknown which is meant
    return unread(
        reason,
        _code(header.get("fatirs_no"), number=True),
        _day(header.get("tarih")),
        _code(header.get("carikod")),
        _total(header.get("geneltoplam")),
    )


def _header(raw: bytes) -> dict[str, bytes]:
    """Return lower-case name → value for the members of FatUst; none if there are too many."""
    try:
        strictness.refuse_many(raw, MAX_VALUES)
        top = {name.lower(): value for name, value in decode_object(raw).items()}
        header_raw = bytes(top.get(_HEADER, b"{}"))
        strictness.refuse_many_in_part(header_raw)
        header = decode_object(header_raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _before_fault(raw)
    except (RecursionError, DocumentError):
        return {}
    return {name.lower(): bytes(value) for name, value in header.items()}


def _before_fault(raw: bytes) -> dict[str, bytes]:
    """Return the members of FatUst in _TELLING from broken JSON; none repeated or cut off."""
    found: dict[str, bytes] = {}
    twice = set()
    for member in placed_members(raw):
        if found and member.path[:1] != (_HEADER,):
            break  # FatUst has ended
        if len(member.path) != 2 or member.path[0] != _HEADER or member.path[1] not in _TELLING:
            continue
        name = str(member.path[1])
        if name in found:
            twice.add(name)
        if _is_whole(raw, member.end):
            found[name] = raw[member.begin : member.end].partition(b":")[2].strip()
    return {name: value for name, value in found.items() if value and name not in twice}


def _code(raw: bytes | None, *, number: bool = False) -> str:
    if raw is None or raw in _NONE:
        return ""
    try:
        values.refuse_controls(raw)
        code = values.read_free_code(raw)
        if number:
            return narrow_gib_number(values.check_code(code, MAX_SOURCE))
        return values.check_code(code, WIDTH)
    except (ValueError, DocumentError):
        return ""


def _day(raw: bytes | None) -> str:
    try:
        day = None if raw in _NONE else values.read_document_day(raw or b"")
    except ValueError:
        return ""
    return day.isoformat() if day else ""


def _total(raw: bytes | None) -> str:
    try:
        total = None if raw in _NONE else values.read_amount(raw or b"", amounts.PLACES)
    except ValueError:
        return ""
    return "" if total is None else amounts.spell(total)
