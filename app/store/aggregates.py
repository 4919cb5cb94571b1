"""Sums in SQL that stay exact: an aggregate of our own, and amounts as whole kuruş."""

from __future__ import annotations

from decimal import Decimal

from app.domain import amounts


class ExactSum:
    """`exact_sum(amount text)`: a Decimal sum as canonical text; `0.0` of nothing."""

    def __init__(self) -> None:
        self._total = Decimal(0)

    def step(self, text: str | None) -> None:
        """Add one amount; NULL counts for nothing."""
        if text is not None:
            self._total = amounts.EXACT.add(self._total, Decimal(text))

    def finalize(self) -> str:
        """The sum, as the database stores an amount."""
        return amounts.spell(amounts.canonical(self._total))


def kurus(column: str) -> str:
    """SQL of an amount column in whole kuruş; NULL where it has more than two decimals.

    Canonical text has one decimal at least, so its digits without the point are kuruş or a tenth.
    """
    digits = f"CAST(replace({column}, '.', '') AS INTEGER)"
    decimals = f"length({column}) - instr({column}, '.')"
    return f"{digits} * CASE {decimals} WHEN 1 THEN 10 WHEN 2 THEN 1 END"
