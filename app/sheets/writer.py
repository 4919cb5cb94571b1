"""Write a new .xlsx or .csv file, chosen by its name; the file is whole or absent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from app.errors import Stopped
from app.os_errors import refusal, refused
from app.progress import Progress, Stop, never, no_progress
from app.sheets.names import is_sheet
from app.sheets.table import Row, SheetTable
from app.whole_file import WholeFile

_MODULES: Final = {".xlsx": "app.sheets.xlsx", ".csv": "app.sheets.delimited"}
"""File name ending → module that writes it, loaded only when needed."""
_BUFFER: Final = 1 << 20


def write_sheet(
    path: Path,
    table: SheetTable,
    rows: Iterable[Row],
    *,
    count: int = 0,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> int:
    """Write one table to a new file; see `write_sheets`."""
    return write_sheets(path, [(table, rows)], count=count, progress=progress, stop=stop)


def write_sheets(
    path: Path,
    tables: Sequence[tuple[SheetTable, Iterable[Row]]],
    *,
    count: int = 0,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> int:
    """Write tables to the sheets of a new file and return the number of rows.

    A .csv takes one table. `rows` are read once and not kept, so memory does not grow with them;
    the last ones may be `TotalRow`s, made after all others were read. `count` is the expected
    number of rows, for `progress`. Raises FileRefused; Stopped if `stop` says so; what `rows`
    raise. In all these cases there is no file.
    """
    path = Path(path)
    if not is_sheet(path.name):
        raise refused(path, "adı .xlsx ya da .csv ile bitmeli")
    written = 0

    def report(done: int) -> None:
        progress(min(done, count), count)
        if stop():
            raise Stopped("Durduruldu; dosya yazılmadı")

    def counted(rows: Iterable[Row]) -> Iterable[Row]:
        nonlocal written
        for row in rows:
            written += 1
            yield row

    form: Any = import_module(_MODULES[path.suffix.lower()])
    with WholeFile(path) as file:
        report(0)
        try:
            with open(file.descriptor, "wb", buffering=_BUFFER, closefd=False) as out:
                form.write(out, [(table, counted(rows)) for table, rows in tables], report)
        except OSError as error:
            raise refusal(error, path) from error
        file.finish()
    return written
