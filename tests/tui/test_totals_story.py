"""Toplamlar (F11, t): the marked or the listed documents summed up, in both tabs."""

import threading
from pathlib import Path

import pytest
from desk import desk
from python_calamine import CalamineWorkbook
from test_pictures import compare

from app.store import summing

pytestmark = pytest.mark.usefixtures("office")

IMPORT = ("f3", "f5")
KEPT_OUT = "Okunamadığı için sayılmayan: "


def title(it):
    return it.lines[0].partition(" · ")[0]


@pytest.mark.both_engines
async def test_the_marked_else_the_listed_and_esc_goes_back_to_the_list_as_it_was():
    async with desk("cikis") as it:
        await it.press("f5", "t")
        assert title(it) == "Toplamlar / listedeki 100 belge"
        assert it.lines[1] == "Satış Faturası: 100 belge, 14 iadesi düşülerek"
        await it.press("escape", "space", "space", "f11")
        assert title(it) == "Toplamlar / işaretli 2 belge"
        assert "GENEL TOPLAM                    91.676,43" in it.text
        await it.press("escape")
        assert it.status.startswith("100 belge · 2 işaretli · toplam 91.676,43 TL")
        assert it.place == "list"


@pytest.mark.files_only
async def test_where_the_books_were_removed_it_says_so(office):
    async with desk("cikis") as it:
        await it.press("f5")
        (office / "ornek.db").rename(office / "kenarda.db")
        await it.press("f11")
        assert it.message == (
            "Veritabanı: dosya yerinde yok, taşınmış ya da silinmiş; geri getirin"
        )
        (office / "kenarda.db").rename(office / "ornek.db")


async def test_when_only_some_are_shown_and_none_is_marked_these_are_summed_up():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "y", "t")
        assert title(it) == "Toplamlar / yalnız hatalılar: 22 belge"
        assert it.lines[1].startswith(KEPT_OUT + "1. belge, 2. belge")


async def test_a_list_that_is_empty_has_no_totals():
    async with desk("cikis") as it:
        await it.press("f6", "t")
        assert it.message == "Liste boş; önce Kayıtları Getir (F5)"


async def test_the_readable_documents_of_a_file_are_summed_up():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press(*IMPORT, "t")
        assert title(it) == "Toplamlar / listedeki 40 belge"
        assert KEPT_OUT not in it.text
        await it.press("escape", "f1")


async def test_the_parts_are_scrolled_to_the_end():
    async with desk("cikis") as it:
        await it.press("f5", "t")
        assert it.lines[-1].startswith("▼ ")
        await it.press("end")
        assert it.lines[-1].startswith("toplamların sonu")
        assert "  120-" in it.text
        await it.press("home", "down")
        assert it.lines[1].startswith("  Matrah")


async def test_w_writes_the_totals_and_the_vat_list_as_sheets_and_never_overwrites():
    async with desk("cikis") as it:
        await it.press("f5", "space", "space", "t", "w")
        assert "cikis/toplamlar.xlsx" in it.words
        await it.press("enter")
        assert it.message == "Dosya yazıldı: cikis/toplamlar.xlsx"
        book = CalamineWorkbook.from_path("cikis/toplamlar.xlsx")
        assert len(book.get_sheet_by_name("KDV listesi").to_python()) == 4
        assert book.get_sheet_by_name("Özet").to_python()[-1][7] == 91676.43
        await it.press("w")
        assert "cikis/toplamlar-2.xlsx" in it.words
        await it.press("ctrl+u", *"cikis", "slash", *"a", "full_stop", *"txt", "enter")
        assert it.message == "Dosya adı .xlsx ya da .csv ile bitmeli"
        await it.press("escape")
        assert it.message == "Vazgeçildi; dosya yazılmadı"
        assert len(list(Path("cikis").iterdir())) == 1


async def test_a_name_that_leaves_no_room_for_the_vat_lists_is_told():
    async with desk("cikis") as it:
        await it.press("f5", "t", "w")
        await it.fill("path", "u" * 240 + ".csv")
        await it.press("enter")
        assert it.message.endswith("u…: dosya adı çok uzun")
        assert not list(Path("cikis").iterdir())


async def test_w_writes_the_documents_of_a_file_too():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press(*IMPORT, "t", "w", "enter")
        assert it.message == "Dosya yazıldı: dosyalar/toplamlar.xlsx"


@pytest.fixture
def goes_on(monkeypatch):
    """Holds the work up until it is set."""
    event = threading.Event()
    entries = summing.entries

    def slow(ids):
        event.wait(10)
        return entries(ids)

    monkeypatch.setattr(summing, "AT_ONCE", 10)
    monkeypatch.setattr(summing, "entries", slow)
    yield event
    event.set()


async def test_the_page_waits_for_who_went_to_the_other_tab(goes_on):
    """There it would speak of another list."""
    async with desk("cikis") as it:
        await it.press("f5")
        await it.pilot.press("t", "f3")
        goes_on.set()
        await it.settle()
        assert "[İçeri Aktar]" in it.lines[0]
        await it.press("f3")
        assert it.lines[0].startswith("Toplamlar / listedeki 100 belge")


async def test_esc_stops_the_work_and_the_list_stays(goes_on):
    async with desk("cikis") as it:
        await it.press("f5")
        await it.pilot.press("t")
        assert it.status.startswith("Toplama")
        await it.pilot.press("escape")
        assert "Toplama sürüyor. Durdurulsun mu?" in it.words
        await it.pilot.press("e")
        goes_on.set()
        await it.settle()
        assert it.message == "Durduruldu; toplamlar hesaplanmadı"
        assert it.status.startswith("100 belge · 1. satır")


@pytest.mark.parametrize("size", [(80, 24), (60, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [(), ("pagedown",)], ids=["", "-ikinci"])
async def test_how_it_looks(size, keys):
    part = "-ikinci" if keys else ""
    async with desk("cikis", size=size) as it:
        await it.press("left", "f5", "t", *keys)
        compare(f"toplamlar{part}-{size[0]}x{size[1]}", it.text)
