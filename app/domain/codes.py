"""Codes and numbers as identifiers: which characters they may hold, and when two are the same."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase, ascii_uppercase
from typing import Final

from app.domain.text import PLAIN_LETTERS

# All dashes of Unicode 14 (category Pd), minus signs and the hyphen bullet, as NFKC leaves them,
# and the one blank that NFKC leaves. They are listed so that a later Unicode version changes no
# stored key.
_DASHES: Final = (
    "\u02d7\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2052\u2212\u2796"
    "\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\U00010ead"
)
_PLAIN_SIGNS: Final = str.maketrans(dict.fromkeys(_DASHES, "-") | {"\u1680": " "})
_BLANKS: Final = re.compile("  +")
_DOTLESS_I: Final = "\u0131"
_DOTS_OVER_I: Final = re.compile("i\u0307+")
_CAPITALS: Final = str.maketrans(ascii_lowercase, ascii_uppercase)
NOT_PLAIN: Final = "*[^ -`{-~]*"
"""GLOB pattern of a code that is not plain: with small letters or non-ASCII characters."""
NOT_ASCII: Final = "*[^ -~]*"
"""GLOB pattern of a code with other than printable ASCII characters."""
SEVERAL_BLANKS: Final = "*  *"
"""GLOB pattern of a code that is not plain because of a run of blanks."""
SEARCHED_AS: Final = tuple((marked, plain.upper()) for marked, plain in PLAIN_LETTERS)
"""Letters of a key with marks, and the capitals that stand for them in a `search_key`."""
_ABOVE_SURROGATES: Final = 0xE000
_BEHIND_ALL: Final = 0x10FFFF
_INVISIBLE_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# Characters that are drawn as nothing or as a blank, though their category is letter, mark or sign.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def normalized(code: str) -> str:
    """Return a code in the form in which it is stored: NFC, otherwise as written (domain §8)."""
    return code if code.isascii() else unicodedata.normalize("NFC", code)


def same_key(code: str) -> str:
    """Return the key that all spellings of a code share: NFKC, case folded, one dash, digit, blank.

    I, ı, İ and i count as one letter: keyboards and programs pair them differently, so a clerk who
    types the number of a paper again may well use another one of them.

    Databases keep this key in unique columns (domain §8), so its result for a text must never
    change.
    """
    if code.isascii():
        return _one_blank(code.lower())
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", code).casefold()).casefold()
    text = "".join(_plain_digit(letter) for letter in text.translate(_PLAIN_SIGNS))
    text = unicodedata.normalize("NFKC", text).replace(_DOTLESS_I, "i")
    return _one_blank(_DOTS_OVER_I.sub("i", text))


def plain_spelling(code: str) -> str:
    """Return a code with one kind of dash, digit and blank; in capitals if it is ASCII then.

    It has the same `unique_key`. What numbers continue is the series in its plain spelling.
    """
    if not code.isascii():
        plain = unicodedata.normalize("NFKC", code).translate(_PLAIN_SIGNS)
        code = "".join(_plain_digit(letter) for letter in plain)
    return code.upper() if code.isascii() else code


def unique_key(code: str) -> str:
    """Return the unique key of a code or number: `same_key` in capital letters.

    A plain code, ASCII without small letters and runs of blanks, is its own key.
    """
    if code.isascii():  # the frequent case, without another call
        return _BLANKS.sub(" ", code.upper()) if "  " in code else code.upper()
    return same_key(code).translate(_CAPITALS)


def search_key(code: str) -> str:
    """Return the key in which a part of a number is searched: `sb` finds `ŞB-1`.

    It is the `unique_key` without the marks of Turkish letters.
    """
    key = unique_key(code)
    for marked, plain in () if key.isascii() else SEARCHED_AS:
        key = key.replace(marked, plain)
    return key


def stored_key(code: str) -> str | None:
    """Return the `unique_key` to store beside a code, or None if it equals the code."""
    key = unique_key(code)
    return None if key == code else key


def key_range(beginning: str) -> tuple[str, str]:
    """Return the bounds of the keys with this prefix: the lowest, and the first one behind them."""
    low = unique_key(beginning)
    behind = min(ord(low[-1]) + 1, _BEHIND_ALL) if low else _BEHIND_ALL
    return low, low[:-1] + chr(_ABOVE_SURROGATES if behind == 0xD800 else behind)


def find_invisible(code: str) -> str | None:
    """Return the first invisible or unassigned character as `U+200B`, or None."""
    if code.isascii() and code.isprintable():
        return None
    for letter in code:
        if unicodedata.category(letter) in _INVISIBLE_CATEGORIES or _INVISIBLE.match(letter):
            return f"U+{ord(letter):04X}"
    return None


def find_foreign(code: str) -> str | None:
    """Return the first letter or digit that only looks like a Latin one, or None.

    Any letter of another script counts: a Cyrillic А among Latin letters deceives a reader.
    """
    if code.isascii():
        return None
    return next((letter for letter in code if _is_foreign(letter)), None)


def _one_blank(code: str) -> str:
    """Replace each run of blanks in a code by one blank."""
    return _BLANKS.sub(" ", code) if "  " in code else code


def _is_foreign(letter: str) -> bool:
    if letter.isascii():
        return False
    plain = unicodedata.normalize("NFKD", letter)[0]
    if plain.isalpha():
        return not unicodedata.name(plain, "").startswith("LATIN ")
    return plain.isdigit() and not plain.isascii()


def _plain_digit(letter: str) -> str:
    if letter.isascii() or not letter.isdecimal():
        return letter
    return str(unicodedata.decimal(letter))
