"""ozet: totals as records, which scripts rely on, and as a page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.invoice import Invoice
from app.store import journal
from app.store.database import writing
from app.store.models import Transfer
from app.store.settings import name_currency
from tests.cli.commandline import Desk
from tests.store.bookkeeping import document, enter, opened, purchase, vandalise


def dated(one: Invoice, **header: object) -> Invoice:
    for name, value in header.items():
        setattr(one.header, name, Decimal(value) if isinstance(value, str) else value)
    return one


@pytest.fixture
def ledger(tmp_path: Path) -> Desk:
    """Two sales and a return of one, a sale in dollars, one in code 7, a purchase."""
    desk = Desk(tmp_path)
    with opened(desk.database):
        enter(
            document("A-1", total="120.0", rate="20.0"),
            document("A-2", total="1210.0", rate="10.0"),
            dated(document("A-3", total="60.0", rate="20.0"), kind=4),
            dated(document("A-4", total="3000.0"), currency=1, currency_total="100.0"),
            dated(document("A-5", total="70.5"), currency=7),
            purchase("P-1", "320", total="11.0", rate="10.0"),
        )
        with writing():
            name_currency(1, "USD")
    return desk


def test_totals_as_records_of_each_type_and_currency(ledger: Desk) -> None:
    said = ledger.ask("ozet", "--json")
    assert (said.status, said.err) == (0, "")
    assert said.records == [
        {"tip": "satis", "doviz": "TRY", "adet": 3, "iade": 1, "matrah": "1150.0",
         "kdv": "120.0", "toplam": "1270.0", "oranlar": [
             {"oran": "20", "matrah": "50.0", "kdv": "10.0"},
             {"oran": "10", "matrah": "1100.0", "kdv": "110.0"}]},
        {"tip": "satis", "doviz": "USD", "adet": 1, "iade": 0, "matrah": "3000.0", "kdv": "0.0",
         "toplam": "3000.0", "oranlar": [{"oran": "0", "matrah": "3000.0", "kdv": "0.0"}],
         "dovizToplam": "100.0"},
        {"tip": "satis", "doviz": "7", "adet": 1, "iade": 0, "matrah": "70.5", "kdv": "0.0",
         "toplam": "70.5", "oranlar": [{"oran": "0", "matrah": "70.5", "kdv": "0.0"}],
         "dovizToplam": None},
        {"tip": "alis", "doviz": "TRY", "adet": 1, "iade": 0, "matrah": "10.0", "kdv": "1.0",
         "toplam": "11.0", "oranlar": [{"oran": "10", "matrah": "10.0", "kdv": "1.0"}]},
    ]  # fmt: skip
    few = ledger.ask("ozet", "--tip", "satis", "--tur", "iade", "--json").records
    assert [(one["adet"], one["iade"], one["toplam"]) for one in few] == [(1, 1, "-60.0")]


def test_totals_as_a_page_with_bars(ledger: Desk) -> None:
    page = ledger.ask("ozet", "--tip", "satis", env={"COLUMNS": "72"}).out
    assert page == PAGE


PAGE = """\
Satış Faturası: 5 belge, 1 iadesi düşülerek
  Matrah                          4.220,50
  KDV                               120,00
  GENEL TOPLAM                    4.340,50

KDV oranı      Matrah     KDV
  %20           50,00   10,00  ▌
  %10        1.100,00  110,00  ██████████▌
  %0         3.070,50    0,00  ██████████████████████████████

Tipi        Belge    Toplam
  Boş           4  4.400,50  ██████████████████████████████
  İade          1    -60,00  ░

Döviz       Belge  Toplam TL  Döviz tutarı
  TL            3   1.270,00                ████████████
  USD           1   3.000,00        100,00  ████████████████████████████
  döviz 7       1      70,50             ?  ▌

Ay           Belge    Toplam
  2024 Mart      5  4.340,50  ██████████████████████████████

Cari               Belge    Toplam
  120-001 120-001      5  4.340,50  ██████████████████████████████
"""


def test_totals_and_the_vat_list_as_sheets(ledger: Desk) -> None:
    said = ledger.ask("ozet", "--yaz", "ozet.csv")
    words = "Tablo yazıldı: ozet.csv, KDV listesi ozet-kdv-listesi.csv, 6 belge\n"
    assert (said.status, said.out) == (0, words)
    lines = (ledger.folder / "ozet.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == "Satış;TL;%20;2;;50,00;10,00;;"
    said = ledger.ask("ozet", "--yaz", "ozet.xlsx", "--json")
    assert said.records == [{"dosya": "ozet.xlsx", "kdvListesi": "ozet.xlsx", "adet": 6}]
    again = ledger.ask("ozet", "--yaz", "ozet.csv")
    assert (again.status, again.out) == (2, "")
    assert "ozet.csv" in again.err
    assert ledger.ask("ozet", "--yaz", "ozet.txt").status == 2
    assert ledger.ask("ozet", "--cari", "yok", "--yaz", "yok.csv").status == 2
    assert not (ledger.folder / "yok.csv").exists()


def test_a_filter_that_nothing_matches_and_one_that_is_mistyped(ledger: Desk) -> None:
    said = ledger.ask("ozet", "--cari", "yok", "--json")
    assert (said.status, said.out, said.err) == (0, "", "Cari Kodu yok: böyle bir cari yok\n")
    said = ledger.ask("ozet", "--tarih", "2024-13")
    assert (said.status, said.out) == (2, "")


@pytest.mark.parametrize("command", [["ozet"], ["listele"], ["disari-aktar", "kalan.json"]])
def test_an_export_that_was_cut_off_counts_for_every_command_that_asks(
    ledger: Desk, command: list[str]
) -> None:
    """The same filter has the same documents, whichever command is the first to be given it."""
    file = ledger.folder / "giden.json"
    assert ledger.ask("disari-aktar", file, "--tip", "satis").status == 0
    with opened(ledger.database), writing():
        Transfer.update(status=journal.RUNNING, finished_at=None).execute()
    said = ledger.ask(*command, "--aktarilan", "hayir", "--json")
    assert said.err == (
        f"Yarım kalan dışarı aktarmanın dosyası tam, belgeleri aktarılmış sayılır: {file}\n"
    )
    assert [one.get("adet", 1) for one in said.records] == [1]


@pytest.mark.broken_books
def test_a_damaged_document_is_told_of_and_the_status_says_so(ledger: Desk) -> None:
    vandalise(ledger.database, "UPDATE invoice SET grand_total = 'yüz' WHERE number = 'A-2'")
    said = ledger.ask("ozet", "--tip", "satis", "--json")
    assert said.status == 1
    assert said.records[0]["toplam"] == "60.0"
    assert said.err == "Okunamadığı için sayılmayan: A-2\n"
