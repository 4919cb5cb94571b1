"""The rows in view: read once, and rows that cannot be read are no reason to end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.errors import DatabaseRefused
from app.tui.widgets.row_window import UNREAD, RowState, RowWindow


class _Lost:
    """A source whose database is gone."""

    def __len__(self) -> int:
        return 100

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        raise DatabaseRefused(f"{first}+{count}: dosya yok")

    def state(self, position: int) -> RowState:
        raise DatabaseRefused(f"{position}: dosya yok")


def test_rows_that_cannot_be_read_are_told_once_for_each_view() -> None:
    rows = RowWindow(_Lost())
    with pytest.raises(DatabaseRefused):
        rows.row(3, 0, 10)
    assert rows.row(4, 0, 10) == UNREAD
    assert rows.state(4) == "error"
    with pytest.raises(DatabaseRefused):
        rows.row(13, 10, 10)


def test_a_state_that_cannot_be_read_is_an_error() -> None:
    assert RowWindow(_Lost()).state(0) == "error"
