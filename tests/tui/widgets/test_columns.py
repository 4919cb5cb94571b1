from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.domain.text import turkish_amount
from app.tui.widgets.column_view import ColumnView
from app.tui.widgets.columns import Column, arrange, by_importance, cell_text, fit

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
def test_every_column_is_in_view_when_it_is_chosen_and_the_signs_say_where_others_are(
    some, width, data
):
    some = [replace(one, key=str(number)) for number, one in enumerate(some)]
    order = [one.key for one in by_importance(some, width)]
    assert sorted(order) == [one.key for one in some]
    if not some:
        assert arrange(some, width, "").keys == []
        return
    key = data.draw(st.sampled_from(order))
    seen = arrange(some, width, key)
    assert key in seen.keys
    assert used(seen.columns) <= width
    run = seen.keys[1:] if len(seen.keys) > 1 else seen.keys
    at = order.index(run[0])
    assert order[at : at + len(run)] == run
    assert seen.more_right == (run[-1] != order[-1])
    assert seen.more_left == (at > min(1, len(seen.keys) - 1))


@given(columns.filter(bool), st.integers(1, 200), st.data())
def test_the_header_is_as_wide_as_the_rows_and_ends_with_a_sign_if_there_are_more(
    some, width, data
):
    some = [replace(one, key=str(number)) for number, one in enumerate(some)]
    view = ColumnView(some)
    for _ in range(data.draw(st.integers(0, 6))):
        view.choose(1, width)
    layout = view.layout(width)
    header = "".join(text for text, _ in view.header(width))
    assert header.endswith("›") == layout.more_right
    assert ("‹" in header) == layout.more_left
    if width > 2:
        assert cell_len(header) == (width if layout.more_right else used(layout.columns))
    assert sum(current for _, current in view.header(width)) == 1


@given(columns, st.integers(1, 200))
def test_what_fits_is_in_view_at_first_in_its_own_order(some, width):
    some = [replace(one, key=str(number)) for number, one in enumerate(some)]
    shown = [one.key for one, _ in fit(some, width)]
    assert arrange(some, width, shown[0] if shown else "").keys == shown


@given(st.decimals(0, 10**14, places=2).map(turkish_amount), st.integers(1, 20))
def test_a_number_is_whole_or_not_there_at_all(amount, width):
    shown = cell_text(amount, width, Column("t", "Tutar", width, "right"))
    assert cell_len(shown) == width
    assert shown.strip() == amount or set(shown) == {"#"}


def test_a_text_that_is_cut_says_so():
    assert cell_text("Işık A.Ş.", 6, Column("n", "Cari Adı", 6)) == "Işık… "
