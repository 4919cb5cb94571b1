"""A list whose rows are still coming."""

import pytest
from drawn import Numbers, Stage, lines, marked_rows
from test_record_table import COLUMNS, PAGE, Keys

from app.tui.marks import Marks


@pytest.fixture
def table():
    return Keys(COLUMNS, empty_text="Kayıt yok")


@pytest.mark.parametrize("first", [0, 1, PAGE - 1])
@pytest.mark.parametrize("then", [PAGE - 1, PAGE, PAGE + 1, 1000])
async def test_new_rows_fill_a_page_that_is_not_full(table, first, then):
    app = Stage(table)
    source = Numbers(first)
    async with app.run_test(size=(80, PAGE + 1)) as pilot:
        table.set_source(source, Marks(first))
        await pilot.pause()
        source.size = then
        table.grow()
        await pilot.pause()
        drawn = [line.split()[0] for line in lines(app)[1:] if line.strip()]
        assert drawn == [f"NO{n:08}" for n in range(min(then, PAGE))]
        assert table.row_count == then
        await pilot.press("end")
        assert f"NO{then - 1:08}" in lines(app)[min(then, PAGE)]


async def test_rows_that_come_behind_a_full_page_are_neither_asked_for_nor_drawn(
    table, monkeypatch
):
    app = Stage(table)
    source = Numbers(PAGE)
    async with app.run_test(size=(80, PAGE + 1)) as pilot:
        table.set_source(source, Marks(PAGE))
        await pilot.pause()
        source.asked.clear()
        drawn = []
        monkeypatch.setattr(type(table), "refresh", lambda *_, **how: drawn.append(how))
        for size in (PAGE + 1, 1000):
            source.size = size
            table.grow()
            await pilot.pause()
        assert (source.asked, drawn) == ([], [])
        monkeypatch.undo()
        assert table.row_count == 1000
        await pilot.press("down")
        assert table.cursor == 1


async def test_cursor_and_marks_stay_while_a_list_grows(table):
    app = Stage(table)
    source = Numbers(5)
    async with app.run_test(size=(80, PAGE + 1)) as pilot:
        table.set_source(source, Marks(5))
        await pilot.press("down", "space", "space")
        source.size = 50
        table.grow()
        await pilot.pause()
        assert (table.cursor, table.row_count) == (3, 50)
        assert marked_rows(table.marks) == [1, 2]
        await pilot.press("a")
        assert table.marks.count == 50
