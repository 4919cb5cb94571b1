"""A damaged row costs that row: lists, pages and exports show which document it is and go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from bookkeeping import document, enter, rows, vandalise
from carrying import documents as written

from app.domain.filters import InvoiceFilter
from app.errors import DatabaseRefused
from app.store import queries
from app.store.database import reading
from app.store.opening import close_database, open_database
from app.transfer.export_run import run_export

pytestmark = pytest.mark.broken_books

_BYTES = "CAST(X'C5' AS TEXT)"
# What no file can have as it is: of the second document, and of its line.
UNWRITABLE = [
    "UPDATE invoice SET grand_total = 'NaN' WHERE id = 2",
    "UPDATE invoice SET grand_total = 'yüz' WHERE id = 2",
    f"UPDATE invoice SET grand_total = {_BYTES} WHERE id = 2",
    "UPDATE invoice SET grand_total = printf('%.*c.0', 100000, '9') WHERE id = 2",
    "UPDATE invoice SET vat_total = '1.' WHERE id = 2",
    "UPDATE invoice SET document_date = '2024\"03' WHERE id = 2",
    f"UPDATE invoice SET project = {_BYTES} WHERE id = 2",
    f"UPDATE invoice SET number = 'A' || {_BYTES} WHERE id = 2",
    "UPDATE invoice SET header_extra = '{\"yarım' WHERE id = 2",
    "UPDATE invoice SET extra = '{\"a\":1}}' WHERE id = 2",
    "UPDATE line SET quantity = '-' WHERE invoice_id = 2",
    f"UPDATE line SET stock_code = {_BYTES} WHERE invoice_id = 2",
    "UPDATE line SET extra = '[' WHERE invoice_id = 2",
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Path]:
    """300 documents, which an export reads in several pieces."""
    path = tmp_path / "defter.db"
    open_database(str(path))
    enter(*(document(f"A-{n}", total="0.1") for n in range(1, 301)))
    yield path
    close_database()


def _ids() -> list[int]:
    with reading():
        return list(queries.find(InvoiceFilter(), "number"))


@pytest.mark.parametrize("damage", UNWRITABLE)
def test_an_export_leaves_a_damaged_document_out_and_tells(ledger: Path, damage: str) -> None:
    vandalise(ledger, damage)
    open_database(str(ledger))
    done = run_export(range(1, 301), ledger.with_name("x.json"))
    found = written(done.path.read_bytes())
    assert [one["FatUst"]["FATIRS_NO"] for one in found] == [
        f"A-{n}" for n in range(1, 301) if n != 2
    ]
    assert (done.count, done.total) == (299, Decimal("29.9"))
    assert done.left_out == ("A\ufffd" if "number" in damage else "A-2",)
    assert rows("SELECT count(*), max(invoice_id = 2) FROM transfer_item") == [(299, 0)]
    assert rows("SELECT status FROM transfer") == [("tamam",)]


def test_several_damaged_documents_in_several_pieces(ledger: Path) -> None:
    vandalise(ledger, "UPDATE invoice SET grand_total = 'x' WHERE id IN (1, 2, 150, 300)")
    open_database(str(ledger))
    done = run_export(range(1, 301), ledger.with_name("x.json"))
    assert done.left_out == ("A-1", "A-2", "A-150", "A-300")
    assert len(json.loads(done.path.read_bytes())) == done.count == 296


def test_where_all_are_damaged_there_is_no_file(ledger: Path) -> None:
    vandalise(ledger, "UPDATE invoice SET grand_total = 'x'")
    open_database(str(ledger))
    path = ledger.with_name("x.json")
    with pytest.raises(DatabaseRefused) as refused:
        run_export(range(1, 8), path)
    assert refused.value.sentence == (
        "Kaydı bozuk olduğu için yazılmayan: A-1, A-2, A-3, A-4, A-5 ve 2 belge daha"
        " (ayrıntısı: toplu-fatura denetle); dosya yazılmadı"
    )
    assert not path.exists()
