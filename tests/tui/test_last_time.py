"""The next start offers what was chosen the last time, visibly; and how few keys that leaves."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from desk import Desk, desk

from app.domain.filters import InvoiceFilter
from app.domain.invoice import DocumentType
from app.store.database import database as connection
from app.store.database import writing
from app.tui.remembered import Remembered
from app.tui.widgets.buttons import TickBox

pytestmark = pytest.mark.usefixtures("office")

FEBRUARY, MARCH = datetime(2025, 2, 10, 9, 0), datetime(2025, 3, 3, 9, 0)
MOST_KEYS = 6


@pytest.fixture
def last(tmp_path):
    """The choices of a user who starts the program for the first time."""
    return Remembered(tmp_path / "state" / "secimler.json", Path("ornek.db"))


def value(it, field):
    return it.app.screen.query_one(f"#{field}").value


def filters(it):
    fields = ("date_from", "date_to", "number_from", "number_to", "account_code")
    return [value(it, field) for field in fields]


def days(it):
    return filters(it)[:2]


async def count_keys(it: Desk, *keys: str) -> Desk:
    """Press them all, none of them twice what one is allowed."""
    assert len(keys) <= MOST_KEYS
    await it.press(*keys)
    assert it.message.startswith("Aktarım tamamlandı")
    return it


# Dışarı Aktar


async def test_last_months_sales_take_four_keys_each_month(office, last):
    async with desk("cikis", now=FEBRUARY, remembered=last) as it:
        assert it.message == ""
        await it.press("down", "down", "g")
        assert days(it) == ["01.01.2025", "31.01.2025"]
        assert it.message == "Belge Tarihi: geçen ay"
        await it.press("f5", "a", "f2", "e")
        january = it.status
    async with desk(last.choices.export_folder, now=MARCH, remembered=last) as it:
        assert days(it) == ["01.02.2025", "28.02.2025"]
        assert it.message == "Geçen seferki kısıtlar geri geldi (F8 temizler): geçen ay"
        await count_keys(it, "f5", "a", "f2", "e")
        assert it.status != january
    assert len(list((office / "cikis").iterdir())) == 2


async def test_days_that_were_typed_come_back_as_they_were_and_are_told(last):
    async with desk("cikis", now=FEBRUARY, remembered=last) as it:
        await it.fill("date_from", "01012025")
        await it.fill("date_to", "31012025")
        await it.fill("account_code", "120-034-025")
        await it.fill("number_from", "A1")
        await it.press("f5")
        kept = filters(it)
    async with desk("cikis", now=MARCH, remembered=last) as it:
        assert filters(it) == kept
        assert kept == ["01.01.2025", "31.01.2025", "A1", "", "120-034-025"]
        assert it.message == (
            "Geçen seferki kısıtlar geri geldi (F8 temizler): 01.01.2025–31.01.2025, "
            "Fatura No A1, Cari Kodu 120-034-025"
        )


async def test_days_typed_over_a_period_are_no_period(last):
    async with desk("cikis", now=FEBRUARY, remembered=last) as it:
        await it.press("down", "down", "g")
        await it.fill("date_from", "15012025")
        await it.press("f5")
    async with desk("cikis", now=MARCH, remembered=last) as it:
        assert days(it) == ["15.01.2025", "31.01.2025"]
        assert it.message.endswith("): 15.01.2025–31.01.2025")


async def test_the_other_periods_and_the_type_come_back_too(last):
    async with desk("cikis", now=FEBRUARY, remembered=last) as it:
        await it.press("tab", "h", "down", "y", "f5")
        assert days(it) == ["01.01.2025", "31.12.2025"]
    async with desk("cikis", now=datetime(2026, 1, 2), remembered=last) as it:
        assert "‹ Hepsi" in it.text
        assert days(it) == ["01.01.2026", "31.12.2026"]
        assert it.message.endswith("): bütün tipler, bu yıl")
        await it.press("down", "down", "A")
        assert days(it) == ["01.01.2026", "31.01.2026"]


async def test_one_key_clears_all_filters_for_good(last):
    async with desk("cikis", now=FEBRUARY, remembered=last) as it:
        await it.press("tab", "right", "down", "y")
        await it.fill("account_code", "320")
        await it.press("f5")
        await it.fill("account_code", "")
        await it.press("f5")
        assert it.place == "list"
        await it.press("f8")
        assert it.message == "Kısıtlar temizlendi"
        assert filters(it) == ["", "", "", "", ""]
        assert "‹ Satış Faturası" in it.text
        await it.press("escape", "down", "down", "a", "ctrl+y")
        assert filters(it) == ["", "", "", "", ""]
    async with desk("cikis", remembered=last) as it:
        assert filters(it) == ["", "", "", "", ""]
        assert it.message == ""


async def test_ileri_kisit_comes_back_too_and_is_cleared_with_the_rest(last):
    wanted = InvoiceFilter(document_type=DocumentType.SALES, amount_from=Decimal("100000.5"))
    last.keep_filters(wanted, None)
    async with desk("cikis", remembered=last) as it:
        assert it.message.endswith("(F8 temizler): Tutar ≥ 100.000,50")
        assert "İleri Kısıt: Tutar ≥ 100.000,50" in it.text
        await it.press("f5")
        few = len(it.rows)
        assert 0 < few < 15
        await it.press("f8", "f5")
        assert "Tutar ≥" not in it.text
        assert it.message == "100 belge listelendi"
    assert last.choices.wanted(MARCH.date()) == InvoiceFilter(document_type=DocumentType.SALES)


async def test_filters_that_found_nothing_are_not_offered_again(last):
    async with desk("cikis", remembered=last) as it:
        await it.fill("account_code", "yok")
        await it.press("f5")
    async with desk("cikis", remembered=last) as it:
        assert filters(it) == ["", "", "", "", ""]
        assert it.message == ""


# İçeri Aktar


async def test_a_given_file_comes_in_with_five_keys(office, last):
    file = "dosyalar/temiz.json"
    async with desk("cikis", file, remembered=last, opens="iceri") as it:
        assert "[İçeri Aktar]" in it.lines[0]
        assert it.place == "path"
        await count_keys(it, "enter", "a", "f2", "enter", "enter")
    assert last.choices.import_folder == str(office / "dosyalar")


async def test_what_one_company_wrote_another_reads_with_six_keys(office, last):
    async with desk("cikis", remembered=last) as it:
        await it.press("f5", "a", "f2", "e")
    with writing():  # the other company has the cards, and none of the documents
        for table in ("line", "transfer_item", "invoice", "transfer"):
            connection.execute_sql(f"DELETE FROM {table}")
    other = Remembered(office / "state" / "secimler.json", Path("baska.db"))
    async with desk("", f"{office}/", remembered=other) as it:
        await it.press("f3")
        await count_keys(it, "up", "enter", "a", "f2", "enter", "enter")
        assert "100 belge aktarıldı" in it.message


async def test_up_tells_which_of_the_last_paths_it_is(office, last):
    for name in ("temiz.json", "zarf.json"):
        last.keep_import(office / "dosyalar" / name)
    async with desk("", "", remembered=last) as it:
        await it.press("f3", "up")
        assert value(it, "path").endswith("/zarf.json")
        assert it.message == "Son yollar: 1/2; ↑ öncekini getirir"
        await it.press("up", "up")
        assert it.message == "Son yollar: yazdığınız"
        assert value(it, "path") == ""
        await it.press("f3", "up")
        assert value(it, "path") == str(office / "dosyalar")


async def test_an_encoding_is_not_remembered(last):
    async with desk("", "dosyalar/windows-1254.json", remembered=last) as it:
        await it.press("f3", "down", "left", "f5")
        assert it.message == "windows-1254.json: 12 hazır"
        assert "‹ Windows-1254 ›" in it.text
    async with desk("", "dosyalar/", remembered=last) as it:
        await it.press("f3")
        assert "‹ Kendiliğinden ›" in it.text
        assert it.message == ""


def ticked(it, box):
    return it.app.screen.query_one(f"#{box}", TickBox).ticked


async def test_series_and_skipping_come_back_but_making_cards_never(last):
    dialog = ("f3", "f5", "a", "f2")
    async with desk("", "dosyalar/temiz.json", remembered=last) as it:
        await it.press(*dialog)
        assert (ticked(it, "keep"), ticked(it, "cards"), ticked(it, "skip")) == (True, False, False)
        assert it.message == ""
        await it.press("space", "tab", *"rdm", "tab", "space", "tab", "space")
        await it.press("tab", "tab", "enter")
        assert it.message.startswith("Aktarım tamamlandı: 40 belge aktarıldı (ilk RDM2026")
    async with desk("", "dosyalar/temiz.json", remembered=last) as it:
        await it.press(*dialog)
        assert (ticked(it, "keep"), ticked(it, "cards"), ticked(it, "skip")) == (False, False, True)
        assert value(it, "series") == "RDM"
        assert it.message == "Geçen seferki gibi: seri RDM, daha önce aktarılanlar atlanır"
        assert "40 belge atlanır (daha önce aktarıldı)." in it.text
        await it.press("escape", "f2")
        assert value(it, "series") == "RDM"
        await it.press("space", "tab", "ctrl+u", "tab", "tab", "space", "tab", "tab", "enter")
        assert it.message == "Hiçbir belge aktarılamadı: 40 hatalı; Durum sütununa bakın"
    async with desk("", "dosyalar/temiz.json", remembered=last) as it:
        await it.press(*dialog)
        assert (ticked(it, "keep"), ticked(it, "skip"), value(it, "series")) == (True, False, "")
