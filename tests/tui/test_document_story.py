"""Around a document: the next and the previous one, its file, its runs and its warnings."""

import json
from pathlib import Path

import pytest
from desk import desk

from tests.store.bookkeeping import rows

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.both_engines]

IMPORT = ("f3", "f5")


def called(it):
    return it.lines[0].partition(" · ")[0]


async def test_next_and_previous_in_the_order_of_the_list_and_the_cursor_goes_along():
    async with desk("cikis") as it:
        await it.press("f5")
        numbers = [row[2:].split()[0] for row in it.rows]
        await it.press("down", "enter")
        assert called(it) == f"Belge / {numbers[1]}"
        await it.press("n", "N")
        assert called(it) == f"Belge / {numbers[3]}"
        await it.press("p", "p", "p", "p")
        assert called(it) == f"Belge / {numbers[0]}"
        assert it.message == "Listenin başı; başka belge yok"
        await it.press("n", "escape")
        assert it.status.endswith(" · 2. satır")
        await it.press("s", "s", "end", "enter", "n")  # the highest number comes first
        assert called(it) == f"Belge / {numbers[0]}"
        assert it.message == "Listenin sonu; başka belge yok"


async def test_documents_of_a_file_one_after_the_other_the_unreadable_too():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "down", "down", "down", "enter")
        assert called(it) == "Belge / 4. belge, okunamadı"
        await it.press("n")
        fifth = it.text
        assert "5. belge, dosyada; aktarılmadı" in it.text
        await it.press("n", "p")
        assert it.text == fifth
        await it.press("escape")
        assert it.status.endswith(" · 5. satır")


async def test_a_document_that_was_deleted_meanwhile_does_not_end_the_walk():
    async with desk("cikis") as it:
        await it.press("f5", "enter")
        third = rows("SELECT id FROM invoice WHERE number = 'RDM202500000001'")[0][0]
        delete(third)
        await it.press("n", "n")
        assert called(it) == "Belge / 3. belge, okunamadı"
        assert "Belge artık yok; listeyi yeniden getirin" in it.words
        await it.press("y")
        assert it.message == "Bu belge dosyaya yazılamaz"
        await it.press("n")
        assert called(it) == "Belge / RDM202500000002"


def delete(invoice_id):
    from app.store.database import database, writing

    with writing():
        for table, key in (("line", "invoice_id"), ("invoice", "id")):
            database.execute_sql(f"DELETE FROM {table} WHERE {key} = ?", (invoice_id,))


async def test_its_json_is_what_an_export_of_it_alone_is_and_never_overwrites():
    async with desk("cikis") as it:
        await it.press("f5", "space", "f2", "enter", "home", "enter", "y")
        assert "cikis/A00000000000001.json" in it.words
        await it.press("enter")
        assert it.message == "Dosya yazıldı: cikis/A00000000000001.json"
        exported, copy = sorted(Path("cikis").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        assert copy.read_bytes() == exported.read_bytes()
        await it.press("y")
        assert "cikis/A00000000000001-2.json" in it.words
        await it.press(
            "ctrl+u", *"cikis", "slash", *"A00000000000001", "full_stop", *"json", "enter"
        )
        assert it.message.startswith("A00000000000001.json zaten var; üzerine yazılmaz")
        assert copy.read_bytes() == exported.read_bytes()
        await it.press("escape")
        assert it.message == "Vazgeçildi; dosya yazılmadı"
        assert len(list(Path("cikis").iterdir())) == 2
        await it.press("p", "n", "p", "end")
        assert "Dışarı aktarıldı: aktarım 2" in it.text
        assert "Dışarı aktarıldı: aktarım 1" in it.text
        assert f"Dosya  {copy.absolute()}"[:70] in it.text


async def test_an_unreadable_document_is_written_as_its_own_bytes_to_be_corrected():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "down", "down", "down", "enter", "y", "enter")
        assert it.message == "Dosya yazıldı: dosyalar/belge-4.json"
        text = Path("dosyalar/belge-4.json").read_bytes()
        assert text in Path("dosyalar/hatali.json").read_bytes()
        assert json.loads(text)["Kalems"][0]["STra_GCMIK"] == "on iki"
        await it.press("n", "y", "enter")
        written = json.loads(Path(it.message.removeprefix("Dosya yazıldı: ")).read_bytes())
        assert len(written) == 1


async def test_a_document_shows_its_errors_and_warnings_before_and_after_it_is_saved():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "a", "y", "y", "y", "home")
        assert it.durum.startswith("Uyarı: ")
        warning = it.durum.removeprefix("Uyarı: ")[:60]
        await it.press("enter")
        assert f"Uyarı: {warning}" in it.words
        await it.press("escape", "f2", "enter", "enter")
        await it.press("home", "enter")
        assert f"Aktarılırken: {warning}" in it.words


async def test_a_saved_document_has_the_same_durum_in_its_run_as_in_the_list():
    async with desk("", "dosyalar/hatali.json", size=(120, 40)) as it:
        await it.press(*IMPORT, "a", "f2", "enter", "enter", "y", "y", "y", "home")
        assert it.durum.startswith("Aktarıldı (uyarı: ")
        saved = it.durum[:70]
        await it.press("f9", "enter")
        assert saved in it.words


async def test_a_skipped_document_has_the_same_durum_on_its_page_as_in_the_list():
    async with desk("", "dosyalar/temiz.json", size=(120, 24)) as it:
        await it.press(*IMPORT, "a", "f2", "enter", "enter", "f5", "a", "f2")
        await it.press("down", "down", "down", "space", "tab", "tab", "enter", "home")
        skipped = "Atlandı: daha önce aktarıldı, SUB202600000001"
        assert it.durum == skipped
        await it.press("enter")
        assert skipped in it.words
