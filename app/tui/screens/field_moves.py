"""Move the focus within a tab: between fields and list, and between rows of fields."""

from __future__ import annotations

from typing import Any

from textual.widget import Widget

from app.tui.commands import Action, Actions
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.list_pane import DocumentTable, ListPane
from app.tui.widgets.path_field import PathField


class FieldMoves:
    """Remembers the field from which the focus moved to the list."""

    def __init__(self, screen: JobScreen, pane: ListPane[Any]) -> None:
        self._screen = screen
        self._pane = pane
        self._last: Widget | None = None

    def focused(self) -> None:
        """Remember the focused field."""
        here = self._screen.focused
        if here is not None and not isinstance(here, DocumentTable):
            self._last = here

    def actions(self) -> Actions:
        """Return the command that switches between fields and list."""
        return {"switch_pane": Action(self._switch_pane)}

    def _switch_pane(self) -> None:
        """Focus the list, or the field focused before it."""
        if isinstance(self._screen.focused, DocumentTable):
            (self._last or self._screen.query_one(PathField)).focus()
        else:
            self._pane.table.focus()

    def to_row(self, step: int) -> None:
        """Focus the nearest field in the row above or below; the list is below the last."""
        rows = [row for row in self._screen.query(".row, #buttons") if row.display]
        here = self._screen.focused
        if here is None or here.parent not in rows:
            return
        stops = [child for row in rows for child in row.children if child.focusable]
        # in a narrow terminal a row has two lines
        lines = sorted({stop.region.y for stop in stops})
        line = lines.index(here.region.y) + step
        if line == len(lines):
            self._pane.table.focus()
        elif line >= 0:
            there = [stop for stop in stops if stop.region.y == lines[line]]
            min(there, key=lambda stop: _distance(stop, here)).focus()


def _distance(one: Widget, other: Widget) -> int:
    return abs(one.region.x - other.region.x)
