import pytest
from drawn import Stage, lines, style_at

from app.tui.widgets.choice import Choice

TYPES = [(None, "Tümü"), (0, "Satış Faturası"), (1, "Alış Faturası"), (2, "İade"), (3, "Irsaliye")]


@pytest.fixture
def choice():
    return Choice(TYPES)


async def test_it_shows_its_first_option_on_one_line(choice):
    app = Stage(choice)
    async with app.run_test(size=(80, 24)):
        assert lines(app)[0].rstrip() == "‹ Tümü ›"
        assert choice.size.height == 1
        assert choice.size.width == len("‹ Satış Faturası ›")
        assert style_at(app, 0, "Tümü").reverse


async def test_arrows_and_space_go_round(choice):
    app = Stage(choice)
    async with app.run_test() as pilot:
        await pilot.press("right", "space")
        assert choice.value == 1
        await pilot.press("left", "left", "left")
        assert choice.value == 3
        await pilot.press("right")
        assert choice.value is None
        assert [m.value for m in app.said(Choice.Changed)] == [0, 1, 0, None, 3, None]
        assert lines(app)[0].rstrip() == "‹ Tümü ›"


async def test_a_first_letter_picks_with_or_without_turkish_keys(choice):
    app = Stage(choice)
    async with app.run_test() as pilot:
        await pilot.press("s")
        assert choice.value == 0
        await pilot.press("ı")
        assert choice.value == 2
        await pilot.press("i")
        assert choice.value == 3
        await pilot.press("i")
        assert choice.value == 2
        await pilot.press("x", "circumflex_accent")
        assert choice.value == 2


async def test_setting_the_value_says_nothing_and_an_unknown_one_is_refused(choice):
    app = Stage(choice)
    async with app.run_test() as pilot:
        choice.value = 1
        await pilot.pause()
        assert lines(app)[0].rstrip() == "‹ Alış Faturası ›"
        assert app.said(Choice.Changed) == []
        with pytest.raises(ValueError, match="not in list"):
            choice.value = 9


async def test_labels_are_not_markup():
    app = Stage(Choice([(0, "[b]kalın[/b] [/x]")]))
    async with app.run_test():
        assert lines(app)[0].rstrip() == "‹ [b]kalın[/b] [/x] ›"


def test_the_value_given_is_chosen_at_first():
    assert Choice(TYPES, value=1).value == 1
    assert Choice(TYPES, value=99).value is None
