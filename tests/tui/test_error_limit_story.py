"""Kaç hatada durulsun: the import ends where the figures said, and the rest stays marked."""

from __future__ import annotations

import json

import pytest
from desk import desk

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def file(office) -> None:
    """Four documents; the account of the second and of the fourth has no card."""
    document = json.loads((office / "dosyalar/temiz.json").read_text(encoding="utf-8"))[0]
    del document["FatUst"]["GIB_FATIRS_NO"]
    known, texts = document["FatUst"]["CariKod"], []
    for number, account in enumerate((known, "120-YOK", known, "120-YOK"), 1):
        document["FatUst"] |= {"FATIRS_NO": f"HAT2026{number:08}", "CariKod": account}
        texts.append(json.dumps(document))
    (office / "dosyalar/dort.json").write_text("[" + ",\n".join(texts) + "]")


@pytest.mark.usefixtures("file")
async def test_one_stops_at_the_first_error_and_goes_on_later():
    async with desk("", "dosyalar/dort.json") as it:
        await it.press("f3", "f5", "a", "f2")
        await it.fill("errors", "1")
        assert "1 belge aktarılamaz: 2. belge, Cari Kodu (CariKod): cari kartı yok" in it.words
        assert "1. hatada durulur; 2 belge denenmez." in it.words
        await it.press("up", "enter", "enter")
        assert it.message.startswith("1. hatada durduruldu: 1 belge aktarıldı (HAT202600000001)")
        assert it.message.endswith("kalan 3 belge işaretli")
        assert it.rows[0].split()[-1] == "HAT202600000001"
        # The field is empty again: a limit is for one run.
        await it.press("f2")
        assert "denenmez" not in it.words
        await it.press("enter", "enter", "enter")  # the box for cards matters
        assert it.message.startswith("Aktarım tamamlandı: 1 belge aktarıldı (HAT202600000003)")


@pytest.mark.usefixtures("file")
async def test_it_takes_whole_numbers_and_a_limit_that_is_not_reached_changes_nothing():
    async with desk("", "dosyalar/dort.json") as it:
        await it.press("f3", "f5", "a", "f2")
        it.app.screen.query_one("#errors").focus()
        await it.type("0x5-0")
        assert it.app.screen.query_one("#errors").value == "50"
        assert "denenmez" not in it.words
