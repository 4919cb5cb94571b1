"""A terminal narrower than 80 columns: nothing of the list is out of reach, nothing unsaid."""

import pytest
from desk import desk

from app.tui.incoming_list import IMPORT_COLUMNS
from app.tui.stored_list import EXPORT_COLUMNS

pytestmark = pytest.mark.usefixtures("office")


def header(it):
    return next(line for line in it.lines if line.startswith("  Fatura No"))


async def test_the_amounts_scroll_into_view_and_are_sorted_there():
    async with desk("cikis", size=(60, 24)) as it:
        await it.press("f5")
        assert header(it).split() == ["Fatura", "No", "Tarih", "Cari", "Kodu", "Cari", "Adı", "›"]
        assert "→ Sütun" in it.lines[-1]
        numbers = [row.split()[0] for row in it.rows]
        await it.press("right", "right", "right", "right")
        assert header(it).replace("›", " ›").split() == [
            "Fatura", "No", "‹Cari", "Kodu", "Cari", "Adı", "Tutar", "›",
        ]  # fmt: skip
        assert [row.split()[0] for row in it.rows] == numbers
        assert it.rows[0].endswith("63.112,58")
        await it.press("s")
        assert header(it).endswith("Tutar▲›")
        assert it.rows[0].endswith(" 65,74")
        await it.press("plus")
        assert "Tutar kalıbı" in it.text
        await it.press("escape", *["left"] * 4)
        assert header(it).endswith("›")
        assert "‹" not in header(it)
        assert "Tarih" in header(it)
        await it.press("s")
        assert "Fatura No▲" in header(it)


@pytest.mark.parametrize(
    ("keys", "columns"), [(("f5",), EXPORT_COLUMNS), (("f3", "f5"), IMPORT_COLUMNS)]
)
async def test_every_column_of_the_list_is_reached_at_60_columns(keys, columns):
    async with desk("cikis", "dosyalar/hatali.json", size=(60, 24)) as it:
        await it.press(*keys)
        seen = header(it)
        for _ in columns:
            await it.press("right")
            assert header(it).startswith("  Fatura No")
            seen += header(it)
        assert "›" not in header(it)
        reached = it.app.screen.table.current_column
        assert reached == max(columns, key=lambda column: column.priority).key
        assert [one.title for one in columns if one.title not in seen] in (["Dosya"], ["Belge"])


async def test_at_80_columns_a_sign_says_that_there_are_more_and_the_arrows_lead_there():
    async with desk("cikis", "dosyalar/hatali.json") as it:
        await it.press("f5")
        assert header(it).endswith("Tutar Tipi    ›")
        await it.press(*["right"] * 6)
        assert header(it).startswith("  Fatura No      ‹")
        assert header(it).endswith("Kalem›")
        await it.press("s")
        assert "Kalem▲" in header(it)
        await it.press("f3", "f5")
        assert header(it).endswith("Durum     Netsis Belge No›")
        await it.press(*["right"] * 8)
        assert header(it).endswith("Kalem")
        assert header(it).startswith("  Fatura No      ‹")


async def test_a_wide_terminal_shows_all_columns_and_no_sign():
    async with desk("cikis", size=(160, 24)) as it:
        await it.press("f5")
        assert header(it).endswith("Şube")
        assert "›" not in header(it)


async def test_the_keys_that_one_needs_most_are_in_the_bar_at_80_columns():
    async with desk("cikis") as it:
        await it.press("f5")
        assert it.lines[-1] == (
            "F1 Yardım F2 Kaydet Boşluk Seç a Tümü Enter Aç y Süz / Ara s Sırala"
        )


async def test_at_34_columns_each_button_and_field_has_its_line():
    async with desk("cikis", size=(34, 30)) as it:
        for words in ("[ Kayıtları Getir ]", "[ Tümünü Seç ]", "[ Tümünü Kaldır ]",
                      "[ Dosya Kaydet ]", "[+] İleri Kısıt"):  # fmt: skip
            assert words in it.lines
        await it.press("f7")
        for words in ("Şube", "Döviz", "Plasiyer", "[ Uygula ]", "[ Temizle ]", "[ Vazgeç ]"):
            assert any(f"│ {words} " in line for line in it.lines), words


async def test_durum_is_in_view_at_once_and_the_sign_follows_the_width():
    async with desk("cikis", "dosyalar/hatali.json", size=(60, 24)) as it:
        await it.press("f3", "f5")
        assert header(it).split() == ["Fatura", "No", "Tarih", "Tutar", "Durum", "›"]
        await it.press(*["right"] * 6)
        assert "‹" in header(it)
        await it.pilot.resize_terminal(120, 24)
        await it.settle()
        assert not {"‹", "›"} & {*header(it)}
        assert "→ Sütun" not in it.lines[-1]
        await it.pilot.resize_terminal(60, 24)
        await it.settle()
        assert "‹" in header(it)
        assert "→ Sütun" in it.lines[-1]


async def test_every_field_and_button_is_seen_and_reached_by_the_arrows_at_60_columns():
    async with desk("cikis", size=(60, 24)) as it:
        for words in ("Cari Kodu", "[+] İleri Kısıt", "Fatura No ", "[ Dosya Kaydet ]"):
            assert words in it.text
        fields = ["document_type", "account_code", "date_from", "number_from", "mark_all"]
        downwards = [(await it.press("down")).place for _ in [*fields, "save_file", "list"]]
        assert downwards == [*fields, "save_file", "list"]
        await it.press("f6")
        upwards = [(await it.press("up")).place for _ in range(6)]
        assert upwards == [*reversed(fields), "path"]
        await it.press("down", "down")
        await it.type("120-034")
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert "Cari Kodu 120-034 " in it.lines[2]
        await it.press("down")
        assert it.place == "number_from"


@pytest.mark.parametrize("tab", [(), ("f3",)])
@pytest.mark.parametrize("size", [(40, 10), (40, 19), (60, 10), (80, 8), (30, 7)])
async def test_in_a_low_terminal_the_fields_give_way_to_the_list_that_one_is_in(tab, size):
    async with desk("cikis", "dosyalar/temiz.json", size=size) as it:
        await it.press(*tab)
        assert "Dosya Yolu" in it.text
        await it.press("f5")
        assert it.place == "list"
        assert it.lines[1].startswith("  Fatura No")
        assert it.rows
        assert " · 1. satır" in it.status
        await it.press("down")
        assert " · 2. satır" in it.status
        for keys in (("f6",), ("f6", "escape"), ("f6", "tab"), ("f6", "shift+tab")):
            await it.press(*keys)
            assert it.place != "list"
            assert it.app.screen.region.contains_region(it.app.focused.region), keys
            assert "Fatura No       Tarih" not in it.lines[1]
