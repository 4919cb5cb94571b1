"""Command kart-aktar: cards out to files and in from them, with what differs told."""

from __future__ import annotations

import json
import signal
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.store import cards
from app.store.database import writing
from tests.cli.commandline import Desk
from tests.store.bookkeeping import opened


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """Books with two accounts, one of them without a name, and a stock item."""
    with opened(desk.database), writing():
        cards.add_accounts([("120-001", "Işık A.Ş."), ("120-002", "120-002")])
        cards.add_stock_items([("S-1", "Vida")])
    return desk


def write(folder: Path, *found: dict[str, object]) -> str:
    (folder / "kartlar.json").write_text(json.dumps(found, ensure_ascii=False))
    return "kartlar.json"


def account(code: str, **more: str) -> dict[str, object]:
    return {"CariTemelBilgi": {"CARI_KOD": code, **more}}


NONE = {"yeni": 0, "ayni": 0, "farkli": 0, "hatali": 0}


def test_cards_out_and_in_again(kept: Desk) -> None:
    said = kept.ask("kart-aktar", "disari", ".", "--json")
    assert (said.status, said.err) == (0, "")
    assert said.records == [
        {"dosya": "cariler.json", "cari": 2},
        {"dosya": "stoklar.json", "stok": 1},
    ]
    said = kept.ask("kart-aktar", "disari", "hepsi.json")
    assert said.out == "Yazıldı: hepsi.json, 2 cari ve 1 stok kartı\n"
    said = kept.ask("kart-aktar", "disari", ".")
    assert said.status == 2
    assert "cariler.json" in said.err
    new = ("--veritabani", "yeni.db", "--olustur")
    said = kept.run(*new, "kart-aktar", "iceri", "hepsi.json", "--json")
    assert (said.status, said.records) == (0, [
        {"cari": NONE | {"yeni": 2}, "stok": NONE | {"yeni": 1}},
    ])  # fmt: skip
    assert kept.run(*new, "kart-aktar", "disari", "yine.json").status == 0
    assert (kept.folder / "yine.json").read_bytes() == (kept.folder / "hepsi.json").read_bytes()
    assert kept.ask("kart-aktar", "iceri", "cariler.json").out == (
        "Cari kartları: 0 yeni, 2 aynı, 0 farklı, 0 hatalı\n"
    )


def test_what_differs_is_listed_with_both_values_and_left(kept: Desk) -> None:
    file = write(
        kept.folder,
        account("120-001", CARI_ISIM="IŞIK LTD", CARI_IL="İzmir"),
        account("120-002", CARI_ISIM="Şen Gıda"),
        account("120-003"), account("", CARI_ISIM="Kodsuz"),
    )  # fmt: skip
    rehearsed = kept.ask("kart-aktar", "iceri", file, "--dene", "--json")
    done = kept.ask("kart-aktar", "iceri", file, "--json")
    assert rehearsed == done
    assert done.status == 1
    assert done.records == [
        {"sira": 1, "kart": "cari", "kod": "120-001", "durum": "farkli", "farklar": [
            {"alan": "CARI_ISIM", "burada": "Işık A.Ş.", "dosyada": "IŞIK LTD"},
            {"alan": "CARI_IL", "burada": None, "dosyada": "İzmir"},
        ]},
        {"sira": 4, "kart": "cari", "kod": None, "durum": "hatali",
         "mesaj": "Cari Kodu (CARI_KOD): boş"},
        {"cari": NONE | {"yeni": 2, "farkli": 1, "hatali": 1}, "stok": NONE},
    ]  # fmt: skip
    again = kept.ask("kart-aktar", "iceri", file)
    assert again.out.splitlines() == [
        "cari 120-001: Cari Adı (CARI_ISIM): burada Işık A.Ş., dosyada IŞIK LTD; değiştirilmedi",
        "cari 120-001: İl (CARI_IL): burada yok, dosyada İzmir; değiştirilmedi",
        "4. kart: Hata: Cari Kodu (CARI_KOD): boş",
        "Cari kartları: 0 yeni, 2 aynı, 1 farklı, 1 hatalı",
    ]


@pytest.mark.parametrize(
    ("code", "options", "kept"),
    [
        ("120-009", (), "alınan kartlar kayıtlı kaldı"),
        ("", (), "hiçbir kart kaydedilmemişti"),
        ("120-009", ("--dene",), "hiçbir şey yazılmamıştı"),
    ],
)
def test_a_stop_tells_whether_cards_were_saved(
    desk: Desk, code: str, options: tuple[str, ...], kept: str
) -> None:
    file = write(desk.folder, account(code), *[account("")] * 400)
    running = desk.start("kart-aktar", "iceri", file, *options)
    assert running.stdout
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, b"")
    assert f"\nDurduruldu; {kept}.\n" in out.decode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["yana", "x.json"], "yana olamaz (disari, iceri)"),
        (["iceri"], "eksik: DOSYA"),
        (["disari", "x.json", "--dene"], "yalnız kart-aktar iceri ile"),
        (["disari", "x.txt"], "HEDEF bir klasör ya da .json"),
        (["disari", "x.json"], "Veritabanında kart yok; dosya yazılmadı"),
        (["iceri", "yok.json"], "yok.json"),
        (["iceri", "x.json", "--dene", "--olustur"], "birlikte verilemez"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, words: list[str], told: str) -> None:
    said = desk.ask("kart-aktar", *words)
    assert (said.status, said.out) == (2, "")
    assert told in said.err


def test_an_export_with_its_cards(shop: Desk) -> None:
    said = shop.ask("disari-aktar", "x.json", "--cari", "120-002", "--kartlarla", "--json")
    assert said.records == [
        {"dosya": "x.json", "adet": 1, "toplam": "0.1", "kartlar": [
            {"dosya": "x-cariler.json", "cari": 1}, {"dosya": "x-stoklar.json", "stok": 1},
        ]},
    ]  # fmt: skip
    said = shop.ask("disari-aktar", "y.json", "--kartlarla")
    assert said.out.endswith("; y-cariler.json, 4 cari kartı; y-stoklar.json, 1 stok kartı\n")
    said = shop.ask("disari-aktar", "-", "--kartlarla")
    assert (said.status, said.out) == (2, "")


def test_missing_cards_come_from_the_files_beside_and_that_is_said(shop: Desk) -> None:
    assert shop.ask("disari-aktar", "x.json", "--kartlarla").status == 0
    (shop.folder / "x-stoklar.json").unlink()
    new = ("--veritabani", "yeni.db", "--olustur")
    said = shop.run(*new, "iceri-aktar", "x.json", "--kaynak-no", "--json")
    assert (said.status, said.records[-1]["ozet"]["hatali"]) == (1, 5)
    assert said.err == ""
    take = ("--veritabani", "yeni.db", "iceri-aktar", "x.json", "--kaynak-no",
            "--eksik-kartlari-olustur", "--json")  # fmt: skip
    for more in (("--dene",), ()):
        said = shop.run(*take, *more)
        assert said.status == 0
        assert (
            said.err
            == "Eksik kartlar şuradan oluşturulur: x-cariler.json; orada olmayan adsız olur\n"
        )
    assert shop.run("--veritabani", "yeni.db", "kart-aktar", "iceri", "x-cariler.json").out == (
        "Cari kartları: 0 yeni, 4 aynı, 0 farklı, 0 hatalı\n"
    )


def test_a_card_file_that_cannot_be_read_is_no_reason_for_nameless_cards(shop: Desk) -> None:
    assert shop.ask("disari-aktar", "x.json", "--kartlarla").status == 0
    (shop.folder / "x-cariler.json").write_text("bozuk")
    new = ("--veritabani", "yeni.db", "--olustur")
    said = shop.run(*new, "iceri-aktar", "x.json", "--kaynak-no", "--eksik-kartlari-olustur")
    assert (said.status, said.out) == (2, "")
    assert said.err == "x-cariler.json: JSON değil\n"


def test_our_own_lists_are_no_lists_of_cards(shop: Desk) -> None:
    assert shop.ask("listele", "--yaz", "liste.xlsx").status == 0
    assert shop.ask("ozet", "--yaz", "ozet.xlsx").status == 0
    for name in ("liste.xlsx", "ozet.xlsx"):
        said = shop.ask("kart-aktar", "iceri", name)
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1), said
        assert said.err.startswith(f"{name}: ")
        assert "cari kartında böyle bir alan yok: " in said.err
    assert shop.ask("kart-aktar", "disari", "x.json", "--json").records[0]["cari"] == 4


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bos.csv", "", "bos.csv: dosya boş"),
        ("yarim.json", "{", "1. kart: Hata: dosya burada kesilmiş; bu kart ve sonrası yok"),
        ("t.csv", 'Cari Kodu\n"A\n', "t.csv: 2. satır okunamadı (açılan tırnak kapanmamış)"),
        ("s.csv", 'Cari Kodu;Tip\n"A"B;\n', "(kapanan tırnaktan sonra ayırıcı yok)"),
    ],
)
def test_a_broken_file_is_told_in_the_words_of_cards(
    desk: Desk, name: str, content: str, told: str
) -> None:
    (desk.folder / name).write_text(content)
    said = desk.ask("kart-aktar", "iceri", name)
    assert said.status in (1, 2)
    assert told in said.out + said.err


def test_a_row_of_one_of_several_sheets_is_told_with_its_sheet(desk: Desk) -> None:
    for names in (("Ocak", "Şubat"), ("Ocak",)):
        made = Workbook()
        made.remove(made.active)
        for name in names:
            sheet = made.create_sheet(name)
            for row in (["Cari Kodu", "Cari Adı"], ["A", name], [None, "Kodsuz"]):
                sheet.append(row)
        made.save(desk.folder / f"{len(names)}.xlsx")
    desk.run("--veritabani", "yeni.db", "--olustur", "denetle")
    take = ("--veritabani", "yeni.db", "kart-aktar", "iceri", "--dene")
    assert desk.run(*take, "2.xlsx").out.splitlines()[:3] == [
        "Ocak sayfası, 3. satır: Hata: Cari Kodu (CARI_KOD): yok",
        "cari A: Cari Adı (CARI_ISIM): burada Ocak, dosyada Şubat; değiştirilmedi",
        "Şubat sayfası, 3. satır: Hata: Cari Kodu (CARI_KOD): yok",
    ]
    told = desk.run(*take, "2.xlsx", "--json").records[:3]
    assert [(one["sira"], one["sayfa"]) for one in told] == [
        (3, "Ocak"),
        (2, "Şubat"),
        (3, "Şubat"),
    ]
    assert desk.run(*take, "1.xlsx").out.startswith("3. satır: Hata: ")
    assert "sayfa" not in desk.run(*take, "1.xlsx", "--json").records[0]


def test_cards_in_the_same_zip_are_cards_and_no_documents(shop: Desk) -> None:
    assert shop.ask("disari-aktar", "x.json", "--kartlarla").status == 0
    with zipfile.ZipFile(shop.folder / "gelen.zip", "w") as archive:
        for name in ("x.json", "x-cariler.json", "x-stoklar.json"):
            archive.write(shop.folder / name, name)
    take = ("iceri-aktar", "--kaynak-no", "--eksik-kartlari-olustur", "--json")
    note = (
        "Eksik kartlar şuradan oluşturulur: x-cariler.json, x-stoklar.json;"
        " orada olmayan adsız olur\n"
    )
    assert shop.run("--veritabani", "yeni.db", "--olustur", "denetle").status == 0
    for more, done in ((("--dene",), "hazir"), ((), "aktarilan")):
        said = shop.run("--veritabani", "yeni.db", *take, "gelen.zip", *more)
        assert (said.status, said.err) == (0, note)
        assert (said.records[-1]["ozet"]["toplam"], said.records[-1]["ozet"][done]) == (5, 5)
    piped = (shop.folder / "gelen.zip").read_bytes()
    said = shop.run("--veritabani", "iki.db", "--olustur", *take, "-", given=piped)
    assert (said.status, said.err) == (0, note)
    for books in ("yeni.db", "iki.db"):
        said = shop.run("--veritabani", books, "kart-aktar", "iceri", "x-cariler.json")
        assert said.out == "Cari kartları: 0 yeni, 4 aynı, 0 farklı, 0 hatalı\n"
