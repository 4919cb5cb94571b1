"""Sets and reads the widget of a filter field."""

from __future__ import annotations

from typing import Any

from app.domain.filters import FilterField
from app.errors import UsageError
from app.tui.widgets.choice import Choice
from app.tui.widgets.fields import DateField


def set_value(widget: Any, value: Any) -> None:
    """Show a value in a widget."""
    if isinstance(widget, Choice):
        widget.value = value
    elif isinstance(widget, DateField):
        widget.day = value
    else:
        widget.fill(value or "")


def value_of(field: FilterField, widget: Any) -> Any:
    """Return a widget's value. Raises UsageError where a day is none."""
    if isinstance(widget, Choice):
        return widget.value
    if not isinstance(widget, DateField):
        return widget.code or None
    if widget.reason:
        raise UsageError(f"{field.label}: {widget.reason}")
    return widget.day
