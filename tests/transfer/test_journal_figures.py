"""When a run ends, the journal gets who ran it and its figures; denetle compares them."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from app.domain.filters import InvoiceFilter
from app.store import queries
from app.store.database import reading
from app.transfer.decide import ImportRule
from app.transfer.export_run import run_export
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.store.bookkeeping import (
    ACCOUNT,
    document,
    failures,
    make_cards,
    purchase,
    rows,
    vandalise,
)
from tests.transfer.carrying import write

pytestmark = pytest.mark.both_engines

_FIGURES = (
    'SELECT "user", documents, saved, failed, skipped, warned, sales_total, purchase_total'
    " FROM transfer ORDER BY id"
)


def _import(file: Path, *, skip_transferred: bool = False) -> None:
    incoming = IncomingFile(file)
    try:
        run_import(incoming, None, ImportRule(skip_transferred=skip_transferred))
    finally:
        incoming.close()


def _export(path: Path) -> None:
    with reading():
        ids = queries.find(InvoiceFilter())
    run_export(ids, path)


@pytest.mark.usefixtures("books")
def test_an_import_and_an_export_write_who_and_how_many(tmp_path: Path) -> None:
    whose = pwd.getpwuid(os.getuid()).pw_name
    first = document("A-1", total="10.5")
    make_cards([first])
    file = write(
        tmp_path / "gelen.json",
        [first, document("A-2", account="120-YOK"), purchase("F-1", ACCOUNT, total="3.25")],
    )
    _import(file)
    _import(file, skip_transferred=True)
    _export(tmp_path / "giden.json")
    assert rows(_FIGURES) == [
        (whose, 3, 2, 1, 0, 0, "10.5", "3.25"),
        (whose, 3, 0, 1, 2, 0, None, None),
        (whose, 2, 2, 0, 0, 0, "10.5", "3.25"),
    ]


@pytest.mark.broken_books
@pytest.mark.parametrize(("run", "status"), [(1, "hata"), (2, "atlandi"), (3, "aktarildi")])
@pytest.mark.files_only
def test_a_row_that_is_deleted_from_the_journal_is_found(
    books: Path, tmp_path: Path, run: int, status: str
) -> None:
    """A refused or skipped one of an import, and the last one of an export, had gone unseen."""
    first = document("A-1")
    make_cards([first])
    file = write(tmp_path / "gelen.json", [first, document("A-2", account="120-YOK")])
    _import(file)
    _import(file, skip_transferred=True)
    _export(tmp_path / "giden.json")
    assert failures(books) == []
    vandalise(books, f"DELETE FROM transfer_item WHERE transfer_id = {run} AND status = '{status}'")
    (found,) = failures(books)
    assert found[0] == "gunluk-eksigi"
    assert found[1].startswith(f"{run}. aktarım: günlükten 1 belgenin satırı silinmiş")


@pytest.mark.usefixtures("books")
def test_returns_are_subtracted_from_the_total(tmp_path: Path) -> None:
    back = document("A-2", total="2.5")
    back.header.kind = 4
    make_cards([back])
    _import(write(tmp_path / "gelen.json", [document("A-1", total="10.0"), back]))
    assert rows("SELECT sales_total FROM transfer") == [("7.5",)]
