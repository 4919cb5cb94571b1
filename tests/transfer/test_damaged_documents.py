"""A damaged row costs that row: lists, pages and exports show which document it is and go on."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.filters import InvoiceFilter
from app.domain.invoice import DocumentType
from app.errors import DatabaseRefused
from app.store import cards, journal, lookups, queries, summing
from app.store.database import database, reading, writing
from app.store.opening import close_database, open_database
from app.transfer import document_page, history
from app.transfer.export_run import run_export
from app.tui.stored_list import StoredRows
from tests.store.bookkeeping import document, enter, rows, sums_of, vandalise
from tests.transfer.carrying import documents as written

SALES = DocumentType.SALES

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
    # Valid JSON once it stands in the file, but not what was stored.
    """UPDATE line SET quantity = '1.0}]},{"A":1,"Kalems":[{"STra_GCMIK":2' WHERE invoice_id = 2""",
    "UPDATE line SET quantity = '1.0,\"X\":2' WHERE invoice_id = 2",
    "UPDATE line SET quantity = 'true' WHERE invoice_id = 2",
    "UPDATE line SET quantity = '1e400' WHERE invoice_id = 2",
    "UPDATE line SET net_price = '9999999999999999.0' WHERE invoice_id = 2",
    "UPDATE line SET vat_rate = 'null' WHERE invoice_id = 2",
    """UPDATE line SET extra = '{"X":1},{"STra_GCMIK":1' WHERE invoice_id = 2""",
    """UPDATE line SET extra = '{"X":1}],"Y":[{"Z":1}' WHERE invoice_id = 2""",
    """UPDATE invoice SET header_extra = '{"X":1},"Y":{"Z":1}' WHERE id = 2""",
    """UPDATE invoice SET document_date = '2024-03-15","X":"' WHERE id = 2""",
    "UPDATE invoice SET document_date = '2024-13-45' WHERE id = 2",
    r"UPDATE invoice SET document_date = '2024-03-1\u0035' WHERE id = 2",
    """UPDATE invoice SET header_extra = 'x"A":1}' WHERE id = 2""",
    """UPDATE invoice SET extra = '{"A":1z' WHERE id = 2""",
    f"""UPDATE invoice SET header_extra = '{{"A":{"[" * 5000}{"]" * 5000}}}' WHERE id = 2""",
    "UPDATE invoice SET document_date = '2023-02-29' WHERE id = 2",
    """UPDATE invoice SET header_extra = '{"A":1}' || char(0) || ',"B":2}' WHERE id = 2""",
    """UPDATE invoice SET header_extra = '{"A":1' || char(0) || '}' WHERE id = 2""",
    """UPDATE invoice SET header_extra = '{"A":"' || char(0) || '"}' WHERE id = 2""",
    """UPDATE invoice SET extra = '{"A":1}' || char(0) || ',"B":2}' WHERE id = 2""",
    """UPDATE line SET extra = '{"A":1}' || char(0) || ',"B":2}' WHERE invoice_id = 2""",
    "UPDATE invoice SET line_count = 3 WHERE id = 2",
    "DELETE FROM line WHERE invoice_id = 2",
    'INSERT INTO line SELECT 2, 2, "order", stock_code, quantity, unit, gross_price, net_price,'
    " vat_rate, extra FROM line WHERE invoice_id = 1",
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
    assert (done.count, done.totals) == (299, {SALES: Decimal("29.9")})
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
        f" (ayrıntısı: toplu-fatura denetle --veritabani {ledger}); dosya yazılmadı:"
        " dosya bozuk ya da disk hatalı"
    )
    assert not path.exists()


def test_an_export_leaves_out_what_an_index_alone_names(ledger: Path) -> None:
    """A page of the table was lost, and with it the document; the index still lists it."""
    (name, root), *_ = rows("SELECT sql, rootpage FROM sqlite_schema WHERE name = 'invoice_number'")
    vandalise(
        ledger,
        "PRAGMA writable_schema = on; DELETE FROM sqlite_schema WHERE name = 'invoice_number'",
    )
    vandalise(ledger, "DELETE FROM line WHERE invoice_id = 2; DELETE FROM invoice WHERE id = 2")
    vandalise(
        ledger,
        "PRAGMA writable_schema = on; INSERT INTO sqlite_schema VALUES"
        f" ('index', 'invoice_number', 'invoice', {root}, '{name.replace(chr(39), chr(39) * 2)}')",
    )
    open_database(str(ledger))
    done = run_export(range(1, 301), ledger.with_name("x.json"))
    assert (done.count, done.left_out) == (299, ("2. kayıt",))
    assert len(json.loads(done.path.read_bytes())) == 299
    with pytest.raises(DatabaseRefused, match="bazıları artık yok"):
        run_export([1, 2, 301], ledger.with_name("y.json"))  # 301 was deleted, or never was


# What a list shows of the second document cannot be read.
UNREADABLE = [
    "UPDATE invoice SET grand_total = 'yüz' WHERE id = 2",
    "UPDATE invoice SET grand_total = 'NaN' WHERE id = 2",
    "UPDATE invoice SET grand_total = printf('%.*c.0', 100000, '9') WHERE id = 2",
    f"UPDATE invoice SET grand_total = {_BYTES} WHERE id = 2",
    "UPDATE invoice SET vat_total = '1.2.3' WHERE id = 2",
    "UPDATE invoice SET document_date = '2024-02-30' WHERE id = 2",
    f"UPDATE invoice SET account_code = {_BYTES} WHERE id = 2",
    "PRAGMA ignore_check_constraints = ON; UPDATE invoice SET kind = 77 WHERE id = 2",
    "PRAGMA ignore_check_constraints = ON; UPDATE invoice SET document_type = 7 WHERE id = 2",
]


@pytest.mark.parametrize("damage", UNREADABLE)
def test_a_list_shows_which_document_is_damaged_and_goes_on(ledger: Path, damage: str) -> None:
    vandalise(ledger, damage)
    open_database(str(ledger))
    with reading():
        found = queries.rows(range(1, 301))
        totals = sums_of(range(1, 301))[SALES]
    assert [row.number for row in found] == [f"A-{n}" for n in range(1, 301)]
    assert [row for row in found if isinstance(row, queries.DamagedRow)] == [(2, "A-2")]
    assert totals.total in (Decimal("29.9"), Decimal("30.0"))
    cells = StoredRows(array("q", range(1, 301))).window(0, 300)
    assert list(cells[1]) == ["A-2", "", "", "(kaydı bozuk)", *[""] * 7]
    assert {len(row) for row in cells} == {len(cells[1])}


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM line WHERE invoice_id = 2",
        "UPDATE invoice SET line_count = 99 WHERE id = 2",
        "UPDATE invoice SET grand_total = '1_0' WHERE id = 2",
        f"""UPDATE invoice SET header_extra = '{{"A":{"[" * 5000}{"]" * 5000}}}' WHERE id = 2""",
    ],
)
def test_a_document_that_no_file_gets_is_in_no_sum_either(ledger: Path, damage: str) -> None:
    vandalise(ledger, damage)
    open_database(str(ledger))
    with reading():
        found = summing.entries([1, 2, 3])
    assert [isinstance(one, int) for one in found] == [False, True, False]


def test_what_is_damaged_in_a_currency_does_not_cost_the_sums(ledger: Path) -> None:
    vandalise(ledger, "UPDATE invoice SET currency = 1, header_extra = '{\"yarım' WHERE id = 2")
    open_database(str(ledger))
    with reading():
        assert sums_of(range(1, 301))[SALES].total == Decimal("29.9")


def test_a_damaged_name_or_a_lost_card_costs_the_name_only(ledger: Path) -> None:
    vandalise(ledger, "UPDATE account SET name = CAST(X'4BC5' AS TEXT)")
    open_database(str(ledger))
    with reading():
        (row,) = queries.rows([2])
        assert isinstance(row, queries.ListRow)
        assert (row.number, row.account_name) == ("A-2", "K\ufffd")
        assert cards.names("account", [row.account_code]) == {row.account_code: "K\ufffd"}
        assert lookups.search_accounts("") == [(row.account_code, "K\ufffd")]
        assert ("A-2", "15.03.2024  K\ufffd") in lookups.search_numbers(None, "A-2")
    assert document_page.load(2).account_name == "K\ufffd"
    vandalise(ledger, "DELETE FROM account")
    open_database(str(ledger))
    with reading():
        (row,) = queries.rows([2])
    assert isinstance(row, queries.ListRow)
    assert (row.number, row.account_name) == ("A-2", "")


def test_the_page_of_a_damaged_document_says_so(ledger: Path) -> None:
    vandalise(
        ledger,
        "UPDATE invoice SET grand_total = 'x' WHERE id = 2;"
        """UPDATE invoice SET header_extra = '{"CariKod":"120-002"}' WHERE id = 3""",
    )
    open_database(str(ledger))
    for load in (document_page.load, document_page.load_json):
        with pytest.raises(DatabaseRefused, match="A-2: kaydı bozuk, gösterilemiyor"):
            load(2)
    with pytest.raises(DatabaseRefused, match=r"A-3: kaydı bozuk, gösterilemiyor.*CariKod"):
        document_page.load(3)
    assert document_page.load(4).invoice.header.number == "A-4"


def test_a_damaged_journal_costs_no_page_and_no_start(ledger: Path) -> None:
    for direction in (journal.IMPORT, journal.EXPORT):
        vandalise(
            ledger,
            f"INSERT INTO transfer (direction, file, started_at, status) VALUES"
            f" ('{direction}', 'x' || {_BYTES}, 'dün', 'suruyor')",
        )
    vandalise(
        ledger,
        "INSERT INTO transfer_item (transfer_id, position, source_number, number, status)"
        " VALUES (1, 1, 'A-2', 'A-2', 'aktarildi');"
        "UPDATE invoice SET transfer_id = 1, transfer_position = 1 WHERE id = 2",
    )
    open_database(str(ledger))
    assert document_page.load(2).origin[:2] == ["Aktarım 1, dün", "  Dosya  x\ufffd"]
    run = history.unfinished()
    assert run
    assert (run.file, run.started_at) == ("x\ufffd", "dün")
    assert history.settle_exports() == [
        "Yarım kalan dışarı aktarmanın dosyası yok, belgeleri aktarılmamış sayılır: x\ufffd"
    ]


def test_a_search_in_notes_passes_over_what_is_damaged(ledger: Path) -> None:
    vandalise(
        ledger,
        """UPDATE invoice SET header_extra = '{"EKACK1":"acele"}' WHERE id IN (3, 4);
        UPDATE invoice SET header_extra = '{"EKACK1' WHERE id = 2;
        UPDATE invoice SET header_extra = CAST(X'7B22C5' AS TEXT) WHERE id = 1""",
    )
    open_database(str(ledger))
    with reading():
        assert sorted(queries.find(InvoiceFilter(note="acele"))) == [3, 4]


def test_a_damaged_text_anywhere_else_is_a_sentence(ledger: Path) -> None:
    vandalise(ledger, f"UPDATE series SET prefix = {_BYTES}")
    open_database(str(ledger))
    with pytest.raises(DatabaseRefused, match="bir kaydın metni bozuk"), reading():
        lookups.list_series(SALES)
    with pytest.raises(DatabaseRefused, match="bir kaydın metni bozuk"), writing():
        database.execute_sql("SELECT json_extract('{', '$.x')").fetchone()
