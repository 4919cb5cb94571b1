"""The generated company: its cards, and its invoices in date order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Final

from app.demo.almanac import Almanac, Day
from app.demo.cards import DemoAccount, DemoStockItem, invent_accounts, invent_stock
from app.demo.deal import Deal, Dealer, pick
from app.demo.documents import invent_invoice
from app.demo.numbering import SALES_SERIES, Number, SalesNumbers, SalesSeries, SupplierNumbers
from app.domain.invoice import Invoice

DEFAULT_INVOICES: Final = 5000
LAST_DAY: Final = date(2026, 10, 31)  # fixed: the data must not depend on the clock
_SALES = 0.62
_SERIES_DRAWN = tuple(series for series in SALES_SERIES for _ in range(series.share))


class Company:
    """A distributor with 200 accounts and 300 stock cards.

    Its invoices fall in the 22 months up to `last_day` and have the VAT rates since July 2023. The
    same seed, day and count give the same data in every process.
    """

    def __init__(self, seed: int = 1, last_day: date = LAST_DAY) -> None:
        self.seed = seed
        cards = self.random("kartlar")
        self.accounts: list[DemoAccount] = invent_accounts(cards)
        self.stock: list[DemoStockItem] = invent_stock(cards)
        self.almanac = Almanac(self.stock, last_day)
        self._dealer = Dealer(self.accounts)

    def random(self, purpose: str) -> Random:
        """Return the random generator for a purpose; each purpose has its own."""
        return Random(f"{self.seed} {purpose}")  # noqa: S311  # not for secrets

    def invoices(self, count: int = DEFAULT_INVOICES) -> Iterator[Invoice]:
        """Yield `count` invoices in date order, without a gap in any sales series.

        Memory does not grow with `count`.
        """
        rng = self.random("faturalar")
        sales = SalesNumbers()
        suppliers = {account.code: SupplierNumbers(rng, account.name) for account in self.accounts}
        for day in self.almanac.spread(count):
            if rng.random() < _SALES:
                series = pick(rng, _SERIES_DRAWN)
                deal = self._dealer.sale(rng, day, series)
                number = sales.next(series, day.date.year)
            else:
                deal = self._dealer.purchase(rng, day)
                number = suppliers[deal.account.code].next(rng, day.date.year)
            yield self._write(rng, deal, number)

    def sale(self, rng: Random, day: Day, series: SalesSeries, number: Number) -> Invoice:
        """Make a sale for a sample file."""
        return self._write(rng, self._dealer.sale(rng, day, series), number)

    def purchase(self, rng: Random, day: Day, number: Number) -> Invoice:
        """Make a purchase for a sample file."""
        return self._write(rng, self._dealer.purchase(rng, day), number)

    def _write(self, rng: Random, deal: Deal, number: Number) -> Invoice:
        return invent_invoice(rng, deal, self.stock, number)
