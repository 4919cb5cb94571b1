"""A list that was fetched before an undo or a restore: it is said, and nothing is saved from it."""

from __future__ import annotations

import threading

import pytest
from desk import desk

from app.store import queries
from app.tui.screens.run_list import BooksChanged

pytestmark = pytest.mark.usefixtures("office")

FILE = "dosyalar/hatali.json"
_OLD = "Geri alma defterleri değiştirdi, liste eski; önce Kayıtları Getir (F5)"


@pytest.mark.both_engines
async def test_an_undo_makes_the_lists_of_both_tabs_old_until_they_are_fetched_anew():
    async with desk("cikis", FILE) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f3", "f5", "a")
        await it.press("f9", "g", "e", "escape")
        assert it.message == _OLD
        await it.press("down", "f2")
        assert it.message == _OLD
        await it.press("f5", "a", "f2")
        assert "emin misiniz?" in it.words
        await it.press("h", "f3")
        assert it.message == _OLD
        await it.press("f2")
        assert it.message == _OLD
        await it.press("f5", "a", "f2")
        assert it.message != _OLD
        assert len(it.app.screen_stack) == 2  # the question
        await it.press("escape", "f9", "r", "e", "escape")
        assert it.message == _OLD.replace("Geri alma", "Geri getirme")


async def test_a_fetch_that_fails_leaves_the_list_old():
    async with desk("cikis", FILE) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f9", "g", "e", "escape")
        await it.fill("path", "yok.json")
        await it.press("f5")
        await it.fill("path", FILE)
        await it.press("f2")
        assert it.message == _OLD


async def test_a_tab_without_a_list_says_nothing():
    async with desk("cikis", FILE) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f9", "g", "e", "escape", "f3")
        assert it.message == ""


async def test_it_is_said_once_on_coming_back_and_then_only_where_it_stands_in_the_way():
    async with desk("cikis", FILE) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f3", "f5", "a")
        await it.press("f9", "g", "e", "escape")
        assert it.message == _OLD
        await it.press("s")  # looking is not saving
        assert it.message == ""
        await it.press("f9", "escape")
        assert it.message == ""
        await it.press("f2")
        assert it.message == _OLD


@pytest.mark.both_engines
async def test_a_list_that_was_being_fetched_during_the_undo_is_old(monkeypatch):
    goes_on, find = threading.Event(), queries.find

    def slow(wanted):
        found = find(wanted)
        assert goes_on.wait(10)
        return found

    async with desk("cikis", FILE) as it:
        await it.press("f3", "f5", "a", "f2", "enter", "enter", "f3")
        monkeypatch.setattr(queries, "find", slow)
        await it.pilot.press("f5")
        it.app.on_books_changed(BooksChanged("Geri alma"))
        goes_on.set()
        await it.settle()
        await it.press("a", "f2")
        assert it.message == _OLD
