"""Find control characters in free text: kept, replaced on screen, warned about (domain §8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

from app.domain.invoice import Extra, Invoice, InvoiceHeader, InvoiceLine, members
from app.domain.reasons import Code, Reason
from app.domain.text import find_control, one_line, shorten

_UNSET: Final = (b'"\\u0000"', "\0")
"""An unset char, as raw JSON and as text; it counts as an absent value."""
_NAME: Final = 30


def warnings(invoice: Invoice) -> Iterator[Reason]:
    """Yield a warning for the first control character of the document, its header and each line."""
    yield from _first(_in_extra(invoice.extra))
    header = invoice.header
    yield from _first(_in_texts(_HEADER, _header_texts(header)), _in_extra(header.extra))
    for number, line in enumerate(invoice.lines, 1):
        yield from _first(_in_texts(_LINE, _line_texts(line)), _in_extra(line.extra), line=number)


def may_hold_controls(raw: bytes) -> bool:
    """Return whether a string in this JSON may hold a control character; True is not certain.

    It looks for control characters and bidi overrides, escaped or as UTF-8.
    """
    return b"\\" in raw or has_suspect_bytes(raw)


def has_suspect_bytes(raw: bytes) -> bool:
    """Return whether UTF-8 bytes may hold a control character that JSON need not escape."""
    return b"\xc2" in raw or b"\xe2" in raw or b"\xd8" in raw or b"\x7f" in raw


def _first(*found: Iterator[Reason], line: int = 0) -> Iterator[Reason]:
    for reasons in found:
        for reason in reasons:
            yield reason.at(line=line)
            return


def _in_texts(names: tuple[str, ...], texts: tuple[str | None, ...]) -> Iterator[Reason]:
    for name, text in zip(names, texts, strict=True):
        if text and not text.isprintable() and (found := find_control(text)):
            yield Reason(Code.HIDDEN_CHARACTER, name, (found,))


def _in_extra(extra: Extra) -> Iterator[Reason]:
    for name, value in extra.items():
        raw = bytes(value)
        found = None if name.isprintable() else find_control(name)
        if not found and raw not in _UNSET and may_hold_controls(raw):
            found = _in_value(json.loads(raw, parse_int=len, parse_float=len))
        if found:
            shown = shorten(one_line(name), _NAME)
            yield Reason(Code.HIDDEN_CHARACTER, shown, (found,))


def _in_value(value: Any) -> str | None:
    """Return the first control character in a JSON value, at any depth."""
    if isinstance(value, str):
        return None if value in _UNSET else find_control(value)
    if isinstance(value, dict):
        names = next(filter(None, map(find_control, value)), None)
        return names or _in_value(list(value.values()))
    if isinstance(value, list):
        return next(filter(None, map(_in_value, value)), None)
    return None


def _free(struct: type[InvoiceHeader] | type[InvoiceLine]) -> tuple[tuple[str, ...], Any]:
    free = [member for member in members(struct) if member.free]
    return tuple(m.name for m in free), attrgetter(*(m.attribute for m in free))


_HEADER, _header_texts = _free(InvoiceHeader)
_LINE, _line_texts = _free(InvoiceLine)
