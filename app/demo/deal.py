"""Draw the terms of a generated invoice: account, kind, currency, VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final, TypeVar

from app.demo.almanac import EUR, USD, Day
from app.demo.cards import CUSTOMERS, FOREIGN_CUSTOMERS, SUPPLIERS, DemoAccount
from app.demo.numbering import SalesSeries
from app.domain.invoice import DocumentType, InvoiceKind

RETURNS: Final = (InvoiceKind.RETURN, InvoiceKind.WASTE_RETURN)

_T = TypeVar("_T")

_SALES_KINDS = (
    (InvoiceKind.OPEN,) * 74 + (InvoiceKind.CLOSED,) * 14 + (InvoiceKind.RETURN,) * 6
    + (InvoiceKind.MIXED,) * 3 + (InvoiceKind.DOMESTIC,) * 2 + (InvoiceKind.WASTE_RETURN,)
)  # fmt: skip
_PURCHASE_KINDS = (
    (InvoiceKind.OPEN,) * 80 + (InvoiceKind.CLOSED,) * 14 + (InvoiceKind.RETURN,) * 5
    + (InvoiceKind.MIXED,)
)  # fmt: skip

_OLD_RATES = 0.2  # share of the returns: goods sold before 2023-07-10
_SERVICE = 0.06
_FOREIGN_PURCHASE = 0.05
_DOMESTIC_CURRENCY = 0.03


@dataclass(frozen=True, slots=True)
class Deal:
    """The terms of one invoice. `currency` 0 is TL; `rate` is TL for one unit of the currency."""

    document_type: DocumentType
    kind: InvoiceKind
    account: DemoAccount
    day: Day
    branch: int
    series: SalesSeries | None
    currency: int
    rate: Decimal
    old_rates: bool
    """Whether it is a return of goods sold at the VAT rates before 2023-07-10."""
    services: bool
    exempt: bool
    """Whether it is an import or export, without VAT."""

    @property
    def is_sale(self) -> bool:
        """Whether it is a Satış Faturası, returns included."""
        return self.document_type is DocumentType.SALES

    @property
    def vat_included(self) -> bool:
        """Whether the prices include VAT."""
        return self.series is not None and self.series.retail

    @property
    def direction(self) -> str:
        """STra_GC: whether goods come in or go out; a return reverses it."""
        return "C" if self.is_sale is (self.kind not in RETURNS) else "G"


class Dealer:
    """Draws deals; accounts early in each list come up more often."""

    def __init__(self, accounts: list[DemoAccount]) -> None:
        foreign_from = CUSTOMERS + FOREIGN_CUSTOMERS
        self._customers = accounts[:CUSTOMERS]
        self._foreign_customers = accounts[CUSTOMERS:foreign_from]
        self._suppliers = accounts[foreign_from : foreign_from + SUPPLIERS]
        self._foreign_suppliers = accounts[foreign_from + SUPPLIERS :]

    def sale(self, rng: Random, day: Day, series: SalesSeries) -> Deal:
        """Draw a sale numbered from `series`."""
        kind = InvoiceKind.EXPORT if series.export else pick(rng, _SALES_KINDS)
        if series.retail and kind not in RETURNS:
            kind = InvoiceKind.CLOSED
        customers = self._foreign_customers if series.export else self._customers
        in_lira = series.retail or not (series.export or rng.random() < _DOMESTIC_CURRENCY)
        currency = 0 if in_lira else _currency(rng)
        return Deal(
            document_type=DocumentType.SALES,
            kind=kind,
            account=_favourite(rng, customers),
            day=day,
            branch=series.branch,
            series=series,
            currency=currency,
            rate=day.rates.get(currency, Decimal(1)),
            old_rates=kind in RETURNS and rng.random() < _OLD_RATES,
            services=not (series.export or series.retail) and rng.random() < _SERVICE,
            exempt=series.export,
        )

    def purchase(self, rng: Random, day: Day) -> Deal:
        """Draw a purchase, now and then from abroad."""
        abroad = rng.random() < _FOREIGN_PURCHASE
        kind = InvoiceKind.FOREIGN if abroad else pick(rng, _PURCHASE_KINDS)
        currency = _currency(rng) if abroad or rng.random() < _DOMESTIC_CURRENCY else 0
        return Deal(
            document_type=DocumentType.PURCHASE,
            kind=kind,
            account=_favourite(rng, self._foreign_suppliers if abroad else self._suppliers),
            day=day,
            branch=0 if rng.random() < 0.8 else 1,
            series=None,
            currency=currency,
            rate=day.rates.get(currency, Decimal(1)),
            old_rates=kind in RETURNS and rng.random() < _OLD_RATES,
            services=not abroad and rng.random() < _SERVICE,
            exempt=abroad,
        )


def pick(rng: Random, choices: Sequence[_T]) -> _T:
    """Draw one of `choices`; faster than `rng.choice`, and uniform enough."""
    return choices[int(rng.random() * len(choices))]


def _favourite(rng: Random, accounts: Sequence[DemoAccount]) -> DemoAccount:
    return accounts[int(rng.random() ** 2 * len(accounts))]


def _currency(rng: Random) -> int:
    return USD if rng.random() < 0.55 else EUR
