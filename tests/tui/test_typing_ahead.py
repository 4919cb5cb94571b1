"""Keys that come faster than the screen changes: each goes where the user meant it."""

import pytest
from desk import Desk, desk
from textual.events import Key, Paste

from app.tui.typeahead import TypeaheadApp
from app.tui.widgets.fields import Field

pytestmark = pytest.mark.usefixtures("office")

CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t"}


async def at_once(it: Desk, *keys: str) -> Desk:
    """Keys that are all there before the first of them is looked at."""
    for key in keys:
        character = CHARACTERS.get(key, key if len(key) == 1 else None)
        it.app.post_message(Key(key, character))
    for _ in keys:
        await it.settle()
    return it


async def test_tab_and_space_tick_the_box_that_tab_leads_to():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2")
        await at_once(it, "tab", "tab", "space")
        assert "[✓] Eksik cari ve stok kartlarını oluştur" in it.text
        await at_once(it, "shift+tab", "z", "shift+tab", "space", "tab", "y")
        assert "[ ] Öncelikle Kaynak" in it.text
        assert it.app.focused.value == "y"


async def test_a_whole_import_typed_ahead():
    async with desk("", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5")
        await at_once(it, "a", "f2", "space", "enter", "z", "z", "enter", "enter")
        assert "40 belge aktarıldı (ilk ZZ0000000000001" in it.message


async def test_a_rehber_gets_what_is_typed_behind_f4():
    async with desk("cikis") as it:
        await at_once(it, "tab", "tab", "f4", *"oksuz", "enter", "f5")
        assert it.rows
        assert all("Öksüz" in row for row in it.rows)


async def test_a_whole_job_typed_ahead_never_touches_the_path(office):
    async with desk("cikis") as it:
        await at_once(it, "f5", "a", "f2", "e")
        assert it.message.startswith("Aktarım tamamlandı: 100 belge")
        assert it.app.screen.query_one("#path").value == "cikis"
    assert len(list((office / "cikis").iterdir())) == 1


class Waiting(TypeaheadApp):
    """One field, and keys that wait as long as the test says."""

    waits = True

    def compose(self):
        yield Field(id="field")

    def keys_wait(self):
        return self.waits


@pytest.mark.parametrize(("keys", "value"), [(("a", "b"), "abc"), (("a", "b", "escape"), "c")])
async def test_keys_wait_and_esc_takes_them_back(keys, value):
    app = Waiting()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        assert app.query_one(Field).value == ""
        app.waits = False
        await pilot.press("c")
        assert app.query_one(Field).value == value


async def test_an_answer_may_come_before_its_question_and_a_step_back_stops_nothing():
    async with desk("cikis") as it:
        await it.press("f5")
        await at_once(it, "a", "f2", "h", "f2", "escape", "f3", "f3", "u")
        assert it.message == "Vazgeçildi; dosya yazılmadı"
        assert "işaretli" not in it.status


async def test_what_is_pasted_keeps_its_place_between_keys():
    async with desk("cikis") as it:
        it.app.post_message(Key("tab", "\t"))
        it.app.post_message(Key("tab", "\t"))
        it.app.post_message(Paste("120-034"))
        it.app.post_message(Key("9", "9"))
        for _ in range(4):
            await it.settle()
        assert it.app.screen.query_one("#account_code").value == "120-0349"
