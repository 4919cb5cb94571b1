"""Document numbers and series: splitting, continuing, and the year in them (domain §4)."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.domain.codes import unique_key
from app.domain.invoice import DocumentType
from app.domain.reasons import Code, NumberError

WIDTH = 15
MAX_SOURCE = 40
"""Characters of a number in a file. A number longer than 15 gets a warning and is replaced."""
MIN_TAIL = 5  # the digits that a series has to leave for the number

_YEAR_NUMBER = re.compile(r"([A-Z0-9]{3}20[0-9]{2})([0-9]{8})\Z")
_YEAR_PREFIX = re.compile(r"[A-Z0-9]{3}20[0-9]{2}\Z")
_NARROW_GIB_NUMBER = re.compile(r"([A-Za-z0-9]{3}20[0-9]{2})0([0-9]{8})\Z")
_GIB_NUMBER = re.compile(r"[A-Za-z0-9]{3}20[0-9]{2}[0-9]{9}\Z")
_GIB_KEY = re.compile(r"[A-Z0-9]{3}20[0-9]{2}[0-9]{9}\Z")
_TAIL = re.compile(r"[0-9]+\Z")
_SERIES = re.compile(r"[A-Za-z0-9]{1,10}\Z")
_SERIES_OF_YEAR = 3  # letters or digits before the year


class Split(NamedTuple):
    """A number as prefix and numeric tail; `tail` is None if the number does not end in a digit."""

    prefix: str
    tail: int | None
    width: int


def split(number: str, series: str | None = None) -> Split:
    """Split `number` into prefix and tail; `series` is the document's own Seri.

    A year in a GİB-like number belongs to the prefix. Otherwise the prefix is the document's own
    series if digits follow it, or else everything before the digits at the end.
    """
    year = _YEAR_NUMBER.match(number)
    if year:
        return Split(year[1], int(year[2]), WIDTH)
    if series and number.startswith(series) and _TAIL.match(number, len(series)):
        return Split(series, int(number[len(series) :]), len(number))
    tail = _TAIL.search(number)
    if not tail:
        return Split(number, None, len(number))
    return Split(number[: tail.start()], int(tail[0]), len(number))


def split_key(number: str, series: str | None = None) -> Split:
    """Split the unique key of `number`, so that all its spellings have one prefix (domain §8)."""
    return split(unique_key(number), series and unique_key(series))


def shown_prefix(prefix: str) -> str:
    """Return a prefix in capitals for a screen; as a key it has small letters beyond ASCII."""
    return prefix.upper()


def tail_in(number: str, prefix: str) -> int:
    """Return the tail of a key in the series of this prefix (also a key); 0 if it is in another."""
    if not number.startswith(prefix):
        return 0
    found = split(number, prefix)
    return found.tail or 0 if found.prefix == prefix else 0


def full_tail(number: str, prefix: str) -> int:
    """Return `tail_in` of a 15-character key; 0 for keys of other lengths."""
    return tail_in(number, prefix) if len(number) == WIDTH else 0


def compose(spelled_prefix: str, tail: int, width: int = WIDTH) -> str:
    """Return the number `tail` of a prefix, zero-padded to at least `width` characters in all.

    Raises NumberError if it needs more than 15 characters, or would read as a number of another
    series (a tail that grows into a year).
    """
    number = spelled_prefix + str(tail).zfill(width - len(spelled_prefix))
    if len(number) > WIDTH:
        raise NumberError(Code.SERIES_FULL, spelled_prefix)
    if split_key(number, spelled_prefix).prefix != unique_key(spelled_prefix):
        raise NumberError(Code.READS_AS_YEAR, number)
    return number


def number_scope(document_type: DocumentType, account_code: str) -> str:
    """Return the supplier that a purchase number belongs to; `""` for a sales number, our own."""
    return account_code if document_type is DocumentType.PURCHASE else ""


def narrow_gib_number(number: str) -> str:
    """Shorten a 16-character GİB number to 15: drop one leading zero of its nine digits.

    Small letters are kept, as in any number (domain §8). Other texts are returned as they are, also
    a number whose first of the nine digits is not zero.
    """
    gib = _NARROW_GIB_NUMBER.match(number)
    return gib[1] + gib[2] if gib else number


def is_gib_number(number: str) -> bool:
    """Return whether a text reads as a 16-character GİB number, in capitals or small letters."""
    return bool(_GIB_NUMBER.match(number))


def is_usable(number: str) -> bool:
    """Return whether a document can have this number: it is neither empty nor too long."""
    return 0 < len(number) <= WIDTH


def own_series(number: str, series: str | None) -> str:
    """Return the Seri that numbers a document without a usable number.

    Raises NumberError with advice if there is no valid Seri.
    """
    try:
        return check_series(series or "")
    except NumberError:
        raise NumberError(Code.UNNUMBERED, number, (series or "").strip()) from None


def unique_gib_number(gib_number: str | None) -> str | None:
    """Return the key under which a GİB number is unique; None if the text is not a GİB number."""
    if not gib_number or _GIB_KEY.match(gib_number):  # in capitals, it is its own key
        return gib_number or None
    key = unique_key(gib_number)
    return key if _GIB_KEY.match(key) else None


def contradict(number: str, gib_number: str | None) -> bool:
    """Return whether a document's number differs from that of its GİB number (domain §8)."""
    if not gib_number or f"{gib_number[:7]}{gib_number[8:]}" == number:  # the most frequent case
        return False
    narrow = narrow_gib_number(gib_number)
    return bool(number) and narrow != gib_number and unique_key(narrow) != unique_key(number)


def check_series(text: str) -> str:
    """Return the Fatura Serisi that the user typed, in capitals.

    It has 1 to 10 letters A–Z and digits; `ı`, `İ`, `ş` are refused because their capital is
    ambiguous. Raises NumberError with the reason.
    """
    text = text.strip()
    if not text:
        raise NumberError(Code.SERIES_EMPTY)
    if len(text) > WIDTH - MIN_TAIL:
        raise NumberError(Code.SERIES_TOO_LONG, WIDTH - MIN_TAIL)
    if not _SERIES.match(text):
        raise NumberError(Code.SERIES_LETTERS)
    return text.upper()


def may_carry_year(series: str) -> bool:
    """Return whether numbers of this series can have a year behind it (`RDM` → `RDM2024…`)."""
    return len(series) == _SERIES_OF_YEAR


def year_prefix(series: str, year: int) -> str:
    """Return `RDM2024` for `RDM` and 2024."""
    return f"{series}{year:04}"


def is_year_prefix(prefix: str) -> bool:
    """Return whether a prefix is three letters or digits and a year."""
    return bool(_YEAR_PREFIX.match(prefix))


def series_of(prefix: str) -> str:
    """Return the Seri of a document with this prefix: the prefix without its year."""
    return prefix[:_SERIES_OF_YEAR] if is_year_prefix(prefix) else prefix
