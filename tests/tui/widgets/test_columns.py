from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.tui.widgets.columns import Column, by_importance, cut, fill, fit, scroll

column = st.builds(
    Column,
    key=st.text("abc", min_size=1),
    title=st.just("Başlık"),
    width=st.integers(1, 30),
    flexible=st.booleans(),
    priority=st.integers(0, 3),
    max_width=st.none() | st.integers(30, 60),
)
columns = st.lists(column, max_size=6)
width = st.integers(-2, 200)


def used(shown) -> int:
    return sum(w for _, w in shown) + max(len(shown) - 1, 0)


@given(columns, width)
def test_the_columns_never_need_more_than_the_width(given_columns, width):
    assert used(fit(given_columns, width)) <= max(width, 0)


@given(columns, width)
def test_the_order_stays_and_each_has_at_least_its_width(given_columns, width):
    shown = fit(given_columns, width)
    rest = iter(given_columns)
    assert all(any(kept is other for other in rest) for kept, _ in shown)
    if len(shown) > 1:
        assert all(w >= kept.width for kept, w in shown)


@given(columns, width)
def test_a_column_is_dropped_only_for_want_of_room_and_by_priority(given_columns, width):
    shown = fit(given_columns, width)
    kept = {id(c) for c, _ in shown}
    dropped = [c for c in given_columns if id(c) not in kept]
    if dropped and shown:
        least = min(c.priority for c in dropped)
        assert all(c.priority <= least for c, _ in shown)
        last_to_go = next(c for c in dropped if c.priority == least)
        assert sum(c.width for c, _ in shown) + last_to_go.width + len(shown) > width


@given(columns, width)
def test_flexible_columns_take_all_the_room_up_to_their_limit(given_columns, width):
    shown = fit(given_columns, width)
    for kept, w in shown:
        assert kept.flexible or w <= kept.width
        assert kept.max_width is None or w <= max(kept.max_width, kept.width)
    if any(c.flexible and c.max_width is None for c, _ in shown):
        assert used(shown) == width


@given(columns, st.integers(1, 200), st.data())
def test_scrolling_shows_the_chosen_column_and_says_where_the_others_are(some, width, data):
    some = [replace(one, key=str(number)) for number, one in enumerate(some)]
    order = [one.key for one in by_importance(some)]
    assert sorted(order) == [one.key for one in some]
    if not some:
        assert scroll(some, width, "").keys == []
        return
    key = data.draw(st.sampled_from(order))
    seen = scroll(some, width, key)
    assert key in seen.keys
    assert used(seen.columns) + seen.more_right <= max(width, 1 + seen.more_right)
    if not seen.scrolls:
        assert seen.keys == [one.key for one in some]
        return
    run = seen.keys[1:] if len(seen.keys) > 1 else seen.keys
    at = order.index(run[0])
    assert order[at : at + len(run)] == run
    assert seen.more_right == (run[-1] != order[-1])
    assert seen.more_left == (run[0] not in order[:2] or seen.keys[0] != order[0])


def test_of_two_flexible_columns_each_gets_its_share():
    shown = fit([Column("a", "A", 5, flexible=True), Column("b", "B", 10, flexible=True)], 26)
    assert [w for _, w in shown] == [10, 15]


def test_the_last_column_is_cut_rather_than_dropped():
    assert [w for _, w in fit([Column("a", "A", 20), Column("b", "B", 5)], 8)] == [8]


@given(st.text(), st.integers(0, 40), st.sampled_from(["left", "right", "center"]))
def test_a_cell_fills_its_width_whatever_the_text(text, width, align):
    filled = fill(text, width, align)
    assert cell_len(filled) == width
    assert filled.replace(" ", "").isprintable() or not text.isprintable()


@given(st.lists(st.text(max_size=6), min_size=2, max_size=4), st.integers(1, 8))
def test_cells_side_by_side_keep_their_width(texts, width):
    line = " ".join(fill(text, width) for text in texts)
    assert cell_len(line) == len(texts) * (width + 1) - 1


def test_texts_are_cut_by_cells_with_an_ellipsis():
    assert cut("Çağrı Ünlü", 10) == "Çağrı Ünlü"
    assert cut("Çağrı Ünlü", 9) == "Çağrı Ün…"
    assert cut("Çağrı Ünlü", 7) == "Çağrı…"
    assert cut("漢字漢字", 8) == "漢字漢字"
    assert cut("漢字漢字", 7) == "漢字漢…"
    assert cut("漢字漢字", 6) == "漢字…"
    assert cut("g\u0306g\u0306g\u0306", 3) == "g\u0306g\u0306g\u0306"
    assert cut("g\u0306g\u0306g\u0306", 2) == "g\u0306…"
    assert cut("x", 0) == ""


def test_signs_heaped_on_one_letter_do_not_flood_the_line():
    assert len(cut("a" + "\u0301" * 100_000, 5)) <= 21
