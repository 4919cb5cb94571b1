"""Helpers for tests that carry documents from books to books through real files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.domain.filters import InvoiceFilter
from app.domain.invoice import Invoice
from app.domain.netsis_json import encode_invoice
from app.netsis.output_file import JsonArrayFile
from app.store import queries
from app.store.database import reading
from app.store.preview import FileRow, Outcome
from app.transfer.decide import ImportRule
from app.transfer.export_run import Exported, run_export
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from app.transfer.run_summary import RunSummary
from app.transfer.simulate import Plan, dry_run, make_plan

KEEP = ImportRule()


def write(path: Path, invoices: Iterable[Invoice]) -> Path:
    """A file with these documents."""
    with JsonArrayFile.create(path) as out:
        for invoice in invoices:
            out.write(encode_invoice(invoice))
        out.finish()
    return path


class Carried:
    """A file, judged; then imported, row by row."""

    def __init__(
        self, path: Path, encoding: str = "utf-8", *, chosen: list[int] | None = None
    ) -> None:
        """With `chosen`, only the documents at these positions are imported."""
        self._chosen = chosen
        self.incoming = IncomingFile(path, encoding)
        self.incoming.judge()
        self.results: list[Outcome] = []

    def __enter__(self) -> Carried:
        return self

    def __exit__(self, *_: object) -> None:
        self.incoming.close()

    @property
    def positions(self) -> list[int]:
        return list(self.incoming.rows.find()) if self._chosen is None else self._chosen

    @property
    def rows(self) -> list[FileRow]:
        """All rows as the list shows them."""
        return self.incoming.rows.rows(self.positions)

    def save(self, rule: ImportRule = KEEP, **more: Any) -> RunSummary:
        """Save the rows; `results` says what became of them."""
        return run_import(self.incoming, self.positions, rule, told=self.results.extend, **more)

    def rehearse(self, rule: ImportRule = KEEP) -> list[Outcome]:
        """What saving would give."""
        found: list[Outcome] = []
        dry_run(self.incoming, self.positions, rule, told=found.extend)
        return found

    def plan(self, rule: ImportRule = KEEP, **more: Any) -> Plan:
        """What Yeni Numara Girişi would say."""
        plan = make_plan(self.incoming, self.positions, rule, **more)
        assert plan
        return plan

    @property
    def numbers(self) -> list[str]:
        """The numbers given, in file order."""
        return [result.new_number for result in self.results]


def carry(path: Path, rule: ImportRule = KEEP, encoding: str = "utf-8") -> Carried:
    """A file, imported whole."""
    with Carried(path, encoding) as carried:
        carried.save(rule)
    return carried


def export_all(path: Path, **more: Any) -> Exported:
    """Every document, in the order of entry."""
    with reading():
        ids = sorted(queries.find(InvoiceFilter()))
    return run_export(ids, path, **more)


def documents(content: bytes) -> list[Any]:
    """The documents of a file, each key with its value exactly as spelled."""
    return json.loads(content, parse_float=lambda text: f"#{text}", parse_int=lambda t: f"#{t}")
