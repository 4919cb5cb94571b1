"""The model of a tab's list: snapshot, order, marks, narrowing, search hits, sums."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Generic, NamedTuple, Protocol, TypeVar

from app.domain.invoice import DocumentType
from app.domain.totals import Sums, Totals
from app.tui.marks import Marks

F = TypeVar("F")

SUMMED_AT_ONCE = 5_000
"""The most rows whose totals are read with the list; for more, they are read in the background."""


class ListedRows(Protocol):
    """Reads the rows of a list by their ids."""

    ids: array[int]

    def __len__(self) -> int:
        """Return the number of rows."""

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of `count` rows from `first`; called on the UI thread."""

    def cells(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """Return the cells of `count` rows from `first`; callable from any thread."""

    def matching(self, first: int, count: int, text: str) -> list[int]:
        """Return which of these rows contain the text, as offsets from `first`."""


@dataclass(frozen=True)
class Snapshot(Generic[F]):
    """The result of one fetch, replaced as a whole and only when a fetch succeeds."""

    filter: F
    """The filter or the file that was fetched."""
    ids: array[int]
    """The documents' ids, in list order."""
    totals: Totals | None = None
    """The totals in the order of `ids`; None until they are read."""

    def permuted(self, ids: array[int]) -> Permutation[F]:
        """Put the documents in the order of `ids`. Raises ValueError if they are not the same."""
        old_rows = _old_rows(self.ids, ids)
        totals = self.totals.permuted(old_rows) if self.totals is not None else None
        return Permutation(self, replace(self, ids=ids, totals=totals), old_rows)


class Permutation(NamedTuple, Generic[F]):
    """A snapshot in another order."""

    before: Snapshot[F]
    after: Snapshot[F]
    old_rows: array[int]
    """Row of `after` → row of `before`."""


class ListModel(Generic[F]):
    """One snapshot as the user sees it: its order, its marks, and which rows are shown.

    What is shown and what is saved are both taken from this model, and so from one snapshot.
    """

    def __init__(
        self,
        snapshot: Snapshot[F],
        rows: Callable[[array[int]], ListedRows],
        blocked: Iterable[int] = (),
    ) -> None:
        """Show all rows, none marked; rows with `blocked` ids can never be marked."""
        self._rows = rows
        self.snapshot = snapshot
        self.marks = Marks(len(snapshot.ids), mask_of(snapshot.ids, blocked))
        self.order: tuple[str, bool] | None = None
        """(column, descending) of the sorting; None for the fetched order."""
        self.only: bytes | None = None
        """The mask of the rows shown; None for all."""
        self.only_name = ""
        """The plural for the rows shown, such as `işaretliler`; empty if all are shown."""
        self.shown = rows(snapshot.ids)
        self.list_rows: Sequence[int] = range(len(self))
        """Shown row → row of the whole list."""

    def __len__(self) -> int:
        return len(self.snapshot.ids)

    @property
    def filter(self) -> F:
        """The filter or file of this list; the fields on the screen may have changed since."""
        return self.snapshot.filter

    @property
    def ids(self) -> array[int]:
        """All ids, in list order."""
        return self.snapshot.ids

    # Order

    def next_order(self, column: str) -> tuple[str, bool]:
        """Return the order by a column: ascending, or descending if that is the current order."""
        return column, self.order == (column, False)

    def reorder(self, permutation: Permutation[F], order: tuple[str, bool]) -> bool:
        """Put the list in another order; marks and shown rows stay on their documents.

        Returns False if the permutation is not of the current list.
        """
        if permutation.before.ids is not self.ids:
            return False
        old_rows = permutation.old_rows
        totals = permutation.after.totals
        if totals is None and self.snapshot.totals is not None:  # the totals were read meanwhile
            totals = self.snapshot.totals.permuted(old_rows)
        self.snapshot = replace(permutation.after, totals=totals)
        self.marks = self.marks.permuted(old_rows)
        only = self.only
        if only is not None:
            only = bytes(map(only.__getitem__, old_rows))
        self.order = order
        self.narrow(self.only_name, only)
        return True

    # Which rows are shown

    def narrow(self, name: str, mask: bytes | None) -> None:
        """Show only the rows of a mask; None shows all."""
        self.only, self.only_name = mask, name if mask is not None else ""
        self.marks.show_only(mask)
        whole = range(len(self))
        self.list_rows = whole if mask is None else array("q", compress(whole, mask))
        ids = self.ids if mask is None else array("q", compress(self.ids, mask))
        self.shown = self._rows(ids)

    def row_of(self, list_row: int) -> int:
        """Return the shown row for a row of the whole list, or the next shown row after it."""
        return list_row if self.only is None else self.only.count(1, 0, list_row)

    def mask_of(self, ids: Iterable[int]) -> bytes:
        """Return a mask of the whole list with these documents set."""
        return mask_of(self.ids, ids)

    def grow(self, ids: array[int]) -> None:
        """Append rows; only while all rows are shown in the order of the file."""
        self.snapshot = replace(self.snapshot, ids=self.ids + ids, totals=None)
        self.marks.resize(len(self))
        self.shown.ids = self.ids
        self.list_rows = range(len(self))

    # Marks and sums

    def marked_ids(self) -> array[int]:
        """Return the ids of the marked documents, in list order."""
        return array("q", compress(self.ids, self.marks.chosen()))

    def block(self, ids: Iterable[int]) -> None:
        """Block these documents from being marked; they lose their marks."""
        self.marks.block(self.mask_of(ids))

    def unmark(self, ids: Iterable[int]) -> None:
        """Unmark these documents, including those not shown."""
        self.marks.set_mask(self.mask_of(ids), False)

    def take_totals(self, ids: array[int], totals: Totals) -> bool:
        """Keep totals that were read for `ids`; return False if the list has changed since."""
        if ids is not self.ids or len(totals) != len(ids):
            return False
        self.snapshot = replace(self.snapshot, totals=totals)
        return True

    def sums(self) -> dict[DocumentType, Sums] | None:
        """Return the sums of the marked documents by type; None while totals are being read."""
        if not self.marks.count:
            return {}
        totals = self.snapshot.totals
        return None if totals is None else totals.sum(self.marks.chosen())


class Hits:
    """The shown rows that contain a text, as a mask."""

    def __init__(self, rows: bytes | bytearray) -> None:
        self._rows = rows
        self.count = rows.count(1)

    def next(self, here: int, step: int) -> int | None:
        """Return the next hit, forward or back, wrapping at the end; None if there is none."""
        if not self.count:
            return None
        if step > 0:
            found = self._rows.find(1, here + 1)
            return found if found >= 0 else self._rows.find(1)
        found = self._rows.rfind(1, 0, here)
        return found if found >= 0 else self._rows.rfind(1)


def flags_of(keys: Iterable[int], size: int) -> bytearray:
    """Return one byte for each number below `size`, 1 for the keys."""
    flags = bytearray(size)
    for key in keys:
        flags[key] = 1
    return flags


def mask_of(ids: Sequence[int], chosen: Iterable[int]) -> bytes:
    """Return one byte for each of `ids`, 1 for the chosen."""
    chosen = tuple(chosen)
    if not chosen:  # most lists: a million ids need not be looked at
        return bytes(len(ids))
    flags = flags_of(chosen, max(ids, default=0) + 1)
    return bytes(map(flags.__getitem__, ids))


def _old_rows(before: array[int], after: array[int]) -> array[int]:
    """Map rows of `after` to rows of `before`. Raises ValueError if it is no permutation."""
    size = max(before, default=0) + 1
    same = len(before) == len(after) and max(after, default=0) < size
    if not same or flags_of(before, size) != flags_of(after, size):
        raise ValueError("another order has other documents")
    rank = array("q", bytes(8 * size))
    for row, key in enumerate(before):
        rank[key] = row
    return array("q", map(rank.__getitem__, after))
