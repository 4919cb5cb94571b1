"""Find texts that are not UTF-8, which SQLite stores although they cannot be read.

`settings_checks` finds those of the settings, which harm no document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from app.domain.text import one_line, shorten
from app.store.database import database
from app.store.engine.finding import Finding, damage
from app.store.models import TABLES, Currency, Setting, Table

_SETTINGS: Final = (Setting, Currency)
_AT_A_TIME: Final = 1000  # rows decoded together
_BETWEEN: Final = b"\x1f"  # none of our texts contains a control character
_WIDTH: Final = 40  # characters of a text in a phrase


def undecodable() -> Iterator[Finding]:
    """Yield a Turkish phrase for each text that is not UTF-8, with its row and advice."""
    for table in TABLES if database.keeps_odd_text else ():
        if table not in _SETTINGS:
            yield from _undecodable_in(table)


def _undecodable_in(table: type[Table]) -> Iterator[Finding]:
    meta: Any = table._meta
    keys = [field.column_name for field in meta.get_primary_keys()]
    texts = [field.column_name for field in meta.sorted_fields if _is_text(field)]
    rows = database.rows(f"SELECT {_as_bytes(keys)}, {_as_bytes(texts)} FROM {meta.table_name}")
    for some in iter(lambda: list(islice(rows, _AT_A_TIME)), []):
        if _is_utf8(_BETWEEN.join(values for _, values in some)):
            continue
        for key, values in some:
            for column, value in zip(texts, values.split(_BETWEEN), strict=False):
                if not _is_utf8(value):
                    row = f"{meta.table_name} {', '.join(map(_readable, key.split(_BETWEEN)))}"
                    yield damage(f"{row}: {column} UTF-8 değil ({_readable(value)})")


def _is_text(field: Any) -> bool:
    while hasattr(field, "rel_field"):
        field = field.rel_field
    return bool(field.field_type == "TEXT")


def _as_bytes(columns: list[str]) -> str:
    """Return SQL that joins the columns into one value, so that a row costs one object."""
    between = f'", char({_BETWEEN[0]}), "'
    return f'CAST(concat("{between.join(columns)}") AS BLOB)'


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _readable(text: bytes) -> str:
    return shorten(one_line(text.decode(errors="replace")), _WIDTH)
