"""A message belongs to what it speaks of, and goes with it; a result is read at every width."""

import pytest
from desk import desk

from tests.store.bookkeeping import open_books, vandalise

pytestmark = pytest.mark.usefixtures("office")


async def test_an_error_of_a_field_goes_when_the_field_is_mended():
    async with desk("cikis") as it:
        it.app.screen.query_one("#date_from").focus()
        await it.type("99")
        await it.press("f5")
        assert it.message.startswith("Belge Tarihi: ")
        await it.press("end", "backspace")
        assert it.message == ""
        await it.press("f5")
        assert it.message.endswith("belge listelendi")


async def test_an_error_of_a_path_goes_when_another_is_written():
    async with desk("", "dosyalar/yok.json") as it:
        await it.press("f3", "f5")
        assert it.message == "yok.json: böyle bir dosya ya da klasör yok"
        await it.fill("path", "dosyalar/temiz.json")
        assert it.message == ""
        await it.press("f2")
        assert it.message == "Liste boş; önce Kayıtları Getir (F5)"
        await it.press("f5")
        assert it.message == "temiz.json: 40 hazır"


async def test_why_an_action_cannot_run_goes_when_it_can():
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "f2")
        assert it.message.startswith("İşaretli belge yok")
        await it.press("space")
        assert not it.message.startswith("İşaretli belge yok")
        await it.fill("path", "")
        await it.press("f5")
        assert it.message.startswith("Dosya Yolu boş")
        await it.type("d")
        assert it.message == ""


async def test_an_error_of_an_action_goes_when_the_next_one_succeeds():
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "g")
        await it.type("abc")
        await it.press("enter")
        assert it.message == "Satır için bir sayı yazın"
        await it.press("f1", "escape")
        assert it.message == "Satır için bir sayı yazın"
        await it.press("a")
        assert it.message == ""


async def test_a_result_is_whole_at_every_width():
    async with desk("", "dosyalar/temiz.json", size=(120, 30)) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter")
        told = it.message
        assert told.startswith("Aktarım tamamlandı: 40 belge aktarıldı (ilk ")
        for width in (80, 120, 80):
            await it.pilot.resize_terminal(width, 30)
            await it.settle()
            assert told in it.words


@pytest.mark.broken_books
@pytest.mark.files_only
async def test_a_command_to_type_is_whole_however_long_the_path_of_the_books_is(office):
    """Without its end it would check other books."""
    (folder := office / ("defterler-" + 30 * "x")).mkdir()
    books = (office / "ornek.db").rename(folder / "ornek.db")
    vandalise(books, "UPDATE invoice SET grand_total = 'yüz'")
    open_books(books)
    async with desk("cikis") as it:
        await it.press("f5", "enter")
        told = f"kaydı bozuk, gösterilemiyor; ayrıntısı: toplu-fatura denetle --veritabani {books}"
        assert it.message.endswith(told)
        assert it.message.replace(" ", "") in it.words.replace(" ", "")


@pytest.mark.parametrize(
    ("tab", "said"), [((), "100 belge listelendi"), (("f3",), "temiz.json: 40 hazır")]
)
async def test_marks_that_a_new_list_took_away_are_told_of_until_others_are_set(tab, said):
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press(*tab, "f5", "space", "space", "f5")
        assert it.message.endswith("işareti kalktı")
        await it.press("down")
        assert it.message.endswith("işareti kalktı")
        await it.press("a")
        assert it.message == said


async def test_documents_left_over_are_called_marked_while_they_are():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press("f3", "f5", "a", "f2", "tab", "tab", "tab", "tab", "1", "enter", "enter")
        assert it.message.endswith(" belge işaretli"), it.text
        await it.press("u")
        assert it.message.endswith(" belge"), it.text


async def test_the_name_of_a_period_goes_with_its_days():
    async with desk("cikis") as it:
        it.app.screen.query_one("#date_from").focus()
        await it.press("g")
        assert it.message.startswith("Belge Tarihi: ")
        await it.press("tab")
        assert it.message.startswith("Belge Tarihi: ")
        await it.press("plus")
        assert it.message == ""


async def test_what_the_advanced_filter_says_goes_with_it():
    async with desk("cikis") as it:
        await it.press("f7", "f8")
        assert "Alanlar boş" in it.text
        await it.press("tab")
        await it.type("1")
        assert "Alanlar boş" not in it.text
        it.app.screen.query_one("#entered_from").focus()
        await it.press("a")
        assert "Kayıt Tarihi: " in it.text
        await it.press("plus")
        assert "Kayıt Tarihi: " not in it.text


async def test_sorting_leaves_what_was_told_and_takes_an_error_away(tmp_path):
    """The list has the same documents, and the file that was written is still there."""
    async with desk(str(tmp_path / "cikis.json")) as it:
        await it.press("f5", "a", "f2", "e")
        told = it.message
        assert told.startswith("Aktarım tamamlandı: 100 belge, ")
        await it.press("s")
        assert it.message == told
        await it.press("g")
        await it.type("abc")
        await it.press("enter")
        assert it.message == "Satır için bir sayı yazın"
        await it.press("s")
        assert it.message == ""
