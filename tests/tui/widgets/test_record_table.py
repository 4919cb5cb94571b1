from typing import ClassVar

import pytest
from drawn import Numbers, Stage, lines, marked_rows, style_at
from rich.cells import cell_len

from app.errors import DatabaseRefused
from app.tui.marks import Marks
from app.tui.widgets.columns import Column
from app.tui.widgets.record_table import RecordTable
from app.tui.widgets.virtual_table import VirtualTable

COLUMNS = [
    Column("no", "Belge No", 12),
    Column("cari", "Cari", 10, flexible=True, priority=2),
    Column("toplam", "Toplam", 12, align="right", priority=1),
]
MILLION = 1_000_000
PAGE = 23


class Keys(RecordTable):
    """The table with the keys that a screen gives it."""

    BINDINGS: ClassVar = [
        (key, action, "")
        for key, action in {
            "space": "mark_and_advance",
            "v": "toggle_range",
            "escape": "cancel_range",
            "shift+up": "extend_up",
            "shift+down": "extend_down",
            "a": "mark_all",
            "u": "unmark_all",
            "asterisk": "invert_marks",
            "enter": "open_row",
        }.items()
    ]


@pytest.fixture
def table():
    return Keys(COLUMNS, empty_text="Kayıt yok: F5 ile getirin")


def marked(table) -> list[int]:
    return marked_rows(table.marks)


def top_row(app) -> str:
    return lines(app)[1].split()[0]


async def test_header_and_first_rows_stand_in_their_columns(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(MILLION))
        await pilot.pause()
        drawn = lines(app)
        assert drawn[0] == "  Belge No     Cari" + " " * 55 + "Toplam"
        assert drawn[1] == "  NO00000000   Firma 0" + " " * 54 + "0,00"
        assert drawn[23] == "  NO00000022   Firma 22" + " " * 52 + "22,00"
        assert style_at(app, 1, "NO00000000").reverse
        assert not style_at(app, 2, "NO00000001").reverse


async def test_the_ends_of_a_million_rows_are_reached_and_little_is_asked_for(table):
    app = Stage(table)
    source = Numbers(MILLION)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(source)
        await pilot.press("up", "pageup", "home")
        assert table.cursor == 0
        await pilot.press("end")
        assert table.cursor == MILLION - 1
        assert lines(app)[23].startswith("  NO00999999")
        assert style_at(app, 23, "NO00999999").reverse
        await pilot.press("down", "pagedown")
        assert table.cursor == MILLION - 1
        await pilot.press("up")
        assert style_at(app, 22, "NO00999998").reverse
        await pilot.press("home")
        assert top_row(app) == "NO00000000"
        assert max(count for _, count in source.asked) <= PAGE
        assert source.rows_asked <= 4 * PAGE


async def test_moving_within_the_page_asks_for_nothing_and_draws_two_lines(table):
    app = Stage(table)
    source = Numbers(100)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(source)
        await pilot.pause()
        source.asked.clear()
        redrawn = []
        draw = table.render_line
        table.render_line = lambda y: redrawn.append(y) or draw(y)
        await pilot.press("down")
        assert sorted(redrawn) == [1, 2]
        assert source.asked == []


async def test_the_list_follows_the_cursor_line_by_line_and_page_by_page(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(1000))
        table.goto(PAGE - 1)
        await pilot.press("down")
        assert (table.cursor, top_row(app)) == (23, "NO00000001")
        await pilot.press("pagedown")
        assert (table.cursor, top_row(app)) == (46, "NO00000024")
        await pilot.press("pageup")
        assert (table.cursor, top_row(app)) == (23, "NO00000001")
        await pilot.press("pageup")
        assert (table.cursor, top_row(app)) == (0, "NO00000000")


async def test_going_to_a_row_puts_it_in_the_middle_unless_it_is_in_view(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(MILLION))
        await pilot.pause()
        table.goto(5)
        await pilot.pause()
        assert top_row(app) == "NO00000000"
        table.goto(500_000)
        await pilot.pause()
        assert lines(app)[12].startswith("  NO00500000")
        table.goto(MILLION * 5)
        await pilot.pause()
        assert table.cursor == MILLION - 1
        assert [m.position for m in app.said(VirtualTable.CursorMoved)] == [5, 500_000, 999_999]


async def test_the_cursor_stays_in_view_when_the_window_shrinks(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(1000))
        table.goto(20)
        await pilot.resize_terminal(60, 8)
        await pilot.pause()
        assert any(line.startswith("  NO00000020") for line in lines(app))
        assert all(cell_len(line) == 60 for line in lines(app))
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.press("end")
        assert lines(app)[23].startswith("  NO00000999")


@pytest.mark.parametrize(
    ("width", "titles"),
    [(200, 3), (80, 3), (40, 3), (37, 2), (28, 2), (26, 1), (8, 1), (3, 0), (1, 0)],
)
async def test_columns_go_by_priority_in_a_narrow_window(table, width, titles):
    app = Stage(table)
    async with app.run_test(size=(width, 10)) as pilot:
        table.set_source(Numbers(50))
        await pilot.pause()
        assert all(cell_len(line) == width for line in lines(app))
        header = lines(app)[0].replace("›", "").split("  ")
        assert len([part for part in header if part.strip()]) == titles


async def test_in_a_narrow_window_the_chosen_column_scrolls_into_view_beside_the_first(table):
    app = Stage(table)
    async with app.run_test(size=(30, 10)) as pilot:
        table.set_source(Numbers(50))
        seen = []
        for key in ("", "right", "right", "right", "left", "left", "left"):
            await pilot.press(*filter(None, [key]))
            await pilot.pause()
            seen.append((table.current_column, lines(app)[0].rstrip()))
            assert all(cell_len(line) == 30 for line in lines(app))
        at_first = "  Belge No           Toplam  ›"
        behind = "  Belge No    ‹Cari"
        assert seen == [
            ("no", at_first), ("toplam", at_first), ("cari", behind), ("cari", behind),
            ("toplam", at_first), ("no", at_first), ("no", at_first),
        ]  # fmt: skip
        await pilot.press("right", "right")
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        assert lines(app)[0].rstrip() == "  ‹Cari"
        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        assert lines(app)[0].split() == ["Belge", "No", "Cari", "Toplam"]


async def test_an_empty_list_says_so_in_the_middle_and_takes_every_key(table):
    app = Stage(table)
    async with app.run_test(size=(81, 24)) as pilot:
        table.set_source(Numbers(0))
        await pilot.press("down", "end", "space", "v", "shift+down", "a", "asterisk", "enter")
        await pilot.pause()
        assert lines(app)[12] == "Kayıt yok: F5 ile getirin".center(81)
        assert table.row_count == 0
        assert app.said(VirtualTable.Opened) == []
        table.empty_text = "[/x] Bulunamadı"
        await pilot.pause()
        assert lines(app)[12].strip() == "[/x] Bulunamadı"


async def test_space_marks_and_moves_on_and_marks_nothing_else(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(MILLION))
        await pilot.press("space", "down", "space")
        assert marked(table) == [0, 2]
        assert table.cursor == 3
        assert [line[:3] for line in lines(app)[1:5]] == ["✓ N", "  N", "✓ N", "  N"]
        await pilot.press("up", "space")
        assert marked(table) == [0]
        assert app.said(RecordTable.Marked)[-1].table is table


async def test_all_none_and_the_opposite_of_a_million(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(MILLION))
        await pilot.press("a")
        assert table.marks.count == MILLION
        assert all(line.startswith("✓ ") for line in lines(app)[1:])
        await pilot.press("space", "asterisk")
        assert marked(table) == [0]
        await pilot.press("u")
        assert table.marks.count == 0
        assert not any("✓" in line for line in lines(app))


async def test_a_blocked_row_is_left_out_and_stepped_over(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(4), Marks(4, b"\0\1\0\0"))
        await pilot.press("a")
        assert marked(table) == [0, 2, 3]
        await pilot.press("u", "down", "space")
        assert (marked(table), table.cursor) == ([], 2)


async def test_v_marks_what_the_cursor_passes_and_gives_back_what_it_leaves(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(100))
        await pilot.press("down", "down", "v", "down", "down", "down")
        assert table.range_active
        assert marked(table) == [2, 3, 4, 5]
        assert [line[0] for line in lines(app)[1:8]] == [" ", " ", "✓", "✓", "✓", "✓", " "]
        await pilot.press(*["up"] * 5)
        assert marked(table) == [0, 1, 2]
        await pilot.press("v", "down", "down", "down", "down")
        assert marked(table) == [0, 1, 2]
        assert not table.range_active


async def test_v_to_the_end_marks_the_rest_and_space_ends_it(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(MILLION))
        await pilot.press("down", "v", "end", "space", "up")
        assert table.marks.count == MILLION - 1
        assert not table.marks.is_marked(0)


async def test_escape_takes_a_range_back_but_not_what_was_marked_before(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(100))
        await pilot.press("down", "space", "home", "v", "down", "down", "down", "escape")
        assert marked(table) == [1]
        assert not table.range_active
        await pilot.press("down", "escape")
        assert marked(table) == [1]


async def test_shift_marks_from_where_it_was_pressed_and_a_plain_move_ends_it(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(100))
        await pilot.press("down", "shift+down", "shift+down", "shift+down", "shift+up")
        assert marked(table) == [1, 2, 3]
        await pilot.press("down", "down", "shift+up")
        assert marked(table) == [1, 2, 3, 4, 5]
        await pilot.press("escape")
        assert marked(table) == [1, 2, 3, 4, 5]


async def test_marking_all_in_the_midst_of_a_range_ends_it(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(10))
        await pilot.press("v", "down", "u", "down", "down")
        assert marked(table) == []
        assert not table.range_active


async def test_enter_asks_for_the_row_and_arrows_choose_a_column(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(10))
        await pilot.press("down", "enter")
        assert [m.position for m in app.said(VirtualTable.Opened)] == [1]
        assert table.current_column == "no"
        await pilot.press("left")
        assert table.current_column == "no"
        await pilot.press("right", "right", "right")
        assert table.current_column == "toplam"
        assert style_at(app, 0, "Toplam").reverse
        assert not style_at(app, 0, "Belge No").reverse


async def test_the_header_shows_the_order(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(10))
        table.show_sorting("no")
        await pilot.pause()
        assert lines(app)[0].startswith("  Belge No▲ ")
        table.show_sorting("toplam", descending=True)
        await pilot.pause()
        assert lines(app)[0].startswith("  Belge No ")
        assert lines(app)[0].endswith(" Toplam▼")
        table.show_sorting(None)
        await pilot.pause()
        assert lines(app)[0].endswith("   Toplam")


async def test_rows_that_changed_are_read_again(table):
    app = Stage(table)
    source = Numbers(1000)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(source)
        await pilot.pause()
        source.cells = lambda n: (f"YENI{n}", "", "")
        assert lines(app)[5].startswith("  NO00000004")
        table.refresh_rows()
        await pilot.pause()
        assert lines(app)[5].startswith("  YENI4 ")


async def test_a_list_that_has_shrunk_keeps_a_cursor_and_marks_that_exist(table):
    app = Stage(table)
    source = Numbers(1000)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(source)
        await pilot.press("a", "end")
        source.size = 30
        table.refresh_rows()
        await pilot.pause()
        assert (table.cursor, table.marks.count, table.row_count) == (29, 30, 30)
        assert lines(app)[23].startswith("✓ NO00000029")


async def test_a_new_list_begins_at_its_top_with_no_marks(table):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(MILLION))
        await pilot.press("a", "v", "end")
        table.set_source(Numbers(500))
        await pilot.pause()
        assert (table.cursor, table.marks.count, table.range_active) == (0, 0, False)
        assert top_row(app) == "NO00000000"


async def test_a_rows_state_has_a_colour_of_its_own(table):
    app = Stage(table)
    app.stylesheet.add_source(
        ".record-table--error { color: red; } .record-table--done { color: green; }"
    )
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(10, states={1: "error", 2: "done"}))
        await pilot.pause()
        colours = [style_at(app, y, "NO0000").color.triplet for y in (2, 3, 4)]
        assert colours[0].red > colours[0].green
        assert colours[1].green > colours[1].red
        assert colours[2] not in colours[:2]


async def test_marks_and_cursor_are_seen_without_colour(table, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(10))
        await pilot.press("space")
        assert lines(app)[1].startswith("✓ ")
        assert style_at(app, 2, "NO00000001").reverse
        assert style_at(app, 1, "NO00000000").bold


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc [/foo] def", "abc [/foo] def"),
        ("[@click=app.quit]x", "[@click=app.quit]x"),
        ("\x1b]52;c;eA==\x07", "\ufffd]52;c;eA==\ufffd"),
        ("\x9b31mkırmızı\x1b[0m", "\ufffd31mkırmızı\ufffd[0m"),
        ("\u202eters", "\ufffdters"),
        ("iki\nsatır\tsekme", "iki satır sekme"),
        ("漢字" * 40, "漢字漢字"),
        ("g\u0306u\u0308" * 40, "g\u0306u\u0308"),
        ("\u200d\U0001f469\u200d\U0001f467", "\U0001f469\U0001f467"),
        ("\udcff", "\ufffd"),
        ("uzun " * 100_000, "uzun uzun"),
    ],
)
async def test_hostile_and_foreign_texts_are_drawn_as_text(table, text, seen):
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(3, cells=lambda n: (f"NO{n}", text, f"{n},00")))
        await pilot.pause()
        row = lines(app)[2]
        assert seen in row
        assert cell_len(row) == 80
        assert row.endswith("1,00")
        assert row.isprintable() or text.isprintable()


async def test_rows_that_cannot_be_read_are_told_once_and_the_list_lives_on(table):
    class Broken(Numbers):
        def window(self, first, count):
            if first > 50:
                raise DatabaseRefused("veritabanı kilitli")
            return super().window(first, count)

    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Broken(100))
        await pilot.press("end")
        await pilot.pause()
        assert [m.sentence for m in app.said(VirtualTable.Failed)] == ["veritabanı kilitli"]
        await pilot.press("up", "home")
        assert len(app.said(VirtualTable.Failed)) == 1
        assert top_row(app) == "NO00000000"


async def test_a_source_with_fewer_rows_or_cells_than_it_said_leaves_blanks(table):
    class Short(Numbers):
        def window(self, first, count):  # noqa: ARG002
            return [("YALNIZ",)] if first == 0 else []

    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Short(10))
        await pilot.press("end", "home")
        assert lines(app)[1].strip() == "YALNIZ"
        assert lines(app)[2].strip() == ""


async def test_without_marks_the_columns_begin_at_the_edge():
    table = VirtualTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=(80, 24)) as pilot:
        table.set_source(Numbers(10))
        await pilot.press("down")
        assert lines(app)[0].startswith("Belge No ")
        assert lines(app)[2].startswith("NO00000001 ")
        assert table.cursor == 1


async def test_a_list_that_shows_some_of_its_rows_marks_those_and_no_others(table):
    app = Stage(table)
    marks = Marks(8)
    marks.set(0, True)
    async with app.run_test(size=(80, 24)) as pilot:
        marks.show_only(b"\0\1\0\0\1\1\0\0")
        table.set_source(Numbers(3), marks, list_rows=(1, 4, 5), cursor=1)
        assert (table.cursor, table.list_row) == (1, 4)
        await pilot.press("space")
        assert (marked(table), table.list_row) == ([0, 4], 5)
        await pilot.press("u", "home", "v", "end")
        assert marked(table) == [0, 1, 4, 5]
        await pilot.press("escape", "asterisk")
        assert marked(table) == [0, 1, 4, 5]
        assert [line[0] for line in lines(app)[1:4]] == ["✓", "✓", "✓"]
        await pilot.press("asterisk", "a", "u")
        assert marked(table) == [0]
