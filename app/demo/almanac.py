"""The company's calendar: how many invoices each day has, exchange rates and price lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.demo.cards import DemoStockItem
from app.domain.amounts import KURUS, canonical

MONTHS: Final = 22
_MONTH_BEFORE = Decimal("0.982")  # factor from a month's price to that of the month before
_PURCHASE_SHARE = Decimal("0.72")  # of the sales price

USD: Final = 1
EUR: Final = 2
_EURO_IN_DOLLARS = Decimal("1.0850")
_RATE_PLACES = Decimal("0.0001")

_WEEKDAY, _SATURDAY, _SUNDAY = 20, 4, 1
_MONTH_END = 32
_HOLIDAYS = {(1, 1), (4, 23), (5, 1), (5, 19), (7, 15), (8, 30), (10, 29)}


@dataclass(frozen=True, slots=True)
class PriceList:
    """One month's prices in TL without VAT, in the order of the stock cards."""

    sales: tuple[Decimal, ...]
    purchase: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day's prices, and its exchange rates in TL for one unit of a currency."""

    date: date
    prices: PriceList
    rates: dict[int, Decimal]


class Almanac:
    """The days up to `last_day`; later days have the prices of its month."""

    def __init__(self, stock: list[DemoStockItem], last_day: date) -> None:
        self._prices = [item.price for item in stock]
        self._lists: dict[int, PriceList] = {}
        self._last_month = _month_number(last_day)
        first = self._last_month - MONTHS + 1
        self.first_day = date(first // 12, first % 12 + 1, 1)
        self.last_day = last_day

    def day(self, when: date) -> Day:
        """Return the prices and rates of the day `when`."""
        ago = max(self._last_month - _month_number(when), 0)
        if ago not in self._lists:
            self._lists[ago] = self._price_list(ago)
        return Day(when, self._lists[ago], self._exchange_rates(when))

    def spread(self, count: int) -> Iterator[Day]:
        """Yield `count` days in order; busy days come more often."""
        days = [self.first_day + timedelta(n) for n in range(self._length())]
        weights = [_busyness(day) for day in days]
        whole = sum(weights)
        index, reached = 0, weights[0]
        today = self.day(days[0])
        for n in range(count):
            target = (2 * n + 1) * whole // (2 * count)
            while reached <= target:
                index += 1
                reached += weights[index]
                if target < reached:
                    today = self.day(days[index])
            yield today

    def _length(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def _price_list(self, months_ago: int) -> PriceList:
        factor = _MONTH_BEFORE**months_ago
        sales = [_kurus(price * factor) for price in self._prices]
        return PriceList(tuple(sales), tuple(_kurus(price * _PURCHASE_SHARE) for price in sales))

    def _exchange_rates(self, when: date) -> dict[int, Decimal]:
        n = (when - self.first_day).days
        dollar = Decimal("35.3610") + n * Decimal("0.0143") + n * 37 % 23 * Decimal("0.0109")
        euro = dollar * (_EURO_IN_DOLLARS + n * 53 % 17 * Decimal("0.0011"))
        return {USD: canonical(dollar), EUR: canonical(euro.quantize(_RATE_PLACES))}


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _busyness(day: date) -> int:
    if (day.month, day.day) in _HOLIDAYS:
        return 0
    if day.weekday() >= 5:
        return _SATURDAY if day.weekday() == 5 else _SUNDAY
    return _MONTH_END if (day + timedelta(4)).month != day.month else _WEEKDAY


def _kurus(price: Decimal) -> Decimal:
    return canonical(price.quantize(KURUS))
