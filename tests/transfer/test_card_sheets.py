"""Cards come from a list in Excel or a .csv: its header says what the columns are."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.domain.cards import CardKind
from app.domain.reasons import Code, text
from app.errors import FileRefused
from app.transfer.card_import import CardOutcome, CardStatus, CardSummary, import_cards
from tests.store.bookkeeping import rows

pytestmark = pytest.mark.usefixtures("books")
NEW, _, _, FAULTY = CardStatus


def take(path: Path, **more: str) -> tuple[CardSummary, list[CardOutcome], list[str]]:
    told: list[CardOutcome] = []
    notes: list[str] = []
    return import_cards(path, told=told.extend, note=notes.append, **more), told, notes


def book(path: Path, *sheets: list[list[object]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for number, lines in enumerate(sheets, 1):
        sheet = made.create_sheet(f"Sayfa{number}")
        for line in lines:
            sheet.append(line)
    made.save(path)
    return path


@pytest.mark.parametrize(
    "header",
    [
        "CARI_KOD;CARI_ISIM;CARI_TIP;VERGI_NUMARASI;CARI_IL;CARI_TEL",
        "cari_kod;Cari_Isim;cari_tip;vergi_numarasi;cari_il;cari_tel",
        "Cari Kodu;Cari Adı;Cari Tipi;Vergi Numarası;İl;Telefon",
        "CARİ KODU;CARİ ADI;CARİ TİPİ;VERGİ NUMARASI;İL;TELEFON",
        "cari kodu;cari adi;cari tipi;Vergi No;il;telefon",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1254"])
def test_a_csv_names_its_columns_as_netsis_or_as_the_screen(
    tmp_path: Path, header: str, encoding: str
) -> None:
    file = tmp_path / "Cariler.CSV"
    line = '120-001;"Işık; Şti.";Alıcı;0123456789;Muğla;'
    file.write_text(f"{header}\r\n{line}\r\n", encoding=encoding)
    summary, _, notes = take(file)
    assert summary.counts[CardKind.ACCOUNT][NEW] == 1
    assert notes == []
    assert rows("SELECT code, name, side, tax_number, city, main_extra FROM account") == [
        ("120-001", "Işık; Şti.", "A", "0123456789", "Muğla", None)
    ]


def test_numbers_in_cells_are_taken_where_nothing_can_be_lost(tmp_path: Path) -> None:
    file = book(
        tmp_path / "liste.xlsx",
        [
            ["Cari Kodu", "Cari Adı", "Vergi Numarası", "Telefon", "RISK_LIMITI"],
            ["A", "Bir", 1234567890, 2324445566, 1000.5],
            [120, "İki", None, None, None],
            ["C", "Üç", 123456789, None, None],
            ["D", 2024, "0123456789", None, None],
        ],
        [["Stok Kodu", "KDV Oranı", "Ölçü Birimi"], ["S", 20, "AD"], ["T", 0.2, "AD"]],
        [["Özet"], [1]],
    )
    summary, told, notes = take(file)
    assert list(summary.counts[CardKind.ACCOUNT].values()) == [2, 0, 0, 2]
    assert list(summary.counts[CardKind.STOCK].values()) == [1, 0, 0, 1]
    assert [(o.position, text(o.reason)) for o in told if o.reason] == [
        (3, "Cari Kodu (CARI_KOD): “120” sayı hücresi; baştaki sıfırlar kaybolmuş olabilir, "
            "sütunu metin yapın"),
        (4, "Vergi Numarası (VERGI_NUMARASI): “123456789” sayı hücresi; baştaki sıfırlar "
            "kaybolmuş olabilir, sütunu metin yapın"),
        (3, "KDV Oranı (KDV_Orani): “0.2” yüzde biçimli mi? oranı 20 gibi yazın"),
    ]  # fmt: skip
    assert rows("SELECT name, tax_number, main_extra FROM account ORDER BY code") == [
        ("Bir", "1234567890", '{"CARI_TEL":"2324445566","RISK_LIMITI":1000.5}'),
        ("2024", "0123456789", None),
    ]
    assert rows("SELECT code, vat_rate, unit FROM stock_item") == [("S", "20.0", "AD")]
    assert notes == [
        "Sayfa1 sayfası: Netsis alanı olarak saklanan sütun: RISK_LIMITI",
        "Sayfa3 sayfası: ilk satırda Cari Kodu ya da Stok Kodu sütunu yok; okunmadı",
    ]
    assert take(file)[0].total(CardStatus.SAME) == 3


def test_a_cell_that_is_no_text_is_told_in_the_words_of_a_sheet(tmp_path: Path) -> None:
    file = book(
        tmp_path / "liste.xlsx",
        [
            ["Stok Kodu", "Stok Adı"],
            ["A", True], ["B", datetime(2024, 5, 1)], [date(2024, 12, 10), "On on iki"],
            [False, "Yanlış"], ["C", "true"],
        ],
        [["Cari Kodu", "Cari Adı", "Telefon", "SON_TARIH"], ["A", "Bir", None, date(2024, 5, 1)]],
    )  # fmt: skip
    _, told, _ = take(file)
    told_words = "hücresi; sütunu metin yapıp yeniden yazın"
    assert [(one.position, text(one.reason)) for one in told if one.reason] == [
        (2, f"Stok Adı (Stok_Adi): “DOĞRU” doğru/yanlış {told_words}"),
        (3, f"Stok Adı (Stok_Adi): “01.05.2024” tarih {told_words}"),
        (4, f"Stok Kodu (Stok_Kodu): “10.12.2024” tarih {told_words}"),
        (5, f"Stok Kodu (Stok_Kodu): “YANLIŞ” doğru/yanlış {told_words}"),
    ]
    assert rows("SELECT code, name FROM stock_item") == [("C", "true")]
    assert rows("SELECT main_extra FROM account") == [('{"SON_TARIH":"2024-05-01 00:00:00"}',)]


RATES = [
    (["0", 0], "0.0"), (["1", 1], "1.0"), (["8", 8], "8.0"), (["10,0", 10.0], "10.0"),
    (["18", 18], "18.0"), (["20", " %20 ", "20 %", 20], "20.0"), (["12,5", "%12.5", 12.5], "12.5"),
    (["100", 100], "100.0"),
    (["0,2", "%0,2", 0.2], "yüzde biçimli mi? oranı 20 gibi yazın"),
    (["0.18", "0,001", 0.18], "yüzde biçimli mi? oranı 20 gibi yazın"),
    (["200", "%200", "100,01", "-1", 200, -1, 1e20], "0 ile 100 arasında olmalı"),
    (["yirmi", "%", "% %20"], "sayı değil"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(("cells", "meant"), RATES)
def test_a_rate_is_read_alike_in_both_kinds_of_sheets(
    tmp_path: Path, form: str, cells: list[object], meant: str
) -> None:
    header = ["Stok Kodu", "KDV Oranı"]
    lines = [[f"S{n}", cell] for n, cell in enumerate(cells) if form == "xlsx" or str(cell) == cell]
    if form == "xlsx":
        file = book(tmp_path / "liste.xlsx", [header, *lines])
    else:
        file = tmp_path / "liste.csv"
        file.write_text("\n".join(";".join(map(str, line)) for line in [header, *lines]))
    _, told, _ = take(file)
    stored = rows("SELECT vat_rate FROM stock_item")
    said = [text(one.reason).rpartition("”")[2].strip(", ") for one in told if one.reason]
    assert [*(rate for (rate,) in stored), *said] == [meant] * len(lines)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Ad;Soyad\nx;y\n", "ilk satırda Cari Kodu ya da Stok Kodu sütunu yok"),
        ("Cari Kodu;Stok Kodu\nx;y\n", "hem Cari Kodu hem Stok Kodu"),
        ("Cari Kodu;CARI_KOD\nx;y\n", "CARI_KOD sütunu iki kez var"),
        ("Cari Kodu;Cari Adı;Not\nx;y;z\n", "a.csv: cari kartında böyle bir alan yok: Not$"),
        ("\n \n", "boş"),
    ],
)
def test_a_list_without_a_header_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(FileRefused, match=told):
        take(tmp_path / "a.csv")


def test_a_list_that_is_not_of_cards_leaves_nothing_of_the_file(tmp_path: Path) -> None:
    cards, invoices = [["Cari Kodu"], ["A"]], [["Cari Kodu", "Belge", "Matrah"], ["B", 1, 2]]
    with pytest.raises(FileRefused, match=r"Sayfa2 sayfası: .* yok: Belge, Matrah$"):
        take(book(tmp_path / "a.xlsx", cards, invoices))
    assert rows("SELECT code FROM account") == []


def test_a_row_is_judged_as_a_card_of_json_is(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("stok kodu;KDV Oranı\n;20\nA;yirmi\nB;18,0\n")
    _, told, _ = take(tmp_path / "a.csv")
    assert [(o.position, o.reason and o.reason.code) for o in told] == [
        (2, Code.MISSING), (3, Code.NOT_A_NUMBER), (4, None),
    ]  # fmt: skip
