"""Silinen Belgeler: what an undo took out is found, read in full, and put back from there."""

from __future__ import annotations

import pytest
from desk import Desk, desk

from app.login import login_name
from app.store.database import database, writing
from app.transfer.undo import restore
from tests.store.bookkeeping import document, enter, rows
from tests.tui.test_pictures import compare

pytestmark = pytest.mark.usefixtures("office")

FILE = "dosyalar/hatali.json"
_SAVE = ("f3", "f5", "a", "f2", "enter", "enter")
_UNDO = ("f9", "g", "e")
FIRST = "HTL202600000005"


async def undone(it: Desk) -> Desk:
    """The sample file is saved and undone; Aktarımlar is open."""
    return await it.press(*_SAVE, *_UNDO)


def page(it: Desk) -> list[str]:
    return [line for line in it.lines[1:-1] if line and "Silinen Belgeler'de" not in line]


async def test_a_run_that_was_undone_opens_to_its_documents_as_they_were():
    async with desk("cikis", FILE) as it:
        await it.press(*_SAVE, "f9", "enter", "enter")
        before = page(it)
        await it.press("escape", "escape", "g", "e", "enter", "enter")
        assert it.lines[0].startswith(f"Belge / {FIRST}")
        assert f"Silinen Belgeler'de: 1. aktarım geri alındı, {told_when()}" in it.words
        shown = page(it)
        assert shown[: len(shown) - 3] == before[: len(shown) - 3]
        await it.press("n")
        assert it.lines[0].startswith("Belge / HTL202600000010")
        await it.press("y")
        assert it.message == "Silinen belge dosyaya yazılmaz; önce geri getirin (F7)"
        await it.press("p", "p")
        assert it.message == "Listenin başı; başka belge yok"


def told_when() -> str:
    ((moment,),) = rows("SELECT undone_at FROM undo")
    day, _, time = str(moment).partition(" ")
    return f"{'.'.join(reversed(day.split('-')))} {time[:5]}, {login_name()}"


@pytest.mark.both_engines
async def test_its_run_is_put_back_from_its_page_after_a_question():
    async with desk("cikis", FILE) as it:
        await it.press(*_SAVE)
        before = rows("SELECT * FROM invoice ORDER BY id")
        await it.press(*_UNDO, "enter", "enter", "f7")
        assert "1. aktarımın belgeleri geri getirilsin mi?" in it.words
        await it.press("h")
        assert it.message == "Vazgeçildi; hiçbir şey değişmedi"
        assert it.lines[0].startswith("1. aktarım, İçeri")
        await it.press("enter", "r", "e")
        assert "11 belge aynı numaralarla geri geldi" in it.message
        assert rows("SELECT * FROM invoice ORDER BY id") == before
        await it.press("enter")
        assert it.lines[0].startswith(f"Belge / {FIRST}")
        assert "Silinen Belgeler'de" not in it.text


async def test_all_deleted_documents_are_one_list_whatever_run_they_came_with():
    async with desk("cikis", FILE) as it:
        await it.press("f9", "d")
        assert "Silinen belge yok" in it.text
        await it.press("enter")
        assert it.message == "Silinen belge yok"
        await it.press("r")
        assert it.message == "Geri getir: listede aktarım yok"
        await it.press("escape", "escape")
        await undone(it)
        await it.press("escape")
        await it.fill("path", "dosyalar/temiz.json")
        await it.press("f5", "a", "f2", "enter", "enter", *_UNDO, "f6")
        assert it.lines[0].startswith("Silinen Belgeler · ")
        assert "51 silinen belge · 1. satır" in it.text
        assert "2. aktarım geri alındı, " in it.text
        await it.press("end")
        assert "1. aktarım geri alındı, " in it.text
        assert "hatali.json" in it.text
        await it.press("enter")
        assert it.lines[0].startswith("Belge / ")
        await it.press("r", "e")
        assert "1. aktarım geri getirildi: 11 belge" in it.message
        assert "40 silinen belge" in it.text
        await it.press("escape")
        assert it.lines[0].startswith("Aktarımlar · ")
        assert "Tamam" in it.lines[3]


async def test_only_what_can_be_done_with_deleted_documents_is_offered():
    async with desk("cikis", FILE) as it:
        await undone(it)
        await it.press("d")
        assert it.lines[-1] == "F1 Yardım  Enter Aç  F7 Geri getir  F5 Yenile  w Tablo  Esc Geri"
        for key in ("f2", "f6", "f8"):
            await it.press(key)
            assert it.message == f"{key.upper()} burada bir iş yapmaz; F1 buradaki tuşları gösterir"
            assert it.lines[0].startswith("Silinen Belgeler · ")
        await it.press("f1")
        assert "Kalanları sürdür" not in it.text
        await it.press("escape", "enter", "f1")
        assert "F7, r" in it.text
        assert "F5, Ctrl+G" not in it.text


@pytest.mark.both_engines
async def test_a_document_that_somebody_else_put_back_is_said():
    async with desk("cikis", FILE) as it:
        await undone(it)
        await it.press("d")
        restore(1)
        await it.press("enter")
        assert it.message == "Belge artık Silinen Belgeler'de değil; listeyi yenileyin (F5)"
        await it.press("f5")
        assert "Silinen belge yok" in it.text


@pytest.mark.both_engines
async def test_what_has_no_place_stays_and_is_seen():
    async with desk("cikis", FILE) as it:
        await undone(it)
        enter(document(FIRST))
        await it.press("d", "r", "e")
        assert f"{FIRST}: bu numara artık başka bir belgede" in it.message
        assert "1 silinen belge · 1. satır" in it.text
        assert FIRST in it.lines[2]


@pytest.mark.parametrize("size", [(80, 24), (60, 24), (120, 40)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    ("scene", "keys"), [("silinenler", ("d",)), ("silinen-belge", ("d", "enter"))]
)
async def test_how_it_looks(scene, keys, size):
    async with desk("cikis", FILE, size=size) as it:
        await undone(it)
        with writing():
            database.execute_sql(
                "UPDATE transfer SET \"user\" = 'ayse', file = '/faturalar/hatali.json',"
                " started_at = '2026-03-15 10:30:00', finished_at = '2026-03-15 10:30:01'"
            )
            database.execute_sql(
                "UPDATE undo SET undone_at = '2026-03-15 11:05:00', \"user\" = 'ali'"
            )
        await it.press(*keys)
        compare(f"{scene}-{size[0]}x{size[1]}", it.text)
