"""Tablo yaz: what is listed, marked or failed becomes a sheet, and mistakes are told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pytest
from desk import desk

from app.sheets import delimited

OUT = Path("cikis")

pytestmark = pytest.mark.usefixtures("office")


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).active.values)


async def test_the_list_is_written_as_it_is_shown():
    async with desk("cikis") as it:
        await it.press("f5", "s", "w")
        assert "‹ Görünenler (100) ›" in it.text
        await it.press("enter")
        assert it.message == "Yazıldı: 100 belge, dosya cikis/satis-liste.xlsx"
        header, *rows = cells(OUT / "satis-liste.xlsx")
        assert header[0] == "Fatura No"
        assert rows[0][0] == it.rows[0].split()[0]
        assert rows[100][0] == "Satış toplamı"


async def test_the_marked_ones_are_written_under_a_name_that_is_free():
    async with desk("cikis") as it:
        await it.press("f5", "space", "space", "w", "enter")
        await it.press("w", "up", "right")
        assert "‹ İşaretliler (2) ›" in it.text
        await it.press("down", "enter")
        assert it.message == "Yazıldı: 2 belge, dosya cikis/satis-liste-2.xlsx"
        assert [row[0] for row in cells(OUT / "satis-liste-2.xlsx")][3] == "Satış toplamı"


async def test_the_failed_documents_are_handed_on_with_reasons_and_as_they_are():
    async with desk("cikis", "dosyalar/hatali.json") as it:
        await it.press("f3", "f5", "w")
        assert "‹ Hatalılar (22) ›" in it.text
        await it.press("enter")
        assert it.message == "Yazıldı: 22 belge, dosya dosyalar/hatali-hatalar.xlsx"
        header, first, *_ = cells(Path("dosyalar/hatali-hatalar.xlsx"))
        at = {name: place for place, name in enumerate(header)}
        assert (first[at["Sıra"]], first[at["Alan"]]) == (1, "Fatura No")
        await it.press("w")
        await it.fill("path", "dosyalar/duzelt.json")
        await it.press("enter")
        assert it.message.startswith("JSON olarak okunamadığı için yazılmayan: ") or (
            it.message == "Yazıldı: 22 belge, dosya dosyalar/duzelt.json"
        )
        source = Path("dosyalar/hatali.json").read_bytes()
        handed = Path("dosyalar/duzelt.json").read_bytes()
        json.loads(handed)
        assert all(line.rstrip(b",") in source for line in handed.splitlines()[1:-1])


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Dosya adı boş"),
        ("cikis/liste", "Dosya adı .xlsx ya da .csv ile bitmeli"),
        ("cikis/liste.json", "Dosya adı .xlsx ya da .csv ile bitmeli"),
        ("cikis/var.csv", "var.csv zaten var; üzerine yazılmaz, başka bir ad yazın"),
        (
            "olmayan/x.csv",
            "Böyle bir klasör yok; önce klasörü oluşturun ya da başka bir klasör yazın",
        ),
    ],
)
async def test_a_mistake_is_told_in_the_dialog_and_can_be_mended(typed, reason):
    (OUT / "var.csv").write_text("eski")
    async with desk("cikis") as it:
        await it.press("f5", "w")
        await it.fill("path", typed)
        await it.press("enter")
        assert it.message == reason
        await it.fill("path", "cikis/iyi.csv")
        await it.press("enter")
        assert it.message == "Yazıldı: 100 belge, dosya cikis/iyi.csv"
    assert (OUT / "var.csv").read_text() == "eski"
    assert sorted(os.listdir(OUT)) == ["iyi.csv", "var.csv"]


async def test_a_full_disk_is_told_and_leaves_no_file(monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "")

    monkeypatch.setattr(delimited, "write", full)
    async with desk("cikis") as it:
        await it.press("f5", "w")
        await it.fill("path", "cikis/x.csv")
        await it.press("enter")
        assert it.message == "x.csv: diskte yer kalmadı; yer açıp yeniden deneyin"
    assert os.listdir(OUT) == []


async def test_esc_in_the_dialog_writes_nothing_and_an_empty_list_has_nothing_to_write():
    async with desk("cikis") as it:
        await it.press("f6", "w")
        assert it.message == "Liste boş; önce Kayıtları Getir (F5)"
        await it.press("f5", "w", "escape")
        assert it.message == "Vazgeçildi; dosya yazılmadı"
    assert os.listdir(OUT) == []
