"""The list of a tab without its screen: snapshot, order, marks, narrowing, search hits, sums."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Generic, NamedTuple, Protocol, TypeVar

from app.domain.totals import Sums, Totals
from app.tui.marks import Marks

F = TypeVar("F")
R = TypeVar("R", bound="ListedRows")


class ListedRows(Protocol):
    """What reads the rows of a list, which are named by their lasting ids."""

    ids: array[int]

    def __len__(self) -> int:
        """How many rows there are."""

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """The cells of some rows, to be drawn."""

    def cells(self, first: int, count: int) -> Sequence[Sequence[str]]:
        """The cells of some rows, for whoever does not draw them."""

    def matching(self, first: int, count: int, text: str) -> list[int]:
        """Which of some rows have the text: their places behind the first."""


@dataclass(frozen=True)
class Snapshot(Generic[F]):
    """What one fetch has found. It is replaced as a whole, and only by a fetch that succeeded."""

    filter: F
    """What was asked for: the filter, or the file."""
    ids: array[int]
    """In list order."""
    totals: Totals | None = None
    """In the order of `ids`; None until they are read."""

    def permuted(self, ids: array[int]) -> Permutation[F]:
        """The same documents in another order. Raises ValueError where they are not the same."""
        places = _places(self.ids, ids)
        totals = self.totals.permuted(places) if self.totals is not None else None
        return Permutation(self, replace(self, ids=ids, totals=totals), places)


class Permutation(NamedTuple, Generic[F]):
    """A snapshot in another order."""

    before: Snapshot[F]
    after: Snapshot[F]
    places: array[int]
    """Row of `after` → row of `before`."""


class ListModel(Generic[F, R]):
    """One snapshot as the user sees it: in an order, with marks, all rows or some.

    What is said of the list and what is saved come from here, and so from one snapshot.
    """

    def __init__(
        self,
        snapshot: Snapshot[F],
        rows: Callable[[array[int]], R],
        blocked: Iterable[int] = (),
    ) -> None:
        """Make a list of which all rows are shown and none is marked; blocked ids never are."""
        self._rows = rows
        self.snapshot = snapshot
        self.marks = Marks(len(snapshot.ids), mask_of(snapshot.ids, blocked))
        self.order: tuple[str, bool] | None = None
        """The column it was sorted by, and whether from the greatest; None: as fetched."""
        self.only: bytes | None = None
        """One byte a row of the whole list, whether it is shown; None: all are."""
        self.only_name = ""
        """What the rows are of which only those are shown, as `işaretliler`."""
        self.shown = rows(snapshot.ids)

    def __len__(self) -> int:
        return len(self.snapshot.ids)

    @property
    def filter(self) -> F:
        """What this list was fetched with, whatever the fields say now."""
        return self.snapshot.filter

    @property
    def ids(self) -> array[int]:
        """All ids, in list order."""
        return self.snapshot.ids

    @property
    def places(self) -> Sequence[int]:
        """Where the rows that are shown stand in the whole list."""
        whole = range(len(self))
        return whole if self.only is None else array("q", compress(whole, self.only))

    # Order

    def next_order(self, column: str) -> tuple[str, bool]:
        """By a column from the smallest; where it is sorted so already, the other way."""
        return column, self.order == (column, False)

    def reorder(self, permutation: Permutation[F], order: tuple[str, bool]) -> bool:
        """Put the list in another order; marks and shown rows stay on their documents.

        False where the permutation is not of this list as it is now.
        """
        if permutation.before.ids is not self.ids:
            return False
        places = permutation.places
        totals = permutation.after.totals
        if totals is None and self.snapshot.totals is not None:  # they came meanwhile
            totals = self.snapshot.totals.permuted(places)
        self.snapshot = replace(permutation.after, totals=totals)
        self.marks = self.marks.permuted(places)
        only = self.only
        if only is not None:
            only = bytes(map(only.__getitem__, places))
        self.order = order
        self.narrow(self.only_name, only)
        return True

    # Which rows are shown

    def narrow(self, name: str, mask: bytes | None) -> None:
        """Show only the rows of a mask; None: all."""
        self.only, self.only_name = mask, name if mask is not None else ""
        self.marks.show_only(mask)
        ids = self.ids if mask is None else array("q", compress(self.ids, mask))
        self.shown = self._rows(ids)

    def row_of(self, place: int) -> int:
        """The shown row that stands at a place of the whole list, or the nearest behind it."""
        return place if self.only is None else self.only.count(1, 0, place)

    def mask_of(self, ids: Iterable[int]) -> bytes:
        """One byte a row of the whole list, whether its document is one of these."""
        return mask_of(self.ids, ids)

    def grow(self, ids: array[int]) -> None:
        """Take further rows behind the others, while all are shown in the order of the file."""
        self.snapshot = replace(self.snapshot, ids=self.ids + ids, totals=None)
        self.marks.resize(len(self))
        self.shown.ids = self.ids

    # Marks and sums

    def marked_ids(self) -> array[int]:
        """The ids of the marked documents, in list order."""
        return array("q", compress(self.ids, self.marks.chosen()))

    def block(self, ids: Iterable[int]) -> None:
        """Make these documents ones that cannot be marked; they lose their mark."""
        self.marks.block(self.mask_of(ids))

    def take_totals(self, ids: array[int], totals: Totals) -> bool:
        """Keep totals that were read for these ids; False where the list has changed since."""
        if ids is not self.ids or len(totals) != len(ids):
            return False
        self.snapshot = replace(self.snapshot, totals=totals)
        return True

    def sums(self) -> Sums | None:
        """What the marked documents come to; None while the totals are read."""
        if not self.marks.count:
            return Sums()
        totals = self.snapshot.totals
        return None if totals is None else totals.sum(self.marks.chosen())


class Hits:
    """Which of the shown rows have a text: one byte a row."""

    def __init__(self, rows: bytes | bytearray) -> None:
        self._rows = rows
        self.count = rows.count(1)

    def next(self, here: int, step: int) -> int | None:
        """The next row with the text, forward or back, round the end; None where there is none."""
        if not self.count:
            return None
        if step > 0:
            found = self._rows.find(1, here + 1)
            return found if found >= 0 else self._rows.find(1)
        found = self._rows.rfind(1, 0, here)
        return found if found >= 0 else self._rows.rfind(1)


def flags_of(keys: Iterable[int], size: int) -> bytearray:
    """One byte for each number below `size`, whether it is among the keys: a set of a million."""
    flags = bytearray(size)
    for key in keys:
        flags[key] = 1
    return flags


def mask_of(ids: Sequence[int], chosen: Iterable[int]) -> bytes:
    """One byte for each of `ids`, whether it is among the chosen of them."""
    flags = flags_of(chosen, max(ids, default=0) + 1)
    return bytes(map(flags.__getitem__, ids))


def _places(before: array[int], after: array[int]) -> array[int]:
    """Row of `after` → row of `before`. Raises ValueError where it is no permutation."""
    size = max(before, default=0) + 1
    same = len(before) == len(after) and max(after, default=0) < size
    if not same or flags_of(before, size) != flags_of(after, size):
        raise ValueError("another order has other documents")
    rank = array("q", bytes(8 * size))
    for place, key in enumerate(before):
        rank[key] = place
    return array("q", map(rank.__getitem__, after))
