"""iceri-aktar --hatada: it stops at an error, says how far it came, and goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.netsis_json import encode_invoice
from app.netsis.output_file import InvoiceFile
from tests.cli.commandline import Desk
from tests.store.bookkeeping import document

HERE = ("--kaynak-no", "--eksik-kartlari-olustur")


@pytest.fixture
def file(desk: Desk) -> Path:
    """Five documents, the second and the fourth of which are no invoices."""
    good = [encode_invoice(document(f"A-{n}")) for n in (1, 3, 5)]
    with InvoiceFile.create(desk.folder / "gelen.json") as out:
        for one in (good[0], b'{"a":1}', good[1], b'{"b":2}', good[2]):
            out.write(one)
        out.finish()
    return out.path


def test_dur_stops_behind_the_first_error_and_another_run_goes_on(desk: Desk, file) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada", "dur")
    assert (said.status, said.out.splitlines()[-2:]) == (1, [
        "1. hatada durduruldu, 3 belge denenmedi; hataları düzeltin ya da --hatada surdur ile"
        " yeniden çalıştırın.",
        "2 belge: 1 aktarıldı, 1 hatalı, 0 atlandı",
    ])  # fmt: skip
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada", "2")
    assert said.status == 1
    assert said.out.splitlines()[-1] == "4 belge: 1 aktarıldı, 2 hatalı, 1 atlandı"
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada=SÜRDÜR", "--json")
    assert said.records[-1] == {"ozet": {
        "toplam": 5, "aktarilan": 1, "hatali": 2, "atlanan": 2, "hazir": 0, "uyarili": 0,
    }}  # fmt: skip
    assert desk.ask("listele").out.count("\n") == 3


def test_a_rehearsal_stops_where_the_import_would(desk: Desk, file) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada=1", "--dene", "--json")
    assert said.status == 1
    *rows, last = said.records
    assert [row["durum"] for row in rows] == ["hazir", "hata"]
    assert last["ozet"]["denenmeyen"] == 3
    assert desk.ask("listele").out == ""


@pytest.mark.parametrize("limit", [(), ("--hatada=dur",), ("--hatada=2",), ("--hatada=9",)])
def test_where_all_that_was_tried_failed_the_limit_changes_no_status(desk: Desk, limit) -> None:
    (desk.folder / "bozuk.json").write_bytes(b'[\n{"a":1},\n{"a":2},\n{"a":3}\n]\n')
    said = desk.ask("iceri-aktar", "bozuk.json", *HERE, *limit)
    assert said.status == 1


@pytest.mark.parametrize("word", ["0", "-1", "devam", "1,5", "٣", " "])
def test_another_word_is_refused(desk: Desk, file, word) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, f"--hatada={word}")
    assert (said.status, said.err) == (
        2, f"--hatada: {word}: dur, surdur ya da bir sayı olmalı\n",
    )  # fmt: skip


def test_the_failed_documents_are_handed_on(desk: Desk, file) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, "--hatalar", "h.json", "--json")
    assert (said.status, said.err) == (1, "Hatalı 2 belge yazıldı: h.json\n")
    assert said.records[-1]["ozet"]["aktarilan"] == 3
    assert (desk.folder / "h.json").read_bytes() == b'[\n{"a":1},\n{"b":2}\n]\n'


def test_a_rehearsal_hands_on_what_would_fail(desk: Desk, file) -> None:
    said = desk.ask("iceri-aktar", file, "--kaynak-no", "--dene", "--hatalar", "h.csv")
    assert said.status == 1
    lines = (desk.folder / "h.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == ["1", "2", "3", "4", "5"]
    assert ";cari kartı yok (120-001);" in lines[1]


def test_a_run_that_stopped_at_an_error_hands_on_what_it_tried(desk: Desk, file) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada=dur", "--hatalar", "h.json")
    assert (said.status, said.err) == (1, "Hatalı 1 belge yazıldı: h.json\n")
    assert "yeniden çalıştırın (--hatalar için yeni bir adla)." in said.out
    assert (desk.folder / "h.json").read_bytes() == b'[\n{"a":1}\n]\n'
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada=surdur", "--hatalar", "h2.json")
    assert said.out.splitlines()[-1] == "5 belge: 2 aktarıldı, 2 hatalı, 1 atlandı"


def test_without_a_failure_there_is_no_file(desk: Desk) -> None:
    with InvoiceFile.create(desk.folder / "iyi.json") as out:
        out.write(encode_invoice(document("A-1")))
        out.finish()
    said = desk.ask("iceri-aktar", "iyi.json", *HERE, "--hatalar", "h.xlsx")
    assert (said.status, said.err) == (0, "Hatalı belge yok; h.xlsx yazılmadı\n")
    assert not (desk.folder / "h.xlsx").exists()


def test_a_file_that_cannot_be_made_is_told_before_anything_is_imported(desk: Desk, file) -> None:
    for name, sentence in (
        ("gelen.json", "gelen.json: zaten var; üzerine yazılmadı"),
        ("yok/h.csv", "yok: böyle bir dosya ya da klasör yok"),
        ("h.txt", "--hatalar: dosya adı .xlsx, .csv ya da .json ile bitmeli"),
        (" ", "--hatalar boş"),
    ):
        said = desk.ask("iceri-aktar", file, *HERE, "--hatalar", name)
        assert (said.status, said.err) == (2, f"{sentence}\n")
    assert desk.ask("listele").out == ""
