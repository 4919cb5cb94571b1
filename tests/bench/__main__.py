"""`python -m tests.bench`: builds the data, measures every case, prints the tables."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench import report
from tests.bench.cases import SECTIONS
from tests.bench.data import Data, build
from tests.bench.measure import measure


def main() -> int:
    """Measure and print all tables; with --readme only those with figures of the README."""
    options = _options()
    # Installed modules are compiled: to compile them at each start would be measured too.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="toplu-fatura-bench-") as folder:
        _tell(f"building data of {options.fatura:,} invoices")
        data = build(options.veri or Path(folder), options.fatura)
        _measure(data, options)
    return 0


def _measure(data: Data, options: argparse.Namespace) -> None:
    load = os.getloadavg()[0]
    tables, headlines = [], []
    for section in SECTIONS:
        if options.readme and not any(case.headline for case in section.cases):
            continue
        _tell(section.title)
        figures = measure(section, data, options.tekrar)
        tables.append(report.table(section, figures, data.count))
        headlines += report.rows(section, figures, data.count, headlines=True)
        _tell(tables[-1])
    print(report.report(tables, data, options.tekrar, load))
    if options.readme:
        chief = report.headline_table(headlines)
        report.write_readme(report.report([chief], data, options.tekrar, load))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--fatura", type=int, default=10_000, help="invoices to move (10,000)")
    parser.add_argument(
        "--tekrar", type=int, default=5, help="runs of each case (5); 0: one, unprepared"
    )
    parser.add_argument("--veri", type=Path, help="folder in which the data is kept")
    parser.add_argument(
        "--readme", action="store_true", help="measure the README's sections, and put them there"
    )
    return parser.parse_args()


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
