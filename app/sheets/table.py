"""The content of a sheet: its name, columns of one kind each, and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Final, TypeAlias

Value: TypeAlias = str | int | Decimal | date | None
"""A cell's value; None is an empty cell. A text may stand in any column and stays text."""
Row: TypeAlias = Sequence[Value]

DIGITS: Final = 15
"""The significant digits that a spreadsheet keeps of a number, which is a double."""


class Kind(Enum):
    """The kind of values in a column."""

    TEXT = auto()
    DAY = auto()
    """A date."""
    AMOUNT = auto()
    """A Decimal, shown with at least two decimals."""
    INTEGER = auto()


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its header, its kind, and its width in characters."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The name of a sheet (31 characters at most, none of `[]:*?/\\`) and its columns."""

    name: str
    columns: Sequence[SheetColumn]


class TotalRow(tuple[Value, ...]):
    """A row that sums up others; it is shown in bold."""

    __slots__ = ()


def has_too_many_digits(number: Decimal | int) -> bool:
    """Return whether a spreadsheet would round the number, so that it is written as text."""
    digits = format(number, "f").lstrip("-") if isinstance(number, Decimal) else str(abs(number))
    whole, _, fraction = digits.partition(".")
    return len((whole + fraction.rstrip("0")).lstrip("0")) > DIGITS


def turkish_number(number: Decimal | int) -> str:
    """Format as `1802,50` without thousands separators; amounts have at least two decimals."""
    if isinstance(number, int):
        return str(number)
    whole, _, fraction = format(number, "f").partition(".")
    return f"{whole},{fraction.ljust(2, '0')}"
