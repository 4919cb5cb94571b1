"""The table of commands: each has a method, its own keys, and a reason where it cannot run."""

import itertools

import pytest
from desk import desk

from app.tui.commands import COMMANDS, Action, Scope, commands_in
from app.tui.screens.advanced import AdvancedFilter
from app.tui.screens.deleted import DeletedListScreen
from app.tui.screens.dialog import Confirm, Dialog
from app.tui.screens.document import DeletedScreen, DocumentPage
from app.tui.screens.export_tab import ExportTab
from app.tui.screens.picker import Picker
from app.tui.screens.run_list import RunListScreen
from app.tui.screens.totals import TotalsScreen

pytestmark = pytest.mark.usefixtures("office")

SCREENS = {
    Scope.PICKER: Picker,
    Scope.ADVANCED: AdvancedFilter,
    Scope.DIALOG: Confirm,
    Scope.DOCUMENT: DocumentPage,
    Scope.TOTALS: TotalsScreen,
    Scope.HISTORY: RunListScreen,
    Scope.DELETED: DeletedListScreen,
    Scope.DELETED_DOCUMENT: DeletedScreen,
}
IN_TABS = [
    (Scope.EXPORT, Scope.LIST, Scope.ANYWHERE),
    (Scope.IMPORT, Scope.LIST, Scope.ANYWHERE),
]
ELSEWHERE = [
    (Scope.PICKER, Scope.ANYWHERE),
    (Scope.ADVANCED, Scope.ANYWHERE),
    (Scope.DIALOG, Scope.ANYWHERE),
    (Scope.DOCUMENT,),
    (Scope.TOTALS,),
    (Scope.HISTORY, Scope.ANYWHERE),
    (Scope.DELETED, Scope.ANYWHERE),
    (Scope.DELETED_DOCUMENT, Scope.DOCUMENT),
]


@pytest.mark.parametrize("scopes", IN_TABS + ELSEWHERE)
def test_no_key_has_two_meanings_in_one_scope(scopes):
    keys = list(itertools.chain.from_iterable(command.keys for command in commands_in(*scopes)))
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("scopes", ELSEWHERE)
def test_each_command_is_done_by_its_screen(scopes):
    screen = SCREENS[scopes[0]]
    for command in commands_in(*scopes):
        assert callable(getattr(screen, f"do_{command.id}", None)), command.id


@pytest.mark.parametrize(("keys", "scopes"), [((), IN_TABS[0]), (("f3",), IN_TABS[1])])
async def test_a_tab_has_an_action_for_each_of_its_commands_and_no_other(keys, scopes):
    async with desk() as it:
        await it.press(*keys)
        assert set(it.app.screen.actions) == {command.id for command in commands_in(*scopes)}


async def test_two_parts_of_a_tab_cannot_claim_one_command():
    async with desk() as it:
        with pytest.raises(ValueError, match=r"two actions: sort$"):
            it.app.screen.add_actions({"other": Action(it.app.bell), "sort": Action(it.app.bell)})


def test_each_command_has_a_help_and_each_f_key_a_plain_key():
    for command in COMMANDS:
        assert command.label
        assert command.help
        plain = [key for key in command.keys if not key.startswith("f") or len(key) == 1]
        assert plain, command.id


def test_f10_in_a_dialog_is_a_step_back():
    assert Dialog.do_leave is not ExportTab.do_leave


@pytest.mark.parametrize("tab", [(), ("f3",)])
async def test_every_command_on_an_empty_list_says_why_it_cannot(tab):
    async with desk() as it:
        await it.press(*tab, "f6")
        screen = it.app.screen
        for command in commands_in(Scope.LIST):
            screen.message.tell("")
            await it.press(command.keys[0])
            assert "Liste boş" in it.message or "Önce aranacak" in it.message, command.id
            assert it.app.screen is screen
        await it.press("f2")
        assert "Liste boş" in it.message
        await it.press("f4")
        assert it.message == "F4 burada bir iş yapmaz; F1 buradaki tuşları gösterir"
        await it.press("f6")
        assert it.message == ""


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ((), "Dosya Yolu: dosyanın yazılacağı klasör"),
        (("down",), "Belge Tipi: ←/→"),
        (("down", "tab"), "Cari Kodu: boşsa bütün cariler"),
        (("down", "down"), "Belge Tarihi: ilk tarih; boşsa sınır yok. 5, 0503, 5.3"),
        (("down", "tab", "tab"), "İleri Kısıt: Enter ya da F7 ile"),
        (("f7",), "Tipi: ←/→ ya da baş harfle seçilir"),
        (("f7", "tab", "tab"), "Döviz: TL, döviz kodu ya da adı (USD)"),
        (("f6",), "Liste: Boşluk işaretler"),
        (("f3",), "Dosya Yolu: aktarılacak JSON dosyası"),
        (("f3", "down"), "Kodlama: dosyadan kendiliğinden"),
        (("f5", "a", "f2"), "E evet, H ya da Esc hayır"),
        (("f5", "g"), "Yazın ve Enter'a basın"),
        (("f5", "right", "plus"), "* ne olursa olsun"),
        (("f5", "right", "minus"), "Bakılan sütun Tarih"),
        (("f5", "enter"), "Belgenin tamamı: üst bilgiler"),
        (("down", "tab", "f4"), "Yazdıkça liste daralır"),
        (("f4",), "Harf yazdıkça yalnız uyan adlar kalır"),
    ],
)
async def test_f1_tells_what_the_place_is_for(keys, text):
    async with desk("cikis") as it:
        await it.press(*keys)
        here = it.app.screen
        await it.press("f1")
        assert text in it.words
        await it.press("escape")
        assert it.app.screen is here


async def test_the_help_lists_every_key_of_the_place():
    async with desk("cikis", size=(100, 60)) as it:
        await it.press("f1")
        pages = it.text
        await it.press("pagedown")
        pages += it.text
        for command in commands_in(Scope.EXPORT, Scope.LIST, Scope.ANYWHERE):
            assert f"{command.label}: " in pages, command.id


async def test_esc_goes_one_step_back_and_never_quits():
    async with desk("cikis") as it:
        await it.press("f5", "v", "down", "escape")
        assert "aralık" not in it.status
        assert it.place == "list"
        await it.press("escape")
        assert it.place == "path"
        await it.press("escape", "escape")
        assert it.message == "Çıkmak için F10"
        assert it.app.is_running


@pytest.mark.parametrize("key", ["f10", "ctrl+q"])
async def test_f10_leaves(key):
    async with desk() as it:
        await it.pilot.press(key)
        await it.pilot.pause()
    assert it.app.return_code == 0


async def test_f6_goes_between_fields_and_list_and_f3_between_the_tabs():
    async with desk("cikis") as it:
        await it.press("f6")
        assert it.place == "list"
        await it.press("ctrl+o")
        assert it.place == "path"
        await it.press("down", "tab", "f5", "f6")
        assert it.place == "account_code"
        await it.press("f5", "down", "space", "ctrl+t")
        assert "[İçeri Aktar]" in it.text
        await it.press("f3")
        assert "[Dışarı Aktar]" in it.text
        assert "1 işaretli" in it.status
        assert it.place == "list"


async def test_ctrl_l_draws_the_same_screen_anew():
    async with desk("cikis") as it:
        before = (await it.press("f5", "a")).text
        assert (await it.press("ctrl+l")).text == before


async def test_arrows_go_through_the_fields_as_they_stand():
    async with desk("cikis") as it:
        places = []
        for key in ("down", "tab", "down", "down", "down", "escape", "up"):
            await it.press(key)
            places.append(it.place)
        assert places == [
            "document_type", "account_code", "number_from", "save_file", "list", "path", "path",
        ]  # fmt: skip


async def test_enter_goes_from_field_to_field_and_lists_at_the_last():
    async with desk("cikis") as it:
        places = []
        for _ in range(7):
            await it.press("enter")
            places.append(it.place)
        assert places == [
            "document_type", "account_code", "date_from", "date_to", "number_from", "number_to",
            "list",
        ]  # fmt: skip
        assert it.message == "100 belge listelendi"


@pytest.mark.parametrize("keys", [("enter",), ("down", "enter")])
async def test_enter_lists_a_file_from_each_field(keys):
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press("f3", *keys)
        assert it.message == "temiz.json: 40 hazır"


async def test_what_is_said_of_a_field_goes_with_it():
    async with desk("cikis") as it:
        await it.press("tab", "f4")
        assert it.message == "Bu alanın Rehberi yok; F1 ne yazılabileceğini söyler"
        await it.press("tab")
        assert it.message == ""
        await it.press("f4", "escape", "tab", "tab")
        await it.type("99")
        await it.press("tab")
        assert it.message.startswith("Belge Tarihi: ")
        await it.press("tab")
        assert it.message.startswith("Belge Tarihi: ")


async def test_a_path_goes_on_behind_a_cursor_key():
    async with desk("cikis") as it:
        await it.press("tab", "shift+tab", "right")
        await it.type("/a")
        assert "cikis/a" in it.lines[1]


async def test_a_long_path_shows_its_end():
    long = "/".join(["klasor"] * 15) + "/son.json"
    async with desk("", long) as it:
        await it.press("f3")
        assert it.lines[1].endswith("/son.json")
        await it.press("down")
        assert it.lines[1].endswith("/son.json")


@pytest.mark.parametrize(
    ("keys", "silent"),
    [
        (("f5", "enter"), ("f9", "f2", "a", "ctrl+p")),
        (("f5", "f11"), ("f9", "f6")),
        (("f9",), ("f11", "f3", "a")),
        (("f9", "f6"), ("f9", "y")),
        (("f3",), ("f7", "f8")),
        (("f7",), ("f9", "f2", "f6")),
        (("f5", "a", "f2"), ("f9", "f2", "f5")),
        (("f5", "slash"), ("f9", "f2")),
    ],
)
async def test_a_key_of_elsewhere_says_that_it_does_nothing_here(keys, silent):
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press(*keys)
        before = it.app.screen
        for key in silent:
            await it.press(key)
            name = key if len(key) == 1 else key.title()
            assert f"{name} burada bir iş yapmaz; F1 buradaki tuşları gösterir" in it.text, key
            assert it.app.screen is before


async def test_a_letter_after_such_a_key_puts_the_search_line_back_at_the_bottom():
    async with desk("cikis") as it:
        await it.press("f5", "slash", "f9")
        assert it.lines[-1].startswith("F9 burada bir iş yapmaz")
        await it.type("x")
        assert it.lines[-1].startswith("Ara  x")
        await it.press("f9")
        assert it.lines[-1].startswith("F9 burada bir iş yapmaz")


async def test_a_key_of_the_list_says_in_the_fields_where_it_works():
    async with desk("cikis") as it:
        await it.press("f11")
        assert it.message == "F11 listede çalışır; F6 listeye geçer"
        await it.press("f5")
        assert "listede çalışır" not in it.message
