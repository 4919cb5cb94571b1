"""Yeni Numara Girişi says what will happen; where that changes meanwhile, it is asked again."""

import threading

import pytest
from bookkeeping import document, enter
from carrying import Carried
from desk import desk

from app.store.database import connected
from app.transfer import import_run, simulate
from app.tui.screens import numbering

pytestmark = pytest.mark.usefixtures("office")


def _as_another(work):
    def alone():
        with connected():
            work()

    thread = threading.Thread(target=alone)
    thread.start()
    thread.join()


def _take(number):
    _as_another(lambda: enter(document(number)))


async def test_a_number_that_somebody_takes_meanwhile_is_asked_again(monkeypatch):
    monkeypatch.setattr(import_run, "_TRANSACTION", 20)
    monkeypatch.setattr(import_run, "_BATCH", 10)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        assert "40 belge numarasını korur." in it.text
        _take("SUB202600000015")
        await it.press("tab", "enter")
        assert "Veritabanı bu arada değişti, 10 belge aktarılıp durduruldu." in it.text
        assert "Gösterilenden farkı 11–20. belgelerde; kalan 30 belge:" in it.text
        assert "4 belge numarasını korur." in it.text
        assert "SUB202600000016 – SUB202600000041  (26)" in it.text
        await it.press("tab", "enter")
        assert it.message == (
            "Aktarım tamamlandı: 30 belge aktarıldı (ilk SUB202600000011, son SUB202600000041)"
        )


async def test_who_gives_up_then_is_told_what_was_saved(monkeypatch):
    monkeypatch.setattr(import_run, "_TRANSACTION", 20)
    monkeypatch.setattr(import_run, "_BATCH", 10)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        _take("SUB202600000015")
        await it.press("tab", "enter", "escape")
        assert it.message == "Vazgeçildi; 10 belge aktarıldı"
        assert "30 işaretli" in it.status


async def test_what_was_chosen_is_still_chosen_when_it_is_asked_again():
    async with desk("", "dosyalar/eksik-kart.json") as it:
        await it.press("f3", "f5", "a", "f2", "down", "down", "space")
        with Carried("dosyalar/eksik-kart.json") as carried:
            number = carried.rows[0].number
        _take(number)
        await it.press("tab", "tab", "enter")
        assert "Veritabanı bu arada değişti, 0 belge aktarılıp durduruldu." in it.text
        assert "[✓] Eksik cari ve stok kartlarını oluştur" in it.text


@pytest.mark.parametrize("key", ["escape", "f10", "enter", "space"])
async def test_figures_that_nobody_needs_are_not_worked_out(monkeypatch, key):
    """Esc, F10, Tamam, another rule: what was begun ends at its next batch."""
    begun, go_on = threading.Event(), threading.Event()
    ends = []

    def slow(incoming, positions, rule, stop):
        begun.set()
        go_on.wait(30)
        plan = simulate.make_plan(incoming, positions, rule, stop)
        ends.append(plan)
        return plan

    monkeypatch.setattr(numbering, "make_plan", slow)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a")
        await it.pilot.press("f2")
        begun.wait(30)
        (planning,) = [one for one in threading.enumerate() if one.name == "Plan"]
        if key == "enter":
            await it.pilot.press("tab")
        await it.pilot.press(key)
        await it.pilot.pause()
        go_on.set()
        planning.join(30)
        assert ends[0] is None
        await it.settle()
