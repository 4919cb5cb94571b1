"""A crowd at one database: eight import into one series, one saves single invoices, one exports.

python -m tests.promises.crowd [--fatura N] [--veritabani URL] tells how long the one with single
invoices waited; the books are a new file, or a new schema of a server.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

from app.demo import Company
from app.domain.invoice import DocumentType, Invoice
from app.store import cards
from app.store.database import database as engine
from app.store.database import is_file, writing
from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.cli.commandline import Said, environment
from tests.cli.loaded_program import Fork
from tests.store.bookkeeping import typed
from tests.transfer.carrying import write

IMPORTERS = 8
SERIES = "ORT"
ONE_CARDLESS_IN = 50  # documents that are refused, for nobody's number to be lost with them
LONGEST_WAIT = 0.15  # seconds, at the 95th percentile
_ALONE = 30
_THOUGHT = 0.05  # seconds at most between two saves: they come at any moment of another's turn


@dataclass
class Crowd:
    """What each of them was told, and how long the single saves took."""

    folder: Path
    database: str
    """The path of a file, or the address of a schema."""
    count: int
    """How many documents each imports."""
    file: Path
    """What each importer imports."""
    one: Path
    """The file with a single invoice."""
    importers: list[Said] = field(default_factory=list)
    exporters: list[Said] = field(default_factory=list)
    """In the order in which they ran; the first before anything was imported."""
    alone: list[float] = field(default_factory=list)
    """Seconds that a save took before the others came."""
    waits: list[float] = field(default_factory=list)
    """The same beside the others."""
    after: list[float] = field(default_factory=list)
    """The same beside the last exporter, after the others."""
    seconds: float = 0.0
    """How long the importers took."""

    def run(self) -> None:
        """All of it; the eight begin at once."""
        open_database(self.database)
        try:
            self.alone += [self._save_one() for _ in range(_ALONE)]
            with writing():
                importers = [self._start_import(place) for place in range(IMPORTERS)]
                wait_for_line(self.database, importers)
            exporter = Thread(target=self._export_while, args=(importers,))
            exporter.start()
            begin = time.monotonic()
            while _any_runs(importers):
                self.waits.append(self._save_one())
                time.sleep(random.uniform(0, _THOUGHT))
            self.seconds = time.monotonic() - begin
            exporter.join()
            self._export_beside_saves()
        finally:
            close_database()
        self.importers += [self._said(f"i{place}", run) for place, run in enumerate(importers)]

    @property
    def saves(self) -> int:
        """How many documents this process has saved, one at a time."""
        return len(self.alone) + len(self.waits) + len(self.after)

    @property
    def refused(self) -> int:
        """How many of the documents of each are refused."""
        return len(range(0, self.count, ONE_CARDLESS_IN))

    def exported(self, place: int) -> Path:
        """The file that the exporter of this place wrote."""
        return self.folder / f"x{place}.json"

    def _save_one(self) -> float:
        incoming = IncomingFile(self.one)
        begin = time.monotonic()
        run_import(incoming, None, ImportRule(series=SERIES))
        taken = time.monotonic() - begin
        incoming.close()
        return taken

    def _start_import(self, place: int) -> Fork:
        return self._start(f"i{place}", "iceri-aktar", self.file, "--seri", SERIES, "--json")

    def _export_while(self, importers: list[Fork]) -> None:
        while _any_runs(importers):
            self._finish_export(self._start_export())

    def _export_beside_saves(self) -> None:
        """However quick the machine is, this exporter reads between two saves."""
        run = self._start_export()
        while run.poll() is None:
            self.after.append(self._save_one())
        self._finish_export(run)
        self.after.append(self._save_one())

    def _start_export(self) -> Fork:
        place = len(self.exporters)
        return self._start(f"e{place}", "disari-aktar", self.exported(place), "--json")

    def _finish_export(self, run: Fork) -> None:
        run.wait()
        self.exporters.append(self._said(f"e{len(self.exporters)}", run))

    def _start(self, name: str, *arguments: object) -> Fork:
        folder = self.folder
        words = ["--veritabani", typed(self.database), *map(typed, arguments)]
        with (
            open(os.devnull, "rb") as nothing,
            (folder / f"{name}.out").open("wb") as out,
            (folder / f"{name}.err").open("wb") as err,
        ):
            streams = (nothing.fileno(), out.fileno(), err.fileno())
            return Fork(words, folder, environment(folder), streams)

    def _said(self, name: str, run: Fork) -> Said:
        status = run.wait()
        words = [(self.folder / f"{name}.{kind}").read_text() for kind in ("out", "err")]
        return Said(status, *words)


def gather(folder: Path, count: int, database: str = "") -> Crowd:
    """The books, and what there is to import: `count` documents for each of the eight."""
    company = Company()
    books = database or str(folder / "defter.db")
    crowd = Crowd(folder, books, count, folder / "gelen.json", folder / "tek.json")
    open_database(crowd.database)
    with writing():
        cards.add_accounts((account.code, account.name) for account in company.accounts)
        cards.add_stock_items((item.code, item.name) for item in company.stock)
    close_database()
    invoices = list(islice(_sales(company), count))
    write(crowd.one, invoices[:1])
    for invoice in invoices[::ONE_CARDLESS_IN]:
        invoice.header.account_code = "KARTSIZ"
    write(crowd.file, invoices)
    return crowd


def wait_for_line(database: str, processes: list[Fork]) -> None:
    """Return when all of them stand in line for the write lock, which this process holds."""
    while not is_file() and _waiting_at_server() < len(processes):
        time.sleep(0.01)
    for process in processes if is_file() else ():
        while not _stands_in_line(database, process):
            if process.poll() is not None:
                raise RuntimeError("it ended before it had begun")
            time.sleep(0.01)


def _waiting_at_server() -> int:
    ((count,),) = engine.execute_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchall()
    return int(count)


def _stands_in_line(database: str, process: Fork) -> bool:
    line = f"{database}-sira"
    with suppress(OSError):  # files come and go
        return any(os.readlink(file) == line for file in Path(f"/proc/{process.pid}/fd").iterdir())
    return False


def percentile(seconds: Iterable[float], percent: int) -> float:
    """The time that so many percent of all do not exceed."""
    return statistics.quantiles(seconds, n=100)[percent - 1]


def _sales(company: Company) -> Any:
    every: Iterable[Invoice] = company.invoices(10**6)
    return (invoice for invoice in every if invoice.document_type is DocumentType.SALES)


def _any_runs(processes: Iterable[Fork]) -> bool:
    return any(process.poll() is None for process in processes)


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.crowd", description=__doc__)
    parser.add_argument("--fatura", type=int, default=3000, help="documents of each importer")
    parser.add_argument("--veritabani", default="", help="a new schema: postgresql://…?sema=…")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crowd = gather(Path(folder), options.fatura, options.veritabani)
        crowd.run()
    documents = IMPORTERS * options.fatura
    print(
        f"{IMPORTERS} importers, {documents:,} documents in {crowd.seconds:.1f} s "
        f"({documents / crowd.seconds:,.0f}/s), {len(crowd.exporters)} exports beside them"
    )
    for name, seconds in (("alone", crowd.alone), ("in the crowd", crowd.waits)):
        figures = [percentile(seconds, 50), percentile(seconds, 95), max(seconds)]
        median, late, most = (f"{1000 * figure:.0f} ms" for figure in figures)
        print(f"a single save {name}: median {median}, 95 % {late}, most {most}, of {len(seconds)}")
    return int(percentile(crowd.waits, 95) > LONGEST_WAIT)


if __name__ == "__main__":
    sys.exit(main())
