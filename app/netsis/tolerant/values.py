"""Parse one value of a document from JSON: amounts, days, codes, text.

Each function takes the bytes of one valid JSON value that is not in ABSENT, and raises BadValue.
Functions for values other than text return None for `""`, which serialisers write for a value that
is not set (domain §7).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias

import msgspec

from app.domain import amounts, dates
from app.domain import text as texts
from app.domain.codes import find_invisible, normalized
from app.domain.hidden import may_hold_controls
from app.domain.invoice import DocumentType, InvoiceKind, Member
from app.domain.reasons import BadValue, Code

Reader: TypeAlias = Callable[[bytes], Any]

_STRING = msgspec.json.Decoder(str)
_JSON_INTEGER = re.compile(rb"(-?(?:0|[1-9][0-9]*))(?:\.0{1,18})?\Z")
_TEXT_INTEGER = re.compile(r"-?[0-9]+\Z")
_INTEGER_LENGTH = 18  # digits; longer than any limit, and fast to parse
_QUOTED = 30
_WORD_LENGTH = 400  # bytes; numbers, days and names are shorter, however they are escaped
_FLAG_WORDS = {
    "true": True, "1": True, "evet": True, "e": True,
    "false": False, "0": False, "hayir": False, "h": False,
}  # fmt: skip
_TYPE_NAMES = {"ftsfat": DocumentType.SALES, "ftafat": DocumentType.PURCHASE}
_KIND_NAMES = {
    "bos": InvoiceKind.EMPTY,
    "kapali": InvoiceKind.CLOSED,
    "acik": InvoiceKind.OPEN,
    "muhtelif": InvoiceKind.MIXED,
    "iade": InvoiceKind.RETURN,
    "ziade": InvoiceKind.WASTE_RETURN,
    "zayiiade": InvoiceKind.WASTE_RETURN,
    "ihracat": InvoiceKind.EXPORT,
    "yurtici": InvoiceKind.DOMESTIC,
    "yurtdisi": InvoiceKind.FOREIGN,
}
_DISCOUNT_NAMES = {"fkitoran": 0, "fkittutar": 1, "true": 1, "false": 0}

ABSENT: Final = (b"null", b'"\\u0000"')
"""Spellings of a value that is not set: null, and an unset char (domain §7)."""


def text_of(raw: bytes) -> str:
    """Decode a JSON string."""
    return _STRING.decode(raw)


def _word(raw: bytes) -> str:
    """Decode a short JSON string without the blanks around it; empty for any other value."""
    if not raw.startswith(b'"') or len(raw) > _WORD_LENGTH:
        return ""
    return text_of(raw).strip()


def _name(raw: bytes) -> str:
    """Return an enum's name in lower case, without its type: ftsfat for `JTFaturaTip.ftSFat`."""
    return _word(raw).rpartition(".")[2].lower().removeprefix("jt")


def _is_blank(raw: bytes) -> bool:
    return raw.startswith(b'"') and len(raw) <= _WORD_LENGTH and not _word(raw)


def reader_for(member: Member) -> Reader:
    """Return the function that parses values of `member` within its limits."""
    if member.attribute == "kind":
        return partial(read_kind, low=member.low, high=member.high)
    if member.attribute == "discount1_is_amount":
        return partial(read_discount_kind, low=member.low, high=member.high)
    if member.attribute == "document_date":
        return read_document_day
    if member.attribute == "gib_number":
        return partial(read_optional_code, longest=member.max_length)
    if member.attribute == "name":
        return partial(read_name, longest=member.max_length)
    return _reader_for_kind(member)


def _reader_for_kind(member: Member) -> Reader:
    if member.kind is Decimal:
        return partial(read_amount, places=member.places)
    if member.kind is date:
        return read_day
    if member.kind is bool:
        return read_flag
    if member.kind is int:
        return partial(read_integer, low=member.low, high=member.high)
    if member.min_length:
        return partial(read_code, longest=member.max_length)
    return partial(read_text, longest=member.max_length)


@lru_cache(maxsize=8192)
def read_amount(raw: bytes, places: int) -> Decimal | None:
    """Parse a JSON number, or a string with a decimal comma or point."""
    if _is_blank(raw):
        return None
    if raw.startswith(b'"'):
        return amounts.parse_text_number(text_of(raw), places)
    if raw[0] not in b"-0123456789":
        raise BadValue(Code.NOT_A_NUMBER)
    return amounts.parse_json_number(raw.decode("ascii", "replace"), places)


@lru_cache(maxsize=8192)
def read_day(raw: bytes) -> date | None:
    """Parse a string that begins with a day; None if it means no day."""
    if _is_blank(raw):
        return None
    day = dates.parse_file_date(_word(raw))
    return None if day in dates.UNSET else day


def read_document_day(raw: bytes) -> date | None:
    """Parse like `read_day`, and check that a document may have this year."""
    day = read_day(raw)
    return day and dates.check_year(day)


@lru_cache(maxsize=64)
def read_flag(raw: bytes) -> bool | None:
    """Parse true or false, 1 or 0, or a string for these; `E` and `H` are Netsis' own."""
    if _is_blank(raw):
        return None
    whole = _JSON_INTEGER.match(raw)
    found = _FLAG_WORDS.get(texts.fold(whole[1].decode() if whole else _word(raw) or raw.decode()))
    if found is None:
        raise BadValue(Code.NOT_A_FLAG)
    return found


@lru_cache(maxsize=8192)
def read_integer(raw: bytes, low: int, high: int) -> int | None:
    """Parse a JSON number without a fraction, or a string of digits."""
    if _is_blank(raw):
        return None
    found = _JSON_INTEGER.match(raw)
    spelling = found[1].decode() if found else _word(raw)
    if not _TEXT_INTEGER.match(spelling):
        raise BadValue(Code.NOT_AN_INTEGER)
    value = _integer(spelling)
    if not low <= value <= high:
        raise BadValue(Code.OUT_OF_RANGE, low, high)
    return value


def read_discount_kind(raw: bytes, low: int, high: int) -> int | None:
    """Parse Isk_Flag: its code, the enum's name, or true for an amount."""
    found = _DISCOUNT_NAMES.get(_name(raw) or raw.decode())
    return read_integer(raw, low, high) if found is None else found


def _integer(spelling: str) -> int:
    """Return the value, or one beyond every limit if there are too many digits."""
    if len(spelling) > _INTEGER_LENGTH:
        return int(spelling[:_INTEGER_LENGTH])
    return int(spelling)


def read_text(raw: bytes, longest: int) -> str:
    """Parse a string. Numbers are refused, since their leading zeros may be lost."""
    if not raw.startswith(b'"'):
        raise BadValue(Code.NOT_TEXT)
    value = text_of(raw)
    if len(value) > longest:
        raise BadValue(Code.TOO_LONG, longest, len(value))
    return value


def read_optional_code(raw: bytes, longest: int) -> str:
    """Parse like `read_code`, but the code may be empty."""
    return check_code(read_free_code(raw), longest)


def read_name(raw: bytes, longest: int) -> str:
    """Parse a name, which may be empty; NFC, without invisible characters."""
    if not raw.startswith(b'"'):
        raise BadValue(Code.NOT_TEXT)
    value = normalized(text_of(raw))
    if len(value) > longest:
        raise BadValue(Code.TOO_LONG, longest, len(value))
    refuse_invisible(value.strip())
    return value


def read_code(raw: bytes, longest: int) -> str:
    """Parse a code: NFC, not empty, without blanks around it."""
    value = read_free_code(raw)
    if not value:
        raise BadValue(Code.EMPTY)
    return check_code(value, longest)


def read_free_code(raw: bytes) -> str:
    """Parse like `read_code`, of any length; empty if there are only blanks."""
    if not raw.startswith(b'"'):
        raise BadValue(Code.NOT_TEXT)
    return normalized(text_of(raw)).strip()


def check_code(value: str, longest: int) -> str:
    """Return `value` if it is not too long and has only visible characters."""
    if len(value) > longest:
        raise BadValue(Code.TOO_LONG, longest, len(value))
    refuse_invisible(value)
    return value


def read_document_type(raw: bytes) -> DocumentType | None:
    """Parse 0, 1 or the enum's names. Digits in a string are refused: FTIRSIP has other codes."""
    if _is_blank(raw):
        return None
    if raw.startswith(b'"'):
        name = _name(raw)
        found = _TYPE_NAMES.get(name)
        if found is not None:
            return found
        if name.startswith("ft"):
            raise BadValue(Code.UNSUPPORTED_TYPE)
        raise BadValue(Code.NOT_A_TYPE)
    whole = _JSON_INTEGER.match(raw)
    if not whole:
        raise BadValue(Code.NOT_A_TYPE)
    code = _integer(whole[1].decode())
    if code not in (DocumentType.SALES, DocumentType.PURCHASE):
        raise BadValue(Code.UNSUPPORTED_TYPE)
    return DocumentType(code)


def read_kind(raw: bytes, low: int, high: int) -> int | None:
    """Parse TIPI: its code or the enum's name, with or without `ft_`."""
    if raw.startswith(b'"') and not _is_blank(raw):
        found = _KIND_NAMES.get(_name(raw).removeprefix("ft_"))
        if found is not None:
            return int(found)
        name = text_of(raw).strip()
        if not _TEXT_INTEGER.match(name):
            raise BadValue(Code.UNKNOWN_KIND)
    return read_integer(raw, low, high)


def refuse_controls(raw: bytes) -> None:
    """Refuse a control character or bidi override in a code."""
    if not raw.startswith(b'"') or not may_hold_controls(raw):
        return
    found = texts.find_control(text_of(raw))
    if found:
        raise BadValue(Code.FORBIDDEN_CHARACTER, found)


def refuse_surrogates(value: str) -> None:
    """Refuse a lone surrogate in a text."""
    found = texts.find_surrogate(value)
    if found:
        raise BadValue(Code.FORBIDDEN_CHARACTER, found)


def refuse_invisible(value: str) -> None:
    """Refuse an invisible or unassigned character in a code."""
    found = find_invisible(value)
    if found:
        raise BadValue(Code.FORBIDDEN_CHARACTER, found)


def quoted_value(raw: bytes) -> str:
    """Return a JSON value, shortened and safe to show; a string without its quotes."""
    text = text_of(raw) if raw.startswith(b'"') else raw[:_WORD_LENGTH].decode(errors="replace")
    return quoted(text.strip())


def quoted(value: str) -> str:
    """Return the file's text, shortened and safe to show."""
    return texts.shorten(texts.one_line(value[: _QUOTED + 1]), _QUOTED)
