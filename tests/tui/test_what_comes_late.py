"""Figures that were asked for and come when something else is on the screen are not shown."""

import threading
from contextlib import contextmanager

import pytest
from desk import desk

from app.store import queries
from app.store.preview import FileRows
from app.transfer import simulate
from app.tui.screens import numbering

pytestmark = pytest.mark.usefixtures("office")

PATIENCE = 30  # seconds; only a failure waits that long


class Late:
    """Of several calls of a function the first ends only when it is told to."""

    def __init__(self, work):
        self._work = work
        self._go_on = threading.Event()
        self._done = threading.Event()
        self.calls = 0

    def __call__(self, *arguments, **options):
        self.calls += 1
        if self.calls > 1:
            return self._work(*arguments, **options)
        found = self._work(*arguments, **options)
        assert self._go_on.wait(PATIENCE)
        self._done.set()
        return found

    async def arrive(self, it):
        """The first answer reaches the screen."""
        self._go_on.set()
        assert self._done.wait(PATIENCE)
        for thread in threading.enumerate():
            if thread.name in ("Plan", "Toplamlar"):
                thread.join(PATIENCE)
        await it.settle()

    def end(self):
        self._go_on.set()


@contextmanager
def late(monkeypatch, where, name, work):
    it = Late(work)
    # A function, not an object: as a method it has to be bound.
    monkeypatch.setattr(where, name, lambda *arguments, **options: it(*arguments, **options))
    try:
        yield it
    finally:
        it.end()


def unstoppable(incoming, positions, rule, _stop, **options):
    """A plan that was finished before it was told to stop."""
    return simulate.make_plan(incoming, positions, rule, **options)


async def test_a_plan_of_another_rule_is_not_shown_and_not_saved_by(monkeypatch):
    with late(monkeypatch, numbering, "make_plan", unstoppable) as plan:
        async with desk("", "dosyalar/temiz.json") as it:
            await it.press("f3", "f5", "a")
            await it.pilot.press("f2", "space", "down")
            await it.type("zz")
            shown = it.text
            assert "ZZ0000000000001 – ZZ0000000000040  (40)" in shown
            await plan.arrive(it)
            assert it.text == shown
            await it.press("enter", "enter")
            assert "40 belge aktarıldı (ilk ZZ0000000000001, son " in it.message


async def test_a_plan_of_another_rule_that_comes_first_is_not_shown(monkeypatch):
    begun, go_on = [threading.Event(), threading.Event()], [threading.Event(), threading.Event()]

    def make_plan(incoming, positions, rule, _stop, **options):
        place = int(begun[0].is_set())
        begun[place].set()
        assert go_on[place].wait(PATIENCE)
        return simulate.make_plan(incoming, positions, rule, **options)

    monkeypatch.setattr(numbering, "make_plan", make_plan)
    try:
        async with desk("", "dosyalar/temiz.json") as it:
            await it.press("f3", "f5", "a")
            await it.pilot.press("f2")
            assert begun[0].wait(PATIENCE)
            (first,) = [thread for thread in threading.enumerate() if thread.name == "Plan"]
            await it.pilot.press("down", "down", "space")
            assert begun[1].wait(PATIENCE)
            go_on[0].set()
            first.join(PATIENCE)
            await it.pilot.pause()
            assert "Hesaplanıyor…" in it.text
            go_on[1].set()
            await it.settle()
            assert "40 belge numarasını korur." in it.text
    finally:
        for event in go_on:
            event.set()


async def test_a_plan_is_not_shown_where_there_is_no_rule_any_more(monkeypatch):
    with late(monkeypatch, numbering, "make_plan", unstoppable) as plan:
        async with desk("", "dosyalar/temiz.json") as it:
            await it.press("f3", "f5", "a")
            await it.pilot.press("f2", "space")
            await it.settle()
            assert "Kaydedilemez: " in it.text
            await plan.arrive(it)
            assert "Kaydedilemez: " in it.text
            assert "numarasını korur" not in it.text


async def test_the_plan_of_a_dialog_that_is_closed_is_none_of_the_next(monkeypatch):
    with late(monkeypatch, numbering, "make_plan", unstoppable) as plan:
        async with desk("", "dosyalar/temiz.json") as it:
            await it.press("f3", "f5", "a")
            await it.pilot.press("f2", "escape")
            await it.settle()
            await it.press("u", "home", "space", "f2")
            assert "1 belge numarasını korur." in it.text
            await plan.arrive(it)
            assert "1 belge numarasını korur." in it.text
            await it.press("enter", "enter")
            assert it.message == "Aktarım tamamlandı: 1 belge aktarıldı (SUB202600000001)"


@pytest.fixture
def small(monkeypatch):
    """Every list is so long that its totals are read beside."""
    monkeypatch.setattr("app.tui.screens.export_tab.SUMMED_AT_ONCE", 1)
    monkeypatch.setattr("app.tui.judging.SUMMED_AT_ONCE", 1)


def amount(row):
    return next(word for word in row.split() if "," in word and word[0].isdigit())


@pytest.mark.usefixtures("small")
async def test_totals_of_another_order_are_not_added_up(monkeypatch):
    with late(monkeypatch, queries, "totals", queries.totals) as totals:
        async with desk("cikis") as it:
            await it.press("f5", *["right"] * 4, "s", "s")
            assert totals.calls > 1
            for _ in range(2):
                await it.press("home", "space")
                assert f"1 işaretli · toplam {amount(it.rows[0])} TL" in it.status
                await it.press("u")
                await totals.arrive(it)


@pytest.mark.usefixtures("small")
async def test_totals_of_another_list_are_not_added_up(monkeypatch):
    with late(monkeypatch, queries, "totals", queries.totals) as totals:
        async with desk("cikis") as it:
            await it.press("f5", "tab")
            it.app.screen.query_one("#document_type").focus()
            await it.press("a", "f5")  # Alış
            assert it.status.startswith("50 belge")
            for _ in range(2):
                await it.press("home", "space")
                assert f"1 işaretli · toplam {amount(it.rows[0])} TL" in it.status
                await it.press("u")
                await totals.arrive(it)


@pytest.mark.usefixtures("small")
async def test_totals_of_a_file_in_another_order_are_not_added_up(monkeypatch):
    with late(monkeypatch, FileRows, "totals", FileRows.totals) as totals:
        async with desk("", "dosyalar/temiz.json") as it:
            await it.press("f3", "f5", *["right"] * 4, "s", "s")
            assert totals.calls > 1
            for _ in range(2):
                await it.press("home", "space")
                assert f"1 işaretli · toplam {amount(it.rows[0])} TL" in it.status
                await it.press("u")
                await totals.arrive(it)


@pytest.mark.usefixtures("small")
async def test_marks_that_are_set_before_the_totals_come_are_added_up_then(monkeypatch):
    with late(monkeypatch, queries, "totals", queries.totals) as totals:
        async with desk("cikis") as it:
            await it.press("f5")
            await it.pilot.press("space")
            await it.pilot.pause()
            assert "1 işaretli · toplam hesaplanıyor" in it.status
            await totals.arrive(it)
            assert f"1 işaretli · toplam {amount(it.rows[0])} TL" in it.status
