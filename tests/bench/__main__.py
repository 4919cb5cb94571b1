"""`python -m tests.bench`: builds the data, measures every case, prints the table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import report
from tests.bench.cases import BASELINE, CASES
from tests.bench.data import build
from tests.bench.measure import Figure, repeat


def main() -> int:
    """Measure; with --readme also put the table into the README."""
    options = _options()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="toplu-fatura-bench-") as folder:
        _tell(f"building data of {options.fatura} invoices")
        data = build(Path(folder), options.fatura)
        for case in CASES:
            name = case.label(data)
            _tell(name)
            figures.append(repeat(name, options.tekrar, lambda case=case: case.once(data)))
    text = report.report(figures, figures[CASES.index(BASELINE)])
    print(text)
    if options.readme:
        report.write_readme(text)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--fatura", type=int, default=10_000, help="invoices to move (10,000)")
    parser.add_argument("--tekrar", type=int, default=5, help="runs of each case (5)")
    parser.add_argument("--readme", action="store_true", help="put the table into the README")
    return parser.parse_args()


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
