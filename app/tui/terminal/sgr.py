"""Cell styles, and the shortest SGR sequence from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple


class Style(NamedTuple):
    """Colours and attributes as SGR parameters; "" is the default colour.

    `apply_sgr` returns one object for each style: compare with `is`.
    """

    foreground: str = ""
    background: str = ""
    attributes: frozenset[str] = frozenset()


PLAIN = Style()
_STYLES = {PLAIN: PLAIN}

_OFF = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28",
    "9": "29", "21": "24", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_ENDS = frozenset(_OFF.values())
_FOREGROUNDS = frozenset(map(str, (*range(30, 38), *range(90, 98))))
_BACKGROUNDS = frozenset(map(str, (*range(40, 48), *range(100, 108))))
_PALETTE = {"5": 1, "2": 3}  # number of parameters that follow: an index, or red, green and blue


@lru_cache(4096)
def apply_sgr(style: Style, parameters: str) -> Style | None:
    """Return the style after an SGR with these parameters; None if one of them is unknown."""
    codes = iter(parameters.split(";"))
    for code in codes:
        changed = _after_attribute(style, code) or _after_colour(style, code, codes)
        if changed is None:
            return None
        style = changed
    return _STYLES.setdefault(style, style)


def _after_attribute(style: Style, code: str) -> Style | None:
    if code in ("", "0"):
        return PLAIN
    if code in _OFF:
        return style._replace(attributes=style.attributes | {code})
    if code in _ENDS:
        kept = frozenset(on for on in style.attributes if _OFF[on] != code)
        return style._replace(attributes=kept)
    return None


def _after_colour(style: Style, code: str, rest: Iterator[str]) -> Style | None:
    if code in _FOREGROUNDS or code == "39":
        return style._replace(foreground="" if code == "39" else code)
    if code in _BACKGROUNDS or code == "49":
        return style._replace(background="" if code == "49" else code)
    if code not in ("38", "48"):
        return None
    kind = next(rest, "")
    numbers = list(islice(rest, _PALETTE.get(kind, 0)))
    if not numbers:
        return None
    colour = ";".join((code, kind, *numbers))
    return style._replace(foreground=colour) if code == "38" else style._replace(background=colour)


@lru_cache(4096)
def sgr_between(old: Style | None, new: Style) -> str:
    """Return the shortest SGR from a style to another; `old` is None where it is unknown."""
    anew = ["", *sorted(new.attributes), *filter(None, new[:2])]  # an empty parameter is a reset
    ways = [anew] if old is None else [anew, _steps(old, new)]
    return min((f"\x1b[{';'.join(codes)}m" for codes in ways), key=len)


def _steps(old: Style, new: Style) -> list[str]:
    ends = {_OFF[code] for code in old.attributes - new.attributes}
    begun = {code for code in new.attributes if code not in old.attributes or _OFF[code] in ends}
    colours = []
    if new.foreground != old.foreground:
        colours.append(new.foreground or "39")
    if new.background != old.background:
        colours.append(new.background or "49")
    return [*sorted(ends), *colours, *sorted(begun)]
