"""Generate the lines of an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random
from typing import Final

import msgspec

from app.demo.cards import GOODS, DemoStockItem
from app.demo.deal import RETURNS, Deal, pick
from app.domain import amounts
from app.domain.amounts import KURUS, canonical
from app.domain.arithmetic import rounded_line_sums
from app.domain.invoice import InvoiceLine

NO_VAT: Final = amounts.ZERO
_HUNDRED = Decimal(100)
# The rates before 2023-07-10 (domain §5).
_OLD_RATE = {Decimal("20.0"): Decimal("18.0"), Decimal("10.0"): Decimal("8.0")}

_COUNTS = (1, 1, 2, 2) + (3, 4, 5) * 5 + (3, 4, 6, 7, 8, 9, 10, 11, 12)
_SERVICE_COUNTS = (1, 1, 1, 2)
_QUANTITIES = tuple(
    Decimal(f"{n}.0")
    for n in (1, 2, 3, 4, 5, 5, 6, 8, 10, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 144, 250)
)
_WEIGHED = {"Kg", "Mt", "Lt"}
_DISCOUNTS = tuple(Decimal(text) for text in ("2.0", "3.0", "5.0", "5.0", "7.5", "10.0", "12.5"))

_DISCOUNTED = 0.30
_CASCADED = 0.40
_AS_AMOUNT = 0.15
_WITH_CARRIAGE = 0.04
_RARE_MEMBER = 0.06


@dataclass(slots=True)
class _Papers:
    """References that all lines of an invoice may share."""

    waybill: str | None
    project: str | None
    salesman: str | None


def invent_lines(
    rng: Random, deal: Deal, stock: list[DemoStockItem], project: str | None, salesman: str | None
) -> list[InvoiceLine]:
    """Make 1 to 12 lines, mostly 3 to 5, of goods or services (HIZ-…)."""
    waybill = f"IRS{int(rng.random() * 1e7):012}" if rng.random() < 0.15 else None
    papers = _Papers(waybill, project, salesman)
    if deal.services:
        items = [_service(rng, stock) for _ in range(pick(rng, _SERVICE_COUNTS))]
    else:
        items = [int(rng.random() * GOODS) for _ in range(pick(rng, _COUNTS))]
        if rng.random() < _WITH_CARRIAGE and len(items) > 1:
            items[-1] = GOODS
    return [
        _line(rng, deal, order, stock[index], index, papers) for order, index in enumerate(items, 1)
    ]


def _service(rng: Random, stock: list[DemoStockItem]) -> int:
    return GOODS + int(rng.random() * (len(stock) - GOODS))


def _line(
    rng: Random, deal: Deal, order: int, item: DemoStockItem, index: int, papers: _Papers
) -> InvoiceLine:
    vat_rate = _vat_rate(deal, item)
    currency_price, price = _price(deal, index, vat_rate)
    line = InvoiceLine(
        order=order,
        stock_code=item.code,
        quantity=_quantity(rng, item),
        unit=1,
        gross_price=price,
        net_price=price,
        vat_rate=vat_rate,
        type_code=deal.document_type.line_code,
        direction=deal.direction,
        warehouse=deal.branch + 1,
        currency=deal.currency,
        currency_price=currency_price,
        waybill_number=papers.waybill,
        project=papers.project,
        salesman=papers.salesman,
    )
    if papers.waybill:
        line.waybill_date = deal.day.date - timedelta(order % 2)
    if rng.random() < _DISCOUNTED:
        _discount(rng, line)
    if rng.random() < _RARE_MEMBER:
        _add_rare_members(rng, deal, line, item)
    return line


def _vat_rate(deal: Deal, item: DemoStockItem) -> Decimal:
    if deal.exempt:
        return NO_VAT
    return _OLD_RATE.get(item.vat_rate, item.vat_rate) if deal.old_rates else item.vat_rate


def _price(deal: Deal, index: int, vat_rate: Decimal) -> tuple[Decimal | None, Decimal]:
    """Return the price in the deal's currency (None for TL) and the price in TL."""
    prices = deal.day.prices
    price = (prices.sales if deal.is_sale else prices.purchase)[index]
    if deal.vat_included:
        return None, canonical(_even_kurus(price * (_HUNDRED + vat_rate) / _HUNDRED))
    if not deal.currency:
        return None, price
    foreign = canonical(max(_even_kurus(price / deal.rate), KURUS))
    return foreign, canonical(foreign * deal.rate)


def _even_kurus(price: Decimal) -> Decimal:
    return price.quantize(KURUS, ROUND_HALF_EVEN)


def _quantity(rng: Random, item: DemoStockItem) -> Decimal:
    if item.unit in _WEIGHED and rng.random() < 0.3:
        return canonical(Decimal(1 + int(rng.random() * 60_000)).scaleb(-3))
    return pick(rng, _QUANTITIES)


def _discount(rng: Random, line: InvoiceLine) -> None:
    """Add one discount, or two or three that cascade; the first may be an amount."""
    line.discount1 = pick(rng, _DISCOUNTS)
    if rng.random() < _CASCADED:
        line.discount2 = pick(rng, _DISCOUNTS)
        if rng.random() < _CASCADED:
            line.discount3 = pick(rng, _DISCOUNTS)
    if rng.random() < _AS_AMOUNT:
        line.discount1_is_amount = 1
        ((gross, _),) = rounded_line_sums([line])
        line.discount1 = canonical(amounts.round_kurus(gross * line.discount1 / _HUNDRED))
    line.net_price = _net_price(line)


def _net_price(line: InvoiceLine) -> Decimal:
    """Return the unit price after the line's own discounts, to eight places (STra_NF)."""
    if line.discount1_is_amount:
        ((_, net),) = rounded_line_sums([line])
        return canonical(net / line.quantity)
    price = line.gross_price or amounts.ZERO
    for discount in line.discounts[:3]:
        if discount:
            price = price * (_HUNDRED - discount) / _HUNDRED
    return canonical(price)


def _add_rare_members(rng: Random, deal: Deal, line: InvoiceLine, item: DemoStockItem) -> None:
    """Add rarely used members, some of which we do not model."""
    line.item_name = item.name
    line.order_number = f"SIP{int(rng.random() * 1e6):07}"
    line.description = "Değişim" if deal.kind in RETURNS else "Müşteri tarifine göre"
    line.due_date = deal.day.date + timedelta(30)
    if item.code.startswith("HIZ-"):
        line.ledger_account = "600-01-001" if deal.is_sale else "740-03-002"
    elif not deal.currency and deal.kind not in RETURNS:
        line.free_quantity = Decimal("1.0")
    line.extra = {"Listeno": msgspec.Raw(b"1"), "Stra_Otv": msgspec.Raw(b"0.0")}
