import pytest
from drawn import Stage, lines

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
