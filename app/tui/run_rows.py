"""Columns and cells of the history: the runs, and the documents of a run."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TypeVar

from app.domain.dates import turkish, turkish_moment
from app.domain.text import turkish_amount, turkish_count
from app.netsis.file_names import file_words
from app.store import deleted, journal, preview, runs
from app.store.database import reading
from app.store.deleted import Deleted
from app.store.runs import CUT_OFF, UNDONE, Run, RunItem
from app.transfer.history_words import DIRECTIONS, document_state, run_state_word
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
_ITEM_STATES: dict[str, RowState] = {
    preview.ERROR: "error",
    preview.SAVED: "done",
    UNDONE: "warning",
}


_MOST_KEPT = 1000
_AT_ONCE = 200


def _kept(seen: dict[int, T]) -> dict[int, T]:
    """Return rows that were read, unless they have become too many."""
    return seen if len(seen) < _MOST_KEPT else {}


class RunRows:
    """Runs by their ids; the rows read last are kept."""

    def __init__(self, ids: array[int]) -> None:
        self.ids = ids
        self._seen: dict[int, Run] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows. Raises DatabaseRefused."""
        ids = self.ids[first : first + count]
        with reading():
            self._seen = _kept(self._seen) | {run.id: run for run in runs.rows(ids)}
        return [_run_cells(self._seen[one]) if one in self._seen else () for one in ids]

    def run(self, position: int) -> Run | None:
        """Return the run of a row; read it if it is not in view. Raises DatabaseRefused."""
        if position >= len(self.ids):
            return None
        if self.ids[position] not in self._seen:
            self.window(position, 1)
        return self._seen.get(self.ids[position])

    def state(self, position: int) -> RowState:
        """Return the state of a row in view."""
        run = self.run(position)
        if run is None:
            return ""
        return "warning" if run.deleted and not run.undone else _RUN_STATES.get(run.state, "")


class ItemRows:
    """The documents of a run by their positions; the rows read last are kept."""

    def __init__(self, run: int, positions: array[int]) -> None:
        self._run = run
        self.positions = positions
        self._seen: dict[int, RunItem] = {}

    def __len__(self) -> int:
        return len(self.positions)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows. Raises DatabaseRefused."""
        some = self.positions[first : first + count]
        with reading():
            found = {item.position: item for item in runs.items(self._run, some)}
        self._seen = _kept(self._seen) | found
        return [_item_cells(self._seen[one]) if one in self._seen else () for one in some]

    def item(self, position: int) -> RunItem | None:
        """Return the document of a row; read it if it is not in view. Raises DatabaseRefused."""
        if position >= len(self.positions):
            return None
        if self.positions[position] not in self._seen:
            self.window(position, 1)
        return self._seen.get(self.positions[position])

    def next_document(self, row: int, by: int) -> int | None:
        """Return the next row (`by` 1) or the previous one (-1) with a document, or deleted one."""
        for place in range(row + by, len(self) if by > 0 else -1, by):
            if self.positions[place] not in self._seen:
                self.window(place if by > 0 else max(place - _AT_ONCE + 1, 0), _AT_ONCE)
            item = self._seen.get(self.positions[place])
            if item and (item.invoice_id or item.deleted_id) is not None:
                return place
        return None

    def state(self, position: int) -> RowState:
        """Return the state of a row in view."""
        item = self.item(position)
        return _ITEM_STATES.get(item.status, "") if item else ""


class DeletedRows:
    """The documents of Silinen Belgeler by their ids, with their runs; those read last are kept."""

    def __init__(self, ids: array[int]) -> None:
        self.ids = ids
        self._seen: dict[int, Deleted] = {}
        self._runs: dict[int, Run] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of some rows. Raises DatabaseRefused."""
        ids = self.ids[first : first + count]
        with reading():
            found = {one.id: one for one in deleted.rows(ids)}
            new = {one.run for one in found.values()} - self._runs.keys()
            self._runs |= {run.id: run for run in runs.rows(sorted(new))}
        self._seen = _kept(self._seen) | found
        return [_deleted_cells(self._seen[one]) if one in self._seen else () for one in ids]

    def document(self, position: int) -> Deleted | None:
        """Return the document of a row; read it if it is not in view. Raises DatabaseRefused."""
        if position >= len(self.ids):
            return None
        if self.ids[position] not in self._seen:
            self.window(position, 1)
        return self._seen.get(self.ids[position])

    def run(self, position: int) -> Run | None:
        """Return the run of the document of a row. Raises DatabaseRefused."""
        found = self.document(position)
        return self._runs.get(found.run) if found else None

    def state(self, position: int) -> RowState:
        """Return the state of a row in view."""
        found = self.document(position)
        return "error" if found and found.document is None else ""


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
        run_total(run),
        file_words(run.file).rpartition("/")[2],
    )


def run_total(run: Run) -> str:
    """Return the total of a run; sales and purchases are never added, so both stand there."""
    totals = run.totals or {}
    if len(totals) == 1:
        return turkish_amount(next(iter(totals.values())))
    return ", ".join(f"{kind.short} {turkish_amount(one)}" for kind, one in totals.items())


def _item_cells(item: RunItem) -> Sequence[str]:
    state = document_state(item.status, item.message)
    return (turkish_count(item.position), item.source_number, item.number or "", state)


def _deleted_cells(one: Deleted) -> Sequence[str]:
    day = total = "?"
    if one.document:
        day, total = turkish(one.document.day), turkish_amount(one.document.total)
    run, undone = turkish_count(one.run), turkish_moment(one.undone_at).partition(" ")[0]
    return one.number, day, one.account_code, total, run, undone
