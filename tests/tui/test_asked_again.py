"""Yeni Numara Girişi says what will happen; where that changes meanwhile, it is asked again."""

import threading

import pytest
from desk import desk

from app.errors import DatabaseRefused
from app.store.database import connected
from app.transfer import simulate
from app.tui.screens import numbering
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, enter
from tests.transfer.carrying import Carried

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
    short_steps(monkeypatch, transaction=20, batch=10)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        assert "40 belge numarasını korur." in it.text
        _take("SUB202600000015")
        await it.press("enter", "enter")
        assert "Veritabanı bu arada değişti, 10 belge aktarılıp durduruldu." in it.text
        assert "Gösterilenden farkı 11–20. belgelerde; kalan 30 belge:" in it.text
        assert "4 belge numarasını korur." in it.text
        assert "SUB202600000016 – SUB202600000041  (26)" in it.text
        await it.press("enter", "enter")
        assert it.message == (
            "Aktarım tamamlandı: 30 belge aktarıldı (ilk SUB202600000011, son SUB202600000041)"
        )


async def test_who_gives_up_then_is_told_what_was_saved(monkeypatch):
    short_steps(monkeypatch, transaction=20, batch=10)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        _take("SUB202600000015")
        await it.press("enter", "enter", "escape")
        assert it.message == "Vazgeçildi; 10 belge aktarıldı"
        assert "30 işaretli" in it.status


async def test_what_was_chosen_is_still_chosen_when_it_is_asked_again():
    async with desk("", "dosyalar/eksik-kart.json") as it:
        await it.press("f3", "f5", "a", "f2", "down", "down", "space")
        with Carried("dosyalar/eksik-kart.json") as carried:
            number = carried.rows[0].number
        _take(number)
        await it.press("tab", "tab", "tab", "enter")
        assert "Veritabanı bu arada değişti, hiçbir belge aktarılmadan durduruldu." in it.text
        assert "[✓] Eksik cari ve stok kartlarını oluştur" in it.text


class HeldPlan:
    """Figures that are worked out, and come when the test says."""

    def __init__(self):
        self._ready, self._go_on = threading.Event(), threading.Event()

    def make_plan(self, *arguments, **options):
        plan = simulate.make_plan(*arguments, **options)
        self._ready.set()
        assert self._go_on.wait(30)
        return plan

    async def ask(self, it):
        """Open the dialog; its figures are made, and not there yet."""
        await it.press("f3", "f5", "a")
        await it.pilot.press("f2")
        assert self._ready.wait(30)

    def let_come(self):
        self._go_on.set()

    async def come(self, it):
        self.let_come()
        for thread in threading.enumerate():
            if thread.name == "Plan":
                thread.join(30)
        return await it.settle()


@pytest.fixture
def plan(monkeypatch):
    held = HeldPlan()
    monkeypatch.setattr(numbering, "make_plan", held.make_plan)
    yield held
    held.let_come()


BUTTON = ["tab"] * 5


async def test_tamam_before_the_figures_are_there_waits_and_has_them_compared(plan):
    async with desk("", "dosyalar/temiz.json") as it:
        await plan.ask(it)
        await it.pilot.press(*BUTTON, "enter")
        await it.pilot.pause()
        assert "Hesaplanıyor…" in it.text
        assert it.message == "Hesap bitince kaydedilir; vazgeçmek için Esc"
        _take("SUB202600000015")
        await plan.come(it)
        assert "Veritabanı bu arada değişti, hiçbir belge aktarılmadan durduruldu." in it.text


async def test_what_is_typed_behind_tamam_is_for_the_list(plan):
    async with desk("", "dosyalar/temiz.json") as it:
        await plan.ask(it)
        await it.pilot.press("enter", "enter", "end")
        await plan.come(it)
        assert "Aktarıldı" in it.rows[-1]
        assert it.status.endswith("40. satır")


async def test_esc_ends_the_wait_and_nothing_is_saved(plan):
    async with desk("", "dosyalar/temiz.json") as it:
        await plan.ask(it)
        await it.pilot.press("enter", "enter", "end", "escape")
        await plan.come(it)
        assert it.message == "Vazgeçildi; hiçbir belge kaydedilmedi"
        assert it.status.endswith("1. satır")


async def test_another_rule_ends_the_wait(plan):
    async with desk("", "dosyalar/temiz.json") as it:
        await plan.ask(it)
        await it.pilot.press(*BUTTON, "enter")
        it.app.screen.query_one("#series").value = "ZZ"
        await it.pilot.pause()
        await plan.come(it)
        assert "40 belge numarasını korur." in it.text
        assert "Fatura Serisi kullanılmaz" in it.text


async def test_figures_that_come_behind_the_help_wait_for_another_tamam(plan):
    async with desk("", "dosyalar/temiz.json") as it:
        await plan.ask(it)
        await it.pilot.press(*BUTTON, "enter", "f1")
        await plan.come(it)
        await it.press("escape")
        assert "40 belge numarasını korur." in it.text
        assert it.message == ""
        await it.press("enter")
        assert "40 belge aktarıldı" in it.message


async def test_figures_that_failed_are_worked_out_again_for_tamam(monkeypatch):
    calls = []

    def fail_first(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 1:
            raise DatabaseRefused("Veritabanı meşgul")
        return simulate.make_plan(*arguments, **options)

    monkeypatch.setattr(numbering, "make_plan", fail_first)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        assert "Veritabanı meşgul" in it.text
        await it.press("enter", "enter")
        assert "40 belge aktarıldı" in it.message
    assert len(calls) == 2


@pytest.mark.parametrize("key", ["escape", "f10", "space"])
async def test_figures_that_nobody_needs_are_not_worked_out(monkeypatch, key):
    """Esc, F10, another rule: what was begun ends at its next batch."""
    begun, go_on = threading.Event(), threading.Event()
    ends = []

    def slow(incoming, positions, rule, stop, **options):
        begun.set()
        go_on.wait(30)
        plan = simulate.make_plan(incoming, positions, rule, stop, **options)
        ends.append(plan)
        return plan

    monkeypatch.setattr(numbering, "make_plan", slow)
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a")
        await it.pilot.press("f2")
        begun.wait(30)
        (planning,) = [one for one in threading.enumerate() if one.name == "Plan"]
        await it.pilot.press(key)
        await it.pilot.pause()
        go_on.set()
        planning.join(30)
        assert ends[0] is None
        await it.settle()
