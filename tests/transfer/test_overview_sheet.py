"""Totals as sheets, read back by readers that share no code with the writer."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from app.cli.summing import records
from app.demo import Company
from app.domain.filters import InvoiceFilter
from app.errors import FileRefused, Stopped
from app.store import queries
from app.store.database import reading
from app.transfer import overview_sheet
from app.transfer.overview import StoredDocuments, sum_up
from app.transfer.overview_sheet import vat_list_path, write_totals
from tests.store.bookkeeping import document, enter, purchase

pytestmark = pytest.mark.usefixtures("books")

KURUS = Decimal("0.01")


def documents() -> StoredDocuments:
    with reading():
        return StoredDocuments(queries.find(InvoiceFilter()))


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def amount(cell: object) -> Decimal:
    """A cell as it is shown; an empty one is zero."""
    if isinstance(cell, str):
        return Decimal(cell.replace(",", ".") or "0")
    return Decimal(cell).quantize(KURUS)


def test_a_workbook_holds_what_the_records_tell_and_its_columns_come_to_their_totals(tmp_path):
    enter(*Company(seed=5).invoices(120), series="A")
    enter(document("B-1", total="70.5"), purchase("P-1", "320", total="0.12"))
    path = tmp_path / "toplamlar.xlsx"
    found = write_totals(documents(), path)
    read = sheets(path)
    assert list(read) == ["Özet", "Tipi", "Aylar", "Cariler", "KDV listesi"]

    told = {
        (one["tip"], one["doviz"], rate["oran"]): (Decimal(rate["matrah"]), Decimal(rate["kdv"]))
        for one in records(found)
        for rate in one["oranlar"]
    }
    words = {"Satış": "satis", "Alış": "alis", "TL": "TRY", "döviz 1": "1", "döviz 2": "2"}
    rows = [row for row in read["Özet"][1:] if row[2] != "Toplam"]
    assert {
        (words[row[0]], words[row[1]], row[2].removeprefix("%")): (amount(row[5]), amount(row[6]))
        for row in rows
    } == told
    wholes = [row for row in read["Özet"] if row[2] == "Toplam"]
    assert [(row[3], row[4], amount(row[7])) for row in wholes] == [
        (one["adet"], one["iade"], Decimal(one["toplam"])) for one in records(found)
    ]

    head, *body = read["KDV listesi"]
    assert head[:6] == ["Tarih", "Fatura No", "Belge Tipi", "Tipi", "Cari Kodu", "Cari Adı"]
    assert head[-3:] == ["Matrah", "KDV", "Genel Toplam"]
    assert len(body) == 122 + 2
    for row in body:
        assert sum(map(amount, row[6:-3:2])) == amount(row[-3])
        assert sum(map(amount, row[7:-3:2])) == amount(row[-2])
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(head[6:]))
    for row in body[:-2]:
        sums[row[2]] = [a + amount(b) for a, b in zip(sums[row[2]], row[6:], strict=True)]
    assert {row[2]: [amount(cell) for cell in row[6:]] for row in body[-2:]} == sums
    for name in ("Tipi", "Aylar", "Cariler"):
        total = sum(amount(row[-1]) for row in read[name][1:])
        assert total == sum(amount(row[7]) for row in wholes)

    book = openpyxl.load_workbook(path)  # every sheet has its own formats
    assert book["KDV listesi"]["A2"].is_date
    assert book["KDV listesi"].cell(2, len(head)).number_format.startswith("#,##0.00")
    assert book["Özet"]["F2"].number_format.startswith("#,##0.00")
    assert book["KDV listesi"].cell(len(body) + 1, 2).font.bold
    assert all(sheet.freeze_panes == "A2" for sheet in book)


def test_a_csv_has_the_totals_and_another_one_beside_it_the_list(tmp_path):
    enter(document("A-1", total="120.0", rate="20.0"), document("A-2", total="0.12345678"))
    path = tmp_path / "ozet.csv"
    write_totals(documents(), path)
    beside = vat_list_path(path)
    assert sorted(tmp_path.glob("*.csv")) == [beside, path]
    assert beside.name == "ozet-kdv-listesi.csv"
    with beside.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    assert head[6:10] == ["Matrah %20", "KDV %20", "Matrah %0", "KDV %0"]
    assert rows[0][:6] == ["15.03.2024", "A-1", "Satış", "Boş", "120-001", "120-001"]
    assert rows[0][6:10] == ["100,00", "20,00", "", ""]
    assert rows[1][8] == "0,12345678"
    assert rows[2][1] == "Satış toplamı"
    assert rows[2][-1] == "120,12345678"


def test_rates_that_have_no_columns_of_their_own_share_two(tmp_path, monkeypatch):
    monkeypatch.setattr(overview_sheet, "MOST_RATES", 1)
    twice = [document(f"A-{n}", total="120.0", rate="20.0") for n in (1, 2)]
    enter(*twice, document("B-1", total="110.0", rate="10.0"))
    path = tmp_path / "x.csv"
    write_totals(documents(), path)
    with vat_list_path(path).open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    assert head[6:10] == ["Matrah %20", "KDV %20", "Matrah diğer oranlar", "KDV diğer oranlar"]
    assert [row[6:10] for row in rows] == [
        ["100,00", "20,00", "", ""],
        ["100,00", "20,00", "", ""],
        ["", "", "100,00", "10,00"],
        ["200,00", "40,00", "100,00", "10,00"],
    ]


def test_no_file_is_overwritten_and_a_stop_leaves_none(tmp_path):
    enter(document("A-1"))
    (tmp_path / "x-kdv-listesi.csv").write_text("benim")
    with pytest.raises(FileRefused, match=r"x-kdv-listesi\.csv"):
        write_totals(documents(), tmp_path / "x.csv")
    with pytest.raises(Stopped):
        write_totals(documents(), tmp_path / "x.xlsx", stop=lambda: True)
    assert sum_up(documents()).overview.count == 1
    names = {path.name for path in tmp_path.iterdir() if path.suffix != ".db"}
    assert {name for name in names if name.startswith("x")} == {"x-kdv-listesi.csv"}
