"""Read the rows of an .xlsx or .csv with their row numbers, whatever the columns are.

python-calamine reads .xlsx files: 100,000 rows of 12 cells take 6 s and 117 MB, where openpyxl
takes 175 s and 33 MB. It holds a whole sheet in memory, so the size of a workbook is limited.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from app.os_errors import refusal, refused

Cell: TypeAlias = str | int | float | bool | date | None
"""A cell's value; None if it is empty."""

_MOST_BYTES: Final = 256 << 20
"""The greatest unpacked size of a workbook's parts; a million cells take a quarter of it."""
_MOST_PARTS: Final = 2000
_ZIP: Final = b"PK"
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_SAVE_ANEW: Final = "Excel'de açıp parolasız .xlsx ya da .csv olarak kaydedin, onu verin"
_DELIMITERS: Final = (";", ",", "\t")
_CSV_FAULTS: Final = {
    "unexpected end of data": "açılan tırnak kapanmamış",
    "expected after": "kapanan tırnaktan sonra ayırıcı yok",
    "field larger": "hücre çok uzun",
}
_PIECE: Final = 1 << 20  # bytes read at once while lines are counted
_HEAD: Final = 64 << 10  # characters in which the delimiter is looked for


class SheetRow(NamedTuple):
    """A row with at least one value."""

    number: int
    """The row's number in the sheet, or its first line's in a .csv, from 1."""
    cells: list[Cell]
    sheet: str = ""
    """The name of its sheet, if the workbook has several."""


class ReadSheet(NamedTuple):
    """A sheet of a file; `name` is empty for a .csv."""

    name: str
    rows: Iterator[SheetRow]
    size: int
    """The approximate number of the last row."""


def read_xlsx(file: BinaryIO, path: Path) -> Iterator[ReadSheet]:
    """Yield the sheets of a workbook. Raises FileRefused about `path`."""
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_huge(file, path)
    try:
        book = CalamineWorkbook.from_filelike(file)
        names = book.sheet_names
        for name in names:
            sheet = book.get_sheet_by_name(name)
            rows = _rows(sheet.iter_rows(), name if names[1:] else "")
            yield ReadSheet(name, rows, sheet.total_height)
    except OSError as error:
        raise refusal(error, path) from error
    except CalamineError as error:
        raise refused(path, _workbook_fault(file)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # PanicException is a fault in the library
            raise
        raise refused(path, "Excel dosyası okunamadı; .csv olarak kaydedip deneyin") from error


def read_csv(file: BinaryIO, encoding: str, path: Path) -> ReadSheet:
    """Return the rows of a .csv; the first line decides whether `;`, `,` or tab separates.

    Reading the rows raises FileRefused about `path`.
    """
    lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b"")) + 1
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    head = text.read(_HEAD).lstrip("\ufeff").lstrip()
    first = next(csv.reader([head.partition("\n")[0]], delimiter="\0"), [""])
    separator = max(_DELIMITERS, key=(first or [""])[0].count)
    text.seek(0)
    return ReadSheet("", _lines(text, separator, path), lines)


def _lines(text: TextIOWrapper, separator: str, path: Path) -> Iterator[SheetRow]:
    lines = csv.reader(text, delimiter=separator, strict=True)
    number = 1
    try:
        for line in lines:
            if number == 1 and line:
                line[0] = line[0].removeprefix("\ufeff")
            cells: list[Cell] = [cell if cell.strip() else None for cell in line]
            if any(cell is not None for cell in cells):
                yield SheetRow(number, cells)
            number = lines.line_num + 1
    except csv.Error as error:
        raise refused(path, f"{number}. satır okunamadı ({_csv_fault(error)})") from error
    except OSError as error:
        raise refusal(error, path) from error


def _rows(rows: Iterable[Sequence[object]], sheet: str) -> Iterator[SheetRow]:
    for number, row in enumerate(rows, 1):
        cells = [_cell(value) for value in row]
        if any(cell is not None for cell in cells):
            yield SheetRow(number, cells, sheet)


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool | int | float | datetime | date):
        return value
    return str(value)  # a time of day


def _refuse_huge(file: BinaryIO, path: Path) -> None:
    """Raise FileRefused if the file is not a workbook, or is too large when unpacked."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except OSError as error:
        raise refusal(error, path) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise refused(path, _workbook_fault(file)) from error
    finally:
        file.seek(0)
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise refused(path, "Excel dosyası çok büyük; .csv olarak kaydedip deneyin")


def _csv_fault(error: csv.Error) -> str:
    """Translate an error of the csv module to Turkish."""
    said = str(error)
    return next((words for part, words in _CSV_FAULTS.items() if part in said), "CSV bozuk")


def _workbook_fault(file: BinaryIO) -> str:
    """Describe what is wrong with a workbook; the library's own messages are English and vague."""
    file.seek(0)
    begin = file.read(len(_OLD_EXCEL))
    if begin == _OLD_EXCEL:
        return f"eski (.xls) ya da parolalı bir Excel dosyası; {_SAVE_ANEW}"
    if begin.startswith(_ZIP):
        return f"Excel dosyası bozuk, okunamadı; {_SAVE_ANEW}"
    return f"bu bir .xlsx dosyası değil; {_SAVE_ANEW}"
