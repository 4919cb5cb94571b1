"""F4 on Dosya Yolu: through the folders to a file or to a folder, by keys alone."""

import errno
import os

import pytest
from desk import desk

from app.tui import folders
from app.tui.screens.picker import Picker
from app.tui.widgets.virtual_table import VirtualTable

pytestmark = pytest.mark.usefixtures("office")

FIRST = 1_700_000_000
IMPORT = ("f3", "f4")


@pytest.fixture
def tree(office, monkeypatch):
    """`gelen` with two folders and three files, each entry a day newer than the one before."""
    gelen = office / "gelen"
    for folder in ("Şube 1/arşiv", "Isparta", ".gizli"):
        (gelen / folder).mkdir(parents=True)
    for day, name in enumerate(("Şube 1", "Isparta", "ocak.json", "şubat.json", "mart.json")):
        if name.endswith(".json"):
            (gelen / name).write_text("[]" * 1000)
        os.utime(gelen / name, (FIRST + 86400 * day, FIRST + 86400 * day))
    (gelen / "not.txt").write_text("")
    monkeypatch.setenv("HOME", str(office))
    return gelen


def listed(it):
    """The names in the list, from the top."""
    lines = [line.split("│")[1].strip() for line in it.lines if line.count("│") == 2]
    top = next(place for place, line in enumerate(lines) if line.startswith("Ad"))
    names = []
    for line in lines[top + 1 :]:
        if not line:
            break
        names.append(line.split("  ")[0])
    return names


def here(it):
    """The entry under the cursor."""
    screen = it.app.screen
    return screen._in_view[screen._table.cursor].name


def where(it):
    return it.app.screen.query_one("#where").text


def path(it):
    return it.app.screen.query_one("#path").value


async def test_it_shows_folders_and_json_files_with_size_and_date(tree):
    async with desk("", f"{tree}/") as it:
        await it.press(*IMPORT)
        assert listed(it) == ["Isparta/", "Şube 1/", "mart.json", "şubat.json", "ocak.json"]
        assert "2,0 KB 18.11.2023 " in it.text
        assert it.message == "2 klasör, 3 dosya; en yeni önce"
        assert where(it) == str(tree)


async def test_f4_and_enter_take_the_newest_file_and_esc_none(tree):
    async with desk("", f"{tree}/") as it:
        await it.press("f3")
        for key in ("escape", "f10"):
            await it.press("f4", key)
            assert path(it) == f"{tree}/"
            assert it.place == "path"
        await it.press("f4")
        assert here(it) == "mart.json"
        await it.press("enter")
        assert path(it) == f"{tree}/mart.json"
        assert it.place == "path"
        await it.press("ctrl+r", "down", "enter", "ctrl+r")
        assert here(it) == "şubat.json"
        await it.press("escape", "tab")
        assert it.place == "encoding"


async def test_enter_goes_into_a_folder_and_back_up_to_where_one_was(tree):
    async with desk("", f"{tree}/") as it:
        await it.press(*IMPORT, "home", "down")
        for into, out in (("enter", "left"), ("right", "backspace")):
            await it.press(into)
            assert where(it) == f"{tree}/Şube 1"
            assert listed(it) == ["arşiv/"]
            await it.press(out)
            assert where(it) == str(tree)
            assert here(it) == "Şube 1"
        await it.press("left")
        assert where(it) == str(tree.parent)
        assert here(it) == "gelen"


async def test_letters_search_however_they_are_typed(tree):
    async with desk("", f"{tree}/") as it:
        await it.press(*IMPORT)
        assert ".gizli/" not in it.text
        await it.type(".g")
        assert listed(it) == [".gizli/"]
        await it.press("backspace", "backspace")
        await it.type("SUB")
        assert listed(it) == ["Şube 1/", "şubat.json"]
        await it.type("ax")
        assert "Uyan ad yok" in it.text
        await it.press("enter")
        assert isinstance(it.app.screen, Picker)
        await it.press("backspace", "backspace", "enter")
        assert where(it) == f"{tree}/Şube 1"
        assert listed(it) == ["arşiv/"]


async def test_one_key_sorts_by_name_and_keeps_the_cursor(tree):
    async with desk("", f"{tree}/") as it:
        await it.press(*IMPORT, "down", "f6")
        assert listed(it) == ["Isparta/", "Şube 1/", "mart.json", "ocak.json", "şubat.json"]
        assert here(it) == "şubat.json"
        assert "Ad▲" in it.text
        await it.press("ctrl+o")
        assert listed(it)[2:] == ["mart.json", "şubat.json", "ocak.json"]
        assert here(it) == "şubat.json"
        assert "Değiştirilme▼" in it.text


async def test_the_home_folder_and_any_other_path_are_near(tree, office):
    async with desk("", f"{tree}/Isparta/") as it:
        await it.press("f3")
        for key in ("tilde", "f3", "ctrl+t"):
            await it.press("f4", key)
            assert where(it) == str(office)
            await it.press("escape")
        await it.press("f4")
        await it.fill("typed", f"{tree}/ma")
        assert where(it) == str(tree)
        assert listed(it) == ["mart.json"]
        await it.press("backspace", "backspace")
        await it.type("/")
        assert where(it) == "/"


async def test_on_disari_aktar_a_folder_is_chosen(tree):
    async with desk(str(tree)) as it:
        await it.press("f4")
        assert listed(it) == ["[ Bu klasör ]", "Isparta/", "Şube 1/"]
        await it.press("down", "down", "enter")
        assert listed(it) == ["[ Bu klasör ]", "arşiv/"]
        await it.press("enter")
        assert path(it) == f"{tree}/Şube 1"
        assert it.place == "path"
        await it.press("f4", "left", "f2")
        assert path(it) == str(tree)
        await it.press("f4", "left", "ctrl+s")
        assert path(it) == str(tree.parent)
        await it.press("f3", "f4", "f2")
        assert os.path.isdir(path(it))
        assert it.place == "path"


@pytest.mark.parametrize("typed", ["yeni", "yeni/ay/"])
async def test_a_typed_folder_that_does_not_exist_is_made_after_a_question(tree, typed):
    async with desk(str(tree)) as it:
        await it.press("f4")
        await it.type(typed)
        await it.press("enter")
        assert "Böyle bir klasör yok. Oluşturulsun mu?" in it.text
        await it.press("h")
        assert it.message == "Klasör oluşturulmadı"
        assert not (tree / "yeni").exists()
        await it.press("enter", "e")
        assert it.message == "Klasör oluşturuldu; F2 bu klasörü alır"
        assert where(it) == str(tree / typed.rstrip("/"))
        await it.press("f2")
        assert path(it) == str(tree / typed.rstrip("/"))


async def test_names_that_cannot_be_shown_are_seen_but_not_taken(tree):
    for name in ("kötü\x1b[2J.json", "ters\u202enosj.json", "\udcff.json"):
        (tree / name).write_text("[]")
    async with desk("", f"{tree}/") as it:
        await it.press(*IMPORT)
        assert all("\ufffd" in name for name in listed(it)[2:5])
        assert "\x1b" not in it.text
        assert "\u202e" not in it.text
        for _ in range(3):
            await it.press("enter", "down")
            assert it.message == "Adında gösterilemeyen karakter var; önce adını değiştirin"


async def test_a_folder_that_cannot_be_read_says_why_and_one_stays(tree, monkeypatch):
    scan = os.scandir

    def refusing(folder):
        if str(folder).endswith("Isparta"):
            raise PermissionError(errno.EACCES, "")
        return scan(folder)

    monkeypatch.setattr(folders.os, "scandir", refusing)
    async with desk(f"{tree}/Isparta", f"{tree}/yok/daha/x.json") as it:
        await it.press("f4")
        assert it.message == "Isparta: erişim izni yok"
        assert where(it) == str(tree)
        assert here(it) == "Isparta"
        await it.press("enter")
        assert it.message == "Isparta: erişim izni yok"
        assert where(it) == str(tree)
        await it.press("escape", "f3", "f4")
        assert it.message == "yok: böyle bir klasör yok"
        assert where(it) == str(tree)


async def test_a_long_path_shows_its_end(tree):
    deep = tree / "/".join(["klasör"] * 15) / "sonuncu"
    deep.mkdir(parents=True)
    async with desk(str(deep)) as it:
        await it.press("f4")
        assert it.lines[2].split("│")[1].rstrip().endswith("/sonuncu")


async def test_of_ten_thousand_entries_only_those_in_view_are_drawn(tmp_path, monkeypatch):
    many = tmp_path / "çok"
    many.mkdir()
    for n in range(10_000):
        os.close(os.open(many / f"satış-{n:05}.json", os.O_CREAT | os.O_WRONLY))
    drawn = 0
    draw = VirtualTable._row

    def counted(*arguments):
        nonlocal drawn
        drawn += 1
        return draw(*arguments)

    monkeypatch.setattr(VirtualTable, "_row", counted)
    async with desk("", f"{many}/") as it:
        await it.press("f3", "f4")
        assert "10.000 dosya" in it.message
        assert "satış-0" in it.text
        assert 0 < drawn < 500
        await it.type("09999")
        assert listed(it) == ["satış-09999.json"]
