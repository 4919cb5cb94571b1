"""The command line as scripts rely on it: records, exit statuses, sentences (design §6)."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.file_schema import file_schema
from app.domain.netsis_json import encode_invoice
from app.domain.text import turkish_count
from app.store.opening import open_database
from tests.cli.commandline import Desk, command, environment, interruptible
from tests.store.bookkeeping import (
    address_of,
    document,
    failures,
    opened,
    purchase,
    rows,
    rows_of,
    typed,
    vandalise,
)
from tests.transfer.carrying import write


def test_a_list_as_records_and_as_lines(shop: Desk) -> None:
    said = shop.ask("listele", "--tip", "alis", "--json")
    assert said.status == 0
    same = {
        "belgeNo": "A-77", "tip": "alis", "tarih": "2024-03-15", "tur": None, "doviz": "TRY",
        "kdv": "0.0",
    }  # fmt: skip
    assert said.records == [
        same | {"cari": "320-001", "toplam": "20.0", "matrah": "20.0"},
        same | {"cari": "320-002", "toplam": "30.0", "matrah": "30.0"},
    ]
    lines = shop.ask("listele", "--tip", "satis", "--tarih", "..2024-03-31").out.splitlines()
    assert lines[0].split() == [
        "A00000000000001", "15.03.2024", "Satış", "120-001", "1.234,50", "120-001",
    ]  # fmt: skip
    assert len(lines) == 2
    assert shop.ask("listele", "--cari", "yok").out == ""


@pytest.mark.files_only
def test_the_database_before_after_from_the_environment_and_as_url(shop: Desk) -> None:
    before = shop.run("--veritabani", "defter.db", "listele").out
    assert before.count("\n") == 5
    assert shop.run("listele", "--veritabani", "defter.db").out == before
    assert shop.run("listele", "--veritabani", "sqlite:///defter.db").out == before
    assert shop.run("listele", "--veritabani", f"sqlite:///{shop.database}").out == before
    env = {"TOPLU_FATURA_VERITABANI": str(shop.database)}
    assert shop.run("listele", env=env).out == before
    new = ("--veritabani", "yeni.db")
    assert shop.run(*new, "ornek-veri", "--fatura", "1", env=env).status == 0
    assert shop.run(*new, "listele", env=env).out.count("\n") == 1
    assert shop.run("listele", env={"TOPLU_FATURA_VERITABANI": ""}).out == ""
    assert (shop.folder / ".local/share/toplu-fatura/veri.db").exists()


def test_one_document_as_a_page_and_as_netsis_json(shop: Desk) -> None:
    page = shop.ask("goster", "B-1")
    assert (page.status, page.err) == (0, "")
    assert "Satış Faturası" in page.out
    assert "Şişli" in page.out
    found = shop.ask("goster", "B-1", "--json")
    assert found.out.count("\n") == 1
    assert found.records[0]["FatUst"]["EKACK1"] == "Şişli"
    twice = shop.ask("goster", "A-77")
    assert twice.status == 2
    assert twice.err == (
        "A-77 birden çok belgede var; seçin: --tip alis --cari 320-001, --tip alis --cari 320-002\n"
    )
    assert shop.ask("goster", "A-77", "--tip", "alis", "--cari", "320-002").status == 0
    nothing = shop.ask("goster", "yok\x1b[2J")
    assert (nothing.status, nothing.out) == (2, "")
    assert nothing.err == "yok\ufffd[2J numaralı belge yok\n"


def test_export_to_a_new_path_and_to_a_folder(shop: Desk) -> None:
    said = shop.ask("disari-aktar", "mart.json", "--tarih", "2024-03-01..2024-03-31", "--json")
    assert said.status == 0
    by_type = {"satis": "1234.6", "alis": "50.0"}
    assert said.records == [{"dosya": "mart.json", "adet": 4, "toplam": None, "toplamlar": by_type}]
    assert len(json.loads((shop.folder / "mart.json").read_text())) == 4
    (shop.folder / "giden").mkdir()
    said = shop.ask("disari-aktar", "giden", "--tip", "satis")
    (made,) = (shop.folder / "giden").iterdir()
    assert made.name.startswith("satis-20")
    assert said.out == (f"Aktarım tamamlandı: giden/{made.name}, 3 belge, toplam 1.244,60 TL\n")


def test_what_was_exported_before_can_be_left_out(shop: Desk) -> None:
    """A purchase number is many suppliers': only the one that was written counts as exported."""
    only = ("--tip", "alis", "--cari", "320-001")
    assert shop.ask("disari-aktar", "bir.json", *only).status == 0
    left = shop.ask("listele", "--tip", "alis", "--aktarilan", "hayir", "--json").records
    assert [(row["belgeNo"], row["cari"]) for row in left] == [("A-77", "320-002")]
    rest = shop.ask("disari-aktar", "iki.json", "--aktarilan", "hayir", "--json")
    assert rest.records[0]["adet"] == 4
    again = shop.ask("disari-aktar", "uc.json", "--aktarilan", "hayir")
    assert (again.status, again.err) == (2, "Bu kısıtlara uyan belge yok; dosya yazılmadı\n")
    assert shop.ask("listele", "--aktarilan", "evet").out.count("\n") == 5
    assert shop.ask("listele", "--dosyadan", "evet").out == ""


def test_ileri_kisit_narrows_a_list(shop: Desk) -> None:
    def numbers(*arguments: str) -> list[object]:
        return [row["belgeNo"] for row in shop.ask("listele", *arguments, "--json").records]

    assert numbers("--aciklama", "SISLI") == ["B-1"]
    assert numbers("--tutar", "10..20", "--sube", "0") == ["A-77", "B-1"]
    assert numbers("--seri", "a", "--tutar", "1000..") == ["A00000000000001"]
    assert numbers("--doviz", "1") == []
    assert len(numbers("--doviz", "TL", "--kdv-orani", "0", "--kayit-tarihi", "1.4.2024")) == 5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["var.json"], "var.json: zaten var; üzerine yazılmadı"),
        (["yok/x.json"], "yok: böyle bir dosya ya da klasör yok"),
        (["x.json", "--cari", "yok"], "Cari Kodu yok: böyle bir cari yok; dosya yazılmadı"),
        (["yok/klasor"],
         "HEDEF bir klasör, .json (.json.gz) ile biten yeni bir dosya ya da - olmalı"),
        (["u" * 300 + ".json"], "dosya adı çok uzun"),
        (["~boyle-biri-yok/x.json"], "böyle bir dosya ya da klasör yok"),
        (["x.json", "--tarih", "dün"], "--tarih: dün: tarih anlaşılmadı"),
    ],
)  # fmt: skip
def test_an_export_that_is_refused_leaves_all_as_it_was(
    shop: Desk, arguments: list[str], sentence: str
) -> None:
    (shop.folder / "var.json").write_text("eski")
    before = {path.name for path in shop.folder.iterdir()}
    said = shop.ask("disari-aktar", *arguments)
    assert (said.status, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert {path.name for path in shop.folder.iterdir()} == before
    assert (shop.folder / "var.json").read_text() == "eski"


def test_an_import_as_records(shop: Desk) -> None:
    coming = [
        document("A00000000000001", series="A", total="5.0"),
        document("K-1", account="120-YOK"),
        document("A00000000000001", series="A", total="1234.5"),
    ]
    write(shop.folder / "x.json", coming)
    said = shop.ask("iceri-aktar", "x.json", "--kaynak-no", "--json")
    assert said.status == 1
    assert said.records == [
        {"sira": 1, "kaynakNo": "A00000000000001", "belgeNo": "A00000000000003",
         "durum": "aktarildi", "mesaj": None},
        {"sira": 2, "kaynakNo": "K-1", "belgeNo": None, "durum": "hata",
         "mesaj": "2. belge, Cari Kodu (CariKod): cari kartı yok (120-YOK)"},
        {"sira": 3, "kaynakNo": "A00000000000001", "belgeNo": "A00000000000004",
         "durum": "aktarildi", "mesaj": "aynısı veritabanında var, A00000000000001"},
        {"ozet": {"toplam": 3, "aktarilan": 2, "hatali": 1, "atlanan": 0, "hazir": 0,
                  "uyarili": 1}},
    ]  # fmt: skip
    again = shop.ask(
        "iceri-aktar", "x.json", "--seri", "zz", "--aktarilanlari-atla",
        "--eksik-kartlari-olustur", "--json",
    )  # fmt: skip
    assert again.status == 0
    assert [(r["durum"], r["belgeNo"], r["mesaj"]) for r in again.records[:3]] == [
        ("atlandi", None, "daha önce aktarıldı, A00000000000003"),
        ("aktarildi", "ZZ0000000000001", None),
        ("atlandi", None, "daha önce aktarıldı, A00000000000004"),
    ]
    assert again.records[3] == {
        "ozet": {"toplam": 3, "aktarilan": 1, "hatali": 0, "atlanan": 2, "hazir": 0, "uyarili": 0}
    }  # fmt: skip


def test_a_document_that_cannot_be_read_says_who_it_is(shop: Desk) -> None:
    good = (document("K-1", total="12.5"), document("K-2"), document("K-3"))
    coming = [json.loads(encode_invoice(invoice)) for invoice in good]
    coming[0]["Kalems"] = coming[2]["FatUst"] = []
    coming[1]["FatUst"]["Tarih"] = "2024-02-30"
    (shop.folder / "x.json").write_text(json.dumps(coming))
    for rehearsed in ((), ("--dene",)):
        said = shop.ask("iceri-aktar", "x.json", "--kaynak-no", *rehearsed, "--json")
        failed = {"belgeNo": None, "durum": "hata"}
        day = "2. belge, Belge Tarihi (Tarih): “2024-02-30”, böyle bir gün yok"
        assert said.records[:3] == [
            {"sira": 1, "kaynakNo": "K-1", **failed, "tarih": "2024-03-15", "cari": "120-001",
             "toplam": "12.5", "mesaj": "1. belge, Kalemler (Kalems): kalem yok"},
            {"sira": 2, "kaynakNo": "K-2", **failed, "cari": "120-001", "toplam": "100.0",
             "mesaj": day},
            {"sira": 3, "kaynakNo": None, **failed,
             "mesaj": "3. belge, Üst bilgiler (FatUst): alanlardan oluşmuyor"},
        ]  # fmt: skip


def test_an_import_for_a_reader(shop: Desk) -> None:
    write(shop.folder / "x.json", [document("K-1"), document("K-2", account="120-YOK")])
    said = shop.ask("iceri-aktar", "x.json", "--kaynak-no")
    assert said.status == 1
    assert said.out.splitlines() == [
        "K-2: Hata: 2. belge, Cari Kodu (CariKod): cari kartı yok (120-YOK)",
        "2 belge: 1 aktarıldı, 1 hatalı, 0 atlandı",
    ]
    assert said.err == ""


def test_an_import_of_nothing_says_so(shop: Desk) -> None:
    write(shop.folder / "x.json", [document("K-1", account="120-YOK")])
    for rehearsed, last in (
        (("--dene",), "Hiçbir belge aktarılamaz (deneme; hiçbir şey yazılmadı)"),
        ((), "Hiçbir belge aktarılamadı"),
    ):
        said = shop.ask("iceri-aktar", "x.json", "--kaynak-no", *rehearsed)
        assert (said.status, said.err) == (1, "")
        assert said.out.splitlines()[-1] == f"{last}: 1 hatalı, 0 atlandı"
    shop.ask("disari-aktar", "B-1.json", "--fatura-no", "B-1")
    said = shop.ask("iceri-aktar", "B-1.json", "--kaynak-no", "--aktarilanlari-atla")
    assert said.out.splitlines()[-1] == "Hiçbir belge aktarılmadı: 0 hatalı, 1 atlandı"


def test_an_import_tells_of_each_copy_that_it_makes(shop: Desk) -> None:
    """What this database wrote itself, then the same once more: as a rehearsal says before."""
    shop.ask("disari-aktar", "hepsi.json", "--fatura-no", "B-1")
    arguments = ("iceri-aktar", "hepsi.json", "--seri", "ZZ")
    for said_first in ("aynısı veritabanında var, B-1", "daha önce aktarıldı, ZZ0000000000001"):
        for rehearsed in (("--dene",), ()):
            said = shop.ask(*arguments, *rehearsed)
            assert (said.status, said.err) == (0, "")
            told = f"Uyarı: {said_first}" if rehearsed else f"Aktarıldı (uyarı: {said_first})"
            assert said.out.splitlines()[0] == f"B-1: {told}"


def test_a_rehearsal_tells_all_and_writes_nothing(shop: Desk) -> None:
    write(shop.folder / "x.json", [document("B-1"), document("K-2", account="120-YOK")])
    shop.ask("iceri-aktar", "x.json", "--kaynak-no")
    before = shop.ask("listele").out
    said = shop.ask("iceri-aktar", "x.json", "--kaynak-no", "--dene", "--json")
    assert said.status == 1
    assert said.records == [
        {"sira": 1, "kaynakNo": "B-1", "belgeNo": "B-3", "durum": "hazir",
         "mesaj": "daha önce aktarıldı, B-2"},
        {"sira": 2, "kaynakNo": "K-2", "belgeNo": None, "durum": "hata",
         "mesaj": "2. belge, Cari Kodu (CariKod): cari kartı yok (120-YOK)"},
        {"ozet": {"toplam": 2, "aktarilan": 0, "hatali": 1, "atlanan": 0, "hazir": 1,
                  "uyarili": 1}},
    ]  # fmt: skip
    plain = shop.ask("iceri-aktar", "x.json", "--kaynak-no", "--dene").out.splitlines()
    assert plain[0] == "B-1: Uyarı: daha önce aktarıldı, B-2"
    assert plain[-1] == (
        "2 belge: 1 aktarılabilir (1 uyarılı; deneme; hiçbir şey yazılmadı), 1 hatalı, 0 atlandı"
    )
    assert shop.ask("listele").out == before
    assert rows_of(shop.database, "SELECT count(*) FROM transfer") == [(1,)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "böyle bir dosya ya da klasör yok"),
        (b"", "boş"),
        (b"merhaba", "JSON"),
        (b"[]", "fatura yok"),
        (b'[{"a":"\xc5\x9f\xfe"}]', "UTF-8 değil (bayt 9)"),
        (b'[{"a":"\xfe\x81"}]', "UTF-8 değil (bayt 7); Windows-1254 değil (bayt 8)"),
        ("[]".encode("utf-16"), "UTF-16"),
    ],
)  # fmt: skip
def test_a_file_that_is_refused(desk: Desk, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (desk.folder / "x.json").write_bytes(content)
    said = desk.ask("iceri-aktar", "x.json", "--kaynak-no")
    assert (said.status, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_other_misuses_end_with_a_sentence_and_status_two(desk: Desk) -> None:
    for arguments, sentence in (
        (["sil"], "bilinmeyen komut: sil"),
        (["listele", "--renk"], "bilinmeyen seçenek: --renk"),
        (["iceri-aktar", ".", "--kaynak-no"], "içinde .json ya da .json.gz dosyası yok"),
        (["iceri-aktar", "x.json", "--seri", "ış"], "--seri: Fatura Serisi yalnız A–Z"),
        (["ornek-veri", "--fatura", "0"], "--fatura en az 1 olmalı"),
    ):
        said = desk.ask(*arguments)
        assert (said.status, said.out) == (2, "")
        assert sentence in said.err
        assert said.err.count("\n") == 1
    for target, sentence in (
        (desk.folder, "bir klasör"), ("mysql://x", "desteklenmiyor"),
        ("~boyle-biri-yok/x.db", "geçersiz"), (os.fsdecode(b"\xfe.db"), "geçersiz"),
    ):  # fmt: skip
        said = desk.run("listele", "--veritabani", target)
        assert (said.status, said.out) == (2, "")
        assert sentence in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["geri-yukle", "y.db", "--veritabani", "u" * 300],
        ["kart-aktar", "disari", "u" * 300 + ".json", "--veritabani", "defter.db"],
        ["ozet", "--yaz", "u" * 244 + ".csv", "--veritabani", "defter.db"],
    ],
)
def test_a_name_that_is_too_long_is_refused_with_its_beginning(
    shop: Desk, arguments: list[str]
) -> None:
    assert shop.ask("yedekle", "y.db").status == 0
    before = sorted(shop.folder.iterdir())
    said = shop.run(*arguments)
    assert (said.status, said.out) == (2, "")
    assert "uuu" in said.err
    assert "dosya adı çok uzun" in said.err
    assert sorted(shop.folder.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["listele", "--yaz", "~yokyok/x.csv"],
        ["ozet", "--yaz", "~yokyok/x.csv"],
        ["aktarimlar", "1", "--yaz", "~yokyok/x.csv"],
        ["kart-aktar", "disari", "~yokyok"],
        ["kart-aktar", "disari", "~yokyok/x.json"],
        ["iceri-aktar", "y.json", "--kaynak-no", "--hatalar", "~yokyok/x.csv"],
        ["disari-aktar", "~yokyok/x.json"],
        ["yedekle", "~yokyok/x.db"],
    ],
)
def test_the_home_of_an_unknown_user_is_no_folder(shop: Desk, arguments: list[str]) -> None:
    assert shop.ask("disari-aktar", "y.json").status == 0
    said = shop.ask(*arguments)
    assert (said.status, said.out) == (2, "")
    assert "yokyok" in said.err or "HEDEF" in said.err


def test_every_new_file_may_be_in_the_home_folder(shop: Desk) -> None:
    for arguments in (
        ["listele", "--yaz", "~/a.csv"], ["ozet", "--yaz", "~/b.xlsx"],
        ["kart-aktar", "disari", "~/c.json"], ["disari-aktar", "~/d.json"],
        ["yedekle", "~/e.db"], ["aktarimlar", "1", "--yaz", "~/f.csv"],
    ):  # fmt: skip
        assert shop.ask(*arguments).status == 0
    assert len(list(shop.folder.glob("[a-f].*"))) == 6


_NOWHERE = """
import os, sys
os.mkdir("gitti"); os.chdir("gitti"); os.rmdir("../gitti")
from app.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["disari-aktar", "x.json"],
        ["iceri-aktar", "x.json", "--kaynak-no"],
        ["listele", "--yaz", "x.csv"],
        pytest.param(["geri-yukle", "x.db"], marks=pytest.mark.files_only),
    ],
)
def test_a_name_in_a_working_folder_that_was_removed_is_refused(
    shop: Desk, arguments: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _NOWHERE, "--veritabani", typed(shop.database), *arguments],
        cwd=shop.folder, env=environment(shop.folder), capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "x." in done.stderr


def test_a_file_with_the_longest_name_is_imported(desk: Desk) -> None:
    name = "ş" * 124 + "x.json"
    assert desk.run("--veritabani", "x.db", "--olustur", "ornek-veri", "--fatura", "3").status == 0
    assert desk.run("--veritabani", "x.db", "disari-aktar", name).status == 0
    said = desk.ask("iceri-aktar", name, "--kaynak-no", "--eksik-kartlari-olustur")
    assert (said.status, said.err) == (0, "")


def test_a_compressed_export_is_the_same_each_time_and_comes_back(shop: Desk) -> None:
    names = ("a.json.gz", "b.json.gz", "c.json")
    for name in names:
        assert shop.ask("disari-aktar", name).status == 0
    packed, again, plain = (shop.folder.joinpath(name).read_bytes() for name in names)
    assert packed == again
    assert gzip.decompress(packed) == plain
    said = shop.ask("iceri-aktar", "a.json.gz", "--kaynak-no", "--dene", "--json")
    assert said.status == 0
    assert {record["dosya"] for record in said.records[:-1]} == {"a.json.gz"}


def test_a_folder_is_imported_once_and_each_row_names_its_file(shop: Desk) -> None:
    folder = shop.folder / "gelen"
    folder.mkdir()
    write(folder / "2.json", [document("K-2"), document("K-3")])
    (folder / "1.json.gz").write_bytes(
        gzip.compress(write(shop.folder / "x", [document("K-1")]).read_bytes())
    )
    (folder / "3.json").write_bytes(b"bozuk")
    said = shop.ask("iceri-aktar", "gelen", "--kaynak-no", "--json")
    assert said.status == 1
    told = [(record["dosya"], record["belgeNo"], record["durum"]) for record in said.records[:-1]]
    assert told == [
        ("1.json.gz", "K-1", "aktarildi"), ("2.json", "K-2", "aktarildi"),
        ("2.json", "K-3", "aktarildi"), ("3.json", None, "hata"),
    ]  # fmt: skip
    said = shop.ask("iceri-aktar", "gelen", "--kaynak-no", "--aktarilanlari-atla")
    assert "3.json, 4: Hata: 4. belge, 3.json: JSON değil" in said.out
    imported = "SELECT file FROM transfer WHERE direction = 'iceri'"
    assert rows_of(shop.database, imported)[0] == (str(folder),)


def test_windows_1254_is_recognised_and_told(shop: Desk) -> None:
    path = write(shop.folder / "x.json", [document("K-1", note="Şişli İğde")])
    path.write_bytes(path.read_bytes().decode().encode("cp1254"))
    utf8 = ("--kodlama", "utf-8")
    assert shop.ask("iceri-aktar", "x.json", "--kaynak-no", *utf8).status == 2
    said = shop.ask("iceri-aktar", "x.json", "--kaynak-no")
    assert said.status == 0
    assert said.err.startswith("Kodlama kendiliğinden anlaşıldı: Windows-1254\n")
    assert "Şişli İğde" in shop.ask("goster", "K-1").out


def test_demo_data_are_the_same_for_the_same_seed(desk: Desk) -> None:
    said = desk.ask("ornek-veri", "--fatura", 60, "--tohum", 5)
    assert (said.status, said.out, said.err) == (0, "60 fatura yazıldı\n", "")
    assert desk.ask("denetle").out == ""
    again = desk.run("ornek-veri", "--fatura", 60, "--tohum", 5, "--veritabani", "iki.db")
    assert again.status == 0
    first = desk.ask("listele", "--json").out
    assert desk.run("listele", "--json", "--veritabani", "iki.db").out == first
    second = desk.ask("ornek-veri")
    assert (second.status, second.err) == (2, "Veritabanı boş değil; örnek veri yazılmadı\n")


def test_denetle_is_silent_when_all_is_well_and_names_what_is_not(shop: Desk) -> None:
    well = shop.ask("denetle")
    assert (well.status, well.out, well.err) == (0, "", "")
    from app.store.database import database, writing

    open_database(address_of(shop.database))
    with writing():
        database.execute_sql("UPDATE invoice SET line_count = 3 WHERE number = 'B-1'")
    said = shop.ask("denetle")
    assert said.status == 1
    assert said.out.startswith("kalemler: B-1: 3 kalem yazılı, 1 kalem var; yedekten dönün: ")
    with writing():
        database.execute_sql("UPDATE invoice SET line_count = 1 WHERE number = 'B-1'")


@pytest.mark.files_only
def test_a_restore_tells_that_the_backup_is_another_companys(shop: Desk) -> None:
    for asked in (("sirket", "Şen Gıda"), ("yedekle", "y.db"), ("sirket", "Öz Yapı")):
        assert shop.ask(*asked).status == 0
    assert shop.ask("geri-yukle", "y.db").err == (
        "Dikkat: yedek Şen Gıda şirketinin; yerine geçtiği veritabanı Öz Yapı şirketinindi\n"
    )
    assert shop.ask("geri-yukle", "y.db").err == ""


@pytest.mark.broken_books
def test_an_export_tells_which_cards_are_too_damaged_to_be_written(shop: Desk) -> None:
    vandalise(shop.database, "UPDATE stock_item SET extra = '{'")
    said = shop.ask("disari-aktar", "x.json", "--kartlarla", "--json")
    assert said.status == 1
    (stock,) = said.records[0]["yazilmayanKartlar"]
    assert said.err.startswith(f"Kaydı bozuk olduğu için yazılmayan kart: {stock} (ayrıntısı:")
    assert shop.ask("kart-aktar", "disari", "k.json").status == 1


@pytest.mark.broken_books
def test_an_export_tells_what_is_too_damaged_to_be_written(shop: Desk) -> None:
    vandalise(shop.database, "UPDATE invoice SET grand_total = 'yüz' WHERE number = 'B-1'")
    said = shop.ask("disari-aktar", "x.json", "--json")
    assert said.status == 1
    assert said.records[0]["yazilmayan"] == ["B-1"]
    assert said.err == (
        "Kaydı bozuk olduğu için yazılmayan: B-1 (ayrıntısı: toplu-fatura denetle "
        f"--veritabani {shop.database})\n"
    )
    assert len(json.loads((shop.folder / "x.json").read_bytes())) == said.records[0]["adet"] > 0


@pytest.mark.broken_books
def test_a_damaged_document_stands_in_the_list(shop: Desk) -> None:
    before = shop.ask("listele", "--json").records
    vandalise(shop.database, "UPDATE invoice SET grand_total = 'yüz' WHERE number = 'B-1'")
    said = shop.ask("listele", "--json")
    details = f"ayrıntısı: toplu-fatura denetle --veritabani {shop.database}"
    told = {"belgeNo": "B-1", "hata": f"kaydı bozuk; {details}"}
    assert said.status == 1
    assert said.records == [told if one["belgeNo"] == "B-1" else one for one in before]
    assert f"B-1              kaydı bozuk; {details}\n" in shop.ask("listele").out
    shown = shop.ask("goster", "B-1")
    assert (shown.status, shown.out) == (2, "")
    assert shown.err == f"B-1: kaydı bozuk, gösterilemiyor; {details}\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_import_stops_between_documents(desk: Desk, number: int) -> None:
    write(desk.folder / "x.json", (document("X", total=f"{n}.0") for n in range(1, 4001)))
    running = desk.start("iceri-aktar", "x.json", "--seri", "A", "--eksik-kartlari-olustur",
                         "--json")  # fmt: skip
    assert running.stdout
    first = json.loads(running.stdout.readline())
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, b"")
    *results, last = [first, *map(json.loads, out.splitlines())]
    saved = last["ozet"]["aktarilan"]
    assert 0 < saved == len(results) < 4000
    assert [r["belgeNo"] for r in results] == [f"A{n:014}" for n in range(1, saved + 1)]
    assert failures(desk.database) == []
    assert rows("SELECT status FROM transfer") == [("durduruldu",)]
    assert rows("SELECT count(*), max(tail) FROM invoice") == [(saved, saved)]
    again = desk.ask("iceri-aktar", "x.json", "--seri", "A", "--eksik-kartlari-olustur", "--json")
    assert (again.status, again.records[-1]["ozet"]) == (
        0, {"toplam": 4000, "aktarilan": 4000 - saved, "hatali": 0, "atlanan": saved,
            "hazir": 0, "uyarili": 0},
    )  # fmt: skip
    assert again.err == (
        "Buradan yapılan önceki aktarım yarım kalmıştı; aktarılmış belgeler atlanır\n"
    )
    assert rows("SELECT count(*), max(tail) FROM invoice") == [(4000, 4000)]


def test_what_the_caller_ignores_stays_ignored(desk: Desk) -> None:
    """As under nohup: the terminal goes, the import goes on."""
    write(desk.folder / "x.json", (document("X", total=f"{n}.0") for n in range(1, 400)))

    def nohup() -> None:
        interruptible()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    running = subprocess.Popen(
        command("--veritabani", desk.database, "iceri-aktar", "x.json", "--seri", "A",
                "--eksik-kartlari-olustur", "--json"),
        cwd=desk.folder, env=environment(desk.folder), stdout=subprocess.PIPE, preexec_fn=nohup,
        bufsize=0,
    )  # fmt: skip
    assert running.stdout
    running.stdout.readline()
    running.send_signal(signal.SIGHUP)
    running.communicate(timeout=30)
    assert running.returncode == 0


def _shell(desk: Desk, line: str) -> subprocess.CompletedProcess[bytes]:
    """A line of shell, in which `tf` is the program on the desk's database."""
    program = shlex.join(command("--veritabani", desk.database))
    return subprocess.run(
        ["bash", "-c", f'tf() {{ {program} "$@"; }}; {line}'], cwd=desk.folder,
        env=environment(desk.folder), capture_output=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("way", ["", "--json"])
def test_a_reader_that_goes_away_is_no_failure(desk: Desk, way: str) -> None:
    desk.ask("ornek-veri", "--fatura", 3000)
    done = _shell(desk, f"tf listele {way} | head -1; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


def test_a_command_that_nobody_reads_does_its_work(shop: Desk) -> None:
    here = ("--veritabani", shop.database)
    for words in (
        ("--help",), ("--surum",), ("listele", *here), ("goster", "B-1", *here),
        ("goster", "B-1", "--json", *here), ("denetle", *here), ("disari-aktar", "x.json", *here),
        ("ornek-veri", "--fatura", 5, "--veritabani", "yeni.db"),
    ):  # fmt: skip
        assert _unread(shop, *words) == 0, words
    assert (shop.folder / "x.json").exists()
    assert _unread(shop, "denetle", "--veritabani", "yok.db") == 2


def test_an_import_without_a_reader_is_judged_by_what_it_committed(desk: Desk) -> None:
    here = ("--veritabani", desk.database)
    new = ("--kaynak-no", "--eksik-kartlari-olustur")
    write(desk.folder / "x.json", (document(f"X-{n}", total=f"{n}.0") for n in range(1, 3000)))
    rehearsed = _unread(desk, *here, "iceri-aktar", "x.json", *new, "--dene", "--json")
    assert (rehearsed, desk.ask("listele").out) == (0, "")

    told: list[str] = []
    assert _unread(desk, *here, "iceri-aktar", "x.json", *new, "--json", told=told) == 1
    saved = desk.ask("listele").out.count("\n")
    assert 0 < saved < 2999
    assert told == [
        f"Çıktıyı okuyan program kapandı. {turkish_count(saved)} belge aktarıldı, gerisi"
        " aktarılmadı; aynı komut yalnız kalanları aktarır\n"
    ]
    with opened(desk.database):
        assert rows("SELECT status FROM transfer") == [("durduruldu",)]

    # Nobody reads the summary; by then all is done.
    write(desk.folder / "y.json", (document(f"Y-{n}", total=f"{n}.0") for n in range(1, 3)))
    assert _unread(desk, *here, "iceri-aktar", "y.json", *new) == 0
    assert desk.ask("listele").out.count("\n") == saved + 2


def _unread(desk: Desk, *arguments: object, told: list[str] | None = None) -> int:
    """The exit status of a command whose reader has gone before it starts."""
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            command(*arguments), cwd=desk.folder, timeout=60, env=environment(desk.folder),
            stdout=theirs, stderr=subprocess.PIPE,
        )  # fmt: skip
    finally:
        os.close(theirs)
    if told is not None:
        told.append(done.stderr.decode())
    assert done.stderr == b"" or told or done.returncode == 2
    return done.returncode


@pytest.mark.files_only  # a server has no log that a reader holds
@pytest.mark.parametrize("command", [("listele",), ("listele", "--json")])
def test_a_list_whose_reader_waits_does_not_hold_the_log(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk.ask("ornek-veri", "--fatura", 3000)
    listing = desk.start(*command)
    assert listing.stdout
    first = listing.stdout.readline()
    writer = sqlite3.connect(desk.database)
    with writer:
        writer.execute("UPDATE account SET name = name || ' A.Ş.'")
        # A document that goes away before its turn is left out of the list.
        writer.execute("DELETE FROM line WHERE invoice_id = (SELECT max(id) FROM invoice)")
        writer.execute("DELETE FROM invoice WHERE id = (SELECT max(id) FROM invoice)")
    is_held, *_ = writer.execute("PRAGMA wal_checkpoint(truncate)").fetchone()
    writer.close()
    assert not is_held
    rest, errors = listing.communicate(timeout=60)
    assert (listing.returncode, errors) == (0, b"")
    assert (first + rest).count(b"\n") in (2999, 3000)


def test_an_output_that_cannot_be_written_is_told(shop: Desk) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = _shell(shop, "tf listele > /dev/full")
    assert done.returncode == 1
    assert done.stderr.decode() == "çıktı: diskte yer kalmadı; yer açıp yeniden deneyin\n"
    assert _shell(shop, "tf listele >&-").returncode == 0
    assert _shell(shop, "tf listele --renk 2>&-").returncode == 2


def test_a_terminal_that_cannot_spell_turkish_gets_what_it_can(shop: Desk) -> None:
    for coding in ("ascii", "iso8859-9"):
        said = subprocess.run(
            command("--veritabani", shop.database, "goster", "B-1"), cwd=shop.folder,
            env=environment(shop.folder, PYTHONIOENCODING=coding), capture_output=True,
        )  # fmt: skip
        assert (said.returncode, said.stderr) == (0, b"")
        assert b"B-1" in said.stdout
    helped = subprocess.run(
        command("--help"), env=environment(shop.folder, PYTHONIOENCODING="ascii"),
        capture_output=True,
    )  # fmt: skip
    assert (helped.returncode, helped.stderr) == (0, b"")


def test_names_on_disk_that_are_no_text(shop: Desk) -> None:
    name = os.fsdecode(b"eski-\xfe.json")
    said = shop.ask("disari-aktar", name, "--json")
    assert (said.status, said.records[0]["dosya"]) == (0, "eski-\ufffd.json")
    again = shop.run("--veritabani", "iki.db", "--olustur", "iceri-aktar", name, "--kaynak-no",
                     "--eksik-kartlari-olustur")  # fmt: skip
    assert (again.status, again.err) == (0, "")
    assert shop.ask("goster", name).err.startswith("komut satırı UTF-8 değil; terminali UTF-8'e")


def test_control_characters_in_names_are_never_printed(shop: Desk) -> None:
    name = "kötü\x9b31m\u202e.json"
    said = shop.ask("disari-aktar", name, "--json")
    assert said.status == 0
    assert "\x9b" not in said.out
    assert "\u202e" not in said.out
    refused = shop.ask("disari-aktar", name)
    assert "\x9b" not in refused.err
    assert refused.err == "kötü\ufffd31m\ufffd.json: zaten var; üzerine yazılmadı\n"


def test_a_month_goes_from_one_database_to_another(shop: Desk) -> None:
    shop.ask("disari-aktar", "mart.json")
    there = ("--veritabani", "baska.db", "--olustur")
    said = shop.run("iceri-aktar", "mart.json", "--kaynak-no", "--eksik-kartlari-olustur", *there)
    assert said.out == "5 belge: 5 aktarıldı, 0 hatalı, 0 atlandı\n"
    assert shop.run("denetle", *there).out == ""
    shop.run("disari-aktar", "geri.json", *there)
    assert (shop.folder / "geri.json").read_bytes() == (shop.folder / "mart.json").read_bytes()


def test_a_purchase_of_two_suppliers_keeps_its_number(desk: Desk) -> None:
    write(desk.folder / "x.json", [purchase("7", "320-1"), purchase("7", "320-2")])
    said = desk.ask("iceri-aktar", "x.json", "--kaynak-no", "--eksik-kartlari-olustur", "--json")
    assert [record.get("belgeNo") for record in said.records] == ["7", "7", None]


def test_the_schema_is_printed_without_any_books(desk: Desk) -> None:
    said = desk.run("sema")
    assert (said.status, said.err) == (0, "")
    assert json.loads(said.out) == file_schema()


def test_a_number_of_thousands_of_digits_is_refused(shop: Desk) -> None:
    said = shop.ask("goster", "9" * 5000)
    assert (said.status, said.err) == (2, "Fatura No çok uzun; en çok 15 karakter olabilir\n")


@pytest.mark.broken_books
@pytest.mark.files_only
def test_a_backup_says_what_is_damaged_beside_the_documents(shop: Desk) -> None:
    shop.ask("sirket", "Şen Gıda")
    vandalise(shop.database, "UPDATE setting SET text = CAST(X'4BC5' AS TEXT)")
    told = (
        "şirketin adı UTF-8 değil (K\ufffd); yeniden verin: toplu-fatura sirket AD"
        f" --veritabani {shop.database}"
    )
    said = shop.ask("yedekle", "yedek.db")
    assert (said.status, said.err) == (0, f"Dikkat, yedeğe de böyle geçti: {told}\n")
    assert said.out == "Yedeklendi: yedek.db, 5 belge, denetlendi\n"
    assert shop.ask("yedekle", "b.db", "--json").records == [
        {"dosya": "b.db", "adet": 5, "uyarilar": [told]}
    ]
