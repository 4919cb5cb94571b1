"""The filter fields of Dışarı Aktar: fill them from a filter, and read a filter from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from textual.widget import Widget

from app.domain.dates import Period
from app.domain.filter_field import FilterField
from app.domain.filters import (
    FIELDS,
    InvoiceFilter,
    advanced,
    advanced_words,
    with_advanced,
)
from app.errors import UsageError
from app.tui.whose_books import books_of
from app.tui.widgets.bars import TextLine
from app.tui.widgets.choice import Choice
from app.tui.widgets.fields import DateField


class FilterForm:
    """The tab's own fields, and the İleri Kısıt set by its dialog."""

    def __init__(self, tab: Widget, today: Callable[[], date]) -> None:
        """The fields are widgets of `tab`."""
        self._tab = tab
        self._today = today
        self._period: Period | None = None
        """The period that last set the two dates, or None."""
        self.advanced = InvoiceFilter()
        """The İleri Kısıt for the next Kayıtları Getir."""

    def _widgets(self) -> Iterator[tuple[FilterField, list[Any]]]:
        """Yield each filter field of the tab with its widgets."""
        for field in FIELDS:
            if not field.advanced:
                yield field, [self._tab.query_one(f"#{member}") for member in field.members]

    def fill(self, wanted: InvoiceFilter, period: Period | None = None) -> None:
        """Show a filter; `period` is the one that its dates stand for, or None."""
        self._period = period
        for field, widgets in self._widgets():
            for widget, value in zip(widgets, field.shown(wanted), strict=True):
                _set_value(widget, value)
        self.set_advanced(wanted)

    def read(self) -> InvoiceFilter:
        """Return the filter in the fields. Raises UsageError if a date is invalid."""
        fields: dict[str, Any] = {}
        for field, widgets in self._widgets():
            fields |= field.meant(*(_value_of(field, widget) for widget in widgets))
        return with_advanced(InvoiceFilter(**fields), self.advanced)

    def read_or_focus(self) -> InvoiceFilter:
        """Return the filter; focus the first invalid date. Raises UsageError."""
        try:
            return self.read()
        except UsageError:
            faulty = (field for field in self._tab.query(DateField) if field.reason)
            if field := next(faulty, None):
                field.focus()
            raise

    def set_advanced(self, wanted: InvoiceFilter) -> None:
        """Set the İleri Kısıt; a line shows it while it is on."""
        self.advanced = advanced(wanted)
        words = advanced_words(wanted, books_of(self._tab.app).currencies)
        line = self._tab.query_one("#advanced_words", TextLine)
        line.say(f"İleri Kısıt: {words}")
        line.set_class(bool(words), "-on")

    def take_period(self, period: Period) -> None:
        """Write the days of a period into both dates."""
        self._period = period
        first, last = period.days(self._today())
        self._tab.query_one("#date_from", DateField).day = first
        self._tab.query_one("#date_to", DateField).day = last

    def shows(self, period: Period) -> bool:
        """Whether both dates still are those that a period has set."""
        ends = ("#date_from", "#date_to")
        shown = tuple(self._tab.query_one(end, DateField).day for end in ends)
        return shown == period.days(self._today())

    def period_of(self, wanted: InvoiceFilter) -> Period | None:
        """Return the period that set the dates, or None if they were changed since."""
        days = (wanted.date_from, wanted.date_to)
        return self._period if self._period and self._period.days(self._today()) == days else None


def _set_value(widget: Any, value: Any) -> None:
    if isinstance(widget, Choice):
        widget.value = value
    elif isinstance(widget, DateField):
        widget.day = value
    else:
        widget.fill(value or "")


def _value_of(field: FilterField, widget: Any) -> Any:
    if isinstance(widget, Choice):
        return widget.value
    if not isinstance(widget, DateField):
        return widget.code or None
    if widget.reason:
        raise UsageError(f"{field.label}: {widget.reason}")
    return widget.day
