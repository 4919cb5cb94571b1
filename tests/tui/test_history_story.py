"""Aktarımlar on the screen: looking, undoing, putting back, going on with what is left."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from desk import NOW, Desk, desk

from app.store import journal, runs
from app.store.database import database, writing
from app.store.opening import open_database
from tests.store.bookkeeping import address_of, document, enter, rows, vandalise

pytestmark = pytest.mark.usefixtures("office")

FILE = "dosyalar/hatali.json"
_SAVE = ("f3", "f5", "a", "f2", "enter", "enter")


async def saved(it: Desk) -> Desk:
    """The sample file with faults: 11 documents saved, one refused, 22 left."""
    return await it.press(*_SAVE)


async def test_no_run_yet():
    async with desk("cikis", FILE) as it:
        await it.press("f9")
        assert "Henüz aktarım yok" in it.text
        for key in ("enter", "g", "r", "k"):
            await it.press(key)
            assert "aktarım yok" in it.message
        await it.press("escape")
        assert "[Dışarı Aktar]" in it.lines[0]


@pytest.mark.both_engines
async def test_runs_are_listed_newest_first_and_a_run_opens_to_its_documents():
    async with desk("cikis", FILE) as it:
        await saved(it)
        await it.press("f3", "f5", "a", "f2", "e", "ctrl+p")
        assert [line.split()[2] for line in it.lines[2:4]] == ["Dışarı", "İçeri"]
        await it.press("down")
        assert "3 uyarılı" in it.text
        await it.press("enter")
        assert it.lines[0].startswith("1. aktarım, İçeri")
        assert "11 aktarıldı, 1 hatalı, 3 uyarılı" in it.text
        await it.press("enter")
        assert it.lines[0].startswith("Belge / HTL202600000005")
        await it.press("escape", *["down"] * 9, "enter")
        assert "HATALI-NUMARA kullanılmış" in " ".join(it.message.split())


@pytest.mark.both_engines
async def test_the_cursor_stays_on_its_run_when_another_comes():
    async with desk("cikis", FILE) as it:
        await saved(it)
        await it.press("f9")
        with writing():  # another user's
            run = journal.open_transfer(journal.EXPORT, "baska.json", NOW)
            journal.close_transfer(run, journal.DONE, NOW)
        await it.press("f5")
        assert [line.split()[2] for line in it.lines[2:4]] == ["Dışarı", "İçeri"]
        await it.press("enter")
        assert it.lines[0].startswith("1. aktarım, İçeri")


@pytest.mark.both_engines
async def test_an_import_is_undone_after_a_question_and_put_back():
    async with desk("cikis", FILE) as it:
        await saved(it)
        before = rows("SELECT * FROM invoice ORDER BY id")
        await it.press("f9", "g")
        assert "11 belge Silinen Belgeler'e taşınır: hatali.json" in it.words
        await it.press("enter")  # the answer that stands there is no
        assert it.message == "Vazgeçildi; hiçbir şey değişmedi"
        assert rows("SELECT * FROM invoice ORDER BY id") == before
        await it.press("g", "e")
        assert "11 belge Silinen Belgeler'e taşındı" in it.message
        assert "Geri alındı" in it.lines[2]
        await it.press("g")
        assert "zaten geri alındı" in it.message
        await it.press("enter", "r", "e")
        assert "11 belge aynı numaralarla geri geldi" in it.message
        assert rows("SELECT * FROM invoice ORDER BY id") == before
        await it.press("r")  # there is nothing to ask
        assert it.message == "1. aktarımın Silinen Belgeler'de belgesi yok"


async def test_an_undo_that_would_do_something_else_by_now_asks_again():
    async with desk("cikis", FILE) as it:
        await saved(it)
        await it.press("f9", "g")
        assert "Son numara geri gider: HTL2026: " in it.words
        enter(document("HTL202600000099"))  # another user's
        await it.press("e")
        assert "Sorulduktan sonra numaralar değişti; yeni durum:" in it.words
        assert "numara boş kalır" in it.words
        assert rows("SELECT count(*) FROM undo") == [(0,)]
        await it.press("e")
        assert "11 belge Silinen Belgeler'e taşındı" in it.message
        assert "numara boş kaldı" in it.message


@pytest.mark.parametrize("size", [(80, 24), (60, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_run_that_came_back_in_part_says_so_in_every_width(size):
    async with desk("cikis", FILE, size=size) as it:
        await saved(it)
        await it.press("f9", "g", "e")
        enter(document("HTL202600000005"))
        await it.press("r", "e")
        assert "HTL202600000005: bu numara artık başka bir belgede" in it.message
        assert "Eksik" in it.lines[2]
        assert "aktarım · 1 belgesi Silinen Belgeler'de · " in it.text


async def test_what_was_exported_is_not_undone_and_an_export_neither():
    async with desk("cikis", FILE) as it:
        await saved(it)
        await it.press("f3", "f5", "a", "f2", "e", "f9", "g")
        assert it.message == "Geri al yalnız içeri aktarımlar içindir"
        await it.press("down", "g")
        assert it.message.startswith("Geri alınmadı: 11 belge (HTL202600000005, ")


async def test_the_question_before_an_export_says_what_went_out_before():
    async with desk("cikis", FILE) as it:
        await it.press("f5", "space", "space", "f2", "e")
        await it.press("f5", "a", "f2")
        assert "2 belge daha önce dışarı aktarıldı; son: 1. aktarım, " in it.words


async def test_a_quick_yes_does_not_pass_over_what_went_out_before(monkeypatch):
    goes_on, exported_before = threading.Event(), runs.exported_before

    def slow(ids):
        assert goes_on.wait(10)
        return exported_before(ids)

    monkeypatch.setattr(runs, "exported_before", slow)
    async with desk("cikis", FILE) as it:
        await it.press("f5", "space")
        for before in (False, True):
            goes_on.clear()
            await it.pilot.press("f2", "e")
            assert "emin misiniz?" in it.words
            goes_on.set()
            await it.settle()
            assert ("1 belge daha önce dışarı aktarıldı" in it.words) == before
        await it.press("h")
        assert it.message == "Vazgeçildi; dosya yazılmadı"
    assert len(list(Path("cikis").iterdir())) == 1


async def test_what_is_left_of_a_run_is_listed_with_its_marks():
    async with desk("cikis", FILE) as it:
        await saved(it)
        await it.press("f9", "k")
        assert "[İçeri Aktar]" in it.lines[0]
        assert it.message == "1 belge işaretli: hatalılar ve kalanlar; F2 kaydeder"


async def test_what_is_left_of_a_run_is_found_in_a_file_that_changed(office: Path):
    """Its saved documents are not marked, wherever they are by now."""
    file = office / "dosyalar/temiz.json"
    documents = json.loads(file.read_text())
    async with desk("cikis", str(file)) as it:
        await it.press("f3", "f5", *["space"] * 3, "f2", "enter", "enter")
        assert "3 belge aktarıldı" in it.message
        file.write_text(json.dumps(documents[3:] + documents[:3]))
        await it.press("f9", "k")
        assert it.message == "37 belge işaretli: hatalılar ve kalanlar; F2 kaydeder"
        await it.press("f2")
        assert "37 belge numarasını korur." in it.text
        file.write_text(json.dumps(documents[1:4]))
        await it.press("escape", "f9", "k")
        assert it.message == "1 belge işaretli: hatalılar ve kalanlar; F2 kaydeder"
        assert [row[0] for row in it.rows] == [" ", " ", "✓"]
        file.write_text(json.dumps(documents[:1]))
        await it.press("f9", "k")
        assert it.message == "Kalan belge yok"


@pytest.mark.both_engines
async def test_an_import_that_was_cut_off_is_gone_on_with():
    async with desk("cikis", FILE) as it:
        await saved(it)
        with writing():
            database.execute_sql("UPDATE transfer SET status = 'suruyor', finished_at = NULL")
            database.execute_sql("DELETE FROM transfer_item WHERE position > 30")
            database.execute_sql("UPDATE transfer SET documents = NULL")
            late = "(SELECT id FROM invoice WHERE transfer_position > 30)"
            database.execute_sql(f"DELETE FROM line WHERE invoice_id IN {late}")
            database.execute_sql(f"DELETE FROM invoice WHERE id IN {late}")
        await it.press("f9")
        assert "Yarım kaldı" in it.lines[2]
        with journal.present(1):
            await it.press("f5")
            assert "Sürüyor" in it.lines[2]
            await it.press("k")
            assert "sürüyor; kalanı yok" in it.message
            await it.press("g")
            assert "şu anda sürüyor" in it.message
        await it.press("k")
        assert it.message.startswith("3 belge işaretli")
        await it.press("f2", "enter", "enter")
        assert rows("SELECT count(*) FROM invoice WHERE transfer_id = 2") == [(2,)]


async def test_what_a_run_has_saved_is_counted_once_unless_it_runs(monkeypatch):
    counted, runs_counted = journal.counted, []

    def watched(run):
        runs_counted.append(run)
        return counted(run)

    monkeypatch.setattr(journal, "counted", watched)
    async with desk("cikis", FILE) as it:
        await saved(it)
        with writing():
            database.execute_sql(
                "UPDATE transfer SET status = 'suruyor', finished_at = NULL, documents = NULL"
            )
        runs_counted.clear()
        with journal.present(1):
            await it.press("f9", "f5")
            assert runs_counted == [1, 1]
        await it.press("f5", "f5", "down")
        assert runs_counted == [1, 1, 1]
        assert " 11 " in it.lines[2]
        assert "Yarım kaldı" in it.lines[2]


async def test_what_came_from_standard_input_is_named_so_and_has_no_file_to_list():
    async with desk("cikis", FILE) as it:
        await saved(it)
        with writing():
            database.execute_sql("UPDATE transfer SET file = '- 0123456789abcdef'")
        await it.press("f9")
        assert "(standart girdi)" in it.words
        assert "0123456789abcdef" not in it.words
        await it.press("k")
        assert it.message.startswith("1. aktarım standart girdiden okundu")
        await it.press("g")
        assert "taşınır: (standart girdi)" in it.words


async def test_a_file_that_is_gone_is_said():
    async with desk("cikis", FILE) as it:
        await saved(it)
        with writing():
            database.execute_sql("UPDATE transfer SET file = '/yok/gitti.json'")
        await it.press("f9", "k")
        assert "böyle bir klasör yok" in it.message


@pytest.mark.broken_books
async def test_a_document_that_was_deleted_by_another_tool_is_said(office):
    async with desk("cikis", FILE) as it:
        await saved(it)
        await it.press("f9", "enter")
        vandalise(office / "ornek.db", "DELETE FROM line; DELETE FROM invoice")
        open_database(address_of(office / "ornek.db"))
        await it.press("f5", "enter")
        assert it.message == "HTL202600000005: bu belge artık yok"
