"""Rows of workbooks and of .csv files, as they are, and what is no such file."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from app.errors import FileRefused
from app.sheets import reader
from app.sheets.reader import SheetRow, read_csv, read_xlsx

HERE = Path("liste.xlsx")


def workbook(*sheets: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, place, value, day)
                    elif value is not None:
                        sheet.write(number, place, value)
    return out.getvalue()


def test_rows_have_their_numbers_and_values_their_kinds() -> None:
    raw = workbook(
        [[], ["Kod", "Oran"], ["00123", 20], [None, "  "], [datetime(2024, 3, 5), 0.5], [True]],
        [["x"]],
    )
    (_, rows), (name, second) = [
        (sheet.name, list(sheet.rows)) for sheet in read_xlsx(io.BytesIO(raw), HERE)
    ]
    assert rows == [
        SheetRow(2, ["Kod", "Oran"], "Sheet1"), SheetRow(3, ["00123", 20], "Sheet1"),
        SheetRow(5, [date(2024, 3, 5), 0.5], "Sheet1"), SheetRow(6, [True, None], "Sheet1"),
    ]  # fmt: skip
    assert (name, second) == ("Sheet2", [SheetRow(1, ["x"], "Sheet2")])


def archive(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "bu bir .xlsx dosyası değil"),
        (b"Kod;Ad\n", "bu bir .xlsx dosyası değil"),
        (b"PK\x03\x04x", "Excel dosyası bozuk, okunamadı"),
        (workbook([["x"]])[:-60], "Excel dosyası bozuk, okunamadı"),
        (archive("a.txt", "x"), "Excel dosyası bozuk, okunamadı"),
        (archive("xl/workbook.xml", "<a"), "Excel dosyası bozuk, okunamadı"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
            "eski (.xls) ya da parolalı bir Excel dosyası",
        ),
    ],
)
def test_what_is_no_workbook_is_refused_in_turkish(raw: bytes, fault: str) -> None:
    advice = "Excel'de açıp parolasız .xlsx ya da .csv olarak kaydedin, onu verin"
    with pytest.raises(FileRefused) as refused:
        list(read_xlsx(io.BytesIO(raw), HERE))
    assert refused.value.sentence == f"liste.xlsx: {fault}; {advice}"


def test_a_small_file_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_MOST_BYTES", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 20_000)
    with pytest.raises(FileRefused, match="çok büyük"):
        list(read_xlsx(out, HERE))


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_is_separated_as_its_first_line_is(separator: str, mark: str) -> None:
    lines = ["Kod|Ad", "", '00123|"Işık; a, ""b"""', '"x\ny"|', "|"]
    text = mark + "\r\n".join(lines).replace("|", separator)
    name, rows, _ = read_csv(io.BytesIO(text.encode()), "utf-8", Path("a.csv"))
    assert name == ""
    assert list(rows) == [
        SheetRow(1, ["Kod", "Ad"]), SheetRow(3, ["00123", 'Işık; a, "b"']),
        SheetRow(4, ["x\ny", None]),
    ]  # fmt: skip


def test_a_csv_that_is_cut_off_says_where() -> None:
    rows = read_csv(io.BytesIO(b'Kod;Ad\nA;"x\n'), "utf-8", Path("a.csv")).rows
    with pytest.raises(FileRefused, match=r"a\.csv: 2\. satır okunamadı"):
        list(rows)
