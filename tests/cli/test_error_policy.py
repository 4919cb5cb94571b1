"""iceri-aktar --hatada: it stops at an error, says how far it came, and goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.netsis_json import encode_invoice
from app.netsis.output_file import JsonArrayFile
from tests.cli.commandline import Desk, Said, environment
from tests.store.bookkeeping import document, typed

HERE = ("--kaynak-no", "--eksik-kartlari-olustur")


@pytest.fixture
def file(desk: Desk) -> Path:
    """Five documents, the second and the fourth of which are no invoices."""
    good = [encode_invoice(document(f"A-{n}")) for n in (1, 3, 5)]
    with JsonArrayFile.create(desk.folder / "gelen.json") as out:
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


@pytest.mark.parametrize("word", ["-1", "devam", "1,5", "٣"])
def test_another_word_is_refused(desk: Desk, file, word) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, f"--hatada={word}")
    assert (said.status, said.err) == (
        2, f"--hatada: {word}: dur, surdur ya da bir sayı olmalı\n",
    )  # fmt: skip


@pytest.mark.parametrize("word", ["0", "000"])
def test_a_limit_of_no_error_is_told_the_least_one(desk: Desk, file, word) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, f"--hatada={word}")
    sentence = "--hatada en az 1 olmalı; hatalarda durmamak için: --hatada surdur\n"
    assert (said.status, said.err) == (2, sentence)


def test_a_limit_may_be_empty_of_no_words_and_of_any_length(desk: Desk, file) -> None:
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada= ")
    assert (said.status, said.err) == (2, "--hatada boş\n")
    said = desk.ask("iceri-aktar", file, *HERE, "--hatada", "9" * 5000)
    assert said.status == 1
    assert "3 aktarıldı" in said.out


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
    with JsonArrayFile.create(desk.folder / "iyi.json") as out:
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


def patched(desk: Desk, patch: str, *arguments: object) -> Said:
    """Run the program with something in it replaced."""
    program = f"import os, sys\n{patch}\nfrom app.__main__ import main\nsys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, *map(typed, ("--veritabani", desk.database, *arguments))],
        cwd=desk.folder, capture_output=True, timeout=60, env=environment(desk.folder),
    )  # fmt: skip
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def long(desk: Desk) -> Path:
    """Documents of more than one batch, the second and the last of which are no invoices."""
    with JsonArrayFile.create(desk.folder / "uzun.json") as out:
        for n in range(1, 251):
            out.write(b'{"a":%d}' % n if n in (2, 250) else encode_invoice(document(f"A-{n}")))
        out.finish()
    return out.path


DATABASE_FAILS = """
from app.errors import DatabaseRefused
from app.transfer import run_batches
real = run_batches.RunBatches.save
def save(self, documents, stop):
    yield from real(self, documents[:100], stop)
    raise DatabaseRefused("Veritabanı: diskte yer kalmadı")
run_batches.RunBatches.save = save
"""


@pytest.mark.parametrize("name", ["h.json", "h.csv"])
def test_a_database_that_fails_on_the_way_costs_no_error_that_is_known(
    desk: Desk, long: Path, name: str
) -> None:
    said = patched(desk, DATABASE_FAILS, "iceri-aktar", long, *HERE, "--hatalar", name)
    assert said.status == 1
    assert said.err.splitlines()[0] == (
        "Hatalı 1 belge yazıldı (yalnız o ana dek denenenlerden; kalanlar denenmedi): " + name
    )
    assert "diskte yer kalmadı" in said.err
    written = (desk.folder / name).read_text("utf-8-sig")
    assert '{"a":2}' in written if name == "h.json" else "\n2;" in written
    assert "250" not in written
    assert desk.ask("aktarimlar", "--json").records[0]["durum"] == "hata"


LINE_DROPS = """
import os, signal
from app.transfer import run_batches
real = run_batches.RunBatches.save
def save(self, documents, stop):
    yield from real(self, documents[:100], stop)
    os.kill(os.getpid(), signal.SIGHUP)
    yield from real(self, documents[100:], stop)
run_batches.RunBatches.save = save
"""


def test_a_line_that_drops_costs_no_error_that_is_known(desk: Desk, long: Path) -> None:
    said = patched(desk, LINE_DROPS, "iceri-aktar", long, *HERE, "--hatalar", "h.json")
    assert said.status == 130
    assert "Hatalı 1 belge yazıldı (yalnız o ana dek denenenlerden" in said.err
    assert said.err.splitlines()[-1].startswith("Bağlantı koptu. ")
    assert '{"a":2}' in (desk.folder / "h.json").read_text("utf-8")


LINE_DROPS_AT_THE_END = """
import os, signal
from app.transfer import run_batches
run_batches._TRANSACTION = 50  # the last one is full
real = run_batches.RunBatches.save
def save(self, documents, stop):
    yield from real(self, documents, stop)
    if documents[-1].position == 250:
        os.kill(os.getpid(), signal.SIGHUP)
run_batches.RunBatches.save = save
"""


@pytest.mark.parametrize("more", [(), ("--hatalar", "h.json")])
def test_a_line_that_drops_behind_the_last_document_leaves_no_rest(
    desk: Desk, long: Path, more: tuple[str, ...]
) -> None:
    said = patched(desk, LINE_DROPS_AT_THE_END, "iceri-aktar", long, *HERE, *more)
    assert (said.status, "Bağlantı koptu" in said.err) == (1, False)
    assert said.out.splitlines()[-1] == "250 belge: 248 aktarıldı, 2 hatalı, 0 atlandı"
    assert desk.ask("aktarimlar", "--json").records[0]["durum"] == "tamam"


REPLACED_BETWEEN_BOTH_READS = """
from app.transfer.import_file import IncomingFile
real = IncomingFile.judge
def judge(self, *given):
    done = real(self, *given)
    os.system("cp -p uzun.json kopya.json && mv kopya.json uzun.json")
    return done
IncomingFile.judge = judge
"""


def test_a_file_that_is_replaced_between_both_reads_is_noticed(desk: Desk, long: Path) -> None:
    arguments = ("iceri-aktar", long, *HERE, "--hatalar", "h.json")
    said = patched(desk, REPLACED_BETWEEN_BOTH_READS, *arguments)
    assert (said.status, desk.ask("listele").out) == (2, "")
    assert "uzun.json: açıldıktan sonra değişti; baştan alın" in said.err
    assert not (desk.folder / "h.json").exists()
