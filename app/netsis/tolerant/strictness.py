"""Refuse valid JSON that a document may not have: repeated keys, depth, lone surrogates.

JSON parsers silently keep the last of two equal keys, so a document would lose a value.

A lone surrogate is refused even in free text, where control characters are kept: it is not a
character, and neither UTF-8 nor the databases nor msgspec can hold it. A replacement would be a
text that is not in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec

from app.domain.hidden import has_suspect_bytes
from app.domain.reasons import BadValue, Code, DocumentError, Reason
from app.domain.text import find_control
from app.netsis.json_stream import BLANKS
from app.netsis.tolerant.values import quoted, refuse_surrogates

MAX_DEPTH: Final = 32
# A value takes a few hundred bytes of memory; these limits keep a document below 200 MB.
MAX_VALUES: Final = 500_000
"""The most values of a document at all depths; enough for the most lines in our own files."""
MAX_VALUES_OF_PART: Final = 100_000
"""The most values of FatUst, of a line, and of each other member of the document."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|,|[\[{](?![ \t\r\n]*[\]}])')
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
KEY_END: Final = b'":'
"""The end of each key once blanks are deleted; a string may contain it too."""


def is_clean(raw: bytes) -> bool:
    """Return whether strings in this JSON have neither controls nor escapes except \" and \\."""
    if b"\\" in raw and b"\\" in raw.replace(b"\\\\", b"").replace(b'\\"', b""):
        return False
    return not has_suspect_bytes(raw) or find_control(raw.decode()) is None


def count_keys(raw: bytes) -> int:
    """Return the number of keys at all depths, or a greater number."""
    return raw.translate(None, BLANKS).count(KEY_END)


def refuse_many_in_part(raw: bytes, name: str = "", line: int = 0) -> None:
    """Check the number of values in a part of a document. Raises DocumentError."""
    try:
        refuse_many(raw, MAX_VALUES_OF_PART)
    except DocumentError as error:
        raise DocumentError(error.reason.at(_shown(name) if name else "", line)) from None


def refuse_many(raw: bytes, most: int) -> None:
    """Check that this JSON has at most `most` values, at all depths. Raises DocumentError.

    Commas and opening brackets are counted, since each value follows one; nothing is decoded.
    """
    if len(raw) <= most or raw.count(b",") + raw.count(b"[") + raw.count(b"{") <= most:
        return
    signs = (found for found in _TOKEN.finditer(raw) if found.end() - found.start() == 1)
    if next(islice(signs, most, None), None):
        raise DocumentError(Reason(Code.TOO_MANY_VALUES, values=(most,)))


def refuse_repeats(raw: bytes, line: int = 0) -> None:
    """Check that no object in this JSON, at any depth, has a key twice. Raises DocumentError."""
    try:
        found = json.loads(raw, object_pairs_hook=_repeat, parse_int=len, parse_float=len)
    except RecursionError:
        return  # the member's parser refuses such depth and names the member
    if found:
        raise DocumentError(Reason(Code.REPEATED, found.name, line=line, outer=found.outer))


def check_unknown(name: str, raw: bytes) -> None:
    """Check that a member that we do not model can be kept. Raises DocumentError."""
    if not raw.startswith((b"{", b"[")) and not _may_hold_surrogates(raw):
        return
    try:
        value = json.loads(raw, parse_int=str, parse_float=str)
    except RecursionError:
        raise DocumentError(Reason(Code.NESTED_TOO_DEEP, _shown(name))) from None
    _check_member(name, value)


def _may_hold_surrogates(raw: bytes) -> bool:
    return b"\\u" in raw and _SURROGATE.search(raw) is not None


@contextmanager
def explained(raw: bytes, other: Code) -> Iterator[None]:
    """Turn the decoder's errors into a DocumentError; `other` if the JSON is something else."""
    try:
        yield
    except UnicodeDecodeError:
        raise DocumentError(Reason(Code.NOT_UTF8)) from None
    except RecursionError:
        raise DocumentError(Reason(Code.TOO_DEEP)) from None
    except msgspec.ValidationError:
        raise DocumentError(Reason(other)) from None
    except msgspec.DecodeError:
        raise _explain(raw) from None


def _explain(raw: bytes) -> DocumentError:
    """Return the error for JSON that msgspec refuses.

    The escape of a lone surrogate is valid JSON, but not text.
    """
    try:
        for line, name, value in _located_members(json.loads(raw)):
            try:
                _check_member(name, value)
            except DocumentError as error:
                return DocumentError(error.reason.at(line=line))
    except (ValueError, RecursionError):
        pass
    return DocumentError(Reason(Code.BROKEN_JSON))


class _Repeat(NamedTuple):
    """A repeated key; `outer` is the member of the outermost object that contains it."""

    name: str
    outer: str = ""


def _repeat(pairs: list[tuple[str, Any]]) -> _Repeat | None:
    """Reduce an object to its first repeated key, at any depth, or None."""
    seen = set()
    for name, value in pairs:
        if name in seen:
            return _Repeat(_shown(name))
        seen.add(name)
        if found := _repeat_in(value):
            return _Repeat(found.name, _shown(name))
    return None


def _repeat_in(value: Any) -> _Repeat | None:
    if isinstance(value, _Repeat):
        return value
    return next(filter(None, map(_repeat_in, value)), None) if isinstance(value, list) else None


def _located_members(top: Any) -> Iterator[tuple[int, str, Any]]:
    """Yield (line number or 0, name, value) of each member of a document."""
    for name, value in top.items() if isinstance(top, dict) else ():
        if name.lower() == "fatust" and isinstance(value, dict):
            yield from ((0, *member) for member in value.items())
        elif name.lower() == "kalems" and isinstance(value, list):
            for number, line in enumerate(value, 1):
                if isinstance(line, dict):
                    yield from ((number, *member) for member in line.items())
        else:
            yield 0, name, value


def _check_member(name: str, value: Any) -> None:
    try:
        refuse_surrogates(name)
        _check_nested(value, MAX_DEPTH)
    except BadValue as error:
        raise DocumentError(error.reason.at(_shown(name))) from None


def _check_nested(value: Any, depth: int) -> None:
    if depth == 0:
        raise BadValue(Code.NESTED_TOO_DEEP)
    if isinstance(value, str):
        refuse_surrogates(value)
    elif isinstance(value, list):
        for item in value:
            _check_nested(item, depth - 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            refuse_surrogates(name)
            _check_nested(item, depth - 1)


def _shown(name: str) -> str:
    """Return a member's name as shown in a reason."""
    return quoted(name) or '""'
