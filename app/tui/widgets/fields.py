"""Fields to type into: one line, no blinking, no control characters."""

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
    """A text field; what is typed, pasted or set is cleaned before it is kept."""

    @dataclass
    class Full(Message):
        """Not all that was typed or pasted had room."""

        field: Field

        @property
        def sentence(self) -> str:
            """What is to be said of it."""
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
        """`max_length` in characters, 0 for any."""
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
        """`value` on one line, each control character as U+FFFD."""
        return one_line(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Puts in what there is room for; Textual would take none of it, and ring the bell."""
        if self.max_length:
            room = self.max_length - len(self.value) + abs(end - start)
            if len(text) > room:
                text = text[:room]
                self.post_message(self.Full(self))
        super().replace(text, start, end)

    def tidy(self) -> None:
        """Called as the field is left or Enter is pressed: writes the value out in full."""

    def on_blur(self) -> None:
        """Tidies before anybody hears of it."""
        self.tidy()

    async def action_submit(self) -> None:
        """Tidies before anybody hears of it."""
        self.tidy()
        await super().action_submit()


class CodeField(Field):
    """A code or number as the user spells it, without blanks around it."""

    @property
    def code(self) -> str:
        """The code; empty where none is given."""
        return self.value.strip()

    def tidy(self) -> None:
        """Takes the blanks off both ends."""
        self.value = self.code


class AmountField(Field):
    """An amount; written out as a reader sees it (`1.000,00`) as the field is left."""

    def tidy(self) -> None:
        """Writes the amount out."""
        with suppress(ValueError):
            self.value = turkish_amount(parse_amount(self.value))


class DateField(Field):
    """A day; short forms (`5`, `0503`, `+7`, `b`) are written out as the field is left.

    `+` and `-` move a day that is written out; before that they begin or divide a short form. The
    letter of a period is no text: the screen is told, since it concerns two fields.
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
        placeholder: str = "",
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(
            value, placeholder=placeholder, max_length=_DATE_WIDTH, id=id, classes=classes
        )
        self._today = today
        # Sets the class -invalid where there is a reason to.
        self.validators.append(Function(lambda _: not self.reason))

    def on_key(self, event: events.Key) -> None:
        """Tells of a period, moves a day; any other key goes its way."""
        letter = (event.character or "").lower()
        period, step = self.PERIODS.get(letter), self.STEPS.get(letter, 0)
        if not period and not (step and self._written_out):
            return
        event.stop()
        event.prevent_default()
        if period:
            self.post_message(self.PeriodTyped(self, period))
        elif self.day:
            with suppress(ValueError):  # the first or the last day that there is
                self.day = shifted(self.day, step)

    @property
    def _written_out(self) -> bool:
        return self.day is not None and self.value == turkish(self.day)

    @property
    def day(self) -> date | None:
        """The day meant; None where the field is empty or no day."""
        try:
            return parse_typed(self.value, self._today()) if self.value.strip() else None
        except ValueError:
            return None

    @day.setter
    def day(self, day: date | None) -> None:
        self.value = turkish(day) if day else ""
        self.validate(self.value)

    @property
    def reason(self) -> str:
        """Why the text is no day, in Turkish; empty where it is one or there is no text."""
        try:
            if self.value.strip():
                parse_typed(self.value, self._today())
        except ValueError as error:
            return str(error)
        return ""

    def tidy(self) -> None:
        """Writes the day out: `05.03.2026`."""
        if not self.reason:
            self.day = self.day
