"""Write rows as a .csv that a Turkish Excel opens on a double click.

UTF-8 with a BOM, semicolons, decimal commas, CRLF. A text that Excel would take for a formula is
preceded by an apostrophe: the file is made to be opened in Excel, and a name in somebody else's
invoice must not run as code. An .xlsx holds each text unchanged; programs read our JSON.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from io import TextIOWrapper
from typing import BinaryIO, Final

from app.domain.dates import turkish
from app.domain.text import one_line
from app.sheets.table import Row, SheetTable, Value, turkish_number

_AT_ONCE: Final = 500  # rows
_FORMULA: Final = ("=", "+", "-", "@")


def write(
    out: BinaryIO, tables: Iterable[tuple[SheetTable, Iterable[Row]]], report: Callable[[int], None]
) -> None:
    """Write the header and the rows of a single table.

    `report` gets the number of rows written so far, every few hundred rows. Raises OSError, what
    the rows and `report` raise, and ValueError for several tables.
    """
    ((table, rows),) = tables
    text = TextIOWrapper(out, "utf-8-sig", newline="")
    try:
        lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
        lines.writerow([column.label for column in table.columns])
        for number, row in enumerate(rows, 1):
            lines.writerow(map(_spelled, row))
            if number % _AT_ONCE == 0:
                report(number)
        text.flush()
    finally:
        text.detach()


def _spelled(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        safe = one_line(value)
        return f"'{safe}" if safe.lstrip().startswith(_FORMULA) else safe
    return turkish(value) if isinstance(value, date) else turkish_number(value)
