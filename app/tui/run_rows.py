"""Columns and cells of the history: runs, the documents of a run, deleted documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Generic, TypeVar

from app.domain.dates import turkish, turkish_moment
from app.domain.document_status import status_words
from app.domain.text import turkish_amount, turkish_count
from app.netsis.file_names import file_words
from app.store import deleted, journal, runs
from app.store.database import reading
from app.store.deleted import Deleted
from app.store.runs import CUT_OFF, Figures, Run, RunItem
from app.transfer.history_words import DIRECTIONS, run_state_word
from app.tui.incoming_list import document_state
from app.tui.widgets.columns import Column
from app.tui.widgets.row_window import RowState

T = TypeVar("T")

RUN_COLUMNS = (
    Column("started", "Başladı", 16),
    Column("direction", "Yön", 6),
    Column("user", "Kim", 6, priority=3, max_width=12),
    Column("saved", "Aktarılan", 9, "right"),
    Column("failed", "Hatalı", 6, "right", priority=1),
    Column("skipped", "Atlanan", 7, "right", priority=2),
    Column("warned", "Uyarılı", 7, "right", priority=2),
    Column("state", "Durum", 11),
    Column("total", "Toplam", 14, "right", priority=4),
    Column("file", "Dosya", 12, priority=1, flexible=True, max_width=60),
)
ITEM_COLUMNS = (
    Column("position", "Sıra", 6, "right"),
    Column("source", "Kaynak No", 15),
    Column("number", "Netsis Belge No", 15),
    Column("state", "Durum", 20, flexible=True),
)
DELETED_COLUMNS = (
    Column("number", "Belge No", 15),
    Column("day", "Tarih", 10),
    Column("account", "Cari Kodu", 15, priority=1),
    Column("total", "Genel Toplam", 14, "right", priority=2),
    Column("run", "Aktarım", 7, "right"),
    Column("undone", "Geri alındı", 11, priority=3),
)
_RUN_STATES: dict[str, RowState] = {
    journal.FAILED: "error",
    CUT_OFF: "warning",
    journal.DONE: "done",
}


_MOST_KEPT = 1000


class KeyedRows(ABC, Generic[T]):
    """Rows by their keys, read when they come into view; the latest ones read are cached."""

    def __init__(self, keys: array[int]) -> None:
        self.keys = keys
        self._seen: dict[int, T] = {}

    @abstractmethod
    def _read(self, keys: Sequence[int]) -> dict[int, T]:
        """Read the items with these keys. Called inside `reading()`."""

    @abstractmethod
    def _cells(self, one: T) -> Sequence[str]:
        """Return the cells of a row."""

    @abstractmethod
    def _state(self, one: T) -> RowState:
        """Return the state of a row."""

    def __len__(self) -> int:
        return len(self.keys)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows. Raises DatabaseRefused."""
        keys = self.keys[first : first + count]
        with reading():
            found = self._read(keys)
        self._seen = (self._seen if len(self._seen) < _MOST_KEPT else {}) | found
        return [self._cells(self._seen[key]) if key in self._seen else () for key in keys]

    def item(self, position: int) -> T | None:
        """Return the item of a row, reading it if it is not in view. Raises DatabaseRefused."""
        if position >= len(self.keys):
            return None
        if self.keys[position] not in self._seen:
            self.window(position, 1)
        return self._seen.get(self.keys[position])

    def state(self, position: int) -> RowState:
        """Return the state of a row in view."""
        one = self.item(position)
        return "" if one is None else self._state(one)


class RunRows(KeyedRows[Run]):
    """Runs by their ids, with the figures that were counted as they were listed."""

    def __init__(self, ids: array[int], figures: Figures) -> None:
        super().__init__(ids)
        self.figures = figures

    def _read(self, keys: Sequence[int]) -> dict[int, Run]:
        return {run.id: run for run in runs.rows(keys, self.figures)}

    def _cells(self, one: Run) -> Sequence[str]:
        return _run_cells(one)

    def _state(self, one: Run) -> RowState:
        return "warning" if one.deleted and not one.undone else _RUN_STATES.get(one.state, "")


class ItemRows(KeyedRows[RunItem]):
    """The documents of a run by their positions."""

    def __init__(self, run: int, positions: array[int]) -> None:
        super().__init__(positions)
        self._run = run

    def _read(self, keys: Sequence[int]) -> dict[int, RunItem]:
        return {item.position: item for item in runs.items(self._run, keys)}

    def _cells(self, one: RunItem) -> Sequence[str]:
        state = status_words(one.status, one.message)
        return (turkish_count(one.position), one.source_number, one.number or "", state)

    def _state(self, one: RunItem) -> RowState:
        return document_state(one.status, one.message)

    def next_document(self, row: int, by: int) -> int | None:
        """Return the next row (`by` 1) or previous row (-1) with a document, deleted or not."""
        with reading():
            position = runs.next_document(self._run, self.keys[row], by)
        if position is None:
            return None
        other = bisect_left(self.keys, position)
        return other if other < len(self) and self.keys[other] == position else None


class DeletedRows(KeyedRows[Deleted]):
    """The documents of Silinen Belgeler by their ids, with the runs that imported them."""

    def __init__(self, ids: array[int], figures: Figures) -> None:
        super().__init__(ids)
        self._figures = figures
        self._runs: dict[int, Run] = {}

    def _read(self, keys: Sequence[int]) -> dict[int, Deleted]:
        found = {one.id: one for one in deleted.rows(keys)}
        new = {one.run for one in found.values()} - self._runs.keys()
        self._runs |= {run.id: run for run in runs.rows(sorted(new), self._figures)}
        return found

    def _cells(self, one: Deleted) -> Sequence[str]:
        day = total = "?"
        if one.document:
            day, total = turkish(one.document.day), turkish_amount(one.document.total)
        run, undone = turkish_count(one.run), turkish_moment(one.undone_at).partition(" ")[0]
        return one.number, day, one.account_code, total, run, undone

    def _state(self, one: Deleted) -> RowState:
        return "" if one.document else "error"

    def run(self, position: int) -> Run | None:
        """Return the run of a row's document. Raises DatabaseRefused."""
        found = self.item(position)
        return self._runs.get(found.run) if found else None


def _run_cells(run: Run) -> Sequence[str]:
    counts = run.counts
    figures = (counts.saved, counts.failed, counts.skipped, counts.warned)
    saved, *others = (turkish_count(figure) if figure else "" for figure in figures)
    return (
        turkish_moment(run.started_at),
        DIRECTIONS.get(run.direction, run.direction),
        run.user or "?",
        saved or "0",
        *others,
        run_state_word(run),
        _totals(run, ""),
        file_words(run.file).rpartition("/")[2],
    )


def run_total(run: Run) -> str:
    """Return the total of a run with its currency."""
    return _totals(run, " TL")


def _totals(run: Run, currency: str) -> str:
    """Sales and purchases are never added, so both are listed."""
    totals = run.totals or {}
    if len(totals) == 1:
        return f"{turkish_amount(next(iter(totals.values())))}{currency}"
    named = (
        f"{document_type.short} {turkish_amount(one)}{currency}"
        for document_type, one in totals.items()
    )
    return ", ".join(named)
