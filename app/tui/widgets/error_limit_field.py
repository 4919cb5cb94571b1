"""The field for the number of errors at which an import ends; empty for no limit."""

from __future__ import annotations

from app.tui.widgets.fields import Field

_DIGITS = 6


class ErrorLimitField(Field):
    """Takes a whole number, from 1."""

    DEFAULT_CSS = "ErrorLimitField { width: 8; }"

    def __init__(self, most: int | None = None) -> None:
        super().__init__(str(most or ""), max_length=_DIGITS, id="errors")
        self.restrict = r"([1-9][0-9]*)?"

    @property
    def most(self) -> int | None:
        """The number; None for no limit."""
        digits = self.value.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and int(digits) else None
