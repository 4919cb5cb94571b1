"""Sheets of the list, a run, the errors and the totals: progress, Esc, a folder that refuses."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk, desk

import app.whole_file
from app.sheets import xlsx
from app.tui import jobs

pytestmark = pytest.mark.usefixtures("office")

FILE = "dosyalar/hatali.json"
_SAVE = ("f3", "f5", "a", "f2", "enter", "enter")
KEYS = {
    "list": ("f5", "w", "enter"),
    "errors": ("f3", "f5", "w", "enter"),
    "run": (*_SAVE, "f9", "w", "enter"),
    "documents of a run": (*_SAVE, "f9", "enter", "w", "enter"),
    "totals": ("f5", "t", "w", "enter"),
    "totals of a file": ("f3", "f5", "t", "w", "enter"),
}
WRITTEN = {
    "list": "Yazıldı: 100 belge, dosya cikis/satis-liste.xlsx",
    "errors": "Yazıldı: 22 belge, dosya dosyalar/hatali-hatalar.xlsx",
    "run": "Dosya yazıldı: {here}/dosyalar/aktarim-1.xlsx; 12 belge",
    "documents of a run": "Dosya yazıldı: {here}/dosyalar/aktarim-1.xlsx; 12 belge",
    "totals": "Dosya yazıldı: cikis/toplamlar.xlsx",
    "totals of a file": "Dosya yazıldı: dosyalar/toplamlar.xlsx; Okunamadığı için sayılmayan: 1. "
    "belge, 2. belge, 3. belge, 4. belge, 6. belge ve 17 belge daha",
}


def files() -> list[str]:
    return sorted(os.listdir("cikis") + os.listdir("dosyalar"))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Holds the writing of a sheet up behind its fifth row until it is set."""
    goes_on, write = threading.Event(), xlsx.write

    def slow(out, tables, report):
        def told(done):
            report(done)
            assert done < 5 or goes_on.wait(10)

        write(out, tables, told)

    monkeypatch.setattr(xlsx, "write", slow)
    monkeypatch.setattr(xlsx, "_AT_ONCE", 5)
    monkeypatch.setattr(jobs, "_TELL_SECONDS", 0)
    yield goes_on
    goes_on.set()


async def begun(it: Desk, keys: tuple[str, ...]) -> Desk:
    """Press keys, the last one of which begins to write; wait for the first progress."""
    await it.press(*keys[:-1])
    await it.pilot.press(keys[-1])
    return await it.until("Esc durdurur")


@pytest.mark.parametrize("what", KEYS)
async def test_progress_is_shown_and_the_file_is_there_when_it_is_said(what, held):
    async with desk("cikis", FILE) as it:
        await begun(it, KEYS[what])
        assert files() == sorted([*os.listdir("dosyalar")])
        held.set()
        await it.settle()
        assert it.message == WRITTEN[what].format(here=os.getcwd())
        assert "Esc durdurur" not in it.text
        name = it.message.split(".xlsx")[0].rpartition("/")[2]
        assert f"{name}.xlsx" in files()


@pytest.mark.parametrize("what", KEYS)
async def test_esc_asks_and_a_stopped_sheet_leaves_no_file(what, held):
    before = files()
    async with desk("cikis", FILE) as it:
        await begun(it, KEYS[what])
        await it.pilot.press("escape")
        await it.until("sürüyor. Durdurulsun mu?")
        assert "Dosya yazılmaz." in it.words
        await it.pilot.press("e")
        held.set()
        await it.settle()
        assert it.message == "Durduruldu; dosya yazılmadı"
        assert files() == before
        await it.press("w", "enter")
        assert it.message == WRITTEN[what].format(here=os.getcwd())


@pytest.mark.parametrize("what", KEYS)
async def test_a_folder_without_permission_is_said_while_the_name_can_be_mended(what, monkeypatch):
    before = files()
    async with desk("cikis", FILE) as it:
        await it.press(*KEYS[what][:-1])
        with monkeypatch.context() as patch:
            patch.setattr(os, "access", lambda *_: False)  # root may write everywhere
            await it.press("enter")
        assert it.message == "Bu klasöre yazma izniniz yok; başka bir klasör yazın"
        assert files() == before
        await it.press("enter")
        assert it.message == WRITTEN[what].format(here=os.getcwd())


@pytest.mark.parametrize("what", KEYS)
async def test_a_disk_that_refuses_is_said_and_the_same_works_later(what, monkeypatch):
    def refused(*_: object) -> None:
        raise PermissionError(13, "")

    before = files()
    async with desk("cikis", FILE) as it:
        with monkeypatch.context() as patch:
            patch.setattr(app.whole_file, "AtomicFile", refused)
            await it.press(*KEYS[what])
        name = Path(WRITTEN[what].partition(";")[0]).name
        assert it.message == f"{name}: erişim izni yok"
        assert files() == before
        await it.press("w", "enter")
        assert it.message == WRITTEN[what].format(here=os.getcwd())


@pytest.mark.parametrize("what", KEYS)
async def test_what_is_typed_replaces_the_offered_name_and_end_keeps_it(what):
    async with desk("cikis", FILE) as it:
        *keys, _ = KEYS[what]
        await it.press(*keys)
        it.app.screen.query_one("#path").focus()
        await it.settle()
        name = it.app.focused.value
        assert name.endswith(".xlsx")
        await it.press("end")
        await it.type("q")
        assert it.app.focused.value == f"{name}q"
        await it.press("escape", keys[-1])
        it.app.screen.query_one("#path").focus()
        await it.type("q")
        assert it.app.focused.value == "q"
