"""Exporting: one moment's truth in a new file that is whole or absent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest

from app.domain.filters import InvoiceFilter
from app.errors import DatabaseRefused, FileRefused, Stopped
from app.store import queries
from app.store.database import database, reading, writing
from app.transfer import export_run
from app.transfer.export_run import default_name, run_export, target_path
from tests.store.bookkeeping import SALES, document, enter, rows
from tests.transfer.carrying import documents, export_all

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]
NOW = datetime(2024, 3, 31, 18, 15, 2)


def _enter(count: int) -> list[int]:
    enter(*[document("X", total="0.1") for _ in range(count)], series="A")
    with reading():
        return list(queries.find(InvoiceFilter()))


def _numbers(path: Path) -> list[str]:
    return [found["FatUst"]["FATIRS_NO"] for found in documents(path.read_bytes())]


def test_picked_documents_come_in_the_order_given(tmp_path: Path) -> None:
    ids = _enter(5)
    done = run_export([ids[3], ids[0]], tmp_path / "x.json")
    assert (done.count, done.totals, done.note) == (2, {SALES: Decimal("0.2")}, "")
    assert _numbers(done.path) == ["A00000000000004", "A00000000000001"]
    assert done.path.read_bytes().count(b"\n") == 4  # one invoice a line, and the brackets
    assert rows("SELECT position, number, status FROM transfer_item ORDER BY position") == [
        (1, "A00000000000004", "aktarildi"), (2, "A00000000000001", "aktarildi"),
    ]  # fmt: skip
    assert rows("SELECT direction, status FROM transfer") == [("disari", "tamam")]


def test_nothing_to_export_is_an_empty_list(tmp_path: Path) -> None:
    done = run_export([], tmp_path / "x.json")
    assert (done.count, done.totals) == (0, {})
    assert documents(done.path.read_bytes()) == []


def test_the_journal_of_many_is_written_in_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_run, "_JOURNALLED_AT_ONCE", 2)
    monkeypatch.setattr(export_run, "_SECONDS", 0)
    ids = _enter(5)
    run_export(ids[::-1], tmp_path / "x.json")
    assert rows("SELECT position, invoice_id FROM transfer_item ORDER BY position") == [
        *enumerate(reversed(ids), 1)
    ]
    assert rows("SELECT status FROM transfer") == [("tamam",)]


def test_the_total_of_many_is_exact(tmp_path: Path) -> None:
    _enter(1000)
    assert export_all(tmp_path / "x.json").totals == {SALES: Decimal("100.0")}


@pytest.mark.broken_books  # what a document says is changed by hand
def test_a_file_is_one_moments_truth(tmp_path: Path) -> None:
    """While an export runs, somebody changes documents that it has yet to write, and adds some."""
    ids = _enter(900)

    def change() -> None:
        with writing():
            database.execute_sql("UPDATE line SET quantity = '9.0'")
            database.execute_sql("UPDATE invoice SET grand_total = '9.0'")
        enter(*[document("Y") for _ in range(50)], series="B")

    def between(done: int, _of: int) -> None:
        if done == 100:
            thread = Thread(target=change)
            thread.start()
            thread.join()

    done = run_export(ids, tmp_path / "x.json", progress=between)
    written = documents(done.path.read_bytes())
    assert len(written) == 900
    assert {found["FatUst"]["GENELTOPLAM"] for found in written} == {"#0.1"}
    assert {line["STra_GCMIK"] for found in written for line in found["Kalems"]} == {"#1.0"}
    assert done.totals == {SALES: Decimal("90.0")}
    assert rows("SELECT DISTINCT grand_total FROM invoice WHERE prefix = 'A'") == [("9.0",)]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    _enter(2)
    path = tmp_path / "x.json"
    path.write_text("eski")
    with pytest.raises(FileRefused, match="zaten var"):
        export_all(path)
    assert path.read_text() == "eski"
    assert rows("SELECT status FROM transfer") == [("hata",)]


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(tmp_path: Path) -> None:
    _enter(200)
    path = tmp_path / "x.json"
    with pytest.raises(FileRefused, match="zaten var"):
        export_all(path, progress=lambda *_: path.write_text("başkasının"))
    assert path.read_text() == "başkasının"


def test_a_stop_leaves_no_file(tmp_path: Path) -> None:
    _enter(300)
    told: list[int] = []
    with pytest.raises(Stopped, match="dosya yazılmadı"):
        export_all(
            tmp_path / "x.json", progress=lambda done, _: told.append(done), stop=lambda: bool(told)
        )
    assert told == [100]
    assert [path.name for path in tmp_path.glob("*.json")] == []
    assert not list(tmp_path.glob(".*"))
    assert rows("SELECT status FROM transfer") == [("durduruldu",)]
    assert rows("SELECT count(*) FROM transfer_item") == [(0,)]


def test_documents_that_are_gone_are_an_error_and_no_file(tmp_path: Path) -> None:
    ids = _enter(3)
    with pytest.raises(DatabaseRefused, match="bazıları artık yok, dosya yazılmadı; listeyi"):
        run_export([*ids, 10**6, 10**6 + 1], tmp_path / "x.json")
    assert not list(tmp_path.glob("*.json"))


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    _enter(250)
    told: list[tuple[int, int]] = []
    export_all(tmp_path / "x.json", progress=lambda done, of: told.append((done, of)))
    assert told == [(100, 250), (200, 250), (250, 250)]


def test_documents_in_another_order_than_the_tables_are_read_a_hundred_at_a_time(
    tmp_path: Path,
) -> None:
    """A server that knows that the table is small would read it in its own order."""
    ids = _enter(250)[::-1]
    database.execute_sql("ANALYZE")
    told: list[int] = []
    run_export(ids, tmp_path / "x.json", progress=lambda done, _: told.append(done))
    assert told == [100, 200, 250]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    _enter(1)
    with pytest.raises(FileRefused, match="böyle bir dosya ya da klasör yok"):
        export_all(tmp_path / "yok" / "x.json")


def test_names_of_type_date_and_time(tmp_path: Path) -> None:
    assert default_name(SALES, NOW) == "satis-20240331-181502.json"
    assert default_name(None, NOW) == "fatura-20240331-181502.json"
    assert target_path(tmp_path, SALES, NOW) == tmp_path / "satis-20240331-181502.json"
    assert target_path(tmp_path / "x.json", SALES, NOW) == tmp_path / "x.json"


@pytest.mark.parametrize("name", ["~boyle-biri-yok/x.json", "u" * 300 + ".json", "a\0.json"])
def test_a_target_that_cannot_be_is_refused(name: str) -> None:
    _enter(1)
    with pytest.raises(FileRefused):
        export_all(target_path(Path(name), SALES, NOW))
