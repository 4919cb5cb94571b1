"""A Rehber whose answer takes its time: shown at once, typed into, never waited for in vain."""

import threading

import pytest
from desk import desk
from test_typing_ahead import at_once

from app.store import lookups
from app.store.database import Interrupted
from app.store.lookups import LookupEntry
from app.tui.screens.lookup import Lookup

PATIENCE = 60  # seconds; only a failure waits that long

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.both_engines]


class SlowSearch:
    """Answers a text only once the test lets it; ends where nobody waits any more."""

    def __init__(self):
        self.may_answer = set()
        self.begun = []
        self.stopped = []
        self.changed = threading.Condition()

    def __call__(self, _kind, typed, *, stop, show):  # noqa: ARG002  # as the program calls it
        with self.changed:
            self.begun.append(typed)
            while typed not in self.may_answer:
                if stop():
                    self.stopped.append(typed)
                    self.changed.notify_all()
                    raise Interrupted
                self.changed.wait(0.001)
        return [LookupEntry(f"NO-{typed}-{place}", "") for place in range(3)]

    def answer(self, *texts):
        with self.changed:
            self.may_answer.update(texts)
            self.changed.notify_all()


@pytest.fixture
def slow(monkeypatch):
    search = SlowSearch()
    monkeypatch.setattr(lookups, "search_numbers", search)
    return search


def number(it):
    return it.app.screen.query_one("#number_from").value


async def open_it(it):
    it.app.screen.query_one("#number_from").focus()
    await it.pilot.press("f4")
    await it.pilot.pause()


async def test_its_frame_is_there_before_its_answer(slow):
    async with desk("cikis") as it:
        await open_it(it)
        assert "Rehber: Fatura No (Satış Faturası)" in it.text
        assert "Uyan kayıt yok" not in it.text
        slow.answer("")
        await it.settle()
        assert "NO--2" in it.text


async def test_each_letter_stops_the_search_for_the_text_before(slow):
    async with desk("cikis") as it:
        await open_it(it)
        for letter in "abc":
            await it.pilot.press(letter)
        slow.answer("abc")
        await it.settle()
        assert "NO-abc-0" in it.text
        await it.press("enter")
        assert number(it) == "NO-abc-0"
    # A search that no thread had begun yet when the next letter came is not begun any more.
    with slow.changed:
        slow.changed.wait_for(lambda: len(slow.stopped) == len(slow.begun) - 1, PATIENCE)
    assert {*slow.begun} - {*slow.stopped} == {"abc"}


async def test_enter_and_arrows_wait_for_the_entries_of_the_text_and_letters_do_not(slow):
    async with desk("cikis") as it:
        slow.answer("")
        await open_it(it)
        await it.settle()
        for key in ("x", "y", "down", "enter", "z"):
            await it.pilot.press(key)
        assert isinstance(it.app.screen, Lookup)
        assert it.app.focused.value == "xy"
        slow.answer("xy")
        await it.settle()
        assert not isinstance(it.app.screen, Lookup)
        assert number(it) == "z"  # in place of NO-xy-1


async def test_esc_leaves_at_once_and_stops_the_search(slow):
    async with desk("cikis") as it:
        await open_it(it)
        await it.pilot.press("a", "enter", "escape")
        await it.pilot.pause()
        assert not isinstance(it.app.screen, Lookup)
        assert number(it) == ""
        while len(slow.stopped) < 2:
            await it.give_way()


async def test_what_was_found_so_far_can_be_taken(monkeypatch):
    done = threading.Event()

    def search(_kind, _typed, *, stop, show):  # noqa: ARG001  # as the program calls it
        show([])
        show([LookupEntry("B-1", "")])
        done.wait()
        return [LookupEntry("A-1", ""), LookupEntry("B-1", "")]

    monkeypatch.setattr(lookups, "search_numbers", search)
    async with desk("cikis") as it:
        await open_it(it)
        await it.settle()
        assert "B-1" in it.text
        assert it.app.screen.table.cursor == 0
        await it.press("enter")
        assert number(it) == "B-1"
        done.set()


async def test_a_number_typed_ahead_is_found():
    async with desk("cikis") as it:
        it.app.screen.query_one("#number_from").focus()
        await at_once(it, "f4", *"rdm2026", "down", "enter")
        assert number(it).startswith("RDM2026")


async def test_a_slow_search_says_so_while_older_entries_stand(slow):
    slow.answer("", "ab")
    async with desk("cikis") as it:
        await open_it(it)
        await it.settle()
        assert "Aranıyor…" not in it.text
        await it.pilot.press("a")
        while "Aranıyor…  Esc vazgeçer" not in it.text:
            await it.give_way()
        assert "NO--0" in it.text
        slow.answer("a")
        while "Aranıyor…" in it.text:
            await it.give_way()
        assert "NO-a-0" in it.text
        assert "↑↓ seçer  Enter alır  Esc vazgeçer" in it.text
