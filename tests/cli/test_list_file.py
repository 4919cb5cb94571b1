"""listele --yaz and --json: the list as a sheet and as records, with exact totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from msgspec import structs

from tests.cli.commandline import Desk
from tests.store.bookkeeping import document, enter, opened

RETURN = 4


@pytest.fixture
def mixed(shop: Desk) -> Desk:
    """The shop, with a return and a document in a foreign currency."""
    back = document("B-2", day=date(2024, 4, 2), total="4.5")
    abroad = document("B-3", day=date(2024, 4, 3), total="300.0")
    for one, members in (
        (back, {"kind": RETURN}),
        (abroad, {"currency": 2, "currency_total": abroad.header.grand_total / 30}),
    ):
        one.header = structs.replace(one.header, **members)
    with opened(shop.database):
        enter(back, abroad)
    shop.ask("doviz", "2", "EUR")
    return shop


def cells(path: Path) -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active]


def test_the_list_is_written_with_a_total_for_each_type_and_currency(mixed: Desk) -> None:
    said = mixed.ask("listele", "--yaz", "liste.xlsx")
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        "Tablo yazıldı: liste.xlsx, 7 belge, Satış toplamı 1.540,10 TL, Alış toplamı 50,00 TL\n"
    )
    header, *rows = cells(mixed.folder / "liste.xlsx")
    at = {name: place for place, name in enumerate(header)}
    by_number = {(row[at["Fatura No"]], row[at["Cari Kodu"]]): row for row in rows}
    back = by_number["B-2", "120-001"]
    assert (back[at["Tarih"]].date(), back[at["Tipi"]]) == (date(2024, 4, 2), "İade")
    assert back[at["Genel Toplam"]] == -4.5
    totals = [
        [row[at[one]] for one in ("Fatura No", "Cari Adı", "Genel Toplam", "Döviz", "Döviz Tutarı")]
        for row in rows[7:]
    ]
    assert totals == [
        ["Satış toplamı", "5 belge, 1 iade", 1540.1, "TL", None],
        ["Satış, EUR", "1 belge", None, "EUR", 10],
        ["Alış toplamı", "2 belge", 50, "TL", None],
    ]
    # A column of the sheet sums up to what the program says.
    sold = [row[at["Genel Toplam"]] for row in rows[:7] if row[at["Belge Tipi"]] == "Satış"]
    assert round(sum(sold), 2) == 1540.1


def test_as_csv_and_told_as_a_record(mixed: Desk) -> None:
    said = mixed.ask("listele", "--tip", "alis", "--yaz", "liste.CSV", "--json")
    assert said.records == [{"dosya": "liste.CSV", "adet": 2, "toplamlar": {"alis": "50.0"}}]
    lines = (mixed.folder / "liste.CSV").read_text("utf-8-sig").splitlines()
    assert lines[1].startswith("A-77;")
    assert lines[-1].startswith("Alış toplamı;;;;;2 belge;")


def test_mistakes_are_told_and_leave_nothing(mixed: Desk) -> None:
    (mixed.folder / "var.xlsx").write_text("eski")
    for name, sentence in (
        ("var.xlsx", "var.xlsx: zaten var; üzerine yazılmadı"),
        ("yok/x.xlsx", "yok: böyle bir dosya ya da klasör yok"),
        ("liste.ods", "--yaz: dosya adı .xlsx ya da .csv ile bitmeli"),
        ("", "--yaz boş"),
    ):
        said = mixed.ask("listele", "--yaz", name)
        assert (said.status, said.err) == (2, f"{sentence}\n")
    said = mixed.ask("listele", "--tarih", "2001", "--yaz", "x.csv")
    assert said.status == 2
    said = mixed.ask("listele", "--tarih", "2001-01", "--yaz", "x.csv")
    assert (said.status, said.err) == (2, "Bu kısıtlara uyan belge yok; dosya yazılmadı\n")
    assert (mixed.folder / "var.xlsx").read_text() == "eski"
    assert not list(mixed.folder.glob("*.csv"))


def test_a_record_tells_kind_currency_and_vat_as_the_document_states_them(mixed: Desk) -> None:
    found = {one["belgeNo"]: one for one in mixed.ask("listele", "--json").records}
    assert found["B-2"] == {
        "belgeNo": "B-2", "tip": "satis", "tarih": "2024-04-02", "cari": "120-001",
        "toplam": "4.5", "tur": "iade", "doviz": "TRY", "kdv": "0.0", "matrah": "4.5",
    }  # fmt: skip
    assert found["B-3"]["doviz"] == "EUR"
    assert {one["tur"] for one in found.values()} == {None, "iade"}
    (whole,) = mixed.ask("ozet", "--tip", "satis", "--doviz", "TL", "--json").records
    sums = [
        sum(
            float(one["kdv"]) * (-1 if one["tur"] == "iade" else 1)
            for one in found.values()
            if (one["tip"], one["doviz"]) == ("satis", "TRY")
        )
    ]
    assert sums == [float(whole["kdv"])]
