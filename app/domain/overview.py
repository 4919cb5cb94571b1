"""Exact totals over many documents: by type, kind, KDV rate, currency, month and account.

Returns count negative, and sales and purchases are never added (domain §8). All amounts except
those in a foreign currency are in TL, as the documents state them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from msgspec import Struct

from app.domain import amounts
from app.domain.amounts import ZERO
from app.domain.invoice import RETURNS, DocumentType, InvoiceHeader, InvoiceLine
from app.domain.vat_split import ExactLines, Lines, RatePart, split_lines

K = TypeVar("K")
F = TypeVar("F", bound="Figures")


class Entry(NamedTuple):
    """The contribution of one document to totals; amounts of returns are negative."""

    document_type: DocumentType
    kind: int
    """Tipi; 0 where the document names none."""
    currency: int
    """DOVIZTIP; 0 is TL."""
    number: str
    day: date
    account_code: str
    base: Decimal
    """Matrah (base of VAT) in TL."""
    vat: Decimal
    total: Decimal
    foreign: Decimal | None
    """The document's total in its currency, if that is not TL and the document states it."""
    parts: list[RatePart]
    """Matrah and KDV by rate."""

    @property
    def is_return(self) -> bool:
        """Whether the document is a return."""
        return self.kind in RETURNS


def entry(
    document_type: DocumentType, header: InvoiceHeader, lines: Sequence[InvoiceLine]
) -> Entry:
    """Return the contribution of a document that has a grand total."""
    return entry_of(document_type, header, ExactLines(lines))


@amounts.exact
def entry_of(document_type: DocumentType, header: InvoiceHeader, lines: Lines) -> Entry:
    """Return the contribution of a document whose lines are in any form (`vat_split.Lines`)."""
    parts = split_lines(header, lines)
    total, foreign = header.grand_total or ZERO, header.currency_total
    if header.kind in RETURNS:
        parts = [RatePart(rate, -base, -vat) for rate, base, vat in parts]
        total, foreign = -total, None if foreign is None else -foreign
    base = vat = ZERO
    for part in parts:
        base += part.base
        vat += part.vat
    return Entry(
        document_type,
        header.kind or 0,
        header.currency or 0,
        header.number,
        header.document_date,
        header.account_code,
        base,
        vat,
        total,
        foreign if header.currency else None,
        parts,
    )


class Figures(Struct, gc=False):
    """The sums of a group of documents of one type."""

    count: int = 0
    returns: int = 0
    """The number of returns in the group."""
    base: Decimal = ZERO
    vat: Decimal = ZERO
    total: Decimal = ZERO

    def add(self, one: Entry) -> None:
        """Add a document. Use inside `amounts.exact`."""
        self.count += 1
        self.returns += one.is_return
        self.base += one.base
        self.vat += one.vat
        self.total += one.total


class RateFigures(Struct, gc=False):
    """The sums at one rate; a document with several rates counts at each of them."""

    count: int = 0
    base: Decimal = ZERO
    vat: Decimal = ZERO


class CurrencyFigures(Figures):
    """The sums of documents in one currency, in TL and, if it is not TL, in that currency."""

    foreign: Decimal = ZERO
    silent: int = 0
    """The number of documents that do not state their total in the currency."""
    rates: dict[Decimal | None, RateFigures] = {}  # msgspec copies the default

    def add(self, one: Entry) -> None:
        """Add a document. Use inside `amounts.exact`."""
        super().add(one)
        for rate, base, vat in one.parts:
            if (figures := self.rates.get(rate)) is None:
                figures = self.rates[rate] = RateFigures()
            figures.count += 1
            figures.base += base
            figures.vat += vat
        if one.foreign is not None:
            self.foreign += one.foreign
        elif one.currency:
            self.silent += 1


class TypeOverview(Struct, gc=False):
    """The totals of the documents of one type."""

    kinds: dict[int, Figures]
    currencies: dict[int, CurrencyFigures]
    months: dict[str, Figures]
    """Month (`2024-03`) → sums."""
    accounts: dict[str, Figures]

    @property
    def whole(self) -> Figures:
        """Return the sums of all documents of the type."""
        found = Figures()
        for one in self.kinds.values():
            found = Figures(
                found.count + one.count,
                found.returns + one.returns,
                amounts.EXACT.add(found.base, one.base),
                amounts.EXACT.add(found.vat, one.vat),
                amounts.EXACT.add(found.total, one.total),
            )
        return found

    def rates(self) -> dict[Decimal | None, RateFigures]:
        """Return rate → sums over all currencies, the highest rate first, the unknown rate last."""
        found: dict[Decimal | None, RateFigures] = {}
        for currency in self.currencies.values():
            for rate, one in currency.rates.items():
                old = found.get(rate, RateFigures())
                found[rate] = RateFigures(
                    old.count + one.count,
                    amounts.EXACT.add(old.base, one.base),
                    amounts.EXACT.add(old.vat, one.vat),
                )
        return {rate: found[rate] for rate in in_order(found)}

    def top_accounts(self, most: int) -> list[tuple[str, Figures]]:
        """Return at most `most` accounts with the greatest totals by absolute value."""
        return sorted(self.accounts.items(), key=lambda one: (-abs(one[1].total), one[0]))[:most]


def in_order(rates: Iterable[Decimal | None]) -> list[Decimal | None]:
    """Sort rates, the highest first and the unknown rate last."""
    return sorted(rates, key=lambda rate: (rate is None, -(rate or ZERO)))


class Overview:
    """The totals of each document type. Memory grows with the number of accounts only."""

    def __init__(self) -> None:
        self.types: dict[DocumentType, TypeOverview] = {}

    @property
    def count(self) -> int:
        """The number of documents."""
        return sum(one.whole.count for one in self.types.values())

    @amounts.exact
    def add(self, entries: Iterable[Entry]) -> None:
        """Add documents."""
        for one in entries:
            of_type = self.types.get(one.document_type)
            if of_type is None:
                of_type = self.types[one.document_type] = TypeOverview({}, {}, {}, {})
            _get_or_make(of_type.kinds, one.kind, Figures).add(one)
            _get_or_make(of_type.currencies, one.currency, CurrencyFigures).add(one)
            _get_or_make(of_type.months, str(one.day)[:7], Figures).add(one)
            _get_or_make(of_type.accounts, one.account_code, Figures).add(one)


def _get_or_make(found: dict[K, F], key: K, make: type[F]) -> F:
    if (one := found.get(key)) is None:
        one = found[key] = make()
    return one
