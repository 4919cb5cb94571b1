"""Exact totals over many documents: by type, kind, KDV rate, currency, month and account.

Returns count negative; sales and purchases are never added (domain §8). All amounts but those in
a foreign currency are in TL, as the documents state them.
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
    """What one document adds to totals; amounts of returns are negative."""

    document_type: DocumentType
    kind: int
    """Tipi; 0 where the document names none."""
    currency: int
    """DOVIZTIP; 0 is TL."""
    number: str
    day: date
    account_code: str
    base: Decimal
    """Matrah."""
    vat: Decimal
    total: Decimal
    foreign: Decimal | None
    """Its total in its currency, where that is not TL and it states one."""
    parts: list[RatePart]
    """Matrah and KDV by rate."""

    @property
    def is_return(self) -> bool:
        """Whether it is a return."""
        return self.kind in RETURNS


def entry(
    document_type: DocumentType, header: InvoiceHeader, lines: Sequence[InvoiceLine]
) -> Entry:
    """Return what a document that has a grand total adds."""
    return entry_of(document_type, header, ExactLines(lines))


@amounts.exact
def entry_of(document_type: DocumentType, header: InvoiceHeader, lines: Lines) -> Entry:
    """Do the same with lines of any form."""
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
    """The sums of some documents of one type."""

    count: int = 0
    returns: int = 0
    """The number of returns among them."""
    base: Decimal = ZERO
    vat: Decimal = ZERO
    total: Decimal = ZERO

    def add(self, one: Entry) -> None:
        """Add a document; exact inside `amounts.exact`."""
        self.count += 1
        self.returns += one.is_return
        self.base += one.base
        self.vat += one.vat
        self.total += one.total


class RateFigures(Struct, gc=False):
    """The sums at one rate; a document of several rates counts at each."""

    count: int = 0
    base: Decimal = ZERO
    vat: Decimal = ZERO


class CurrencyFigures(Figures):
    """The sums of documents in one currency, in TL; and in it, if it is not TL."""

    foreign: Decimal = ZERO
    silent: int = 0
    """The number of documents that do not state their total in it."""
    rates: dict[Decimal | None, RateFigures] = {}  # copied for each

    def add(self, one: Entry) -> None:
        """Add a document; exact inside `amounts.exact`."""
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
    """By `2024-03`."""
    accounts: dict[str, Figures]

    @property
    def whole(self) -> Figures:
        """Return the sums of all its documents."""
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
        """Return the sums by rate over all currencies, the highest rate first, unknown last."""
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
        """Return the accounts with the greatest totals, whatever their sign."""
        return sorted(self.accounts.items(), key=lambda one: (-abs(one[1].total), one[0]))[:most]


def in_order(rates: Iterable[Decimal | None]) -> list[Decimal | None]:
    """Return the rates, the highest first; the unknown one last."""
    return sorted(rates, key=lambda rate: (rate is None, -(rate or ZERO)))


class Overview:
    """The totals of documents of both types, each apart. Memory grows with the accounts alone."""

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
            _of(of_type.kinds, one.kind, Figures).add(one)
            _of(of_type.currencies, one.currency, CurrencyFigures).add(one)
            _of(of_type.months, str(one.day)[:7], Figures).add(one)
            _of(of_type.accounts, one.account_code, Figures).add(one)


def _of(found: dict[K, F], key: K, make: type[F]) -> F:
    if (one := found.get(key)) is None:
        one = found[key] = make()
    return one
