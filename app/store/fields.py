"""Fields of our own: exact amounts and days as text, and the CHECKs that hold their limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from peewee import Check, Field

from app.domain import amounts
from app.domain.invoice import Member


class AmountField(Field):
    """A Decimal as canonical text; peewee's own DecimalField would store a float."""

    field_type = "TEXT"

    def db_value(self, value: Decimal | str | None) -> str | None:
        """Canonical text; text is taken for canonical already."""
        return amounts.spell(value) if isinstance(value, Decimal) else value

    def python_value(self, value: str | None) -> Decimal | None:
        """The exact amount."""
        return None if value is None else Decimal(value)


class DayField(Field):
    """A date as `2024-03-15`, whose text order is the order of days."""

    field_type = "TEXT"

    def db_value(self, value: date | str | None) -> str | None:
        """ISO text."""
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        """The day."""
        return None if value is None else date.fromisoformat(value)


def limits(member: Member) -> list[Any]:
    """The CHECK that keeps a column within its member's limits; none where there is no limit."""
    column = f'"{member.attribute}"'
    if member.kind is str and member.max_length:
        return [Check(f"length({column}) BETWEEN {member.min_length} AND {member.max_length}")]
    if member.kind is int and (member.low or member.high):
        return [Check(f"{column} BETWEEN {member.low} AND {member.high}")]
    return []
