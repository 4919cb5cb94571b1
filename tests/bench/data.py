"""Builds what is measured from a seed: databases and a file, in a temporary folder."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import run

SEED = 1
SMALL = 100
SCREEN_TIMES = 10

PROGRAM = (sys.executable, "-m", "app")


@dataclass(frozen=True, slots=True)
class Data:
    """Where everything lies, and how much of it there is."""

    folder: Path
    count: int
    """Invoices to export and to import."""

    @property
    def screen_count(self) -> int:
        """Invoices behind the screens: ten times as many."""
        return self.count * SCREEN_TIMES

    @property
    def small(self) -> Path:
        """A database of a hundred invoices."""
        return self.folder / "kucuk.db"

    @property
    def full(self) -> Path:
        """The database that is exported."""
        return self.folder / "dolu.db"

    @property
    def large(self) -> Path:
        """The database behind the screens."""
        return self.folder / "buyuk.db"

    @property
    def file(self) -> Path:
        """The file that is imported: all of `full`."""
        return self.folder / "hepsi.json"

    def command(self, database: Path, *arguments: str | Path) -> list[str]:
        """The program's command line on one of the databases."""
        return [*PROGRAM, "--veritabani", str(database), *map(str, arguments)]


def build(folder: Path, count: int) -> Data:
    """Databases and file of `count` invoices; the same count, the same data."""
    data = Data(folder, count)
    sizes = ((data.small, SMALL), (data.full, count), (data.large, data.screen_count))
    for database, size in sizes:
        run(data.command(database, "ornek-veri", "--fatura", str(size), "--tohum", str(SEED)))
    run(data.command(data.full, "disari-aktar", data.file))
    return data
