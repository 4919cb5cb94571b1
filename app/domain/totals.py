"""The amounts of a long list in eight bytes each, with exact sums over any choice of rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from typing import TypeAlias

from app.domain import amounts
from app.domain.invoice import DocumentType

Row: TypeAlias = tuple[int | None, int | None, str | None, int | None, str | None]
"""Document type; total in kuruş, or None followed by its canonical text; currency code, and the
amount in that currency. Amounts of returns are negative (domain §8)."""

TypeTotals: TypeAlias = dict[DocumentType, Decimal]
"""The total of each document type; sales and purchases are never added (domain §8)."""

_NO_TYPE = 255


def add_total(totals: TypeTotals, document_type: DocumentType, total: Decimal) -> None:
    """Add an amount to the total of its document type."""
    totals[document_type] = amounts.EXACT.add(totals.get(document_type, amounts.ZERO), total)


@dataclass(frozen=True, slots=True)
class ForeignSum:
    """The sum of documents in a foreign currency, over those that state their amount in it."""

    currency: int
    amount: Decimal
    count: int
    """The number of documents in this currency."""
    silent: int = 0
    """The number of documents that do not state their amount in the currency."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The sum of documents of one type in TL, and the sum in each foreign currency."""

    total: Decimal = Decimal(0)
    foreign: tuple[ForeignSum, ...] = ()


class Totals:
    """The total of each row in TL; amounts in foreign currencies are kept apart."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """`rows` are in list order. Raises ValueError or ArithmeticError for an invalid amount."""
        self._kurus = array("q")
        self._odd: dict[int, Decimal] = {}
        """Row index → total, for totals that are not whole kuruş."""
        self._foreign: dict[tuple[int, int], _Foreign] = {}
        """Document type and currency code → the documents in that currency."""
        self._types = bytearray()
        """The document type of each row; _NO_TYPE if its document is missing."""
        for document_type, kurus, text, currency, amount in rows:
            row = len(self._kurus)
            known_type = document_type if document_type in _TYPES else _NO_TYPE
            self._types.append(known_type)
            if kurus is None and text is not None:
                self._odd[row] = amounts.stored(text)
            try:
                self._kurus.append(kurus or 0)
            except TypeError:  # SQLite made a float of an amount with too many digits
                raise ValueError(kurus) from None
            if currency:
                self._foreign.setdefault((known_type, currency), _Foreign()).add(row, amount)
        self._whole = {one: self._total(self._of_type(one)) for one in DocumentType}
        """The total of all rows of each type. A list is built off the UI thread, and often all
        of it is marked at once."""

    def __len__(self) -> int:
        return len(self._kurus)

    def sum(self, chosen: bytes) -> dict[DocumentType, Sums]:
        """Return the exact sums of the chosen rows, by document type.

        `chosen` has one byte for each row: 1 if it is chosen, else 0.
        """
        sums = {}
        marked = int.from_bytes(chosen, "little")
        for document_type, whole in self._whole.items():
            of_type = int.from_bytes(self._of_type(document_type), "little")
            if both := of_type & marked:
                rows = both.to_bytes(len(chosen), "little")
                total = whole if both == of_type else self._total(rows)
                sums[document_type] = Sums(total, tuple(self._foreign_sums(document_type, rows)))
        return sums

    def _of_type(self, document_type: DocumentType) -> bytearray:
        return self._types.translate(_IS_TYPE[document_type])

    def _total(self, chosen: bytes | bytearray) -> Decimal:
        total = _exact(sum(compress(self._kurus, chosen)))
        for row, amount in self._odd.items():
            if chosen[row]:
                total = amounts.EXACT.add(total, amount)
        return amounts.canonical(total)

    def _foreign_sums(self, document_type: DocumentType, chosen: bytes) -> Iterator[ForeignSum]:
        for of_type, currency in sorted(self._foreign):
            if of_type == document_type:
                found = self._foreign[of_type, currency].sum(currency, chosen)
                if found.count:
                    yield found

    def permuted(self, old_rows: Sequence[int]) -> Totals:
        """Return the totals in another order: row n is the current row `old_rows[n]`."""
        now = array("q", bytes(8 * len(old_rows)))
        for new, old in enumerate(old_rows):
            now[old] = new
        totals = Totals(())
        totals._kurus = array("q", map(self._kurus.__getitem__, old_rows))
        totals._types = bytearray(map(self._types.__getitem__, old_rows))
        totals._whole = self._whole
        totals._odd = {now[row]: amount for row, amount in self._odd.items()}
        totals._foreign = {key: one.moved(now) for key, one in self._foreign.items()}
        return totals


_TYPES = frozenset(map(int, DocumentType))
_IS_TYPE = {one: bytes(byte == one for byte in range(256)) for one in DocumentType}


class _Foreign:
    """The rows in one currency, and their amounts in it."""

    def __init__(self) -> None:
        self._rows = array("q")
        self._kurus = array("q")
        self._odd: dict[int, Decimal] = {}
        self._silent = array("q")

    def add(self, row: int, amount: str | None) -> None:
        """Add a row and its amount as canonical text."""
        self._rows.append(row)
        whole, _, fraction = (amount or "0.0").partition(".")
        if amount is None:
            self._silent.append(row)
        elif len(fraction) > 2:
            self._odd[row] = amounts.stored(amount)
            whole, fraction = "0", ""
        self._kurus.append(int(whole + fraction.ljust(2, "0")))

    def moved(self, now: Sequence[int]) -> _Foreign:
        """Return the same documents at new row indexes: row n moves to `now[n]`."""
        moved = _Foreign()
        moved._rows = array("q", map(now.__getitem__, self._rows))
        moved._kurus = self._kurus
        moved._odd = {now[row]: amount for row, amount in self._odd.items()}
        moved._silent = array("q", map(now.__getitem__, self._silent))
        return moved

    def sum(self, currency: int, chosen: bytes) -> ForeignSum:
        """Return the sum of the chosen rows."""
        marked = bytes(map(chosen.__getitem__, self._rows))
        total = _exact(sum(compress(self._kurus, marked)))
        for row, amount in self._odd.items():
            if chosen[row]:
                total = amounts.EXACT.add(total, amount)
        count = len(marked) - marked.count(0)
        silent = sum(bool(chosen[row]) for row in self._silent)
        return ForeignSum(currency, amounts.canonical(total), count, silent)


def _exact(kurus: int) -> Decimal:
    return Decimal(kurus).scaleb(-2, amounts.EXACT)
