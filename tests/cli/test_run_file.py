"""aktarimlar N --yaz: a run's documents as a sheet, with its totals."""

from __future__ import annotations

from datetime import date

import openpyxl

from app.domain.netsis_json import encode_invoice
from app.netsis.output_file import JsonArrayFile
from tests.cli.commandline import Desk
from tests.store.bookkeeping import document


def test_a_run_is_written_with_what_became_of_each_document(desk: Desk) -> None:
    with JsonArrayFile.create(desk.folder / "gelen.json") as out:
        for one in (encode_invoice(document("A-1", total="12.5")), b'{"a":1}'):
            out.write(one)
        out.finish()
    desk.ask("iceri-aktar", "gelen.json", "--kaynak-no", "--eksik-kartlari-olustur")
    said = desk.ask("aktarimlar", 1, "--yaz", "h.xlsx")
    assert (said.status, said.out) == (0, "Tablo yazıldı: h.xlsx, 2 belge\n")
    header, first, second, total = openpyxl.load_workbook(desk.folder / "h.xlsx").active.values
    assert header[:3] == ("Sıra", "Kaynak No", "Netsis Belge No")
    assert first[:3] == (1, "A-1", "A-1")
    assert first[3].date() == date(2024, 3, 15)
    assert first[7:] == (12.5, "Aktarıldı")
    assert second[0] == 2
    assert second[8].startswith("Hata: 2. belge")
    assert (total[1], total[7]) == ("Satış toplamı", 12.5)


def test_without_a_number_or_with_another_name_nothing_is_written(desk: Desk) -> None:
    assert desk.ask("aktarimlar", "--yaz", "h.csv").status == 2
    assert desk.ask("aktarimlar", 9, "--yaz", "h.csv").status == 2
    assert not list(desk.folder.glob("h.*"))
