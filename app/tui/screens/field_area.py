"""The fields of a tab: how Enter works in them, and their messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import dropwhile, islice
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from app.tui.screens.job_screen import JobScreen
from app.tui.widgets.choice import Choice
from app.tui.widgets.fields import DateField, Field
from app.tui.widgets.path_field import PathField

_SHOWN_CANDIDATES = 12


class FieldArea(Vertical):
    """Holds a tab's rows of fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next_field", "Sonraki alan", show=False),
    ]

    def __init__(
        self,
        tab: JobScreen,
        stops: Callable[[], Iterator[Widget]],
        fetch: Callable[[], None],
    ) -> None:
        """Let Enter step through `stops`; in the last one and in any other field it fetches."""
        super().__init__(id="fields")
        self._tab = tab
        self._stops = stops
        self._fetch = fetch

    @on(Field.Full)
    def _full(self, event: Field.Full) -> None:
        field = event.field
        self._tab.message.error(event.sentence, lambda: field.is_full)

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self) -> None:
        self._tab.message.look_again()

    @on(PathField.Candidates)
    def _candidates(self, event: PathField.Candidates) -> None:
        names = event.names[:_SHOWN_CANDIDATES]
        more = f"  … ({len(event.names)} ad)" if len(event.names) > len(names) else ""
        self._tell_of_path("  ".join(names) + more)

    @on(PathField.Recalled)
    def _recalled(self, event: PathField.Recalled) -> None:
        which = (
            f"{event.number}/{event.total}; ↑ öncekini getirir" if event.number else "yazdığınız"
        )
        self._tell_of_path(f"Son yollar: {which}")

    def _tell_of_path(self, text: str) -> None:
        field = self.query_one(PathField)
        shown = field.value
        self._tab.message.tell(text, lambda: field.value == shown)

    @on(Input.Blurred)
    def _left_field(self, event: Input.Blurred) -> None:
        if isinstance(event.input, DateField) and event.input.reason:
            field = event.input
            self._tab.message.error(f"Belge Tarihi: {field.reason}", lambda: bool(field.reason))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self._leave(event.input)

    def action_next_field(self) -> None:
        """Go to the next field from a field that does not use Enter itself."""
        if isinstance(self._tab.focused, Choice):
            self._leave(self._tab.focused)

    def _leave(self, field: Widget) -> None:
        behind = dropwhile(lambda stop: stop is not field, self._stops())
        following = next(islice(behind, 1, None), None)
        if following:
            following.focus()
        else:
            self._fetch()
