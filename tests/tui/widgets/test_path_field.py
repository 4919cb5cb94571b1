import pytest
from drawn import Stage, lines
from textual.events import Paste

from app.tui.widgets.fields import Field
from app.tui.widgets.path_field import PathField


@pytest.fixture
def fields(tmp_path, monkeypatch):
    for folder in ("arsiv", "aralik", "belge/mart", "belge/nisan"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dosya.json").write_text("[]")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return PathField(wants="json"), Field(id="next")


def listed(app):
    return [message.names for message in app.said(PathField.Candidates)]


async def test_tab_completes_then_lists_then_moves_on(fields):
    path, after = fields
    app = Stage(*fields)
    async with app.run_test() as pilot:
        await pilot.press(*"be", "tab")
        assert (path.value, path.cursor_position) == ("belge/", 6)
        assert lines(app)[0].startswith("belge/")
        assert listed(app) == []
        await pilot.press("tab")
        assert path.value == "belge/"
        assert listed(app) == [["mart/", "nisan/"]]
        assert path.has_focus
        await pilot.press("tab")
        assert after.has_focus


async def test_an_ambiguous_beginning_is_completed_and_listed_at_once(fields):
    path, _ = fields
    app = Stage(*fields)
    async with app.run_test() as pilot:
        await pilot.press("a", "tab")
        assert path.value == "ar"
        assert listed(app) == [["aralik/", "arsiv/"]]
        await pilot.press("s", "tab")
        assert path.value == "arsiv/"


async def test_tab_moves_on_where_there_is_nothing_to_complete(fields):
    path, after = fields
    app = Stage(*fields)
    async with app.run_test() as pilot:
        await pilot.press("tab")
        assert after.has_focus
        await pilot.press("shift+tab", *"yok", "tab")
        assert after.has_focus
        assert path.value == "yok"
        await pilot.press("shift+tab", *"dosya.json", "tab")
        assert after.has_focus


async def test_tab_through_a_field_that_was_not_touched_leaves_it_alone(fields):
    path, after = fields
    app = Stage(*fields)
    async with app.run_test() as pilot:
        path.value = "be"
        path.select_all()
        await pilot.press("tab")
        assert (path.value, after.has_focus) == ("be", True)


async def test_the_path_has_the_home_folder_in_it(fields, tmp_path):
    path, _ = fields
    app = Stage(*fields)
    async with app.run_test():
        assert path.path is None
        path.value = " ~/belge "
        assert path.path == tmp_path / "belge"


@pytest.mark.parametrize("pasted", ["/mnt/gelen/mart.json", "~/belge\n"])
async def test_a_whole_path_that_is_pasted_takes_the_place_of_the_other(pasted):
    path = PathField(wants="json")
    app = Stage(path)
    async with app.run_test() as pilot:
        path.take("/srv/aktarim")
        app.post_message(Paste(pasted))
        await pilot.pause()
        assert path.value == pasted.strip()


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/mnt", "/mnt"),
        ("~/belge", "~/belge"),
        ("ek/mart", "/srv/aktarim/ek/mart"),
        ("ek/mart~", "/srv/aktarim/ek/mart~"),
    ],
)
async def test_a_path_from_the_root_may_be_typed_behind_a_folder(typed, path):
    field = PathField(wants="json")
    async with Stage(field).run_test() as pilot:
        field.take("/srv/aktarim/")
        await pilot.press(*({"/": "slash", "~": "tilde"}.get(letter, letter) for letter in typed))
        assert field.value == path


async def test_a_folder_without_a_slash_goes_on():
    field = PathField(wants="folder")
    async with Stage(field).run_test() as pilot:
        field.take("/srv/aktarim")
        await pilot.press("slash", *"ek")
        assert field.value == "/srv/aktarim/ek"


async def test_up_goes_round_the_paths_of_the_last_times_and_back_to_what_was_typed():
    recent = ["/a/mart.json", "/b/nisan.json"]
    field = PathField(wants="json", recent=lambda: recent)
    app = Stage(field)
    async with app.run_test() as pilot:
        field.take("/srv")
        values = []
        for _ in range(4):
            await pilot.press("up")
            values.append(field.value)
        assert values == ["/a/mart.json", "/b/nisan.json", "/srv", "/a/mart.json"]
        assert [(m.number, m.total) for m in app.said(PathField.Recalled)] == [
            (1, 2), (2, 2), (0, 2), (1, 2),
        ]  # fmt: skip
        await pilot.press("backspace", "up")
        assert field.value == "/a/mart.json"
        recent.clear()
        await pilot.press("up")
        assert field.value == "/a/mart.json"


async def test_where_folders_are_wanted_up_gives_each_folder_once():
    recent = ["/a/mart.json", "/a/nisan.json", "/b/\x1b.json", "/kötü\x1b/mayıs.json"]
    field = PathField(wants="folder", recent=lambda: recent)
    async with Stage(field).run_test() as pilot:
        values = []
        for _ in range(3):
            await pilot.press("up")
            values.append(field.value)
        assert values == ["/a", "/b", ""]
