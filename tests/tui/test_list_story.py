"""The list as a bookkeeper looks through it: only some of its rows, and a search as it is typed."""

import json
import threading
from contextlib import contextmanager
from datetime import date
from time import monotonic

import pytest
from desk import desk
from msgspec import structs
from test_typing_ahead import CHARACTERS, at_once
from textual.events import Key

from app.tui.finder import Finder
from app.tui.stored_list import StoredRows
from tests.store.bookkeeping import document, enter

pytestmark = pytest.mark.usefixtures("office")

IMPORT = ("f3", "f5")
PATIENCE = 10  # seconds


def number(row):
    return row[2:].split()[0]


def marked(it):
    chosen = it.app.screen.pane.model.marks.chosen()
    return [row for row, is_marked in enumerate(chosen) if is_marked]


def numbers(path):
    return [document["FatUst"]["FATIRS_NO"] for document in json.loads(path.read_text())]


async def test_an_amount_wider_than_its_column_is_no_smaller_one():
    one = document("A-1", day=date(2026, 3, 14), total="99999999999.99")
    one.header = structs.replace(one.header, kind=4)  # else it runs on into the empty Tipi
    enter(one)
    async with desk("cikis") as it:
        await it.press("f5", "slash")
        await it.type("A-1")
        await it.press("enter")
        (row,) = (one for one in it.rows if number(one) == "A-1")
        assert "##############" in row
        assert "99.9" not in row
        await it.press("enter")
        assert "99.999.999.999,99" in it.text


# Only some rows


@pytest.mark.both_engines
async def test_only_the_marked_and_back_with_the_cursor_on_its_document():
    async with desk("cikis") as it:
        await it.press("f5", "down", "space", "down", "down", "space", "up")
        all_rows, fifth = it.rows, it.rows[4]
        await it.press("y")
        assert it.rows == [all_rows[1], all_rows[4]]
        assert it.status.startswith("yalnız işaretliler: 2 / 100 belge · 2 işaretli · toplam ")
        assert it.status.endswith(" · 2. satır")
        assert it.message == "Yalnız işaretliler görünüyor; y ya da Esc hepsini gösterir"
        assert it.rows[it.app.screen.table.cursor] == fifth
        await it.press("escape")
        assert it.rows == all_rows
        assert it.status.startswith("100 belge · 2 işaretli")
        assert it.status.endswith(" · 5. satır")
        assert it.place == "list"
        await it.press("y", "home", "y")
        assert it.status.endswith(" · 2. satır")
        assert it.rows == all_rows
        await it.press("down", "down", "down", "down", "y")  # row 6 is not marked
        await it.press("home", "down", "y")  # row 2 of two leads to row 5 of all
        assert it.status.endswith(" · 5. satır")


async def test_a_row_that_is_unmarked_stays_in_view_until_all_are_shown_again():
    async with desk("cikis") as it:
        await it.press("f5", "space", "space", "space", "y", "home", "space")
        assert [row[0] for row in it.rows] == [" ", "✓", "✓"]
        assert it.status.startswith("yalnız işaretliler: 3 / 100 belge · 2 işaretli")
        await it.press("escape", "y")
        assert len(it.rows) == 2


async def test_without_a_mark_there_is_nothing_to_show_alone():
    async with desk("cikis") as it:
        await it.press("f5", "y")
        assert it.message == "Listede işaretli belge yok; hepsi görünüyor"
        assert it.status == "100 belge · 1. satır"


async def test_the_faulty_then_those_to_be_looked_at_then_all():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "a", "y")
        assert it.status.startswith("yalnız işaretliler: 12 / 34 belge")
        await it.press("y")
        assert it.status.startswith("yalnız hatalılar 22/34 · 12 işaretli (12 görünmüyor)")
        assert all("Hata: " in row for row in it.rows)
        await it.press("y")
        assert it.status.startswith("yalnız uyarılılar 3/34 · ")
        assert all("Uyarı: " in row for row in it.rows)
        await it.press("y")
        assert it.message == "Bütün belgeler görünüyor"
        assert it.status.startswith("34 belge · 12 işaretli")
        await it.press("u", "y", "home")
        assert it.status.startswith("yalnız hatalılar: 22 / 34 belge")
        await it.press("down")
        assert it.durum.startswith("Hata: ")
        await it.press("home", "enter")
        assert "Hata: 1. belge, Fatura No (FATIRS_NO): “348”" in it.words


async def test_marks_are_set_on_what_is_shown_and_the_others_are_told_of():
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "a")
        before = marked(it)
        await it.press("y", "y", "y")
        assert "yalnız uyarılılar 3/34 · 12 işaretli (9 görünmüyor)" in it.status
        await it.press("u")
        assert it.message == (
            "Yalnız görünen uyarılılar için yapıldı; görünmeyen 9 belge işaretli kaldı"
        )
        assert "9 işaretli (9 görünmüyor)" in it.status
        await it.press("home", "v", "down", "v")
        assert "11 işaretli (9 görünmüyor)" in it.status
        await it.press("asterisk")
        assert "10 işaretli (9 görünmüyor)" in it.status
        await it.press("plus")
        await it.type("*")
        await it.press("enter")
        assert "“*”: 3 satır uyuyor, 2 işaretlendi" in it.message
        assert marked(it) == before


async def test_the_question_tells_of_marks_that_are_not_shown_and_they_are_saved(office):
    async with desk("", "dosyalar/hatali.json") as it:
        await it.press(*IMPORT, "a", "y", "y", "y", "u", "f2")
        assert "Dikkat: görünmeyen 9 işaretli belge de kaydedilir." in it.text
        await it.press("enter", "enter")
        assert it.message.startswith("Aktarım tamamlandı: 8 belge aktarıldı")
        assert it.message.endswith("1 hatalı; Durum sütununa bakın")
        assert it.status.startswith("yalnız uyarılılar 3/34 · 1 işaretli (1 görünmüyor)")
    async with desk("cikis") as it:
        await it.press("f5", "space", "space", "y", "f2")
        assert "Dikkat" not in it.text
        assert "2 belge, toplam " in it.text
        await it.press("e")
    (written,) = (office / "cikis").iterdir()
    assert len(numbers(written)) == 2


@pytest.mark.parametrize("tab", [(), ("f3",)])
async def test_sorting_keeps_the_rows_that_are_shown(tab):
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press(*tab, "f5", "space", "down", "space", "down", "space", "y")
        shown = sorted(map(number, it.rows))
        await it.press("s", "s")
        assert [number(row) for row in it.rows] == shown[::-1]
        assert it.status.startswith("yalnız işaretliler: 3 / ")
        await it.press("g")
        assert "Satır (1–3)" in it.text
        await it.press("escape", "escape", "y")
        assert sorted(map(number, it.rows)) == shown


async def test_a_new_list_is_shown_whole():
    async with desk("cikis") as it:
        await it.press("f5", "space", "y", "f5")
        assert it.status == "100 belge · 1. satır"


@pytest.mark.parametrize(
    ("tab", "said"), [((), "100 belge listelendi"), (("f3",), "temiz.json: 40 hazır")]
)
async def test_marks_that_a_new_list_takes_away_are_told_of(tab, said):
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press(*tab, "f5", "space", "space", "f5")
        assert it.message == f"{said}; önceki listenin 2 işareti kalktı"
        assert "işaretli" not in it.status
        await it.press("f5")
        assert it.message == said


async def test_a_mark_typed_behind_a_sort_is_kept():
    async with desk("cikis") as it:
        await it.press("f5")
        await at_once(it, "s", "space")
        assert "1 işaretli" in it.status
        assert it.rows[0][0] == "✓"


# Search


@contextmanager
def slow_search(monkeypatch, *texts):
    """Searches for these texts last until the end; what is asked for, and the jobs that ask."""
    end = threading.Event()
    asked, jobs = [], []
    matching, look = StoredRows.matching, Finder.look

    def slow(listed, first, count, text):
        asked.append(text)
        assert text not in texts or end.wait(PATIENCE)
        return matching(listed, first, count, text)

    def noted(finder, listed, start, text):
        look(finder, listed, start, text)
        jobs.append(finder.job)

    monkeypatch.setattr(StoredRows, "matching", slow)
    monkeypatch.setattr(Finder, "look", noted)
    try:
        yield asked, jobs
    finally:
        end.set()


@pytest.mark.both_engines
async def test_the_cursor_follows_each_letter_and_esc_goes_back():
    async with desk("cikis") as it:
        await it.press("f5", "down", "slash")
        assert it.lines[-1].endswith("Enter kalır  Esc döner")
        await it.type("rdm202500000")
        first = it.status
        assert "satırda var" in it.lines[-1]
        await it.type("009")
        assert "1 satırda var" in it.lines[-1]
        assert it.status != first
        await it.press("backspace", "backspace", "backspace")
        assert it.status == first
        await it.press("x")
        assert "listede yok" in it.lines[-1]
        assert it.status.endswith("2. satır")
        await it.press("escape")
        assert it.status.endswith("2. satır")
        assert it.place == "list"
        await it.press("n")
        assert it.message == "Önce aranacak metni yazın ( / )"


async def test_a_search_begins_where_one_stands_and_goes_round():
    async with desk("cikis") as it:
        await it.press("f5", "end", "slash")
        await it.type("a00000000000001")
        await it.press("enter")
        assert it.status.endswith("1. satır")
        await it.press("slash", "ctrl+u")
        await it.type("a0000")
        await it.press("enter")
        assert it.status.endswith("1. satır")
        await it.press("slash", "enter")
        assert it.status.endswith("2. satır")
        await it.press("N")
        assert it.status.endswith("1. satır")


async def test_esc_keeps_the_text_that_was_searched_before():
    async with desk("cikis") as it:
        await it.press("f5", "slash")
        await it.type("rdm")
        await it.press("enter", "slash")
        await it.type("eft")
        await it.press("escape", "n")
        assert it.message.startswith("“rdm”: ")


async def test_only_what_is_shown_is_searched():
    async with desk("cikis") as it:
        await it.press("f5", "space", "space", "y", "slash")
        await it.type("0")
        await it.press("enter")
        assert it.message == "“0”: 2 satırda var"


async def test_what_is_typed_behind_a_search_is_for_the_row_that_it_finds():
    async with desk("cikis") as it:
        await it.press("f5")
        await at_once(it, "slash", *"rdm202500000009", "enter", "space")
        assert it.message.startswith("“rdm202500000009”: 1 satırda var")
        assert [number(row) for row in it.rows if row[0] == "✓"] == ["RDM202500000009"]


async def test_a_letter_need_not_wait_for_a_search_that_is_outdated(monkeypatch):
    """Searches for less than the whole text last until the end; the last one is answered."""
    monkeypatch.setattr("app.tui.finder._FIRST_LOOK", 10)
    async with desk("cikis") as it:
        with slow_search(monkeypatch, "r", "rd") as (asked, jobs):
            await it.press("f5", "slash")
            for letter, text in (("r", "r"), ("d", "rd")):
                await it.pilot.press(letter)
                while text not in asked:  # a search that is outdated before it looks asks nothing
                    await it.give_way()
            await it.press("m")
            assert "satırda var" in it.lines[-1]
            found = it.status, it.lines[-1]
        for job in jobs:
            job.join()
        await it.settle()
        assert (it.status, it.lines[-1]) == found
        assert (asked.count("r"), asked.count("rd")) == (1, 1)
        await it.press("enter")
        assert it.message.startswith("“rdm”: ")


async def test_keys_wait_before_the_search_line_has_answered(monkeypatch):
    """The line is gone a moment before its answer is there: the list is on top then."""
    async with desk("cikis") as it:
        await it.press("f5")
        with slow_search(monkeypatch, "rdm"):
            await it.press("slash")
            for letter in "rdm":
                it.app.post_message(Key(letter, letter))
            search = it.app.screen_stack[-2].search
            deadline = monotonic() + PATIENCE
            while not search.waits and monotonic() < deadline:
                await it.give_way()
            assert search.waits
            assert not it.app.keys_wait()
        await it.settle()


async def test_keys_behind_a_slow_search_wait_for_it(monkeypatch):
    async with desk("cikis") as it:
        await it.press("f5")
        with slow_search(monkeypatch, "rdm202500000009"):
            for key in ("slash", *"rdm202500000009", "enter", "space"):
                it.app.post_message(Key(key, CHARACTERS.get(key, key)))
            deadline = monotonic() + PATIENCE
            while not it.app.keys_wait() and monotonic() < deadline:
                await it.give_way()
            assert marked(it) == []
        await it.settle()
        assert [number(row) for row in it.rows if row[0] == "✓"] == ["RDM202500000009"]
