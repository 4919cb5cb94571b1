"""A message belongs to what it speaks of, and goes with it; a result is read at every width."""

import pytest
from desk import desk

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
