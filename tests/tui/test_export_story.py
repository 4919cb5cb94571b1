"""Dışarı Aktar as its user meets it: filter, list, mark, save."""

import json
import os
from decimal import Decimal

import pytest
from desk import desk

from app.domain.invoice import RETURNS
from app.domain.text import turkish_amount
from app.store import queries
from app.store.database import database as connection
from app.store.database import reading, writing

pytestmark = pytest.mark.usefixtures("office")

QUESTION = "Seçtiğiniz belgeler dosya haline getirilecektir, emin misiniz?"
ALL_MARKED = "100 belge · 100 işaretli · toplam 5.629.074,76 TL (964,79 USD; 457,89 EUR)"
FILE = "cikis/satis-20260315-103000.json"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def numbers(path):
    return [document["FatUst"]["FATIRS_NO"] for document in read(path)]


@pytest.mark.both_engines
async def test_a_whole_job_is_f5_a_f2_e(office):
    async with desk("cikis") as it:
        assert it.place == "path"
        await it.press("f5")
        assert it.place == "list"
        assert it.message == "100 belge listelendi"
        await it.press("a")
        assert it.status == ALL_MARKED
        await it.press("f2")
        assert QUESTION in it.text
        assert FILE in it.text
        await it.press("e")
        assert it.message == (
            "Aktarım tamamlandı: 100 belge, toplam 5.629.074,76 TL (964,79 USD; 457,89 EUR), "
            f"dosya {FILE}"
        )
    documents = read(office / FILE)
    assert len(documents) == 100
    assert sum(d["FatUst"]["GENELTOPLAM"] for d in documents) == Decimal("6545603.28")
    assert {d["FaturaTip"] for d in documents} == {0}


@pytest.mark.broken_books  # the document is changed by SQL
async def test_the_sentence_has_the_sums_of_what_was_written():
    """Another user has changed a document since it was listed."""
    async with desk("cikis") as it:
        await it.press("f5", "space")
        with writing():
            connection.execute_sql(
                "UPDATE invoice SET grand_total = '7.0' WHERE id = ?", (it.app.screen.model.ids[0],)
            )
        await it.press("f2", "e")
        assert it.message.startswith("Aktarım tamamlandı: 1 belge, toplam 7,00 TL, dosya ")


@pytest.mark.broken_books
async def test_beside_damaged_documents_the_file_is_named_rather_than_the_sums():
    async with desk("cikis") as it:
        await it.press("f5", "a")
        with writing():
            for number, invoice_id in enumerate(it.app.screen.model.ids[:4]):
                connection.execute_sql(
                    "UPDATE invoice SET grand_total = 'x', number = ? WHERE id = ?",
                    (f"BOZUKBELGE{number}", invoice_id),
                )
        await it.press("f2", "e")
        name = FILE.removeprefix("cikis/")
        assert it.message.startswith(
            f"Aktarım tamamlandı: 96 belge, dosya {name}; Kaydı bozuk olduğu için yazılmayan:"
            " BOZUKBELGE0 ve 3 belge daha (ayrıntısı: toplu-fatura denetle"
        )
        assert it.message[:140] in it.words


async def test_the_name_of_the_file_is_told_whole_however_long_its_folder(tmp_path):
    folder = tmp_path / ("k" * 100)
    folder.mkdir()
    async with desk(str(folder)) as it:
        await it.press("f5", "a", "f2", "up", "space", "e")
        written = min(folder.iterdir(), key=lambda path: len(path.name))
        assert it.message.endswith(f" stok kartı, dosya {written.name}")
        assert it.message in it.words


async def test_the_cards_go_along_where_the_box_says_so_and_only_this_time(office):
    async with desk("cikis") as it:
        await it.press("f5", "space", "f2")
        assert "[ ] Kartlarıyla birlikte (…-cariler.json, …-stoklar.json)" in it.text
        await it.press("up", "space", "space", "space")
        assert "[✓] Kartlarıyla" in it.text
        await it.press("e")
        assert it.message.endswith(f", 1 cari kartı, 3 stok kartı, dosya {FILE}")
        await it.press("f2")
        assert "[ ] Kartlarıyla" in it.text
        await it.press("escape")
    assert sorted(path.name for path in (office / "cikis").iterdir()) == [
        "satis-20260315-103000-cariler.json", "satis-20260315-103000-stoklar.json",
        "satis-20260315-103000.json",
    ]  # fmt: skip


async def test_a_long_list_is_summed_beside_and_the_sum_follows_marks_and_order(monkeypatch):
    monkeypatch.setattr("app.tui.screens.export_tab.SUMMED_AT_ONCE", 10)
    async with desk("cikis") as it:
        await it.press("f5", "a")
        assert it.status == ALL_MARKED
        await it.press("space", "space")
        some = it.status.replace("3. satır", "")
        await it.press("right", "right", "s")
        assert it.status.replace("1. satır", "") == some
        await it.press("s", "u")
        assert "toplam" not in it.status


@pytest.mark.parametrize("answer", ["h", "escape", "f10"])
async def test_hayir_writes_nothing_and_says_so(office, answer):
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2", answer)
        assert it.message == "Vazgeçildi; dosya yazılmadı"
        assert "100 işaretli" in it.status
    assert list((office / "cikis").iterdir()) == []


@pytest.mark.both_engines
async def test_each_field_narrows_the_list():
    async with desk("cikis") as it:
        await it.fill("account_code", "120-034-009")
        await it.press("f5")
        assert it.rows
        assert all("120-034-009" in row for row in it.rows)

        await it.fill("account_code", "")
        await it.fill("date_from", "14012025")
        await it.fill("date_to", "30.1.2025")
        await it.press("f5")
        assert [row.split()[1] for row in it.rows] == [
            "14.01.2025", "17.01.2025", "23.01.2025", "28.01.2025", "30.01.2025",
        ]  # fmt: skip
        assert "14.01.2025 – 30.01.2025" in it.text

        await it.fill("date_from", "")
        await it.fill("date_to", "")
        await it.fill("number_from", "EFT202500000002")
        await it.fill("number_to", "EFT202500000003")
        await it.press("f5")
        assert [row.split()[0] for row in it.rows] == ["EFT202500000002", "EFT202500000003"]


async def test_belge_tipi_lists_purchases_or_all():
    async with desk("cikis") as it:
        await it.press("tab", "right")
        assert "‹ Alış Faturası" in it.text
        await it.press("f5")
        assert it.message == "50 belge listelendi"
        assert "Belge" not in it.lines[5]
        await it.press("escape", "tab", "h", "f5")
        assert it.message == "150 belge listelendi"
        assert "Tutar Belge Tipi" in it.lines[5]
        assert {row.split()[-2] for row in it.rows} <= {"Satış", "Alış", "Zayi", "Yurt"}
        await it.press("a")
        assert it.status == "150 işaretli · satış 5.629.074,76 TL, alış 2.157.176,06 TL"


@pytest.mark.parametrize("typed", ["ışık", "IŞIK", "isik", "İŞİK"])
async def test_the_rehber_finds_a_name_however_it_is_typed(typed):
    async with desk("cikis") as it:
        await it.fill("account_code", "")
        await it.press("f4")
        assert "Rehber: Cari Kodu" in it.text
        await it.type(typed)
        assert "Işıklar Sıhhi" in it.text
        assert "Sığırcı" not in it.text
        await it.press("enter")
        assert it.app.focused.value.startswith("120-")
        assert it.place == "account_code"


@pytest.mark.both_engines
async def test_the_rehber_of_fatura_no_has_the_numbers_of_the_chosen_type():
    async with desk("cikis") as it:
        await it.fill("number_from", "")
        await it.press("f4")
        assert "Rehber: Fatura No (Satış Faturası)" in it.text
        await it.type("rdm2025")
        await it.press("down", "enter")
        assert it.app.focused.value == "RDM202500000002"
        await it.press("f4", "escape")
        assert it.app.focused.value == "RDM202500000002"


@pytest.mark.both_engines
async def test_marks_by_every_way_and_their_exact_sum():
    with reading():
        ids = queries.find(queries.InvoiceFilter(document_type=queries.DocumentType.SALES))
        totals = [
            -row.grand_total if row.kind in RETURNS else row.grand_total
            for row in queries.rows(ids)
        ]

    async with desk("cikis") as it:

        def is_marked(*places):
            wanted = (
                f"{len(places)} işaretli · toplam {turkish_amount(sum(totals[p] for p in places))}"
            )
            assert wanted in it.status
            assert [p for p, row in enumerate(it.rows) if row[0] == "✓"] == list(places)

        await it.press("f5", "space", "insert")
        is_marked(0, 1)
        await it.press("shift+down", "shift+down", "shift+up")
        is_marked(0, 1, 2, 3)
        await it.press("home", "space", "home", "down")
        is_marked(1, 2, 3)
        await it.press("u", "home", "v", "down", "down")
        assert "· aralık ·" in it.status
        await it.press("v")
        is_marked(0, 1, 2)
        await it.press("end", "home", "v", "down", "escape")
        is_marked(0, 1, 2)
        await it.press("asterisk")
        assert "97 işaretli" in it.status
        await it.press("u")
        assert "işaretli" not in it.status


async def test_marks_by_a_pattern_in_the_chosen_column():
    async with desk("cikis") as it:
        await it.press("f5", "plus")
        assert "İşaretle: Fatura No kalıbı (* ve ? geçer)" in it.words
        await it.type("rdm2025*001")
        await it.press("enter")
        assert it.message == "“rdm2025*001”: 1 satır uyuyor, 1 işaretlendi"
        assert [row.split()[1] for row in it.rows if row[0] == "✓"] == ["RDM202500000001"]
        await it.press("right", "plus")
        await it.type("*.2025")
        await it.press("enter")
        assert it.message == "“*.2025”: 55 satır uyuyor, 54 işaretlendi"
        await it.press("minus")
        await it.type("??.01.")
        await it.press("enter")
        assert "kalıbına uyan satır yok; işaretler değişmedi" in it.message
        assert "55 işaretli" in it.status
        await it.press("minus")
        await it.type(".01.")
        await it.press("enter")
        marked = [row for row in it.rows if row[0] == "✓"]
        assert not any(".01.2025" in row for row in marked)
        assert it.message.startswith("“.01.”: ")
        await it.press("minus", "escape")
        assert it.message.startswith("“.01.”: ")


@pytest.mark.broken_books
@pytest.mark.both_engines
async def test_a_document_that_is_gone_leaves_its_row_empty_and_the_others_where_they_are():
    async with desk("cikis") as it:
        await it.press("f5")
        before = it.rows
        number = before[1].split()[0]
        with writing():
            gone = f"(SELECT id FROM invoice WHERE number = '{number}')"
            connection.execute_sql(f"DELETE FROM line WHERE invoice_id IN {gone}")
            connection.execute_sql(f"DELETE FROM invoice WHERE id IN {gone}")
        await it.press("plus")
        await it.type(before[2].split()[0])
        await it.press("enter")
        assert "1 satır uyuyor, 1 işaretlendi" in it.message
        await it.press("end")  # another page: the first is read again
        await it.press("home")
        assert it.rows[1:3] == [f"✓{before[2][1:]}", before[3]]  # an empty row is none of `rows`


async def test_only_the_marked_are_written_in_the_order_of_the_list(office):
    async with desk("cikis/ocak.json") as it:
        await it.press("f5", "right", "right", "right", "right", "s", "s")
        assert "Tutar▼" in it.text
        await it.press("space", "space", "f2", "e")
        first, second = (row.split()[1] for row in it.rows[:2])
        assert "cikis/ocak.json" in it.message
    assert numbers(office / "cikis/ocak.json") == [first, second]


async def test_a_mark_stays_with_its_document_in_every_order():
    async with desk("cikis") as it:
        await it.press("f5", "down", "space")
        marked = it.rows[1].split()[1]
        total = it.status.split("·")[2]
        for _ in range(6):
            await it.press("s")
            assert [r.split()[1] for r in it.rows if r[0] == "✓"] in ([], [marked])
            assert it.status.split("·")[1:3] == [" 1 işaretli ", total]
            await it.press("right")


async def test_every_column_sorts_both_ways():
    """The keys of the two columns that can be read from a row; then each column against itself."""

    def numbers(rows):
        return [row[2:].split()[0] for row in rows]

    def days(rows):
        texts = [row[2:].split()[1] for row in rows]
        return [text[6:] + text[3:5] + text[:2] for text in texts]

    async with desk("cikis", size=(120, 40)) as it:
        await it.press("f5")
        for keys in (numbers, days, None, None):
            await it.press("s", "home")
            first = it.rows
            assert "▲" in it.text
            await it.press("s", "end")
            assert "▼" in it.text
            assert it.rows == first[::-1]
            assert keys is None or keys(first) == sorted(keys(first))
            await it.press("home")
            assert it.rows != first
            await it.press("right")


async def test_search_goes_round_with_turkish_folding():
    async with desk("cikis") as it:
        await it.press("f5", "n")
        assert it.message == "Önce aranacak metni yazın ( / )"
        await it.press("slash")
        await it.type("TEMIZLIK")
        await it.press("enter")
        assert "TEMIZLIK" in it.message
        found = it.status
        await it.press("n")
        after = it.status
        assert after != found
        await it.press("N")
        assert it.status == found
        await it.press("slash")
        await it.type("hiçyok")
        await it.press("enter")
        assert it.message == "“hiçyok” listede yok"
        assert it.status == found


async def test_g_goes_to_a_row():
    async with desk("cikis") as it:
        await it.press("f5", "g")
        assert "Satır (1–100)" in it.text
        await it.type("42")
        await it.press("enter")
        assert it.status.endswith("42. satır")
        await it.press("g")
        await it.type("çok")
        await it.press("enter")
        assert it.message == "Satır için bir sayı yazın"


async def test_enter_opens_the_document_whole_and_tells_of_more_below():
    async with desk("cikis") as it:
        await it.press("f5", "enter")
        assert it.lines[0] == "Belge / A00000000000001 · ÖRNEK · ornek.db"
        assert "GENEL TOPLAM                         63.112,58" in it.text
        assert it.lines[-1].startswith("▼ 5 satır daha")
        assert max(map(len, it.lines)) <= 80
        await it.press("end")
        assert it.lines[-1].startswith("belgenin sonu")
        assert "Bu veritabanında girilmiş" in it.text
        await it.press("escape")
        assert it.place == "list"


async def test_a_list_of_other_filters_than_the_fields_say_is_not_written():
    async with desk("cikis") as it:
        await it.press("f5", "a", "escape", "tab", "a", "f2")
        assert "‹ Alış Faturası" in it.text
        changed = "Kısıtlar değişti, liste öncekilerle getirildi; önce Kayıtları Getir (F5)"
        assert it.message == changed
        await it.press("s", "f7", "tab", "1")
        it.app.screen.query_one("#apply").focus()
        await it.press("enter", "f2")
        assert it.message == changed
        await it.fill("date_from", "99")
        await it.press("f2")
        assert it.message.startswith("Belge Tarihi: ")
        assert it.place == "date_from"
        await it.press("f8")
        await it.press("f2")
        assert QUESTION in it.text


async def test_an_existing_file_is_never_overwritten(office):
    (office / FILE).write_text("eski")
    async with desk("cikis") as it:
        await it.press("f5", "a", "f2", "e")
        assert "zaten var; üzerine yazılmadı" in it.message
        assert "100 işaretli" in it.status
        await it.fill("path", FILE)
        await it.press("f2")
        assert "zaten var" in it.message
        assert QUESTION not in it.text
    assert (office / FILE).read_text() == "eski"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "Dosya Yolu boş"),
        ("ornek.db", "ornek.db zaten var"),
    ],
)
async def test_a_path_that_cannot_be_is_told_before_the_question(path, reason):
    async with desk("cikis") as it:
        await it.press("f5", "a")
        await it.fill("path", path)
        await it.press("f2")
        assert reason in it.message
        assert QUESTION not in it.text
        assert "100 işaretli" in it.status


@pytest.mark.parametrize("path", ["yeni", "yeni/2026/ocak.json"])
async def test_a_folder_that_does_not_exist_is_made_after_a_question(office, path):
    async with desk("cikis") as it:
        await it.press("f5", "a")
        await it.fill("path", path)
        await it.press("f2")
        assert "Böyle bir klasör yok. Oluşturulsun mu?" in it.text
        assert it.place == "no"
        await it.press("enter")
        assert it.message == "Klasör oluşturulmadı; dosya yazılmadı"
        assert not (office / "yeni").exists()
        await it.press("f2", "e")
        assert QUESTION in it.words
        await it.press("e")
        assert it.message.startswith("Aktarım tamamlandı: 100 belge")
    assert len([*(office / "yeni").rglob("*.json")]) == 1


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("a" * 300, "dosya adı çok uzun"),
        ("yeni/" + "a" * 300, "dosya adı çok uzun"),
        ("ornek.db/ocak.json", "ornek.db: bu bir klasör değil"),
    ],
)
async def test_a_folder_that_cannot_be_made_says_why_and_leaves_none_behind(office, path, cause):
    async with desk("cikis") as it:
        await it.press("f5", "a")
        await it.fill("path", path)
        await it.press("f2", "e")
        assert it.message.startswith("Klasör oluşturulamadı: ")
        assert it.message.endswith("; dosya yazılmadı")
        assert cause in it.message
        assert "100 işaretli" in it.status
    assert not (office / "yeni").exists()


async def test_both_numbers_of_a_range_are_shown_whole_at_80_columns():
    async with desk("cikis") as it:
        await it.fill("number_from", "A00000000000001")
        await it.fill("number_to", "A00000000000009")
        assert "Fatura No A00000000000001 –A00000000000009" in it.text
        await it.press("up")
        assert "Fatura No A00000000000001 –A00000000000009" in it.text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_where_this_user_may_not_write_is_told_before_the_question(office):
    (office / "kapali").mkdir(mode=0o555)
    (office / "gizli").mkdir(mode=0o000)
    async with desk("kapali") as it:
        await it.press("f5", "a", "f2")
        assert it.message.startswith("Dosya Yolu: bu klasöre yazma izniniz yok")
        await it.fill("path", "gizli/ocak.json")
        await it.press("f2")
        assert it.message.startswith("Dosya Yolu: bu klasöre yazma izniniz yok")
    (office / "gizli").chmod(0o700)


async def test_a_folder_where_nobody_may_write():
    async with desk("/proc") as it:
        await it.press("f5", "a", "f2", "e")
        assert it.message.startswith(("/proc: ", "proc: ", "satis-20260315-103000.json: "))
        assert "Aktarım tamamlandı" not in it.text
        assert "100 işaretli" in it.status


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("date_from", "31.02.2025", "Belge Tarihi: böyle bir gün yok"),
        ("date_to", "yarın", "Belge Tarihi: tarih anlaşılmadı"),
        ("account_code", "999-999", "Cari Kodu 999-999: böyle bir cari yok"),
    ],
)
async def test_a_field_that_cannot_be(field, typed, reason):
    async with desk("cikis") as it:
        await it.fill(field, typed)
        await it.press("f5")
        assert it.message.startswith(reason)
        assert it.app.screen.query_one(f"#{field}").value == typed


async def test_a_range_the_wrong_way_about_keeps_the_list():
    async with desk("cikis") as it:
        await it.press("f5", "a")
        await it.fill("date_from", "2.2.2026")
        await it.fill("date_to", "1.2.2026")
        await it.press("f5")
        assert it.message == "Belge Tarihi: son tarih ilk tarihten önce"
        assert "100 işaretli" in it.status


async def test_a_wrong_date_is_told_as_the_field_is_left():
    async with desk("cikis") as it:
        await it.fill("date_from", "99")
        await it.press("tab")
        assert it.message == "Belge Tarihi: böyle bir gün yok"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5", "05.03.2026"),
        ("0502", "05.02.2026"),
        ("5,2", "05.02.2026"),
        ("+7", "22.03.2026"),
        ("-1", "14.03.2026"),
        ("b", "15.03.2026"),
    ],
)
async def test_short_dates_are_written_out_as_the_field_is_left(typed, day):
    async with desk("cikis") as it:
        await it.fill("date_from", typed)
        await it.press("enter")
        assert it.app.screen.query_one("#date_from").value == day
        assert it.place == "date_to"


async def test_what_is_too_long_for_a_field_is_told():
    async with desk("cikis") as it:
        await it.fill("account_code", "120-034-009-12345")
        assert it.message == "En çok 15 karakter; fazlası yazılmadı"
        assert it.app.screen.query_one("#account_code").value == "120-034-009-123"
        await it.press("f7")
        await it.fill("series", "1234567890123456")
        assert it.message == "En çok 15 karakter; fazlası yazılmadı"


async def test_sorting_shows_the_same_documents_whatever_the_filter_finds_by_now():
    async with desk("cikis") as it:
        it.app.screen.form.set_advanced(queries.InvoiceFilter(exported=False))
        await it.press("f5")
        await it.press("a", "f2", "e")
        assert "Aktarım tamamlandı: 100 belge" in it.message
        await it.press("s")
        assert "100 belge · 100 işaretli" in it.status
        await it.press("s", "u", "space")
        assert "1 işaretli" in it.status


@pytest.mark.files_only
async def test_a_list_that_could_not_be_fetched_leaves_the_old_one_with_its_own_filter(office):
    """The database is out of its place for a moment, as while a backup is put back."""
    books, aside = office / "ornek.db", office / "kenarda.db"
    async with desk("cikis") as it:
        await it.press("f5", "a")
        await it.fill("account_code", "120-01-001")
        books.rename(aside)
        await it.press("f5")
        aside.rename(books)
        assert it.message == (
            "Veritabanı: dosya yerinde yok, taşınmış ya da silinmiş; geri getirin"
        )
        assert it.status.startswith("100 belge · 100 işaretli")
        await it.press("f2")
        assert it.message.startswith("Kısıtlar değişti, liste öncekilerle getirildi")
        await it.fill("account_code", "")
        await it.press("f2", "e")
        assert "Aktarım tamamlandı: 100 belge" in it.message
    assert len(read(office / FILE)) == 100


async def test_what_is_typed_takes_the_place_of_what_the_field_held():
    async with desk("cikis") as it:
        await it.type("/tmp/x")
        assert it.app.screen.query_one("#path").value == "/tmp/x"
        await it.press("f3", "f3", "f6", "escape")
        await it.type("y")
        assert it.app.screen.query_one("#path").value == "y"
        it.app.screen.query_one("#date_from").focus()
        await it.press("g")
        await it.type("5")
        assert it.app.screen.query_one("#date_from").value == "5"
        it.app.screen.query_one("#account_code").focus()
        await it.press("f4", "enter")
        await it.type("x")
        assert it.app.screen.query_one("#account_code").value == "x"


async def test_a_filter_does_what_it_looks_like():
    async with desk("cikis") as it:
        for typed, number in (("a3", "A00000000000003"), ("rdm20252", "RDM202500000002")):
            await it.fill("number_from", typed)
            await it.press("f5")
            assert [row.split()[0] for row in it.rows] == [number]
        await it.fill("number_from", "rdm20251")
        await it.fill("number_to", "rdm20254")
        await it.press("f5")
        assert it.message == "4 belge listelendi"
        await it.fill("number_to", "eft20254")
        await it.press("f5")
        assert it.message == "Fatura No: aralığın iki ucu aynı seriden olmalı"
        await it.press("f8")
        await it.fill("account_code", "120-034*")
        await it.press("f5")
        assert it.message == "23 belge listelendi"
        assert all(" 120-034-" in row for row in it.rows)
        await it.fill("account_code", "121*")
        await it.press("f5")
        assert it.message.startswith("Cari Kodu 121*: böyle bir cari yok")
        await it.fill("account_code", "320-001-001")
        await it.press("f5")
        assert it.message.startswith("Bu kısıtlara uyan belge yok; ")
        await it.press("f8")
        await it.fill("date_from", "2025-01-14")
        await it.press("enter")
        assert it.app.screen.query_one("#date_from").value == "14.01.2025"
