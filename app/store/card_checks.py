"""Check cards by the rules of the export that writes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from app.domain.cards import CardKind, CardRecord, can_be_written, inside
from app.domain.text import shorten
from app.store.amount_sql import not_canonical
from app.store.card_store import pages
from app.store.database import database
from app.store.engine.finding import Finding, damage

_WIDTH: Final = 60  # characters of a value in a phrase


def faulty_cards() -> Iterator[Finding]:
    """Yield cards that no file can have, and VAT rates that are not canonical."""
    for kind in CardKind:
        for card in chain.from_iterable(pages(kind)):
            if isinstance(card, CardRecord) and not can_be_written(card):
                yield damage(f"{_name(kind, card.code)}: kaydı bozuk, dosyaya yazılamaz")
    (rate,) = (member for member in inside(CardKind.STOCK) if member.places)
    found = database.execute_sql(
        f"SELECT code, {rate.attribute} FROM stock_item"
        f" WHERE {not_canonical(rate.attribute, rate.places)}"
    )
    for code, stored in found:
        value = f"{rate.name} {shorten(stored, _WIDTH)}"
        yield damage(f"{_name(CardKind.STOCK, code)}: tutar yazımı bozuk ({value})")


def _name(kind: CardKind, code: str) -> str:
    return f"{kind} {shorten(code, _WIDTH)}"
