"""Text as data: what may not stand in it, and how it is put on one line."""

from __future__ import annotations

import re
from decimal import Decimal

# C0 but tab and line ends, DEL, C1, the bidi overrides and isolates, line and paragraph separators.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_CONTROL_OR_BREAK = re.compile(_CONTROL.pattern[:-1] + "\t\n\r\ud800-\udfff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def find_control(text: str) -> str | None:
    """The first control character or bidi override as `U+001B`, or None.

    Tab and line ends are text; everything else of the kind can attack a terminal or deceive
    a reader.
    """
    found = _CONTROL.search(text) or _LONE_SURROGATE.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def one_line(text: str) -> str:
    """The text as it may be shown on one line: controls become U+FFFD, breaks a space."""
    return _CONTROL_OR_BREAK.sub(lambda m: " " if m[0] in "\t\n\r" else "\ufffd", text)


def one_line_json(text: str) -> str:
    """JSON on one line, of the same value: controls are escaped, breaks become a space."""
    return _CONTROL_OR_BREAK.sub(lambda m: " " if m[0] in "\t\n\r" else f"\\u{ord(m[0]):04x}", text)


def shorten(text: str, width: int) -> str:
    """At most `width` characters, with `…` as the last one where something was cut."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


_SWAP_SEPARATORS = str.maketrans(",.", ".,")


def turkish_amount(value: Decimal, places: int = 2) -> str:
    """`1.234,56`: at least `places` decimals, more where the amount has more."""
    few = -int(value.as_tuple().exponent) < places
    return format(value, f",.{places}f" if few else ",f").translate(_SWAP_SEPARATORS)


def turkish_trimmed(value: Decimal) -> str:
    """As `turkish_amount`, without decimals that are zero: `10`, `0,5`; for rates and so on."""
    text = turkish_amount(value, 0)
    return text.rstrip("0").rstrip(",") if "," in text else text


def turkish_count(number: int) -> str:
    """A count as a Turkish reader writes it: `1.234.567`."""
    return f"{number:,}".replace(",", ".")
