"""What is measured: each case is one line of the table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.data import SMALL, Data
from tests.bench.measure import Cost, run
from tests.bench.screen import first_frame, first_rows


@dataclass(frozen=True, slots=True)
class Case:
    """`name` may hold the number of invoices; `once` does the work once."""

    name: str
    once: Callable[[Data], Cost]

    def label(self, data: Data) -> str:
        """The name with its figures."""
        return self.name.format(count=data.count, screen=data.screen_count, small=SMALL)


def _bare(_data: Data) -> Cost:
    return run([sys.executable, "-c", "pass"])


def _help(data: Data) -> Cost:
    return run(data.command(data.small, "--help"))


def _list(data: Data) -> Cost:
    return run(data.command(data.small, "listele"))


def _export(data: Data) -> Cost:
    target = data.folder / "giden.json"
    target.unlink(missing_ok=True)
    return run(data.command(data.full, "disari-aktar", target))


def _import(data: Data) -> Cost:
    empty = data.folder / "bos.db"
    for left in data.folder.glob("bos.db*"):
        left.unlink()
    options = ("--kaynak-no", "--eksik-kartlari-olustur")
    return run(data.command(empty, "iceri-aktar", data.file, *options))


def _first_frame(data: Data) -> Cost:
    return first_frame(data.command(data.large))


def _first_rows(data: Data) -> Cost:
    return first_rows(data.command(data.large))


BASELINE = Case("bare `python -c pass`", _bare)
CASES = (
    BASELINE,
    Case("`--help`", _help),
    Case("`listele`, {small:,} invoices", _list),
    Case("`disari-aktar`, {count:,} invoices", _export),
    Case("`iceri-aktar`, {count:,} invoices, empty database", _import),
    Case("screens: first frame, {screen:,} invoices", _first_frame),
    Case("screens: F5 to the first rows, {screen:,} invoices", _first_rows),
)
