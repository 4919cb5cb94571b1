"""A sheet holds what was given: two readers that share no code with the writer agree on it."""

from __future__ import annotations

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from app.errors import FileRefused, Stopped
from app.sheets import xlsx
from app.sheets.table import Kind, SheetColumn, SheetTable, TotalRow
from app.sheets.writer import write_sheet

TABLE = SheetTable(
    "Liste",
    [
        SheetColumn("Fatura No", Kind.TEXT, 16),
        SheetColumn("Tarih", Kind.DAY, 11),
        SheetColumn("Tutar", Kind.AMOUNT, 18),
        SheetColumn("Kalem", Kind.INTEGER, 8),
    ],
)
ROWS = [
    ("RDM202400000348", date(2024, 3, 15), Decimal("1833.78"), 2),
    ("000000001234567", date(1900, 3, 1), Decimal("-0.00000001"), 1),
    ("İĞÜŞÖÇ ığüşöç <&>\"'", None, None, None),
]


def written(folder: Path, rows, name="liste.xlsx", **more) -> Path:
    path = folder / name
    write_sheet(path, TABLE, rows, **more)
    return path


def by_openpyxl(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(max_col=4)]


def by_calamine(path: Path) -> list[list[object]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def by_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_days_are_days_and_amounts_are_numbers(tmp_path):
    path = written(tmp_path, ROWS)
    first, second = by_openpyxl(path)[1:3]
    assert (first[0], first[1].date(), first[2], first[3]) == (
        "RDM202400000348", date(2024, 3, 15), 1833.78, 2,
    )  # fmt: skip
    assert (second[0], second[1].date(), second[2]) == (
        "000000001234567", date(1900, 3, 1), -0.00000001,
    )  # fmt: skip
    assert by_calamine(path)[1] == ["RDM202400000348", date(2024, 3, 15), 1833.78, 2]


def test_header_stays_in_view_and_columns_have_their_widths_and_formats(tmp_path):
    total = TotalRow(("Toplam", None, Decimal("1833.77999999"), None))
    sheet = openpyxl.load_workbook(written(tmp_path, [*ROWS, total])).active
    assert sheet.title == "Liste"
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == ["Fatura No", "Tarih", "Tutar", "Kalem"]
    assert all(cell.font.bold for cell in sheet[1])
    assert [sheet.column_dimensions[one].width for one in "ABCD"] == pytest.approx(
        [16, 11, 18, 8], abs=1
    )
    assert [cell.number_format for cell in sheet[2]] == ["@", "dd.mm.yyyy", "#,##0.00######", "0"]
    assert not sheet["C4"].font.bold
    assert (sheet["C5"].font.bold, sheet["C5"].value) == (True, 1833.77999999)


@pytest.mark.parametrize("text", ["=1+1", "+90 212", "-5", "@ad", "=cmd|' /C calc'!A0", " =1"])
def test_a_text_that_looks_like_a_formula_stays_text(tmp_path, text):
    path = written(tmp_path, [(text, None, None, None)])
    cell = openpyxl.load_workbook(path).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert by_calamine(path)[1][0] == text
    # In a .csv nothing else keeps Excel from running it.
    assert by_csv(written(tmp_path, [(text, None, None, None)], "l.csv"))[1][0] == f"'{text}"


def test_a_number_that_a_spreadsheet_would_change_is_text_with_all_its_digits(tmp_path):
    exact, long = Decimal("123456789012.345"), Decimal("123456789012345.67")
    rows = [("a", None, exact, 10**15), ("b", None, long, None), ("c", None, Decimal("-0.1"), None)]
    path = written(tmp_path, rows)
    assert [row[2] for row in by_openpyxl(path)[1:]] == [
        123456789012.345, "123456789012345,67", -0.1,
    ]  # fmt: skip
    assert [row[2] for row in by_calamine(path)[1:]] == [
        123456789012.345, "123456789012345,67", -0.1,
    ]  # fmt: skip


@given(
    st.decimals("-99999999999", "99999999999", places=4, allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.text(max_size=20),
)
def test_two_readers_agree_on_every_amount_day_and_text(tmp_path_factory, amount, day, text):
    path = written(tmp_path_factory.mktemp("x"), [(text, day, amount, 1)])
    one, other = by_openpyxl(path)[1], by_calamine(path)[1]
    assert float(one[2]) == float(other[2]) == float(amount)
    said = one[1] if isinstance(one[1], str) else f"{one[1]:%d.%m.%Y}"
    assert said == f"{day:%d.%m.%Y}"
    assert (other[1] if isinstance(other[1], str) else f"{other[1]:%d.%m.%Y}") == said
    if text.isprintable():
        assert (one[0] or "", other[0]) == (text, text)


def test_what_no_file_may_hold_becomes_a_sign_and_breaks_become_blanks(tmp_path):
    bad = "a\x00b\x1bc\ud800d\uffffe\u202ef\r\ng"
    safe = "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf  g"
    path = written(tmp_path, [(bad, None, None, None)])
    assert by_openpyxl(path)[1][0] == by_calamine(path)[1][0] == safe
    told = by_csv(written(tmp_path, [(bad, None, None, None)], "l.csv"))[1][0]
    assert told == safe.replace("\ufffde", "\uffffe")


def test_what_looks_like_an_escape_of_excel_stays_as_it_is(tmp_path):
    path = written(tmp_path, [("_x0041_ _x000D_", None, None, None)])
    assert by_calamine(path)[1][0] == "_x0041_ _x000D_"
    assert unescape(by_openpyxl(path)[1][0]) == "_x0041_ _x000D_"  # openpyxl leaves that to us


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path):
    cell = by_calamine(written(tmp_path, [("x" * 40_000, None, None, None)]))[1][0]
    assert cell == "x" * 32_766 + "…"


def test_a_csv_opens_in_a_turkish_excel(tmp_path):
    path = written(tmp_path, [*ROWS, ("a;b", None, Decimal("5.0"), None)], "liste.csv")
    assert (
        path.read_bytes()
        == (
            "\ufeffFatura No;Tarih;Tutar;Kalem\r\n"
            "RDM202400000348;15.03.2024;1833,78;2\r\n"
            "000000001234567;01.03.1900;-0,00000001;1\r\n"
            '"İĞÜŞÖÇ ığüşöç <&>""\'";;;\r\n'
            '"a;b";;5,00;\r\n'
        ).encode()
    )


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS", 4)
    rows = [(f"A-{n}", date(2024, 1, 1 + n), Decimal(n), n) for n in range(7)]
    path = written(tmp_path, rows)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Liste", "Liste 2", "Liste 3"]
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
        ["Fatura No", "A-0", "A-1", "A-2"],
        ["Fatura No", "A-3", "A-4", "A-5"],
        ["Fatura No", "A-6"],
    ]
    assert [sheet.freeze_panes for sheet in book] == ["A2"] * 3
    other = CalamineWorkbook.from_path(str(path))
    assert [len(other.get_sheet_by_name(name).to_python()) for name in other.sheet_names] == [
        4,
        4,
        2,
    ]
    full = written(tmp_path, rows[:3], "dolu.xlsx")
    assert openpyxl.load_workbook(full).sheetnames == ["Liste"]


def test_a_sheet_of_nothing_has_a_header(tmp_path):
    assert by_openpyxl(written(tmp_path, []))[0] == ["Fatura No", "Tarih", "Tutar", "Kalem"]
    assert by_csv(written(tmp_path, [], "bos.csv")) == [["Fatura No", "Tarih", "Tutar", "Kalem"]]


@pytest.mark.parametrize("name", ["l.xlsx", "l.csv"])
def test_stopped_or_failing_in_the_middle_it_leaves_nothing(tmp_path, name):
    told = []

    def failing():
        yield from ROWS * 1000
        raise FileRefused("kaynak okunamadı")

    with pytest.raises(Stopped, match="Durduruldu; dosya yazılmadı"):
        written(tmp_path, ROWS * 1000, name, stop=lambda: len(told) > 2,
                count=3000, progress=lambda done, of: told.append((done, of)))  # fmt: skip
    assert told == [(0, 3000), (500, 3000), (1000, 3000)]
    with pytest.raises(FileRefused, match="kaynak okunamadı"):
        written(tmp_path, failing(), name)
    assert os.listdir(tmp_path) == []


def refusal(path: Path, rows=ROWS) -> str:
    with pytest.raises(FileRefused) as error:
        write_sheet(path, TABLE, rows)
    return str(error.value)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_nothing_is_overwritten_and_mistakes_are_told(tmp_path, suffix):
    there = tmp_path / f"var.{suffix}"
    there.write_text("eski")
    assert refusal(there) == f"{there.name}: zaten var; üzerine yazılmadı"
    assert there.read_text() == "eski"
    assert refusal(tmp_path / "yok" / there.name) == "yok: böyle bir dosya ya da klasör yok"
    assert refusal(tmp_path / "liste.ods") == "liste.ods: adı .xlsx ya da .csv ile bitmeli"
    assert os.listdir(tmp_path) == [there.name]


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
@pytest.mark.parametrize("rows", [1, 60_000])
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path, name, rows):
    """Whether the first or the last piece does not fit."""

    def filling():
        (file,) = (fd for fd in map(int, os.listdir("/proc/self/fd")) if is_draft(fd, tmp_path))
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, file)
        os.close(full)
        yield from ROWS[:1] * rows

    sentence = refusal(tmp_path / name, filling())
    assert sentence == f"{name}: diskte yer kalmadı; yer açıp yeniden deneyin"
    assert os.listdir(tmp_path) == []


def is_draft(fd: int, folder: Path) -> bool:
    """Whether this is the open file without a name in that folder."""
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith(f"{folder}/#")
    except OSError:
        return False
