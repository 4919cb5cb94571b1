"""Which rows of a list are marked: one byte a row, so that a million rows are a megabyte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress

_MARKED = 1
_BLOCKED = 2
_MARK = bytes.maketrans(b"\0", b"\1")
_UNMARK = bytes.maketrans(b"\1", b"\0")
_INVERT = bytes.maketrans(b"\0\1", b"\1\0")
_NO_BLOCK = bytes.maketrans(b"\2", b"\0")
_MARKABLE = bytes.maketrans(b"\0\1\2", b"\1\1\0")
_ONLY_BLOCK = bytes.maketrans(b"\1", b"\0")
_ANY_TO_ALL = bytes([0]) + bytes([255]) * 255
_ANY_TO_MARK = bytes([0]) + bytes([1]) * 255
_ANY_TO_BLOCK = bytes([0]) + bytes([2]) * 255
_NONE_TO_ALL = bytes([255]) + bytes(255)


class Marks:
    """The marks of `size` rows; a blocked row is never marked, however one tries.

    Positions count from 0; one outside the list raises IndexError. A mask has one byte a row,
    zero for no. Where only some rows are shown, ranges and all-at-once leave the others alone.
    """

    def __init__(self, size: int, blocked: bytes | bytearray | None = None) -> None:
        self._rows = bytearray(size)
        self._count = 0
        self._shown: bytes | None = None
        if blocked is not None:
            self.block(blocked)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def count(self) -> int:
        """How many rows are marked."""
        return self._count

    @property
    def hidden(self) -> int:
        """How many of the marked rows are not shown."""
        if self._shown is None:
            return 0
        return self._count - _kept(self.chosen(), self._shown).count(_MARKED)

    @property
    def any_markable(self) -> bool:
        """Whether a row that is shown can be marked."""
        markable = self._rows.translate(_MARKABLE)
        return 1 in (markable if self._shown is None else _kept(markable, self._shown))

    def show_only(self, mask: bytes | bytearray | None) -> None:
        """Shows the rows of `mask`; None: all of them."""
        self._shown = None
        if mask is not None:
            self._shown = bytes(_checked(mask, len(self._rows)).translate(_ANY_TO_ALL))

    def is_marked(self, position: int) -> bool:
        """Whether the row is marked."""
        return self._rows[self._inside(position)] == _MARKED

    def is_blocked(self, position: int) -> bool:
        """Whether the row cannot be marked."""
        return self._rows[self._inside(position)] == _BLOCKED

    def toggle(self, position: int) -> bool:
        """Turns the row's mark round; whether anything changed."""
        return self.set(position, not self.is_marked(position))

    def set(self, position: int, on: bool) -> bool:
        """Marks or unmarks the row; whether anything changed."""
        old = self._rows[self._inside(position)]
        if old in (_BLOCKED, int(on)):
            return False
        self._rows[position] = int(on)
        self._count += 1 if on else -1
        return True

    def set_range(self, one: int, other: int, on: bool) -> None:
        """Marks or unmarks the rows between two, both included, in either order."""
        self._translate(one, other, _MARK if on else _UNMARK)

    def set_all(self, on: bool) -> None:
        """Marks or unmarks every row that can be."""
        if self._rows:
            self.set_range(0, len(self._rows) - 1, on)

    def invert(self) -> None:
        """Marked becomes unmarked and the other way about; blocked rows stay."""
        if self._rows:
            self._translate(0, len(self._rows) - 1, _INVERT)

    def select(self, mask: bytes | bytearray) -> None:
        """Marks the rows of `mask` that can be, and unmarks all others."""
        size = len(self._rows)
        wanted = int.from_bytes(_checked(mask, size).translate(_ANY_TO_MARK), "little")
        markable = int.from_bytes(self._rows.translate(_MARKABLE), "little")
        blocked = int.from_bytes(self._rows.translate(_ONLY_BLOCK), "little")
        self._rows[:] = (wanted & markable | blocked).to_bytes(size, "little")
        self._count = self._rows.count(_MARKED)

    def set_mask(self, mask: bytes | bytearray, on: bool) -> None:
        """Marks the rows of `mask` that can be, or unmarks them; all others stay."""
        size = len(self._rows)
        those = int.from_bytes(_checked(mask, size).translate(_ANY_TO_MARK), "little")
        now = int.from_bytes(self.chosen(), "little")
        self.select((now | those if on else now & ~those).to_bytes(size, "little"))

    def block(self, mask: bytes | bytearray) -> None:
        """Makes the rows of `mask` ones that cannot be marked; they lose their mark."""
        size = len(self._rows)
        blocked = int.from_bytes(_checked(mask, size).translate(_ANY_TO_BLOCK), "little")
        others = int.from_bytes(mask.translate(_NONE_TO_ALL), "little")
        rows = int.from_bytes(self._rows, "little")
        self._rows[:] = (rows & others | blocked).to_bytes(size, "little")
        self._count = self._rows.count(_MARKED)

    def positions(self) -> Iterator[int]:
        """The marked positions in order, as they are at the time of the call."""
        return compress(range(len(self._rows)), self._rows.translate(_NO_BLOCK))

    def chosen(self) -> bytes:
        """One byte a row, zero where it is not marked."""
        return bytes(self._rows.translate(_NO_BLOCK))

    def resize(self, size: int) -> None:
        """Cuts rows off the end, or adds unmarked ones; all are shown."""
        self._shown = None
        del self._rows[size:]
        self._rows.extend(bytes(size - len(self._rows)))
        self._count = self._rows.count(_MARKED)

    def permuted(self, places: Sequence[int]) -> Marks:
        """The same marks where row n is the row that was at `places[n]`; all are shown."""
        marks = Marks(0)
        marks._rows = bytearray(map(self._rows.__getitem__, places))
        marks._count = marks._rows.count(_MARKED)
        return marks

    def save(self) -> bytes:
        """All that `restore` needs."""
        return bytes(self._rows)

    def restore(self, saved: bytes, one: int, other: int) -> None:
        """Puts the rows between two, both included, back to what they were at `save`."""
        span = self._span(one, other)
        self._replace(span, saved[span])

    def _translate(self, one: int, other: int, table: bytes) -> None:
        span = self._span(one, other)
        old = self._rows[span]
        new = old.translate(table)
        if self._shown is not None:
            # Where a row is not shown, what changed is taken back.
            was, shown = int.from_bytes(old, "little"), int.from_bytes(self._shown[span], "little")
            changed = (was ^ int.from_bytes(new, "little")) & shown
            new[:] = (was ^ changed).to_bytes(len(old), "little")
        self._replace(span, new)

    def _replace(self, span: slice, rows: bytes | bytearray) -> None:
        self._count += rows.count(_MARKED) - self._rows.count(_MARKED, span.start, span.stop)
        self._rows[span] = rows

    def _span(self, one: int, other: int) -> slice:
        low, high = sorted((self._inside(one), self._inside(other)))
        return slice(low, high + 1)

    def _inside(self, position: int) -> int:
        if not 0 <= position < len(self._rows):
            raise IndexError(position)
        return position


class MarkRange:
    """A range of marks that follows the cursor, from the row where it was begun.

    A row that it leaves again gets back the state that it had before.
    """

    def __init__(self, marks: Marks, anchor: int, *, sticky: bool) -> None:
        self.sticky = sticky
        """Whether plain movement extends it (`v`) or ends it (Shift with an arrow)."""
        self.anchor = anchor
        self._marks = marks
        self._saved = marks.save()
        self.end = anchor
        """How far it reaches now."""
        marks.set(anchor, True)

    def extend(self, position: int) -> None:
        """Lets the range reach from its anchor to `position`."""
        self.cancel()
        self._marks.set_range(self.anchor, position, True)
        self.end = position

    def cancel(self) -> None:
        """Gives every row the state that it had before."""
        self._marks.restore(self._saved, self.anchor, self.end)


def _kept(rows: bytes | bytearray, shown: bytes) -> bytes:
    """The rows, with zero for those that are not shown."""
    kept = int.from_bytes(rows, "little") & int.from_bytes(shown, "little")
    return kept.to_bytes(len(rows), "little")


def _checked(mask: bytes | bytearray, size: int) -> bytes | bytearray:
    if len(mask) != size:
        raise ValueError(f"a mask of {len(mask)} for {size} rows")
    return mask
