"""The rows of a list that are in view, and none besides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

Cells = Sequence[str]
RowState = Literal["", "error", "warning", "done"]


class RecordSource(Protocol):
    """Where a list's rows come from; positions count from 0."""

    def __len__(self) -> int:
        """How many rows there are."""

    def window(self, first: int, count: int) -> Sequence[Cells]:
        """The texts of at most `count` rows from `first`, one text a column."""


@runtime_checkable
class StatefulSource(Protocol):
    """A source whose rows are errors, warnings or done."""

    def state(self, position: int) -> RowState:
        """The row's state; its colour only, the word stands in a column."""


class NoRows:
    """The source of a list before its first."""

    def __len__(self) -> int:
        return 0

    def window(self, first: int, count: int) -> Sequence[Cells]:  # noqa: ARG002
        """Nothing."""
        return ()


class RowWindow:
    """Asks `source` for the rows in view once, and for a row again when it has changed."""

    def __init__(self, source: RecordSource) -> None:
        self.source = source
        self._view = (0, 0)
        self._rows: dict[int, Cells] = {}

    def row(self, position: int, first: int, count: int) -> Cells:
        """The texts of the row, while `count` rows from `first` are in view.

        No texts where the source has none. Raises what the source raises, once a view.
        """
        if self._view != (first, count):
            self._view = (first, count)
            self._rows = dict.fromkeys(range(first, first + count), ())
            self._load(first, count)
        elif position not in self._rows:
            self._rows[position] = ()
            self._load(position, 1)
        return self._rows.get(position, ())

    def forget(self) -> None:
        """Every row may have changed."""
        self._view = (0, 0)
        self._rows = {}

    def forget_row(self, position: int) -> None:
        """This row may have changed."""
        self._rows.pop(position, None)

    def _load(self, first: int, count: int) -> None:
        self._rows.update(enumerate(self.source.window(first, count), first))
