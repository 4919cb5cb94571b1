from datetime import date

import pytest
from drawn import Stage, lines
from textual import events
from textual.widgets import Input

from app.tui.widgets.fields import CodeField, DateField, Field
from app.tui.widgets.path_field import PathField

TODAY = date(2026, 3, 15)


@pytest.fixture
def days():
    return DateField(today=lambda: TODAY, id="first"), DateField(today=lambda: TODAY)


async def test_a_field_is_one_line_and_does_not_blink():
    field = Field()
    app = Stage(field, Field())
    async with app.run_test() as pilot:
        field.value = "Değer"
        await pilot.press("tab", "shift+tab")
        assert lines(app)[0].startswith("Değer")
        assert field.size.height == 1
        assert not field.cursor_blink
        assert field.selected_text == "Değer"


@pytest.mark.parametrize("kind", [Field, CodeField, DateField, PathField])
async def test_typing_replaces_what_the_field_held_and_a_cursor_key_keeps_it(kind):
    field = PathField(wants="json") if kind is PathField else kind()
    app = Stage(field, Field())
    async with app.run_test() as pilot:
        field.value = "1"
        await pilot.press("tab", "shift+tab", "5")
        assert field.value == "5"
        for key, value in (("right", "56"), ("end", "56"), ("left", "65"), ("home", "65")):
            field.fill("5")
            await pilot.press(key, "6")
            assert field.value == value
        field.fill("7")  # as from a Rehber, while the cursor is in it
        await pilot.press("backspace", "8")
        assert field.value == "8"


async def test_what_is_pasted_or_set_loses_its_controls():
    field = Field()
    app = Stage(field)
    async with app.run_test() as pilot:
        app.post_message(events.Paste("A\x1b]0;x\x07B\u202eC\nikinci satır"))
        await pilot.pause()
        assert field.value == "A\ufffd]0;x\ufffdB\ufffdC"
        assert lines(app)[0].startswith("A\ufffd]0;x\ufffdB\ufffdC")
        field.value = "[/x]\x9b31m\tson"
        await pilot.pause()
        assert lines(app)[0].startswith("[/x]\ufffd31m son")


async def test_what_has_no_room_is_left_out_and_told_without_a_bell(monkeypatch):
    field, other = CodeField(max_length=15), Field()
    app = Stage(field, other)
    rung = []
    monkeypatch.setattr(app, "bell", lambda: rung.append(1))
    async with app.run_test() as pilot:
        app.post_message(events.Paste("RDM2025000000012"))
        await pilot.pause()
        assert field.value == "RDM202500000001"
        (told,) = app.said(Field.Full)
        assert told.sentence == "En çok 15 karakter; fazlası yazılmadı"
        await pilot.press("x")
        assert field.value == "RDM202500000001"
        assert len(app.said(Field.Full)) == 2
        await pilot.press("tab", "shift+tab")  # all of it is selected
        app.post_message(events.Paste("A-1"))
        await pilot.pause()
        assert field.value == "A-1"
        assert (len(app.said(Field.Full)), rung) == (2, [])


async def test_a_code_loses_the_blanks_around_it():
    code, other = CodeField(), Field()
    app = Stage(code, other)
    async with app.run_test() as pilot:
        await pilot.press("space", "a", "space", "b", "space")
        assert (code.value, code.code) == (" a b ", "a b")
        await pilot.press("tab")
        assert code.value == "a b"


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("5", "05.03.2026"),
        ("0504", "05.04.2026"),
        ("5.4", "05.04.2026"),
        ("05042025", "05.04.2025"),
        ("+7", "22.03.2026"),
        ("-1", "14.03.2026"),
        ("b", "15.03.2026"),
        ("5/4/25", "05.04.2025"),
        ("5-4", "05.04.2026"),
        ("05.04.2026+", "06.04.2026"),
        ("05.04.2026++---", "04.04.2026"),
        ("31.12.2026+", "01.01.2027"),
        ("31.12.2100+", "31.12.2100"),
    ],
)
async def test_a_short_date_is_written_out_as_the_field_is_left(days, keys, shown):
    app = Stage(*days)
    async with app.run_test() as pilot:
        await pilot.press(*keys, "tab")
        assert days[0].value == shown
        assert lines(app)[0].startswith(shown)
        assert days[0].reason == ""
        assert not days[0].has_class("-invalid")


async def test_a_text_that_is_no_day_stays_and_says_why(days):
    app = Stage(*days)
    async with app.run_test() as pilot:
        await pilot.press(*"31.2", "tab")
        first = days[0]
        assert (first.value, first.day) == ("31.2", None)
        assert first.reason == "böyle bir gün yok"
        assert first.has_class("-invalid")
        await pilot.press("shift+tab", *"28.2", "tab")
        assert first.day == date(2026, 2, 28)
        assert not first.has_class("-invalid")


async def test_an_empty_date_is_no_error(days):
    app = Stage(*days)
    async with app.run_test() as pilot:
        await pilot.press("tab")
        assert (days[0].value, days[0].day, days[0].reason) == ("", None, "")
        assert not days[0].has_class("-invalid")


async def test_a_day_that_is_set_is_written_in_turkish_and_mends_an_error(days):
    app = Stage(*days)
    async with app.run_test() as pilot:
        await pilot.press("x", "enter")
        assert days[0].has_class("-invalid")
        days[0].day = date(2024, 2, 29)
        assert days[0].value == "29.02.2024"
        assert not days[0].has_class("-invalid")
        days[0].day = None
        assert days[0].value == ""


async def test_who_hears_of_enter_hears_the_day_written_out(days):
    app = Stage(*days)
    async with app.run_test() as pilot:
        await pilot.press("5", "enter")
        assert [message.value for message in app.said(Input.Submitted)] == ["05.03.2026"]
