"""Text fields: one line, no blinking cursor, no control characters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.validation import Function
from textual.widgets import Input

from app.domain.dates import Period, parse_typed, shifted, turkish
from app.domain.filters import parse_amount
from app.domain.text import one_line, turkish_amount

_DATE_WIDTH = 10


class Field(Input):
    """A text field that cleans whatever is typed, pasted or set.

    When it gets the focus its text is selected: typing replaces it, ←/→/Home/End keep it.
    """

    @dataclass
    class Full(Message):
        """Typed or pasted text was cut at the maximum length."""

        field: Field

        @property
        def sentence(self) -> str:
            """The message for the user."""
            return f"En çok {self.field.max_length} karakter; fazlası yazılmadı"

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = 0,
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        """Make a field; `max_length` is in characters, 0 for no limit."""
        super().__init__(
            value,
            placeholder,
            max_length=max_length,
            validate_on=["blur", "submitted"],
            select_on_focus=True,
            compact=True,
            id=id,
            classes=classes,
        )
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Put `value` on one line, with control characters as U+FFFD."""
        return one_line(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Insert as much text as fits; Textual would insert nothing and ring the bell."""
        if self.max_length:
            room = self.max_length - len(self.value) + abs(end - start)
            if len(text) > room:
                text = text[:room]
                self.post_message(self.Full(self))
        super().replace(text, start, end)

    def fill(self, value: str) -> None:
        """Set the value on behalf of the user; the next typed character replaces it."""
        self.value = value
        self.select_all()

    @property
    def is_full(self) -> bool:
        """Whether no further character fits."""
        return bool(self.max_length) and len(self.value) >= (self.max_length or 0)

    def tidy(self) -> None:
        """Normalize the value, on blur and on Enter."""

    def on_blur(self) -> None:
        """Tidy the value before other handlers see it."""
        self.tidy()

    async def action_submit(self) -> None:
        """Tidy the value before other handlers see it."""
        self.tidy()
        await super().action_submit()


class CodeField(Field):
    """A code or number, without blanks around it."""

    @property
    def code(self) -> str:
        """The code; empty if there is none."""
        return self.value.strip()

    def tidy(self) -> None:
        """Strip blanks."""
        self.value = self.code


class AmountField(Field):
    """An amount, formatted as `1.000,00` on blur."""

    def tidy(self) -> None:
        """Format the amount."""
        with suppress(ValueError):
            self.value = turkish_amount(parse_amount(self.value))


class DateField(Field):
    """A day; short forms (`5`, `0503`, `+7`, `b`) are written out on blur.

    `+` and `-` change a day that is written out; otherwise they are part of a short form. The
    letter of a period is not inserted: a message tells the screen, since a period sets two fields.
    """

    PERIODS: ClassVar[dict[str, Period]] = {
        "g": Period.LAST_MONTH,
        "a": Period.THIS_MONTH,
        "y": Period.THIS_YEAR,
    }

    STEPS: ClassVar[dict[str, int]] = {"+": 1, "-": -1}

    @dataclass
    class PeriodTyped(Message):
        """The user means a whole period."""

        field: DateField
        period: Period

        @property
        def control(self) -> DateField:
            """The field, for a handler's selector."""
            return self.field

    def __init__(
        self,
        value: str = "",
        *,
        today: Callable[[], date] = date.today,
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(value, max_length=_DATE_WIDTH, id=id, classes=classes)
        self._today = today
        # Sets the class -invalid.
        self.validators.append(Function(lambda _: not self.reason))

    def on_key(self, event: events.Key) -> None:
        """Report a period or move the day; leave other keys alone."""
        letter = (event.character or "").lower()
        period, step = self.PERIODS.get(letter), self.STEPS.get(letter, 0)
        if not period and not (step and self._written_out):
            return
        event.stop()
        event.prevent_default()
        if period:
            self.post_message(self.PeriodTyped(self, period))
        elif self.day:
            with suppress(ValueError):  # beyond the first or last date of the calendar
                self.day = shifted(self.day, step)

    @property
    def _written_out(self) -> bool:
        return self.day is not None and self.value == turkish(self.day)

    @property
    def day(self) -> date | None:
        """The day; None if the field is empty or holds no day."""
        try:
            return parse_typed(self.value, self._today()) if self.value.strip() else None
        except ValueError:
            return None

    @day.setter
    def day(self, day: date | None) -> None:
        self.fill(turkish(day) if day else "")
        self.validate(self.value)

    @property
    def reason(self) -> str:
        """Why the text is not a day, in Turkish; empty if it is one, or if there is no text."""
        try:
            if self.value.strip():
                parse_typed(self.value, self._today())
        except ValueError as error:
            return str(error)
        return ""

    def tidy(self) -> None:
        """Write the day out: `05.03.2026`."""
        if not self.reason:
            self.day = self.day
