"""Yeni Numara Girişi offers the cards of the files beside, and says what it takes from there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk import desk
from test_pictures import compare

from app.store.database import database as connection
from app.store.database import reading

BOX = "Eksik kartları …-cariler.json, …-stoklar.json dosyalarından oluştur"
TO_BOX = ("f3", "f5", "a", "f2", "down", "down")


def names() -> dict[str, str]:
    """Code → name of all accounts."""
    with reading():
        return dict(connection.execute_sql("SELECT code, name FROM account"))


@pytest.fixture
def came(office: Path) -> Path:
    """A file whose cards lie beside it: all accounts but the last, and the stock items."""
    shutil.copy(office / "dosyalar/eksik-kart.json", office / "gelen.json")
    documents = json.loads((office / "gelen.json").read_text())
    accounts = sorted({one["FatUst"]["CariKod"] for one in documents})
    stock = sorted({line["StokKodu"] for one in documents for line in one["Kalems"]})
    missing = [code for code in accounts if code not in names()]
    write(
        office / "gelen-cariler.json",
        [{"CariTemelBilgi": {"CARI_KOD": c, "CARI_ISIM": f"Adı {c}"}} for c in missing[:-1]],
    )
    write(
        office / "gelen-stoklar.json",
        [{"StokTemelBilgi": {"Stok_Kodu": code, "Stok_Adi": f"Mal {code}"}} for code in stock],
    )
    return office


def write(path: Path, cards: list[object]) -> None:
    path.write_text(json.dumps(cards, ensure_ascii=False))


@pytest.mark.usefixtures("came")
async def test_the_missing_cards_come_with_their_names():
    before = names()
    async with desk("", "gelen.json") as it:
        await it.press(*TO_BOX)
        assert f"[ ] {BOX}" in it.text
        assert "9 tanesinde kart eksik: 6 cari, 6 stok (ilki 120-034-901)." in it.text
        await it.press("space")
        assert f"[✓] {BOX}" in it.text
        assert "6 cari ve 6 stok kartı oluşturulur (ilki 120-034-901); 1 tanesi adsız." in it.words
        compare("iceri-kartlar-80x24", it.text)
        await it.press("enter", "enter")
        assert "belge aktarıldı" in it.message
    new = {code: name for code, name in names().items() if code not in before}
    assert sorted(name == f"Adı {code}" for code, name in new.items()) == [False, *[True] * 5]
    assert [name for code, name in new.items() if name == code] == [max(new)]


async def test_a_file_that_changes_before_tamam_costs_nothing_but_a_second_f2(came):
    before = names()
    async with desk("", "gelen.json") as it:
        await it.press(*TO_BOX, "space")
        write(came / "gelen-cariler.json", [])
        await it.press("enter", "enter")
        assert it.message.startswith("gelen-cariler.json: açıldıktan sonra değişti")
        assert names() == before
        await it.press("f2", "down", "down", "space")
        assert "6 cari ve 6 stok kartı oluşturulur (ilki 120-034-901); 6 tanesi adsız." in it.words
        await it.press("enter", "enter")
        assert "belge aktarıldı" in it.message


async def test_a_card_file_that_cannot_be_read_is_said_and_the_box_can_be_left(came):
    (came / "gelen-stoklar.json").write_text("bozuk")
    async with desk("", "gelen.json") as it:
        await it.press(*TO_BOX, "space")
        assert "gelen-stoklar.json: JSON değil" in it.words
        await it.press("space")
        assert "9 tanesinde kart eksik" in it.text


@pytest.mark.usefixtures("office")
async def test_without_card_files_the_box_says_what_it_always_said():
    async with desk("", "dosyalar/eksik-kart.json") as it:
        await it.press(*TO_BOX)
        assert "[ ] Eksik cari ve stok kartlarını oluştur" in it.text
