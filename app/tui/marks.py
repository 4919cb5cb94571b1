"""The marks of a list, in one byte a row: a million rows take a megabyte."""

from __future__ import annotations

from collections.abc import Sequence

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
    """The marks of `size` rows; a blocked row can never be marked.

    Positions count from 0; one outside the list raises IndexError. A mask has one byte a row,
    zero for no. If only some rows are shown, `set_range`, `set_all` and `invert` skip the others.
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
        """The number of marked rows."""
        return self._count

    @property
    def hidden(self) -> int:
        """The number of marked rows that are not shown."""
        if self._shown is None:
            return 0
        return self._count - _masked(self.chosen(), self._shown).count(_MARKED)

    @property
    def any_markable(self) -> bool:
        """Whether any shown row can be marked."""
        markable = self._rows.translate(_MARKABLE)
        return 1 in (markable if self._shown is None else _masked(markable, self._shown))

    def show_only(self, mask: bytes | bytearray | None) -> None:
        """Show the rows of `mask`; None for all."""
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
        """Toggle the row's mark; return whether it changed."""
        return self.set(position, not self.is_marked(position))

    def set(self, position: int, on: bool) -> bool:
        """Mark or unmark the row; return whether it changed."""
        old = self._rows[self._inside(position)]
        if old in (_BLOCKED, int(on)):
            return False
        self._rows[position] = int(on)
        self._count += 1 if on else -1
        return True

    def set_range(self, one: int, other: int, on: bool) -> None:
        """Mark or unmark the rows between two, both included, in either order."""
        self._translate(one, other, _MARK if on else _UNMARK)

    def set_all(self, on: bool) -> None:
        """Mark or unmark every row that is not blocked."""
        if self._rows:
            self.set_range(0, len(self._rows) - 1, on)

    def invert(self) -> None:
        """Invert the marks; blocked rows stay."""
        if self._rows:
            self._translate(0, len(self._rows) - 1, _INVERT)

    def select(self, mask: bytes | bytearray) -> None:
        """Mark the rows of `mask` that are not blocked, and unmark all others."""
        size = len(self._rows)
        wanted = int.from_bytes(_checked(mask, size).translate(_ANY_TO_MARK), "little")
        markable = int.from_bytes(self._rows.translate(_MARKABLE), "little")
        blocked = int.from_bytes(self._rows.translate(_ONLY_BLOCK), "little")
        self._rows[:] = (wanted & markable | blocked).to_bytes(size, "little")
        self._count = self._rows.count(_MARKED)

    def set_mask(self, mask: bytes | bytearray, on: bool) -> None:
        """Mark or unmark the rows of `mask` that are not blocked; keep all others."""
        size = len(self._rows)
        those = int.from_bytes(_checked(mask, size).translate(_ANY_TO_MARK), "little")
        now = int.from_bytes(self.chosen(), "little")
        self.select((now | those if on else now & ~those).to_bytes(size, "little"))

    def block(self, mask: bytes | bytearray) -> None:
        """Block the rows of `mask`; they lose their marks."""
        size = len(self._rows)
        blocked = int.from_bytes(_checked(mask, size).translate(_ANY_TO_BLOCK), "little")
        others = int.from_bytes(mask.translate(_NONE_TO_ALL), "little")
        rows = int.from_bytes(self._rows, "little")
        self._rows[:] = (rows & others | blocked).to_bytes(size, "little")
        self._count = self._rows.count(_MARKED)

    def chosen(self) -> bytes:
        """Return the mask of the marked rows."""
        return bytes(self._rows.translate(_NO_BLOCK))

    def resize(self, size: int) -> None:
        """Remove rows at the end or append unmarked ones; show all."""
        self._shown = None
        del self._rows[size:]
        self._rows.extend(bytes(size - len(self._rows)))
        self._count = self._rows.count(_MARKED)

    def permuted(self, old_rows: Sequence[int]) -> Marks:
        """Return the marks in another order: row n was row `old_rows[n]`; all are shown."""
        marks = Marks(0)
        marks._rows = bytearray(map(self._rows.__getitem__, old_rows))
        marks._count = marks._rows.count(_MARKED)
        return marks

    def save(self) -> bytes:
        """Return a state for `restore`."""
        return bytes(self._rows)

    def restore(self, saved: bytes, one: int, other: int) -> None:
        """Restore the rows between two, both included, to a saved state."""
        span = self._span(one, other)
        self._replace(span, saved[span])

    def _translate(self, one: int, other: int, table: bytes) -> None:
        span = self._span(one, other)
        old = self._rows[span]
        new = old.translate(table)
        if self._shown is not None:
            # Undo the change in rows that are not shown.
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
    """A range of marks from an anchor row to the cursor.

    A row that the range leaves gets its earlier state back.
    """

    def __init__(self, marks: Marks, anchor: int, *, sticky: bool) -> None:
        self.sticky = sticky
        """Whether plain movement extends it (`v`) or ends it (Shift with an arrow)."""
        self.anchor = anchor
        self._marks = marks
        self._saved = marks.save()
        self.end = anchor
        """The other end of the range."""
        marks.set(anchor, True)

    def extend(self, position: int) -> None:
        """Move the end of the range to `position`."""
        self.cancel()
        self._marks.set_range(self.anchor, position, True)
        self.end = position

    def cancel(self) -> None:
        """Give every row its earlier state back."""
        self._marks.restore(self._saved, self.anchor, self.end)


def _masked(rows: bytes | bytearray, shown: bytes) -> bytes:
    """Return the rows, with zero for those that are not shown."""
    kept = int.from_bytes(rows, "little") & int.from_bytes(shown, "little")
    return kept.to_bytes(len(rows), "little")


def _checked(mask: bytes | bytearray, size: int) -> bytes | bytearray:
    if len(mask) != size:
        raise ValueError(f"a mask of {len(mask)} for {size} rows")
    return mask
