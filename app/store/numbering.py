"""Giving document numbers: which are taken, which is the next, what the counters hold.

All of it is true only while the write lock is held; `begin()` forgets what was read before.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.domain import numbers
from app.domain.invoice import DocumentType, Invoice
from app.domain.numbers import WIDTH, Split
from app.errors import NumberError
from app.store.database import database
from app.store.models import SCOPE

_Key = tuple[int, str, str]
"""(document type, number or prefix, scope): whose numbers are meant, one supplier's (its code)
or those of all documents of the type (empty)."""


class Numbering:
    """Numbers for the documents of one run, in the order in which they ask (domain §4).

    `series` is the Fatura Serisi that all are numbered from; None lets each keep its own number
    where that is free. With `lasting`, nothing read is ever forgotten: for a simulation that
    writes nothing.
    """

    def __init__(self, series: str | None, *, lasting: bool = False) -> None:
        self._series = series
        self._lasting = lasting
        self._taken: set[_Key] = set()
        self._last: dict[_Key, int] = {}
        self._year_series: dict[DocumentType, bool] = {}
        self._moved: dict[tuple[int, int, str], int] = {}

    def begin(self) -> None:
        """A new transaction: others may have given numbers since the last one."""
        self._moved.clear()
        if not self._lasting:
            self._taken.clear()
            self._last.clear()
            self._year_series.clear()

    def look_up(self, invoices: Iterable[Invoice]) -> None:
        """Read at once which source numbers of a batch are taken."""
        if self._series is None:
            wanted = [(int(i.document_type), i.header.number, scope_of(i)) for i in invoices]
            self._taken.update(taken(wanted))

    def number(self, invoice: Invoice) -> Split:
        """Give `invoice` its final number, in place; returns how that number splits.

        Raises NumberError where it needs a next number that cannot be made.
        """
        if self._series is not None:
            return self._from_series(invoice, self._series)
        header = invoice.header
        key = (int(invoice.document_type), header.number, scope_of(invoice))
        split = numbers.split(header.number, invoice.series)
        if key in self._taken:
            split = self._next_of_its_own(invoice, split)
        self._note(invoice, split)
        return split

    def write_counters(self) -> None:
        """Move the counters to the numbers stored since `begin()`, never back."""
        database.cursor().executemany(
            """
            INSERT INTO series (branch, document_type, prefix, last_number) VALUES (?, ?, ?, ?)
            ON CONFLICT (document_type, prefix, branch)
            DO UPDATE SET last_number = max(last_number, excluded.last_number)
            """,
            [(*key, last) for key, last in self._moved.items()],
        )

    def _next_of_its_own(self, invoice: Invoice, source: Split) -> Split:
        if source.tail is None:
            raise NumberError(
                f"{invoice.header.number} kullanılmış ve sonunda rakam yok; sıradaki bulunamadı"
            )
        return self._take_next(invoice, source.prefix, scope_of(invoice), source.width)

    def _from_series(self, invoice: Invoice, series: str) -> Split:
        prefix = series
        if self._has_years(invoice.document_type, series):
            prefix = numbers.year_prefix(series, invoice.header.document_date.year)
        split = self._take_next(invoice, prefix, "", WIDTH)
        invoice.series = series
        self._note(invoice, split)
        return split

    def _take_next(self, invoice: Invoice, prefix: str, scope: str, width: int) -> Split:
        kind = int(invoice.document_type)
        tail = self._last_of(invoice.document_type, prefix, scope) + 1
        number = numbers.compose(prefix, tail, width)
        # Two ways to split may share a number: `A1` + `0…1` and `A` + `10…1`.
        while self._is_taken((kind, number, scope_of(invoice))):
            tail += 1
            number = numbers.compose(prefix, tail, width)
        invoice.header.number = number
        self._last[kind, prefix, scope] = tail
        return Split(prefix, tail, len(number))

    def _is_taken(self, key: _Key) -> bool:
        return key in self._taken or bool(taken([key]))

    def _note(self, invoice: Invoice, split: Split) -> None:
        """Remember that this number is used from now on."""
        kind, scope = int(invoice.document_type), scope_of(invoice)
        self._taken.add((kind, invoice.header.number, scope))
        if split.tail is None:
            return
        for key in ((kind, split.prefix, scope), (kind, split.prefix, "")):
            if key in self._last:
                self._last[key] = max(self._last[key], split.tail)
        counter = (invoice.header.branch or 0, kind, split.prefix)
        self._moved[counter] = max(self._moved.get(counter, 0), split.tail)

    def _last_of(self, kind: DocumentType, prefix: str, scope: str) -> int:
        key = (int(kind), prefix, scope)
        if key not in self._last:
            given = [n for (_, *of), n in self._moved.items() if not scope and of == [kind, prefix]]
            self._last[key] = max(last_number(kind, prefix, scope), *given, 0)
        return self._last[key]

    def _has_years(self, kind: DocumentType, series: str) -> bool:
        if kind not in self._year_series:
            self._year_series[kind] = has_year_numbers(kind, series)
        return self._year_series[kind]


def scope_of(invoice: Invoice) -> str:
    """Whose numbers an invoice's number is one of: its supplier's, or all of ours (`""`)."""
    purchase = invoice.document_type is DocumentType.PURCHASE
    return invoice.header.account_code if purchase else ""


def taken(wanted: list[_Key]) -> list[_Key]:
    """Which of the (document type, number, scope) are stored already."""
    rows = database.execute_sql(
        f"""
        SELECT document_type, number, {SCOPE} FROM json_each(?) AS wanted CROSS JOIN invoice
        WHERE document_type = wanted.value ->> 0 AND number = wanted.value ->> 1
        AND {SCOPE} = wanted.value ->> 2
        """,  # noqa: S608
        (msgspec.json.encode(wanted).decode(),),
    )
    return list(rows)


def last_number(kind: DocumentType, prefix: str, scope: str) -> int:
    """The greater of the counter and the greatest number stored; 0 where there is neither.

    A supplier's paper numbers have no counter of ours; without one (`scope` empty) all
    documents of the type count.
    """
    if scope:
        return _greatest_tail(kind, prefix, scope)
    row = database.execute_sql(
        "SELECT coalesce(max(last_number), 0) FROM series WHERE document_type = ? AND prefix = ?",
        (int(kind), prefix),
    ).fetchone()
    return max(int(row[0]), _greatest_tail(kind, prefix, ""), _greatest_full(kind, prefix))


def _greatest_tail(kind: DocumentType, prefix: str, scope: str) -> int:
    """The greatest tail stored, whatever the length of its number."""
    row = database.execute_sql(
        f"""
        SELECT coalesce(max(tail), 0) FROM invoice
        WHERE document_type = ? AND prefix = ? AND {SCOPE} = ?
        """,  # noqa: S608
        (int(kind), prefix, scope),
    ).fetchone()
    return int(row[0])


def _greatest_full(kind: DocumentType, prefix: str) -> int:
    """The greatest tail of a 15-character number, whoever's: its text order is its order."""
    digits = WIDTH - len(prefix)
    low, high = prefix + "0" * digits, prefix + "9" * digits
    row = database.execute_sql(
        """
        SELECT number FROM invoice
        WHERE document_type = ? AND number BETWEEN ? AND ? AND length(number) = ?
        AND substr(number, ?) NOT GLOB '*[^0-9]*'
        ORDER BY number DESC LIMIT 1
        """,
        (int(kind), low, high, WIDTH, len(prefix) + 1),
    ).fetchone()
    split = numbers.split(row[0], prefix) if row else None
    return split.tail or 0 if split and split.prefix == prefix else 0


def has_year_numbers(kind: DocumentType, series: str) -> bool:
    """Whether a series has numbers with a year in them, stored or counted."""
    if not numbers.may_carry_year(series):
        return False
    pattern = f"{series}20[0-9][0-9]"
    return any(
        database.execute_sql(
            f"SELECT 1 FROM {table} WHERE document_type = ? AND prefix BETWEEN ? AND ?"  # noqa: S608
            " AND prefix GLOB ? LIMIT 1",
            (int(kind), f"{series}2000", f"{series}2099", pattern),
        ).fetchone()
        for table in ("series", "invoice")
    )
