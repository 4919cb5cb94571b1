"""Translate a statement written for all engines (`operations`) to PostgreSQL."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_PARTS: Final = re.compile(
    r"""
    (?P<quoted> '(?:[^']|'')*' | "[^"]*" )
    | (?P<mark> \?(?P<number>\d*) )
    | (?P<hint> \b(?:INDEXED\ BY\ (?:\w+|"\w+")|NOT\ INDEXED|WITHOUT\ ROWID)\b )
    | (?P<index> \bCREATE\ INDEX\ temp\. )
    | (?P<temporary> \btemp\. )
    | CAST\((?P<whole> [\w.]+ )\ AS\ INTEGER\)
    """,
    re.VERBOSE,
)

_BLOB: Final = " AS BLOB)"


@lru_cache(2048)
def translated(sql: str) -> str:
    """Return a statement with numbered parameters, without SQLite's own syntax."""
    marks = 0

    def part(found: re.Match[str]) -> str:
        nonlocal marks
        if found["quoted"]:
            return found[0]
        if found["mark"]:
            marks += 1
            return f"${found['number'] or marks}"
        if found["whole"]:
            return f"trunc(CAST({found['whole']} AS numeric))"
        if found["index"]:
            return "CREATE INDEX "
        return "pg_temp." if found["temporary"] else ""

    return _PARTS.sub(part, _with_bytes(sql))


def _with_bytes(sql: str) -> str:
    """Replace each `CAST(text AS BLOB)`, which would interpret escapes, by the text's bytes."""
    while (end := sql.rfind(_BLOB)) >= 0:
        start, depth = end, 0
        while depth >= 0:  # back to CAST's bracket; our quoted texts contain none
            start -= 1
            depth += {")": 1, "(": -1}.get(sql[start], 0)
        text, rest = sql[start + 1 : end], sql[end + len(_BLOB) :]
        sql = f"{sql[: start - len('CAST')]}convert_to({text}, 'UTF8'){rest}"
    return sql
