"""What JSON allows and a document may not hold: a key twice, control characters, deep nesting.

JSON readers keep the last of two equal keys without a word; a document must not lose a value so.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from app.domain.text import find_control
from app.errors import DocumentError
from app.files.values import quoted, refuse_controls

MAX_DEPTH: Final = 32

_KEY_END = re.compile(rb'"[ \t\r\n]*:')
_REPEATED: Final = "iki kez yazılmış"


def may_hold_controls(raw: bytes) -> bool:
    """Whether a string in this JSON may hold a control character: a quick look that can err.

    By what a control character or a bidi override is spelled with, escaped or as UTF-8.
    """
    return b"\\" in raw or _has_suspect_bytes(raw)


def is_clean(raw: bytes) -> bool:
    """Whether no string in this JSON holds a control, and none an escape but those of \" and \\."""
    if b"\\" in raw and b"\\" in raw.replace(b"\\\\", b"").replace(b'\\"', b""):
        return False
    return not _has_suspect_bytes(raw) or find_control(raw.decode()) is None


def _has_suspect_bytes(raw: bytes) -> bool:
    return b"\xc2" in raw or b"\xe2" in raw or b"\xd8" in raw or b"\x7f" in raw


def has_only_keys(raw: bytes, count: int) -> bool:
    """Whether this JSON has exactly `count` keys at all depths: never wrong where it says so.

    Behind each key stands a quote and a colon; in a string these two may stand by chance.
    """
    return sum(1 for _ in _KEY_END.finditer(raw)) == count


def refuse_repeats(raw: bytes, place: str) -> None:
    """Raises DocumentError where an object in this JSON, at any depth, has a key twice."""
    try:
        json.loads(raw, object_pairs_hook=_distinct, parse_int=str, parse_float=str)
    except _Repeated as error:
        inner = DocumentError(_REPEATED, quoted(error.args[0]))
        raise (inner.within(place) if place else inner) from None
    except (ValueError, RecursionError):
        raise DocumentError("JSON bozuk ya da çok derin iç içe", place) from None


def check_unknown(name: str, raw: bytes, suspect: bool) -> None:
    """Raises DocumentError where a member that we do not model cannot be kept."""
    shown = quoted(name)
    try:
        if suspect:
            refuse_controls(name)
        if raw.startswith((b"{", b"[")):
            _check_nested(json.loads(raw, parse_int=str, parse_float=str), MAX_DEPTH)
        elif suspect and raw.startswith(b'"'):
            refuse_controls(json.loads(raw))
    except RecursionError:
        raise DocumentError("çok derin iç içe", shown) from None
    except json.JSONDecodeError:
        raise DocumentError("JSON bozuk", shown) from None
    except ValueError as error:
        raise DocumentError(str(error), shown) from None


class _Repeated(Exception):
    pass


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for name, _ in pairs:
        if name in seen:
            raise _Repeated(name)
        seen.add(name)


def _check_nested(value: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError("çok derin iç içe")
    if isinstance(value, str):
        refuse_controls(value)
    elif isinstance(value, list):
        for item in value:
            _check_nested(item, depth - 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            refuse_controls(name)
            _check_nested(item, depth - 1)
