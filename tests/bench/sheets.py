"""Writing a sheet, beside XlsxWriter's own constant-memory mode: CPU time, peak memory, ratio.

`python -m tests.bench.sheets [--satir N] [--yalniz]`; each writer is a process of its own.
`--yalniz` measures ours alone, for so many rows that the other one would take minutes.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.sheets.table import Kind, Row, SheetColumn, SheetTable
from app.sheets.writer import write_sheet

_KINDS = (Kind.TEXT, Kind.DAY, *[Kind.TEXT] * 4, *[Kind.AMOUNT] * 3, Kind.TEXT, *[Kind.INTEGER] * 2)
_TABLE = SheetTable(
    "Liste", [SheetColumn(f"Sütun {n}", kind, 15) for n, kind in enumerate(_KINDS, 1)]
)


def rows(count: int) -> Iterator[Row]:
    """Yield rows of twelve columns, like those of the list."""
    for n in range(count):
        yield (
            f"RDM2025{n:08}",
            date(2025, 1 + n % 12, 1 + n % 28),
            "Satış",
            "Açık",
            f"120-034-{n % 1000:03}",
            f"Mehmet Sığırcı Temizlik {n % 977}",
            Decimal(n * 137).scaleb(-2),
            Decimal(n * 20).scaleb(-2),
            Decimal(n * 157).scaleb(-2),
            "TL",
            0,
            n % 9,
        )


def ours(path: Path, count: int) -> None:
    """Write as the program does; .xlsx or .csv by the name."""
    write_sheet(path, _TABLE, rows(count))


def theirs(path: Path, count: int) -> None:
    """Write with XlsxWriter alone, each cell by the method of its kind."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    amount = book.add_format({"num_format": "#,##0.00"})
    cells = {
        Kind.TEXT: (sheet.write_string, None),
        Kind.DAY: (sheet.write_datetime, day),
        Kind.AMOUNT: (sheet.write_number, amount),
        Kind.INTEGER: (sheet.write_number, None),
    }
    columns = [cells[kind] for kind in _KINDS]
    for number, row in enumerate(rows(count), 1):
        for place, (value, (write, style)) in enumerate(zip(row, columns, strict=True)):
            write(number, place, value, style)
    book.close()


_WRITERS: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "xlsx": ("x.xlsx", ours),
    "csv": ("x.csv", ours),
    "XlsxWriter": ("x.xlsx", theirs),
}


def _measure(name: str, count: int) -> tuple[float, int]:
    """Return the CPU seconds and the peak memory in MB of a writer in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.sheets", "--satir", str(count), "--yazan", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = done.stdout.split()
    return float(seconds), int(peak)


def _write(name: str, count: int) -> None:
    file, write = _WRITERS[name]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / file, count)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--satir", type=int, default=200_000)
    parser.add_argument("--yalniz", action="store_true")
    parser.add_argument("--yazan", choices=_WRITERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.yazan:
        _write(options.yazan, options.satir)
        return
    names = [name for name in _WRITERS if not (options.yalniz and name == "XlsxWriter")]
    found = {name: _measure(name, options.satir) for name in names}
    for name, (seconds, peak) in found.items():
        ratio = f"  {seconds / found['XlsxWriter'][0]:.2f} ×" if "XlsxWriter" in found else ""
        print(f"{name:<11} {seconds:7.1f} s CPU  {peak:4} MB{ratio}")


if __name__ == "__main__":
    main()
