"""Importing: each document whole or not at all, its neighbours alone, the journal one to one."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unittest.mock import Mock

import pytest

from app.demo import Company, sample_files
from app.domain.document_status import ERROR
from app.errors import CommitUncertain, DatabaseRefused, FileRefused
from app.store import cards, journal
from app.store import database as store
from app.store.database import connected, database, reading, writing
from app.store.engine import write_queue
from app.store.engine.write_queue import waiting
from app.store.preview import Outcome
from app.transfer import batch_writer, document_page, run_transactions
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from tests.short_steps import short_steps
from tests.store.bookkeeping import ACCOUNT, counters, document, enter, make_cards, rows
from tests.transfer.carrying import KEEP, Carried, ImportRule, carry, write

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]
SKIP = ImportRule(skip_transferred=True)

# What each faulty document of hatali.json is told, by its place in the file.
FAULTS = {
    1: "Fatura No (FATIRS_NO): “348” metin olmalı (tırnak içinde)",
    2: "Fatura No (FATIRS_NO): “HTL00000000000000000000000000…” "
    "en çok 40 karakter olabilir (43 karakter)",
    3: "Cari Kodu (CariKod): yok",
    4: "1. kalem, Miktar (STra_GCMIK): “on iki” sayı değil",
    6: "1. kalem, Fiyat (STra_BF): “1.234” belirsiz bir sayı (binlik mi, ondalık mı?)",
    7: "1. kalem, Miktar (STra_GCMIK): “11111111111111111111111111111…” çok uzun bir sayı",
    8: "Genel toplam (GENELTOPLAM): “12345678901234567890.5” "
    "çok büyük bir sayı (en çok 15 basamak)",
    9: "Belge Tarihi (Tarih): “2026-11-31 00:00:00”, böyle bir gün yok",
    11: "Belge Tarihi (Tarih): “11/15/2026” geçersiz tarih (yyyy-aa-gg olmalı)",
    12: "Cari Kodu (CariKod): “120-034-001-ANADOLU-YAKASI” "
    "en çok 15 karakter olabilir (26 karakter)",
    13: "Belge Tipi (FaturaTip): “7”, yalnız satış ve alış faturası aktarılır",
    14: "Belge Tipi (Tip): FaturaTip ile çelişiyor",
    16: "Tipi (TIPI): “12”, 0 ile 8 arasında olmalı",
    17: "Şube (Sube_Kodu): “99999”, -32768 ile 32767 arasında olmalı",
    18: "KDV dahil mi (KDV_DAHILMI): “belki” evet/hayır (true/false) olmalı",
    19: "Kalem sayısı (KalemAdedi): 99 yazıyor, belgede 4 kalem var",
    21: "Kalemler (Kalems): kalem yok",
    22: "Kalemler (Kalems): liste değil",
    26: "Plasiyer (PLA_KODU): “P�[31m”, izin verilmeyen karakter (U+001B)",
    27: "Cari Kodu (CariKod): iki kez yazılmış",
    28: "Fatura No (FATIRS_NO): “HTL\u200b1”, izin verilmeyen karakter (U+200B)",
    31: "HATALI-NUMARA kullanılmış ve sonunda rakam yok; sıradaki numara bulunamadı",
    34: "fatura değil",
}


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """The demo's cards in the books, its sample files in a folder."""
    company = Company(1)
    with writing():
        cards.add_accounts((account.code, account.name) for account in company.accounts)
        cards.add_stock_items((item.code, item.name) for item in company.stock)
    for name, content in sample_files(company):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def _journal() -> list[tuple[Any, ...]]:
    """(position, source number, number, status, message) of the last run."""
    return rows(
        "SELECT position, source_number, number, status, message FROM transfer_item"
        " WHERE transfer_id = (SELECT max(id) FROM transfer) ORDER BY position"
    )


def _run_status() -> object:
    return rows("SELECT status FROM transfer ORDER BY id DESC LIMIT 1")[0][0]


def _some(count: int, start: int = 1) -> list[Any]:
    return [document(f"A{n:014}", total=f"{n}.0") for n in range(start, start + count)]


def test_each_fault_is_told_and_the_others_are_saved(samples: Path) -> None:
    with Carried(samples / "hatali.json") as carried:
        summary = carried.save()
        shown = carried.rows
    told = {r.position: r.message for r in carried.results if r.status == "hata"}
    assert told == {place: f"{place}. belge, {reason}" for place, reason in FAULTS.items()}
    assert (summary.saved, summary.failed, summary.skipped) == (34 - len(FAULTS), len(FAULTS), 0)
    assert {row.position for row in shown if row.status == "aktarildi"} == (
        set(range(1, 35)) - set(FAULTS)
    )
    assert {row.position: row.message for row in shown if row.status == "hata"} == told
    assert _run_status() == "tamam"


def test_a_file_is_saved_straight_as_it_is_row_by_row(samples: Path) -> None:
    results: list[Outcome] = []
    told: list[tuple[int, int]] = []
    path = samples / "hatali.json"
    with closing(IncomingFile(path)) as incoming:
        summary = run_import(
            incoming, None, KEEP, told=results.extend, progress=lambda *so_far: told.append(so_far)
        )
        assert incoming.count == 0  # nothing was judged before
    assert [r.position for r in results] == list(range(1, 35))
    assert {r.position: r.message for r in results if r.status == "hata"} == {
        place: f"{place}. belge, {reason}" for place, reason in FAULTS.items()
    }
    assert (summary.saved, summary.count) == (34 - len(FAULTS), 34)
    size = path.stat().st_size
    assert [of for _, of in told] == [size]
    assert size - 10 < told[0][0] <= size


def test_the_list_warns_before_anything_is_saved(samples: Path) -> None:
    with Carried(samples / "hatali.json") as carried:
        warned = {row.position: row.message for row in carried.rows if row.status == "uyari"}
    assert warned == {
        23: "Genel toplam (GENELTOPLAM): belgede 1,00, kalemlerden 102.665,08",
        24: "1. kalem, KDV oranı (STra_KDV): bilinmeyen oran %17; "
        "KDV tutarı (KDV): belgede 779,02, kalemlerden 885,23",
        33: "iki kez var: 32. belge ile aynı",
    }


def test_every_sample_file_is_taken_as_it_says(samples: Path) -> None:
    for name, count in (("temiz", 40), ("alis", 20), ("zarf", 12), ("satir-satir", 15)):
        results = carry(samples / f"{name}.json").results
        assert [result.status for result in results] == ["aktarildi"] * count
    assert len(carry(samples / "windows-1254.json", encoding="cp1254").results) == 12
    with pytest.raises(FileRefused, match="UTF-8 değil"):
        carry(samples / "windows-1254.json")
    ends = {result.message for result in carry(samples / "yarim.json").results}
    assert len(ends) == 2  # the whole ones, and one word about the cut


def test_journal_rows_and_results_are_one_to_one(samples: Path) -> None:
    results = carry(samples / "hatali.json").results
    assert [(r.position, r.new_number or None, r.status, r.message or None) for r in results] == [
        (position, number, status, message) for position, _, number, status, message in _journal()
    ]


def test_missing_cards_are_errors_of_their_rows(samples: Path) -> None:
    with Carried(samples / "eksik-kart.json") as carried:
        listed = [row.message for row in carried.rows if row.status == "hata"]
        summary = carried.save()
    told = [result.message for result in carried.results if result.status == "hata"]
    assert told == listed
    assert told[0] == "1. belge, Cari Kodu (CariKod): cari kartı yok (120-034-901)"
    assert "stok kartı yok (150-99-" in told[1]
    assert (summary.saved, summary.failed) == (3, 9)


def test_missing_cards_are_made_when_that_is_asked_for(samples: Path) -> None:
    carry(samples / "eksik-kart.json", ImportRule(create_cards=True))
    assert [status for *_, status, _ in _journal()] == ["aktarildi"] * 12
    with reading():
        assert cards.names("account", ["120-034-901"]) == {"120-034-901": "120-034-901"}
    names = rows("SELECT DISTINCT name FROM stock_item WHERE code LIKE '150-99-%'")
    assert names == [("Yeni gelen ürün",)]


def test_a_card_is_made_only_for_a_document_that_is_saved(tmp_path: Path) -> None:
    enter(document("SON"))
    path = write(tmp_path / "x.json", [document("SON", account="120-YENI")])
    assert carry(path, ImportRule(create_cards=True)).results[0].status == "hata"
    assert rows("SELECT code FROM account") == [(ACCOUNT,)]


def test_a_made_card_takes_the_name_that_any_line_gives(tmp_path: Path) -> None:
    one, two = document("A-1", stock="YENI"), document("A-2", stock="YENI")
    one.lines[0].item_name = "Kalem"
    carry(write(tmp_path / "x.json", [one, two]), ImportRule(create_cards=True))
    assert rows("SELECT code, name FROM stock_item") == [("YENI", "Kalem")]


def test_the_same_file_twice_is_a_second_copy_that_is_seen_first(tmp_path: Path) -> None:
    make_cards(_some(3))
    path = write(tmp_path / "x.json", _some(3))
    assert carry(path).numbers == [f"A{n:014}" for n in (1, 2, 3)]
    with Carried(path) as again:
        assert [row.message for row in again.rows] == [
            f"daha önce aktarıldı, A{n:014}" for n in (1, 2, 3)
        ]
        assert {row.status for row in again.rows} == {"uyari"}
        again.save()
    assert again.numbers == [f"A{n:014}" for n in (4, 5, 6)]


def test_transferred_documents_are_left_out_when_that_is_asked_for(tmp_path: Path) -> None:
    make_cards(_some(3))
    carry(write(tmp_path / "x.json", _some(3)))
    again = carry(write(tmp_path / "y.json", _some(4)), SKIP)
    assert [result.status for result in again.results] == ["atlandi"] * 3 + ["aktarildi"]
    assert again.results[0].message == "daha önce aktarıldı, A00000000000001"
    twins = carry(write(tmp_path / "z.json", _some(60, 9) + _some(60, 9)), SKIP)
    assert [result.status for result in twins.results] == ["aktarildi"] * 60 + ["atlandi"] * 60


def test_a_document_that_failed_was_not_transferred(tmp_path: Path) -> None:
    """Its twin, in the same batch or a later one, is told of its own fault and is not skipped."""
    enter(document("SON", total="1.0"))
    again = [document("SON", total="2.0"), *_some(60), document("SON", total="2.0")]
    with Carried(write(tmp_path / "x.json", [again[0], *again])) as carried:
        foretold = carried.rehearse(SKIP)
        assert carried.plan(SKIP).failing == 3
        carried.save(SKIP)
    assert [r.position for r in carried.results if r.status == "hata"] == [1, 2, 63]
    assert [(r.status, r.message) for r in foretold if r.status == "hata"] == [
        (r.status, r.message) for r in carried.results if r.status == "hata"
    ]


def test_a_stop_between_documents_keeps_whole_ones(tmp_path: Path) -> None:
    make_cards(_some(1))
    done = []
    asked = iter([False, False, False, False, True])
    with Carried(write(tmp_path / "x.json", _some(200))) as carried:
        summary = carried.save(
            progress=lambda *so_far: done.append(so_far), stop=lambda: next(asked)
        )
        shown = carried.rows
    assert summary.stopped
    assert summary.saved == len(carried.results) == 70
    assert done == [(50, 200)]
    assert _run_status() == "durduruldu"
    assert len(_journal()) == summary.saved
    assert rows("SELECT count(*), max(tail) FROM invoice") == [(summary.saved, summary.saved)]
    assert [row.status for row in shown] == (
        ["aktarildi"] * summary.saved + ["hazir"] * (200 - summary.saved)
    )
    again = carry(tmp_path / "x.json", SKIP)
    assert len([r for r in again.results if r.status == "aktarildi"]) == 200 - summary.saved


@pytest.mark.files_only
def test_a_transaction_ends_with_its_batch_where_somebody_waits(
    books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "_YIELD_SECONDS", 0)
    make_cards(_some(1))
    path = write(tmp_path / "x.json", _some(120))
    told: list[int] = []
    with Carried(path) as carried, waiting(str(books)):
        run_import(carried.incoming, None, KEEP, told=lambda results: told.append(len(results)))
    assert told == [20, 20, 10, 20, 20, 10, 20]
    told.clear()
    with Carried(path) as carried:
        run_import(carried.incoming, None, KEEP, told=lambda results: told.append(len(results)))
    assert told == [50, 50, 20]


@pytest.mark.files_only
def test_a_writer_in_line_goes_before_the_next_transaction(
    books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes only once the import has seen it, and could have gone first."""
    monkeypatch.setattr(write_queue, "_YIELD_SECONDS", 60)
    is_anyone_waiting = write_queue.is_anyone_waiting
    order: list[str] = []
    in_line, is_seen = Event(), Event()

    def seen(path: str) -> bool:
        found = is_anyone_waiting(path)
        if found:
            is_seen.set()
        return found

    def write_one() -> None:
        with connected(), waiting(str(books)):
            in_line.set()
            is_seen.wait(60)
            with writing():
                order.append("one")

    def told(_results: object) -> None:
        if not order:
            single.start()
            in_line.wait(60)
        order.append("import")

    monkeypatch.setattr(write_queue, "is_anyone_waiting", seen)
    single = Thread(target=write_one)
    make_cards(_some(1))
    with Carried(write(tmp_path / "x.json", _some(120))) as carried:
        run_import(carried.incoming, None, KEEP, told=told)
    single.join()
    assert order == ["import", "one", "import", "import"]


def test_a_transaction_that_takes_long_ends_with_its_batch_and_each_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_steps(monkeypatch, seconds=-1)
    make_cards(_some(1))
    path = write(tmp_path / "x.json", _some(120))
    seen: list[tuple[int, int]] = []
    with Carried(path) as carried:
        run_import(
            carried.incoming, range(1, 121), KEEP, progress=lambda done, of: seen.append((done, of))
        )
    assert seen == [(done, 120) for done in (20, 40, 50, 70, 90, 100, 120)]


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    make_cards(_some(1))
    told: list[tuple[int, int]] = []
    with Carried(write(tmp_path / "x.json", _some(120))) as carried:
        carried.save(progress=lambda done, of: told.append((done, of)))
    assert told == [(50, 120), (100, 120), (120, 120)]


def test_a_row_is_told_of_only_after_its_commit(tmp_path: Path) -> None:
    make_cards(_some(1))
    seen: list[int] = []

    def look(results: list[Any]) -> None:
        def other() -> None:
            with connected(), reading():
                (count,) = database.execute_sql("SELECT count(*) FROM invoice").fetchone()
                seen.append(count)

        thread = Thread(target=other)
        thread.start()
        thread.join()
        assert seen[-1] >= results[-1].position

    with Carried(write(tmp_path / "x.json", _some(120))) as carried:
        run_import(carried.incoming, carried.positions, KEEP, told=look)
    assert seen[-1] == 120


@pytest.mark.files_only
def test_a_refused_document_leaves_its_neighbours_and_no_gap(tmp_path: Path) -> None:
    make_cards(_some(1))
    with writing():
        database.execute_sql(
            "CREATE TRIGGER no_seven BEFORE INSERT ON line WHEN new.quantity = '7.0'"
            " BEGIN SELECT raise(ABORT, 'yedi olmaz'); END"
        )
    documents = [document("X", total=f"{n}.0") for n in range(1, 121)]
    for place in (3, 70, 71):
        documents[place - 1].lines[0].quantity *= 7
    path = write(tmp_path / "x.json", documents)
    carried = carry(path, ImportRule(series="A"))
    failed = [result for result in carried.results if result.status == "hata"]
    assert [result.position for result in failed] == [3, 70, 71]
    assert "yedi olmaz" in failed[0].message
    assert [n for n in carried.numbers if n] == [f"A{n:014}" for n in range(1, 118)]
    assert counters() == {"A": 117}
    assert [r.position for r in carried.results] == list(range(1, 121))
    assert len(_journal()) == 120
    with writing():
        database.execute_sql("DROP TRIGGER no_seven")


def test_somebody_elses_documents_in_between_cost_no_number_twice(tmp_path: Path) -> None:
    make_cards(_some(1))
    between = iter([document("X", note=str(n)) for n in range(9)])

    def somebody(_results: object) -> None:
        thread = Thread(target=lambda: enter(next(between), series="A"))
        thread.start()
        thread.join()

    with Carried(write(tmp_path / "x.json", [document("X") for _ in range(130)])) as carried:
        run_import(carried.incoming, carried.positions, ImportRule(series="A"), told=somebody)
    assert rows("SELECT count(*), min(tail), max(tail), count(DISTINCT tail) FROM invoice") == [
        (133, 1, 133, 133)
    ]


@pytest.mark.files_only
def test_a_database_that_goes_away_ends_the_run_and_says_so(tmp_path: Path) -> None:
    make_cards(_some(1))
    with Carried(write(tmp_path / "x.json", _some(120))) as carried:
        told: list[int] = []

        def break_it(done: int, _of: int) -> None:
            told.append(done)
            database.connection().set_busy_timeout(1)
            database.execute_sql("PRAGMA query_only = 1")

        with pytest.raises(DatabaseRefused, match="salt okunur"):
            carried.save(progress=break_it)
        assert [row.status for row in carried.rows].count("aktarildi") == 50
    assert told == [50]
    assert rows("SELECT count(*) FROM invoice") == [(50,)]
    assert _run_status() == "suruyor"  # nothing could be written any more


def test_a_run_whose_first_transaction_is_undone_is_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> int:
        raise DatabaseRefused("Veritabanı: diskte yer kalmadı")

    make_cards(_some(1))
    path = write(tmp_path / "x.json", _some(120))
    with Carried(path) as carried:
        monkeypatch.setattr(batch_writer, "next_invoice_id", full)
        with pytest.raises(DatabaseRefused):
            carried.save()
        monkeypatch.undo()
        assert rows("SELECT id, file, status FROM transfer") == [(1, str(path), "hata")]
        assert carried.save().transfer_id == 2
    assert len(_journal()) == 120


def test_rows_are_saved_in_the_order_in_which_they_were_picked(tmp_path: Path) -> None:
    make_cards(_some(1))
    with Carried(write(tmp_path / "x.json", [document(f"K-{n}") for n in range(1, 5)])) as carried:
        found: list[Any] = []
        run_import(carried.incoming, [4, 2], ImportRule(series="A"), told=found.extend)
        left = [row.status for row in carried.rows]
    assert [(result.position, result.new_number) for result in found] == [
        (4, "A00000000000001"), (2, "A00000000000002"),
    ]  # fmt: skip
    assert left == ["hazir", "aktarildi", "hazir", "aktarildi"]


def test_a_saved_document_knows_where_it_came_from(tmp_path: Path) -> None:
    make_cards([document("K-1")])
    carried = carry(write(tmp_path / "gelen.json", [document("K-1")]), ImportRule(series="A"))
    invoice_id = carried.results[0].invoice_id
    assert invoice_id
    found = document_page.load(invoice_id)
    assert found.invoice.header.number == "A00000000000001"
    text = "\n".join(document_page.page(found, 300))
    assert "gelen.json" in text
    assert "1. belge, Fatura No K-1" in text
    with pytest.raises(DatabaseRefused, match="artık yok"):
        document_page.load(10**6)


def test_a_file_that_changes_while_it_is_open_is_refused(tmp_path: Path) -> None:
    make_cards(_some(1))
    path = write(tmp_path / "x.json", _some(120))
    with Carried(path) as carried:
        whole_text = path.read_bytes()
        path.write_bytes(whole_text.replace(b'"Tarih":"2024', b'"Tarih":"2023'))
        with pytest.raises(FileRefused):
            carried.save()
    assert _run_status() == "hata"
    assert rows("SELECT count(*) FROM invoice") == [(0,)]


def test_a_path_that_is_no_text_is_journaled_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    make_cards(_some(1))
    path = write(Path(f"{tmp_path}/eski-\udcfe.json"), _some(1))
    assert carry(path).results[0].status == "aktarildi"
    assert rows("SELECT file FROM transfer") == [(f"{tmp_path}/eski-\ufffd.json",)]


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_run_ends_behind_its_last_document_however_large_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_listed: bool
) -> None:
    """A transaction ends early where its documents are large."""
    short_steps(monkeypatch, lot_bytes=1)
    file = write(tmp_path / "x.json", _some(3))
    states: list[object] = []
    with closing(IncomingFile(file)) as incoming:
        incoming.judge()
        run_import(
            incoming,
            [1, 2, 3] if is_listed else None,
            ImportRule(create_cards=True),
            told=lambda _: states.append(_run_status()),
        )
    assert states == ["suruyor"] * 3
    assert _run_status() == "tamam"
    assert rows("SELECT documents, saved FROM transfer") == [(3, 3)]


def test_an_uncertain_end_of_a_run_is_found_even_by_a_second_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer to the last commit is lost, and the first question to the journal fails."""
    outcome = Outcome(1, "A-1", ERROR, "yok", "", None)

    def stored_without_an_answer(transaction: ExitStack) -> None:
        transaction.close()
        raise CommitUncertain("")

    def last_transaction() -> list[Outcome]:
        with run.open() as kept:
            if not kept:
                run.last.outcomes = [outcome]
                item = journal.Item(1, "A-1", None, ERROR, "yok", None)
                journal.add_items(run.id, [item])
                run.close(journal.DONE, {})
        return kept

    with ExitStack() as until_end:
        run = run_transactions.RunTransactions("x.json", until_end, lambda _: None, is_part=False)
        with run.open():
            pass
        with monkeypatch.context() as patched:
            patched.setattr(store, "commit", stored_without_an_answer)
            with pytest.raises(CommitUncertain):
                last_transaction()
            patched.setattr(journal, "state", Mock(side_effect=DatabaseRefused("once")))
            with pytest.raises(DatabaseRefused, match="once"):
                last_transaction()
        assert last_transaction() == [outcome]
    assert (run.status, run.last.doubt) == (journal.DONE, None)
