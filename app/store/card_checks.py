"""Check the columns of cards, since an export copies their text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.cards import CardKind, inside
from app.domain.text import shorten
from app.store.amount_sql import not_canonical
from app.store.card_store import TABLES
from app.store.database import database
from app.store.engine.finding import Finding, damage

_WIDTH: Final = 60  # characters of a value in a phrase


def faulty_cards() -> Iterator[Finding]:
    """Yield cards whose other members are not a JSON object, or whose VAT rate is not an amount."""
    for kind, table in TABLES.items():
        for column in ("main_extra", "extra"):
            found = database.execute_sql(
                f"SELECT code FROM {table} WHERE NOT ({column} IS NULL"
                f" OR (json_valid({column}) AND {column} <> '{{}}' AND glob('{{*', {column})))"
            )
            for (code,) in found:
                yield damage(f"{_name(kind, code)}: ek alanlar JSON nesnesi değil")
    (rate,) = (member for member in inside(CardKind.STOCK) if member.places)
    found = database.execute_sql(
        f"SELECT code, {rate.attribute} FROM stock_item"
        f" WHERE {not_canonical(rate.attribute, rate.places)}"
    )
    for code, stored in found:
        shown = shorten(stored, _WIDTH)
        yield Finding(
            f"{_name(CardKind.STOCK, code)}: tutar yazımı bozuk ({rate.name} {shown})",
            needs_backup=True,
        )


def _name(kind: CardKind, code: str) -> str:
    return f"{kind} {shorten(code, _WIDTH)}"
