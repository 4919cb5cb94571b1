"""İçeri Aktar as its user meets it: a file, its documents, Yeni Numara Girişi, the results."""

import json
import shutil
from pathlib import Path

import pytest
from desk import desk

from app.domain.invoice import InvoiceKind
from app.store import checks
from app.store.database import database as connection
from app.store.database import reading, writing
from app.store.opening import close_database
from tests.store.bookkeeping import enter, open_books, purchase

pytestmark = pytest.mark.usefixtures("office")

TICKED = "[✓] Öncelikle Kaynak Belge Numarasını ve Serisini Kullan"


def stored(sql, *values):
    with reading():
        return list(connection.execute_sql(sql, values))


def count():
    return stored("SELECT count(*) FROM invoice")[0][0]


def holders(number):
    return stored("SELECT count(*) FROM invoice WHERE number = ?", number)[0][0]


@pytest.mark.both_engines
async def test_a_clean_file_comes_in_whole():
    async with desk("cikis", "dosyalar/") as it:
        await it.press("f3")
        assert "[İçeri Aktar]" in it.lines[0]
        assert it.place == "path"
        await it.press("end")  # typing goes on behind the folder
        await it.type("te")
        await it.press("tab")
        assert "dosyalar/temiz.json" in it.lines[1]
        await it.press("f5")
        assert it.message == "temiz.json: 40 hazır"
        assert it.place == "list"
        assert all("Hazır" in row for row in it.rows)
        await it.press("a", "f2")
        assert TICKED in it.text
        assert "40 belge numarasını korur." in it.text
        await it.press("enter", "enter")
        assert it.message == (
            "Aktarım tamamlandı: 40 belge aktarıldı (ilk SUB202600000001, son SUB202600000040)"
        )
        assert all("Aktarıldı SUB2026" in row for row in it.rows)
        assert "işaretli" not in it.status
    assert count() == 190
    with reading():
        assert checks.failures() == []


async def test_tab_tells_what_the_path_can_go_on_with():
    async with desk("cikis", "dosyalar/") as it:
        await it.press("f3", "tab")
        for name in ("temiz.json", "hatali.json", "windows-1254.json", "zarf.json"):
            assert name in it.message
        assert it.place == "path"
        await it.press("tab")
        assert it.place == "encoding"


async def test_each_row_has_its_durum_and_the_line_below_has_it_in_full():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press("f3", "f5")
        assert it.message == "hatali.json: 9 hazır, 3 uyarılı, 22 hatalı"
        assert "Hata: Fatura No: “" in it.rows[0]
        await it.press("down", "down", "down")
        assert it.durum == "Hata: 4. belge, 1. kalem, Miktar (STra_GCMIK): “on iki” sayı değil"
        await it.press("space")
        assert it.message == "Bu belge okunamadı; işaretlenemez"
        await it.press("enter")
        assert "Hata: 4. belge, 1. kalem, Miktar (STra_GCMIK): “on iki” sayı değil" in it.words
        assert any(row.startswith("► ") and "STra_GCMIK" in row for row in it.text.splitlines())
        await it.press("escape", "down")
        assert it.durum == ""
        await it.press("a")
        assert "12 işaretli" in it.status


@pytest.mark.both_engines
async def test_the_good_are_saved_and_the_bad_say_why():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press("f3", "f5", "a", "f2")
        assert "10 belge numarasını korur." in it.text
        assert "HTL202600000033" in it.text
        assert "1 belge aktarılamaz: 31. belge, HATALI-NUMARA kullanılmış" in it.words
        await it.press("enter", "enter")
        assert it.message.startswith("Aktarım tamamlandı: 11 belge aktarıldı")
        assert it.message.endswith(", 3 uyarılı, 1 hatalı; Durum sütununa bakın")
        assert "1 işaretli" in it.status
        await it.press("slash")
        await it.type("hatali-num")
        await it.press("enter", "n", "up", "down")
        assert it.durum.startswith("Hata: 31. belge, HATALI-NUMARA kullanılmış")
        await it.press("space")
        assert "işaretli" not in it.status
    assert count() == 161


async def test_a_warning_stays_with_its_row_when_it_is_saved():
    async with desk("", "dosyalar/hatali.json", size=(132, 40)) as it:
        await it.press("f3", "f5", "a", "y", "y", "y")
        before = [row[2:17] for row in it.rows]
        assert all("Uyarı: " in row for row in it.rows)
        await it.press("escape", "f2", "enter", "enter")
        assert "3 uyarılı, 1 hatalı; Durum sütununa bakın" in it.message
        await it.press("y", "y", "y")
        assert "yalnız uyarılılar: 3 / 34 belge" in it.status
        assert [row[2:17] for row in it.rows] == before
        assert all("Aktarıldı (uya" in row for row in it.rows)
        await it.press("home", "end")
        assert it.durum.startswith("Aktarıldı (uyarı: ")
        await it.press("escape", "slash")
        await it.type("(uyarı")
        await it.press("enter")
        assert it.message == "“(uyarı”: 3 satırda var"


async def test_what_sums_depend_on_is_shown_where_a_file_mixes_it():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press("f3", "f5")
        assert it.lines[4].split()[:5] == ["Fatura", "No", "Tarih", "Tutar", "Tipi"]
        assert any(" Satış İade " in row for row in it.rows)
        await it.fill("path", "dosyalar/windows-1254.json")
        await it.press("f5")
        assert ("Tipi" in it.lines[4]) == any("İade" in row or "Alış" in row for row in it.rows)


@pytest.mark.parametrize("kind", [InvoiceKind.OPEN, InvoiceKind.RETURN])
async def test_an_amount_from_ten_million_on_is_shown_whole(office, kind):
    documents = json.loads((office / "dosyalar/temiz.json").read_text())[:3]
    documents[1]["FatUst"] |= {"GENELTOPLAM": 12345678.9, "TIPI": int(kind)}
    (office / "dosyalar/buyuk.json").write_text(json.dumps(documents))
    async with desk("", "dosyalar/buyuk.json") as it:
        await it.press("f3", "f5")
        assert " 12.345.678,90 " in it.rows[1]
        assert "Netsis Belge" in it.lines[4]


@pytest.mark.both_engines
async def test_a_saved_row_opens_its_document_and_cannot_be_marked_again():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "enter")
        assert "1. belge, dosyada; aktarılmadı" in (await it.press("end")).text
        await it.press("escape", "space", "f2", "enter", "enter")
        assert it.message == "Aktarım tamamlandı: 1 belge aktarıldı (SUB202600000001)"
        await it.press("home", "space")
        assert it.message == "Bu belge aktarıldı"
        await it.press("a")
        assert "39 işaretli" in it.status
        await it.press("enter", "end")
        assert it.lines[0] == "Belge / SUB202600000001 · ÖRNEK · ornek.db"
        assert "Aktarım 1, " in it.text
        assert "temiz.json" in it.text
        assert "Kaynak 1. belge, Fatura No SUB202600000001" in it.text


@pytest.mark.both_engines
async def test_taken_numbers_go_on_behind_the_last_of_their_own_series():
    async with desk("", "dosyalar/cakisan-numaralar.json") as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f5", "a", "f2")
        assert "24 belge yeni numara alır:" in it.text
        await it.press("enter", "enter", "enter")
        assert "24 belge aktarıldı" in it.message
        for row in it.rows:
            source, given = row.split()[0], row.split()[-1]
            assert source != given
            assert holders(source) == holders(given) == 1
            assert source[0] == given[0]


async def test_the_figures_stay_true_as_the_fields_change():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        assert "40 belge numarasını korur." in it.text
        await it.press("space")
        assert "Kaydedilemez: " in it.text
        await it.press("down")
        await it.type("zz")
        assert "40 belge yeni numara alır:" in it.text
        assert "ZZ0000000000001 – ZZ0000000000040  (40)" in it.text
        await it.press("backspace")
        assert "Z00000000000001 – Z00000000000040  (40)" in it.text
        await it.press("ctrl+u")
        await it.type("rdm")
        assert "RDM202600000021 – RDM202600000060  (40)" in it.text
        await it.press("shift+tab", "space")
        assert "40 belge numarasını korur." in it.text


async def test_without_a_series_tamam_says_why_and_vazgec_saves_nothing():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2", "space", "down", "enter")
        assert "Tamam için bir Fatura Serisi yazın" in it.words
        assert it.place == "series"
        await it.type("şç")
        await it.press("enter")
        assert "Tamam için bir Fatura Serisi yazın" in it.words
        await it.press("escape")
        assert it.message == "Vazgeçildi; hiçbir belge kaydedilmedi"
        assert "40 işaretli" in it.status
    assert count() == 150


async def test_enter_goes_on_to_what_matters_and_changes_nothing():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        assert "Enter sonraki alana geçer  Boşluk çevirir  F4 Rehber  Esc vazgeçer" in it.text
        assert "kutu işaretliyken kullanılmaz" in it.text
        await it.press("enter")
        assert it.place == "ok"
        assert "40 belge numarasını korur." in it.text
        assert it.text.count("[✓]") == 1
        await it.press("enter")
        assert it.message.startswith("Aktarım tamamlandı: 40 belge aktarıldı")


async def test_enter_passes_over_no_box_that_matters():
    """Cards are missing; later the documents are here already; the series is needed, then not."""
    async with desk("", "dosyalar/eksik-kart.json") as it:
        await it.press("f3", "f5", "a", "f2", "space")
        assert "kutu işaretliyken kullanılmaz" not in it.text
        places = [it.place]
        for keys in (["enter"], ["z", "z", "enter"], ["enter"]):
            await it.press(*keys)
            places.append(it.place)
        assert places == ["keep", "series", "cards", "ok"]
        await it.press("up", "up", "up", "space", "enter", "enter")
        assert it.message.startswith("Aktarım tamamlandı: ")
        await it.press("f5", "a", "f2", "enter")
        assert it.place == "skip"  # none of them could be saved again: their GİB numbers are here
        assert "12 tanesi daha önce aktarıldı: atlamak için kutuyu işaretleyin." in it.words
        await it.press("space", "enter", "enter")
        assert it.message == f"Hiçbir belge aktarılmadı: {len(it.rows)} atlandı"


async def test_the_buttons_of_numbering_are_reached_on_a_small_screen():
    async with desk("", "dosyalar/hatali.json", size=(60, 15)) as it:
        await it.press("f3", "f5", "a", "f2")
        await it.press("up", "up")
        assert it.place == "ok"
        assert "[ Tamam ]" in it.text


async def test_a_series_typed_under_the_ticked_box_is_not_passed_over():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2", "down")
        await it.type("zz")
        assert "Fatura Serisi kullanılmaz: üstteki kutu işaretli." in it.text
        await it.press("enter")
        assert "Seri için üstteki kutuyu kaldırın ya da seriyi silin" in it.text
        await it.press("up", "space")
        assert "kullanılmaz: üstteki" not in it.text
        await it.press("down", "enter", "enter")
        assert "(ilk ZZ0000000000001, son ZZ0000000000040)" in it.message
    assert count() == 190


async def test_a_search_finds_what_durum_says_now():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "down", "down", "space", "f2", "enter", "enter", "home", "slash")
        await it.type("aktarıldı")
        await it.press("enter")
        assert it.message == "“aktarıldı”: 1 satırda var"
        assert "3. satır" in it.status
        await it.press("slash", "ctrl+u")
        await it.type("hazır")
        await it.press("enter")
        assert it.message == "“hazır”: 39 satırda var"


@pytest.mark.both_engines
async def test_a_pattern_marks_no_document_that_is_saved_already():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "space", "f2", "enter", "enter", "plus")
        await it.type("sub*00?")
        await it.press("enter")
        assert it.message == "“sub*00?”: 9 satır uyuyor, 8 işaretlendi"
        assert it.rows[0].startswith("  SUB202600000001")
        assert [row[0] for row in it.rows[1:9]] == ["✓"] * 8


async def test_caps_lock_changes_no_command():
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "A")
        assert "40 işaretli" in it.status
        await it.press("U", "V", "down", "V")
        assert "2 işaretli" in it.status
        await it.press("f3", "f5", "S", "A", "f2", "H")
        assert it.message == "Vazgeçildi; dosya yazılmadı"


@pytest.mark.both_engines
async def test_a_series_from_its_rehber_numbers_them_all():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "space", "space", "f2", "space", "tab", "f4")
        assert "Rehber: Fatura Serisi" in it.text
        await it.type("eft")
        assert "EFT2026" in it.text
        await it.press("enter")
        assert it.place == "series"
        assert it.app.focused.value == "EFT"
        await it.press("enter", "enter")
        assert it.message.startswith("Aktarım tamamlandı: 2 belge aktarıldı (ilk EFT2026")
        assert [row.split()[-1][:7] for row in it.rows[:2]] == ["EFT2026"] * 2


@pytest.mark.parametrize(
    ("marks", "last"),
    [
        (("space",), "EFT202600000016"),
        (("down", "space"), "EFT000000000007"),
        (("a",), "Satış EFT202600000016, Alış EFT000000000007"),
    ],
    ids=["sales", "purchases", "both"],
)
async def test_the_rehber_of_series_is_of_the_types_of_the_marked_documents(office, marks, last):
    sold = json.loads((office / "dosyalar/temiz.json").read_bytes())[0]
    bought = sold | {"FaturaTip": 1, "FatUst": sold["FatUst"] | {"Tip": 1}}
    for line in bought["Kalems"]:
        line.pop("STra_FTIRSIP", None)
        line.pop("STra_GC", None)
    (office / "dosyalar/iki.json").write_text(json.dumps([sold, bought]))
    enter(purchase("EFT000000000007", "320-001"))
    async with desk("", "dosyalar/iki.json") as it:
        await it.press("f3", "f5", *marks, "f2", "space", "tab", "f4", *"eft")
        row = next(line for line in it.text.splitlines() if "│ EFT " in line)
        assert row.split("EFT", 1)[1].strip(" │…✓") == last


async def test_a_full_series_is_an_error_of_the_row():
    with writing():
        connection.execute_sql(
            "INSERT INTO series (branch, document_type, prefix, last_number)"
            " VALUES (0, 0, 'DOLU', 99999999999)"
        )
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "space", "f2", "space", "down")
        await it.type("dolu")
        assert "1 belge aktarılamaz: 1. belge, " in it.text
        await it.press("enter", "enter")
        assert it.message == "Hiçbir belge aktarılamadı: 1 hatalı; Durum sütununa bakın"
        assert "Hata: " in it.rows[0]
        await it.press("home")
        assert "1 işaretli" in it.status
    assert count() == 150


@pytest.mark.both_engines
async def test_missing_cards_are_errors_until_their_box_is_ticked():
    async with desk("", "dosyalar/eksik-kart.json") as it:
        await it.press("f3", "f5")
        assert "hatalı" in it.message
        assert "Cari Kodu (CariKod): cari" in it.durum
        assert sum("Hata: " in row for row in it.rows) == 9
        documents = len(it.rows)
        await it.press("a", "f2")
        assert "belge aktarılamaz" in it.text
        assert "9 tanesinde kart eksik: 6 cari, 6 stok (ilki 120-034-901)." in it.text
        await it.press("down", "down", "space")
        assert "[✓] Eksik cari ve stok kartlarını oluştur" in it.text
        assert "belge aktarılamaz" not in it.text
        assert "6 cari ve 6 stok kartı oluşturulur (ilki 120-034-901)." in it.words
        await it.press("tab", "tab", "tab", "enter")
        assert f"{documents} belge aktarıldı" in it.message
    assert count() == 150 + documents


@pytest.mark.both_engines
async def test_durum_stands_below_the_list_only_where_the_column_cuts_it():
    async with desk("", "dosyalar/temiz.json", size=(120, 24)) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f5", "down")
        warning = "Uyarı: daha önce aktarıldı, SUB202600000002"
        for width, below in ((60, warning), (180, ""), (60, warning), (120, warning)):
            await it.pilot.resize_terminal(width, 24)
            await it.settle()
            assert it.durum == below
            assert warning in it.text
        # The line is there or not as the cursor moves, the cursor's row always.
        await it.press("end")
        assert it.rows[-1].split()[0] == "SUB202600000040"


async def test_durum_stands_below_the_list_where_its_column_is_scrolled_away():
    async with desk("", "dosyalar/temiz.json", size=(60, 24)) as it:
        await it.press("f3", "f5")
        assert it.durum == ""
        await it.press(*["right"] * 6)
        assert it.durum == "Hazır"
        await it.press(*["left"] * 6)
        assert it.durum == ""


@pytest.mark.both_engines
async def test_a_second_import_warns_and_the_box_leaves_it_out():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter")
        assert "40 belge aktarıldı" in it.message
        await it.press("f5")
        assert it.message == "temiz.json: 40 uyarılı"
        assert "Uyarı: " in it.rows[0]
        await it.press("down")
        assert it.durum == "Uyarı: daha önce aktarıldı, SUB202600000002"
        await it.press("a", "f2")
        assert "40 belge yeni numara alır" in it.text
        assert "Dikkat: 40 belge daha önce aktarıldı, ikinci kez kaydedilecek." in it.text
        await it.press("down", "down", "down", "space")
        assert "Dikkat" not in it.text
        assert "40 belge atlanır (daha önce aktarıldı)." in it.text
        await it.press("tab", "tab", "enter")
        assert it.message == "Hiçbir belge aktarılmadı: 40 atlandı"
        assert "Atlandı" in it.rows[0]
    assert count() == 190


async def test_what_this_database_wrote_warns_though_it_was_never_imported():
    """The sample documents were not imported: the journal knows nothing of them."""
    async with desk("cikis", "") as it:
        await it.press("f5", "a", "f2", "E")
        assert it.message.startswith("Aktarım tamamlandı: 100 belge")
        (file,) = Path("cikis").glob("*.json")
    async with desk("cikis", str(file)) as it:
        await it.press("f3", "f5")
        assert it.message == f"{file.name}: 100 uyarılı"
        await it.press("a", "f2")
        assert "Dikkat: 100 belge veritabanında var, ikinci kez kaydedilecek." in it.text
        await it.press("down", "down", "down", "space")
        assert "100 belge atlanır (veritabanında var)." in it.text
        await it.press("tab", "tab", "enter")
        assert it.message == "Hiçbir belge aktarılmadı: 100 atlandı"
        await it.press("down")
        assert "aynısı veritabanında var" in it.durum
    assert count() == 150


async def test_what_one_database_wrote_a_second_one_takes_and_writes_again(office):
    async with desk("cikis/bir.json") as it:
        await it.press("tab", "h", "f5", "a", "f2", "e")
        assert "150 belge" in it.message
    close_database()
    open_books(Path("ikinci.db"))
    async with desk("cikis/iki.json", "cikis/bir.json") as it:
        await it.press("f3", "f5")
        assert it.message == "bir.json: 150 hatalı, 150 tanesinde kart eksik (F2'de kutusu var)"
        assert "Hata: Cari Kodu: cari" in it.rows[0]
        await it.press("a", "f2", "down", "down", "space", "tab", "tab", "tab", "enter")
        assert it.message.startswith("Aktarım tamamlandı: 150 belge aktarıldı")
        await it.press("f3", "tab", "h", "f5", "a", "f2", "e")
        assert "150 belge" in it.message

    def documents(name):
        found = json.loads((office / "cikis" / name).read_text(encoding="utf-8"))
        return sorted(found, key=lambda d: (d["FatUst"]["FATIRS_NO"], d["FatUst"]["CariKod"]))

    assert documents("bir.json") == documents("iki.json")


async def test_sorting_keeps_marks_and_results_with_their_rows():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press("f3", "f5", "a", "u", "slash")
        await it.type("HTL202600000010")
        await it.press("enter", "space", "s", "s")
        assert "1 işaretli · toplam 6.129,20" in it.status
        await it.press("f2", "enter", "enter", "s")
        assert "1 belge aktarıldı (HTL202600000010)" in it.message
        await it.press("right", "right", "right", "right", "right", "s", "s")
        assert "Aktarıldı HTL202600000010" in it.rows[0]


# Files that cannot be read


@pytest.fixture
def files(office):
    folder = office / "dosyalar"
    (folder / "duz-yazi.json").write_text("bu bir fatura değil")
    (folder / "bos.json").write_text("")
    (folder / "bos-klasor").mkdir()
    (folder / "bos-dizi.json").write_text("[]")
    (folder / "bozuk-harf.json").write_bytes(b'[{"a":"\xc5\x9f\xfe"}]')
    (folder / "baska.json").write_text('{"ad": "Ali"}')
    return folder


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("yok.json", "yok.json: böyle bir dosya ya da klasör yok"),
        ("bos-klasor", "bos-klasor: içinde .json ya da .json.gz dosyası yok"),
        ("duz-yazi.json", "duz-yazi.json: JSON değil"),
        ("bos.json", "bos.json: dosya boş"),
        ("bos-dizi.json", "bos-dizi.json: "),
        ("bozuk-harf.json", "bozuk-harf.json: UTF-8 değil (bayt "),
    ],
)
@pytest.mark.usefixtures("files")
async def test_a_file_that_cannot_be_read_is_told_and_the_list_stays(name, reason):
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a")
        await it.fill("path", f"dosyalar/{name}")
        await it.press("f5")
        assert it.message.startswith(reason)
        assert "40 işaretli" in it.status
        assert "Traceback" not in it.text
        await it.press("f2")
        assert it.message == (
            "Dosya Yolu değişti; listedekiler temiz.json içinden, önce Kayıtları Getir (F5)"
        )
        await it.fill("path", "dosyalar/temiz.json")
        assert "Öncelikle Kaynak" in (await it.press("f2")).text


@pytest.mark.usefixtures("files")
async def test_a_file_of_something_else_has_no_document_that_can_be_saved():
    async with desk("", "dosyalar/baska.json") as it:
        await it.press("f3", "f5")
        assert it.message
        for key in ("a", "f2"):
            await it.press(key)
            assert it.message == "Aktarılabilecek belge yok; Durum sütununa bakın"
        assert "Öncelikle Kaynak" not in it.text
    assert count() == 150


@pytest.mark.usefixtures("files")
async def test_a_file_cut_short_keeps_what_is_whole():
    async with desk("", "dosyalar/yarim.json") as it:
        await it.press("f3", "f5")
        assert it.message.endswith("1 hatalı")
        await it.press("a", "f2", "enter", "enter")
        assert "8 belge aktarıldı" in it.message
    assert count() == 158


@pytest.mark.usefixtures("files")
async def test_the_encoding_of_each_file_is_recognised_and_told():
    async with desk("", "dosyalar/windows-1254.json") as it:
        await it.press("f3")
        assert "‹ Kendiliğinden ›" in it.text
        await it.press("f5")
        assert it.message == "windows-1254.json: 12 hazır"
        assert "‹ Kendiliğinden (Windows-1254) ›" in it.text
        await it.fill("path", "dosyalar/temiz.json")
        assert "‹ Kendiliğinden ›" in it.text
        await it.press("f5")
        assert "‹ Kendiliğinden (UTF-8) ›" in it.text


@pytest.mark.usefixtures("files")
async def test_a_folder_is_listed_and_the_line_below_names_the_file_of_a_row(files):
    folder = files / "gelen"
    folder.mkdir()
    for name in ("temiz.json", "windows-1254.json"):
        (folder / name).write_bytes((files / name).read_bytes())
    async with desk("", "dosyalar/gelen") as it:
        await it.press("f3", "f5")
        assert it.message == "gelen: 52 hazır"
        await it.press("end")
        assert it.durum == "windows-1254.json (dosyada 12.)"
        assert "‹ Kendiliğinden (karışık) ›" in it.text


@pytest.mark.usefixtures("files")
async def test_an_encoding_that_is_chosen_holds_for_one_file():
    async with desk("", "dosyalar/windows-1254.json") as it:
        await it.press("f3", "down", "right", "f5")
        assert it.message.endswith("Windows-1254 ise Kodlama'yı Windows-1254 yapıp F5'e basın")
        await it.press("right", "f5")
        assert it.message == "windows-1254.json: 12 hazır"
        assert "‹ Windows-1254 ›" in it.text
        await it.fill("path", "dosyalar/bozuk-harf.json")
        assert "‹ Kendiliğinden ›" in it.text
        await it.press("f5")
        assert it.message.endswith("Windows-1254 ise Kodlama'yı Windows-1254 yapıp F5'e basın")


@pytest.mark.usefixtures("files")
async def test_an_empty_path_is_told():
    async with desk() as it:
        await it.press("f3", "f5")
        assert it.message == "Dosya Yolu boş; bir dosya yazın ya da F4 ile seçin"
        await it.press("f2")
        assert it.message == "Liste boş; önce Kayıtları Getir (F5)"


@pytest.mark.broken_books
@pytest.mark.usefixtures("files")
async def test_a_document_that_is_gone_says_so():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "space", "f2", "enter", "enter", "home")
        with writing():
            gone = "(SELECT id FROM invoice WHERE number = 'SUB202600000001')"
            connection.execute_sql(f"DELETE FROM line WHERE invoice_id IN {gone}")
            connection.execute_sql(f"DELETE FROM invoice WHERE id IN {gone}")
        await it.press("enter")
        assert it.message.endswith("artık yok; listeyi yeniden getirin")


async def test_a_file_that_changes_after_it_was_listed_says_so(files):
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a")
        shutil.copy(files / "zarf.json", files / "temiz.json")
        await it.press("f2", "enter", "enter")
        assert it.message
        assert "Aktarım tamamlandı: 40" not in it.message
    with reading():
        assert checks.failures() == []


async def test_documents_in_a_foreign_currency_are_summed_in_it_too(files):
    documents = json.loads((files / "temiz.json").read_text(encoding="utf-8"))[:4]
    foreign = (
        {"DOVIZTIP": 1, "DovizTut": 12.5},
        {"DOVIZTIP": 1, "DovizTut": 0.25},
        {"DOVIZTIP": 2},
    )
    for document, members in zip(documents, foreign, strict=False):
        document["FatUst"].pop("DovizTut", None)
        document["FatUst"] |= {"GENELTOPLAM": 100.5, **members}
    documents[3]["FatUst"] |= {"GENELTOPLAM": 1, "DOVIZTIP": 0}
    (files / "dovizli.json").write_text(json.dumps(documents), encoding="utf-8")
    async with desk("", "dosyalar/dovizli.json") as it:
        await it.press("f3", "f5", "a")
        assert "toplam 302,50 TL (12,75 USD; ? EUR)" in it.status
        await it.press("u", "end", "space")
        assert "toplam 1,00 TL · 4. satır" in it.status


async def test_the_text_of_an_unreadable_document_is_safe_and_opens_at_its_fault(office):
    line = '{"StokKodu": "ÇAY-1", "STra_GCMIK": 1, "STra_BF": 1, "STra_ACIK": "\\u001b \u202e"},\n'
    path = office / "dosyalar" / "uzun.json"
    header = '{"FATIRS_NO": "U-1", "CariKod": "120-001-001", "Tarih": "2026-11-02"}'
    head = f'[{{"FaturaTip": 0, "FatUst": {header}, "Kalems": [\n'
    bad = '{"StokKodu": "ÇAY-2", "STra_GCMIK": "on"}'
    path.write_text(f"{head}{line * 60}{bad}]}}]\n", encoding="utf-8")
    async with desk("", "dosyalar/uzun.json") as it:
        await it.press("f3", "f5", "enter")
        assert "okunamadı" in it.text
        assert "\u202e" not in it.text
        marked = [row for row in it.text.splitlines() if row.startswith("► ")]
        assert len(marked) == 1
        assert 'STra_GCMIK": "on"' in marked[0]
        assert "Kalems" not in it.text
        await it.press("home")
        assert "Kalems" in it.text
        await it.press("end", "f1", "escape", "escape")
        assert it.place == "list"
