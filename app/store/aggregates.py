"""SQL aggregates of our own: sums that stay exact."""

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
