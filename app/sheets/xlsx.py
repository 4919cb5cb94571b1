"""Write rows as an Excel workbook (.xlsx) in constant memory.

XlsxWriter makes an empty workbook with styles, widths, header and frozen pane. The rows are then
streamed into its sheets, straight into the file. XlsxWriter would take five times as long for that
and keep the rows in a temporary folder first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import chain
from typing import BinaryIO, Final, TypeAlias
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from app.domain.dates import turkish
from app.domain.text import one_line, shorten
from app.sheets.table import (
    DIGITS,
    Kind,
    Row,
    SheetTable,
    TotalRow,
    Value,
    has_too_many_digits,
    turkish_number,
)

_Parts: TypeAlias = dict[str, bytes]
_Cell: TypeAlias = Callable[[str, Value], str]
"""Makes the XML of a cell from the row's number and a value."""

ROWS: Final = 1_048_576
"""The most rows of a sheet, its header included."""
# bytes of a sheet: the limit of a zip entry without 64-bit sizes, which Excel dislikes
_MOST_BYTES: Final = 3 << 29
_AT_ONCE: Final = 500  # rows
_TEXT_WIDTH: Final = 32_767  # characters of a cell
_LEVEL: Final = 4  # compression level
_EPOCH: Final = date(1899, 12, 30).toordinal()
_FIRST_DAY: Final = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so programs disagree about the days before this one."""
_FORMATS: Final = {
    Kind.TEXT: {"num_format": "@"},
    Kind.DAY: {"num_format": "dd.mm.yyyy", "align": "left"},
    Kind.AMOUNT: {"num_format": "#,##0.00######", "align": "right"},
    Kind.INTEGER: {"num_format": "0", "align": "right"},
}
_STYLE = re.compile(rb' s="([0-9]+)"')
_ESCAPED_ALREADY = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP = re.compile("[&<>]")
_NO_XML = re.compile("[\ufffe\uffff]")


def write(
    out: BinaryIO, tables: Iterable[tuple[SheetTable, Iterable[Row]]], report: Callable[[int], None]
) -> None:
    """Write a workbook with a sheet for each table; a full sheet is continued in another one.

    `report` gets the number of rows written so far. Raises OSError, and what the rows and `report`
    raise.
    """
    sheets: list[SheetTable] = []
    done = 0
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for table, rows in tables:
            left: Iterator[Row] | None = iter(rows)
            number = 0
            while left is not None:
                number += 1
                name = f"{table.name} {number}" if number > 1 else table.name
                sheets.append(replace(table, name=name))
                done = _write_sheet(package, _Sheet(sheets), left, done, report)
                first = next(left, None)
                left = None if first is None else chain([first], left)
        for part, content in _workbook(sheets).items():
            if not _is_sheet(part):
                package.writestr(part, content)


def _write_sheet(
    package: ZipFile, sheet: _Sheet, rows: Iterator[Row], done: int, report: Callable[[int], None]
) -> int:
    """Write one sheet until it is full; return the number of rows written to all sheets so far."""
    with package.open(sheet.part, "w") as part:
        size = part.write(sheet.head)
        texts: list[str] = []
        for number, row in enumerate(rows, 2):
            texts.append(sheet.row(str(number), row))
            if full := number == ROWS or size > _MOST_BYTES or len(texts) == _AT_ONCE:
                done += len(texts)
                size += part.write("".join(texts).encode())
                texts.clear()
                report(done)
            if full and (number == ROWS or size > _MOST_BYTES):
                break
        part.write("".join(texts).encode() + sheet.tail)
    return done + len(texts)


class _Sheet:
    """The last sheet of an empty workbook, split where its rows belong."""

    def __init__(self, sheets: Sequence[SheetTable]) -> None:
        # The sheets before it are made too, because they decide the numbers of its styles.
        table = sheets[-1]
        self.part = f"xl/worksheets/sheet{len(sheets)}.xml"
        whole = _workbook(sheets)[self.part]
        head, _, rest = whole.partition(b'<row r="2"')
        plain, bold, tail = rest.split(b"</row>", 2)
        self.head = re.sub(rb"<dimension[^>]*>", b"", head)
        self.tail = tail
        self._plain = _cells(table, plain)
        self._bold = _cells(table, bold)

    def row(self, number: str, values: Row) -> str:
        """Return the XML of a row."""
        cells = self._bold if type(values) is TotalRow else self._plain
        both = zip(cells, values, strict=True)
        inside = [cell(number, value) for cell, value in both if value is not None]
        return f'<row r="{number}">{"".join(inside)}</row>'


def _workbook(sheets: Sequence[SheetTable]) -> _Parts:
    """Return the parts of a workbook whose sheets have a header, a plain and a bold row."""
    made = BytesIO()
    book = Workbook(made, {"in_memory": True})
    header = book.add_format({"bold": True, "bottom": 1})
    plain = {kind: book.add_format(_FORMATS[kind]) for kind in Kind}
    bold = {kind: book.add_format({**_FORMATS[kind], "bold": True}) for kind in Kind}
    for table in sheets:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        _set_up_printing(sheet)
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, column.label, header)
            sheet.write_blank(1, index, None, plain[column.kind])
            sheet.write_blank(2, index, None, bold[column.kind])
    book.close()
    with ZipFile(made) as package:
        return {name: package.read(name) for name in package.namelist()}


def _set_up_printing(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")


def _cells(table: SheetTable, row: bytes) -> list[_Cell]:
    """Return the function that makes each column's cells, in the styles of a template row."""
    styles = [int(found[1]) for found in _STYLE.finditer(row)]
    return [
        _maker(column.kind, xl_col_to_name(index), styles[index])
        for index, column in enumerate(table.columns)
    ]


def _maker(kind: Kind, letters: str, style: int) -> _Cell:
    """Return the function that makes a column's cells; a value of another kind becomes text."""
    start, styled = f'<c r="{letters}', f'" s="{style}"'
    end = "</t></is></c>"
    text = f'{styled} t="inlineStr"><is><t xml:space="preserve">'
    number = f"{styled}><v>"
    spell = _SPELLINGS.get(kind)

    def cell(row: str, value: Value) -> str:
        if spell and (spelled := spell(value)) is not None:
            return f"{start}{row}{number}{spelled}</v></c>"
        said = value if type(value) is str else _text(value)
        return f"{start}{row}{text}{_xml(said)}{end}" if said else ""

    return cell


def _text(value: Value) -> str:
    """Return a value as the text of a cell."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return turkish(value) if isinstance(value, date) else turkish_number(value)


def _day(value: Value) -> str | None:
    """Return the serial number of a day; None for other values and days before _FIRST_DAY."""
    if not isinstance(value, date) or value < _FIRST_DAY:
        return None
    return str(value.toordinal() - _EPOCH)


def _number(value: Value) -> str | None:
    """Return the digits of a number; None for other values and numbers that would be rounded."""
    if isinstance(value, Decimal):
        digits = str(value)
        if "E" in digits:
            digits = format(value, "f")
    elif isinstance(value, int):
        digits = str(value)
    else:
        return None
    return None if len(digits) > DIGITS and has_too_many_digits(value) else digits


_SPELLINGS: Final[dict[Kind, Callable[[Value], str | None]]] = {
    Kind.DAY: _day,
    Kind.AMOUNT: _number,
    Kind.INTEGER: _number,
}


def _xml(text: str) -> str:
    """Return a text as XML on one line; characters that XML cannot hold become U+FFFD."""
    if not text.isprintable():
        text = _NO_XML.sub("\ufffd", one_line(text))
    if "_x" in text:  # Excel would read _x0041_ as A
        text = _ESCAPED_ALREADY.sub("_x005F_", text)
    if len(text) > _TEXT_WIDTH:
        text = shorten(text, _TEXT_WIDTH)
    return escape(text) if _MARKUP.search(text) else text
