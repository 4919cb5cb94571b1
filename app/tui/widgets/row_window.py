"""Read the rows of a list that are in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from app.errors import AppError

Cells = Sequence[str]
RowState = Literal["", "error", "warning", "done"]


class RecordSource(Protocol):
    """The source of a list's rows; positions count from 0."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def window(self, first: int, count: int) -> Sequence[Cells]:
        """Return the texts of at most `count` rows from `first`, one text a column."""


@runtime_checkable
class StatefulSource(Protocol):
    """A source whose rows have a state: error, warning, done."""

    def state(self, position: int) -> RowState:
        """Return the row's state, which only sets the colour: a column shows it as a word."""


UNREAD: Cells = ("okunamadı",)
"""The texts of a row that the source could not read; the reason is an error of its own."""


class NoRows:
    """An empty source, before the first list."""

    def __len__(self) -> int:
        return 0

    def window(self, first: int, count: int) -> Sequence[Cells]:  # noqa: ARG002
        """Return nothing."""
        return ()


class RowWindow:
    """Reads the rows in view from `source`, once for each view."""

    def __init__(self, source: RecordSource) -> None:
        self.source = source
        self._view = (0, 0)
        self._rows: dict[int, Cells] = {}

    def row(self, position: int, first: int, count: int) -> Cells:
        """Return the texts of a row, while `count` rows from `first` are in view.

        The texts are empty if the source lacks the row. An error of the source is raised once for
        each view; then its rows are UNREAD.
        """
        if self._view != (first, count):
            self._view = (first, count)
            self._rows = dict.fromkeys(range(first, first + count), UNREAD)
            self._rows = dict(enumerate(self.source.window(first, count), first))
        return self._rows.get(position, ())

    def state(self, position: int) -> RowState:
        """Return the state of a row that was read; one that cannot be read is an error."""
        if self._rows.get(position) is UNREAD:
            return "error"
        try:
            return self.source.state(position) if isinstance(self.source, StatefulSource) else ""
        except AppError:  # the next reading of the view tells
            return "error"

    def forget(self) -> None:
        """Read the rows again at the next use."""
        self._view = (0, 0)
        self._rows = {}
