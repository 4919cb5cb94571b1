"""Periods that a bookkeeper thinks in: last month is another one each month."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum


class Period(Enum):
    """A stretch of days that depends on what day it is."""

    LAST_MONTH = "gecen-ay"
    THIS_MONTH = "bu-ay"
    THIS_YEAR = "bu-yil"

    @property
    def label(self) -> str:
        """What the user reads: `geçen ay`."""
        return _LABELS[self]

    def days(self, today: date) -> tuple[date, date]:
        """Its first and its last day."""
        if self is Period.THIS_YEAR:
            return date(today.year, 1, 1), date(today.year, 12, 31)
        first = today.replace(day=1)
        if self is Period.LAST_MONTH:
            last = first - timedelta(days=1)
            return last.replace(day=1), last
        next_month = (first + timedelta(days=31)).replace(day=1)
        return first, next_month - timedelta(days=1)


_LABELS = {
    Period.LAST_MONTH: "geçen ay",
    Period.THIS_MONTH: "bu ay",
    Period.THIS_YEAR: "bu yıl",
}
