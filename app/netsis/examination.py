"""Check what the structs do not check in a document in our spelling, and collect its warnings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from app.domain import amounts, dates
from app.domain.amounts import RATE_PLACES
from app.domain.codes import find_foreign, find_invisible, normalized
from app.domain.computed_totals import with_totals
from app.domain.fingerprint import digest
from app.domain.hidden import has_suspect_bytes
from app.domain.invoice import InvoiceHeader, InvoiceLine, members, outside
from app.domain.numbers import WIDTH, contradict, is_gib_number, is_usable, narrow_gib_number
from app.domain.quick_sums import KNOWN_RATES, adds_up
from app.domain.reasons import Reason
from app.domain.record import warnings_of
from app.netsis.tolerant.strictness import is_clean
from app.netsis.wire import Odd, Spelled, without_unset


def _texts(struct: type[InvoiceHeader] | type[InvoiceLine], *, free: bool) -> list[str]:
    return [m.attribute for m in members(struct) if m.kind is str and m.free is free]


_DAYS: Final = tuple(m for m in outside(InvoiceHeader) if m.kind is date)
_LINE_DAYS: Final = tuple(m for m in outside(InvoiceLine) if m.kind is date)
_header_days = attrgetter(*(m.attribute for m in _DAYS))
_line_days = attrgetter(*(m.attribute for m in _LINE_DAYS))
_header_rates = attrgetter(
    *(m.attribute for m in members(InvoiceHeader) if m.places == RATE_PLACES)
)
_EXACT: Final = 10**13  # the bound below which a double represents kuruş exactly

_header_codes = attrgetter(*_texts(InvoiceHeader, free=False))
_header_texts = attrgetter(*_texts(InvoiceHeader, free=True))
_line_codes = attrgetter(*_texts(InvoiceLine, free=False))
_line_texts = attrgetter(*_texts(InvoiceLine, free=True))
_LINE_ENDS: Final = re.compile(rb'\\(?:([\\"])|[nrt])')


class DocumentTotals(NamedTuple):
    """Computed totals as canonical text."""

    gross: str
    vat: str
    grand: str
    written: bytes
    """The fingerprint of the document with the computed totals."""


class Findings(NamedTuple):
    """The warnings about a document, and the totals that it leaves us to compute."""

    warnings: list[Reason]
    totals: DocumentTotals | None = None


def examine(document: Spelled) -> Findings:
    """Check codes, days, rates and totals. Raises Odd or DocumentError."""
    header, lines = document.header, document.lines
    _check_days(header, lines)
    is_hidden = _may_be_hidden(document)
    has_foreign = _check_codes(document)
    rates = _header_rates(header)
    if not (KNOWN_RATES.issuperset(rates) or all(map(_is_rate, rates))):
        raise Odd
    if not header.grand_total:
        return _with_totals(document, is_hidden)
    explained = adds_up(header, lines, document.document_type.line_code)
    if not explained and not all(_is_rate(line.vat_rate) for line in lines):
        raise Odd
    if (
        explained
        and not (is_hidden or has_foreign)
        and is_usable(header.number)
        and not (header.gib_number and contradict(header.number, header.gib_number))
    ):
        return Findings([])
    return Findings(warnings_of(document.invoice(), hidden=is_hidden, totals=not explained))


def _with_totals(document: Spelled, is_hidden: bool) -> Findings:
    header, lines = document.header, document.lines
    if not all(_is_rate(line.vat_rate) for line in lines):
        raise Odd
    invoice, notes = with_totals(document.invoice())
    totals = None
    if notes:
        sums = (invoice.header.gross_total, invoice.header.vat_total, invoice.header.grand_total)
        if any(amount is None or abs(amount) >= _EXACT for amount in sums):
            raise Odd
        gross, vat, grand = [amounts.spell(amount or amounts.ZERO) for amount in sums]
        header = replace(
            header, gross_total=float(gross), vat_total=float(vat), grand_total=float(grand)
        )
        totals = DocumentTotals(gross, vat, grand, digest(document.plain_with(header)))
    explained = bool(notes) and adds_up(header, lines, document.document_type.line_code)
    warnings = warnings_of(invoice, hidden=is_hidden, totals=not explained)
    return Findings([*notes, *warnings], totals)


def _check_days(header: Any, lines: Sequence[Any]) -> None:
    document_day(header.document_date)
    for day in _header_days(header):
        if day is not None:
            _iso_day(day)
    for line in lines:
        for day in _line_days(line):
            if day is not None:
                _iso_day(day)


def _check_codes(document: Spelled) -> bool:
    """Return whether a code may contain a letter of another script. Raises Odd."""
    header, lines = document.header, document.lines
    codes = [header.number, header.account_code, *[line.stock_code for line in lines]]
    names = [document.series or "", header.gib_number or ""]
    joined = "".join(codes + names)
    # Control characters are excluded already, so in ASCII only a blank can be wrong.
    suspect = not joined.isascii() or " " in joined
    if suspect and not all(_is_trimmed(code) and _is_stored(code) for code in codes + names):
        raise Odd
    if len(header.number) > WIDTH and _is_kept_as_gib_number(header):
        raise Odd
    return not joined.isascii() and any(map(find_foreign, codes + names))


def _is_kept_as_gib_number(header: Any) -> bool:
    number = header.number
    if not is_gib_number(number):
        return False
    return narrow_gib_number(number) != number or not header.gib_number


def _may_be_hidden(document: Spelled) -> bool:
    """Return whether free text may hold a control character. Raises Odd if a code does."""
    plain = document.plain
    if b"\\" not in plain and not has_suspect_bytes(plain):
        return False
    header = document.header
    coded = [document.series, *_header_codes(header)]
    free = [*_header_texts(header)]
    for line in document.lines:
        coded += _line_codes(line)
        free += _line_texts(line)
    if not "".join(filter(None, coded)).isprintable() or "\0" in free:
        raise Odd
    return not is_clean(_LINE_ENDS.sub(b"", without_unset(plain)))


def _is_rate(rate: float | None) -> bool:
    """Return whether a rate has no more decimals than we store."""
    return rate is None or round(rate, RATE_PLACES) == rate


def _is_trimmed(code: str) -> bool:
    return code == code.strip()


def _is_stored(code: str) -> bool:
    """Return whether a code is stored exactly as spelled."""
    return find_invisible(code) is None and normalized(code) == code


@lru_cache(maxsize=8192)
def _iso_day(text: str) -> str:
    """Return `2024-03-15` for `2024-03-15 00:00:00`. Raises Odd for other spellings."""
    try:
        day = dates.parse_file_date(text)
    except ValueError:
        raise Odd from None
    if dates.file_text(day) != text or day in dates.UNSET:
        raise Odd
    return day.isoformat()


@lru_cache(maxsize=8192)
def document_day(text: str) -> str:
    """Return `2024-03-15` if a document may have this day. Raises Odd otherwise."""
    day = _iso_day(text)
    if not dates.FIRST_YEAR <= int(day[:4]) <= dates.LAST_YEAR:
        raise Odd
    return day
