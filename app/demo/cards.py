"""Generate account and stock cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from random import Random
from typing import Final

from app.demo import words
from app.domain.amounts import canonical

CUSTOMERS: Final = 130
FOREIGN_CUSTOMERS: Final = 10
SUPPLIERS: Final = 54
FOREIGN_SUPPLIERS: Final = 6
GOODS: Final = 288

_FOREIGN_GROUP = 900  # stands for the city's plate number in a domestic code
_PERSONS = 0.15


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account card. A foreign account has no tax number."""

    code: str
    name: str
    city: str
    tax_number: str


@dataclass(frozen=True, slots=True)
class DemoStockItem:
    """A stock card: VAT in per cent, today's sales price in TL without VAT."""

    code: str
    name: str
    unit: str
    vat_rate: Decimal
    price: Decimal


def invent_accounts(rng: Random) -> list[DemoAccount]:
    """Make 200 accounts: customers, foreign customers, suppliers, foreign suppliers, in order."""
    names = _names(rng)
    used: Counter[str] = Counter()
    foreign = iter(words.FOREIGN)
    accounts = [_domestic("120", next(names), rng, used) for _ in range(CUSTOMERS)]
    accounts += [_foreign("120", *next(foreign), used) for _ in range(FOREIGN_CUSTOMERS)]
    accounts += [_domestic("320", next(names), rng, used) for _ in range(SUPPLIERS)]
    accounts += [_foreign("320", *next(foreign), used) for _ in range(FOREIGN_SUPPLIERS)]
    return accounts


def _names(rng: Random) -> Iterator[str]:
    """Yield distinct company names; some begin with the owner's name."""
    pairs = list(product(words.SURNAMES, words.TRADES))
    rng.shuffle(pairs)
    for surname, trade in pairs:
        if rng.random() < _PERSONS:
            yield f"{rng.choice(words.FIRST_NAMES)} {surname} - {surname} {trade}"
        else:
            yield f"{surname} {trade} {rng.choice(words.FORMS)}"


def _domestic(ledger: str, name: str, rng: Random, used: Counter[str]) -> DemoAccount:
    city, plate = words.CITIES[int(len(words.CITIES) * rng.random() ** 2)]
    number = _identity_number(rng) if " - " in name else _tax_number(rng)
    return DemoAccount(_code(ledger, plate, used), name, city, number)


def _foreign(ledger: str, name: str, city: str, used: Counter[str]) -> DemoAccount:
    return DemoAccount(_code(ledger, _FOREIGN_GROUP, used), name, city, "")


def _code(ledger: str, group: int, used: Counter[str]) -> str:
    prefix = f"{ledger}-{group:03}"
    used[prefix] += 1
    return f"{prefix}-{used[prefix]:03}"


def _tax_number(rng: Random) -> str:
    """Make ten digits with a wrong check digit, so that the number belongs to nobody."""
    digits = [rng.randrange(10) for _ in range(9)]
    total = 0
    for index, digit in enumerate(digits):
        shifted = (digit + 9 - index) % 10
        total += shifted * 2 ** (9 - index) % 9 or 9 if shifted else 0
    return "".join(map(str, digits)) + str((11 - total) % 10)


def _identity_number(rng: Random) -> str:
    """Make eleven digits with a wrong check digit, so that the number belongs to nobody."""
    digits = [rng.randrange(1, 10)] + [rng.randrange(10) for _ in range(9)]
    return "".join(map(str, digits)) + str((sum(digits) + 1) % 10)


def invent_stock(rng: Random) -> list[DemoStockItem]:
    """Make 300 stock cards: goods by group, then services (HIZ-…)."""
    stock = [item for group in words.STOCK_GROUPS for item in _group(rng, *group)][:GOODS]
    for code, name, unit, price in words.SERVICES:
        stock.append(DemoStockItem(code, name, unit, Decimal("20.0"), canonical(Decimal(price))))
    return stock


def _group(
    rng: Random,
    code: str,
    vat_rate: int,
    price_range: tuple[int, int],
    products: tuple[tuple[str, str], ...],
    variants: tuple[str, ...],
) -> Iterator[DemoStockItem]:
    low, high = (100 * bound for bound in price_range)
    rate = canonical(Decimal(vat_rate))
    for n, ((name, unit), variant) in enumerate(product(products, variants), 1):
        price = canonical(Decimal(int(low + (high - low) * rng.random() ** 2)).scaleb(-2))
        yield DemoStockItem(f"150-{code}-{n:04}", f"{name} {variant}", unit, rate, price)
