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
    """Measure; with --readme also put the tables into the README."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="toplu-fatura-bench-") as folder:
        _tell(f"building data of {options.fatura:,} invoices")
        data = build(options.veri or Path(folder), options.fatura)
        text = _measured(data, options)
    print(text)
    if options.readme:
        report.write_readme(text)
    return 0


def _measured(data: Data, options: argparse.Namespace) -> str:
    load = os.getloadavg()[0]
    tables = []
    for section in SECTIONS:
        _tell(section.title)
        figures = measure(section, data, options.tekrar)
        tables.append(report.table(section, figures, data.count))
        _tell(tables[-1])
    return report.report(tables, data, options.tekrar, load)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--fatura", type=int, default=10_000, help="invoices to move (10,000)")
    parser.add_argument("--tekrar", type=int, default=5, help="runs of each case (5)")
    parser.add_argument("--veri", type=Path, help="folder in which the data is kept")
    parser.add_argument("--readme", action="store_true", help="put the tables into the README")
    return parser.parse_args()


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
