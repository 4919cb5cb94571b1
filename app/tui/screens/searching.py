"""The commands for searching a list: while typing, next, previous."""

from __future__ import annotations

from typing import Any

from app.domain.text import turkish_count
from app.tui.commands import Action, Actions
from app.tui.finder import Finder
from app.tui.jobs import JobEnded
from app.tui.screens.job_screen import JobScreen
from app.tui.screens.list_pane import ListPane
from app.tui.screens.search import Search


class ListSearch:
    """Searches in a list."""

    def __init__(self, screen: JobScreen, pane: ListPane[Any]) -> None:
        self._screen = screen
        self._pane = pane
        self._finder = Finder(screen, self._found_first, self._looked)
        self._line: Search | None = None
        """The open search line."""
        self._search_from = 0
        self._step = 0
        """1 for the next hit, -1 for the previous; 0 for the first one while the user types."""

    @property
    def waits(self) -> bool:
        """Whether keys wait for a search.

        Used for the screen on top: an open search line takes its keys itself. It may have closed
        shortly before its answer arrives.
        """
        return self._finder.job is not None

    def actions(self) -> Actions:
        """Return the commands of the search."""
        return {
            "search": Action(self._search, self._pane.why_not),
            "search_next": Action(lambda: self._find(1), self._why_not_find),
            "search_previous": Action(lambda: self._find(-1), self._why_not_find),
        }

    def _search(self) -> None:
        """Open the search line; each letter moves the cursor to the first hit."""
        self._search_from = start = self._pane.table.cursor
        self._step = 0
        before = self._finder.text
        typed = False

        def look(text: str) -> None:
            nonlocal typed
            typed = True
            self._finder.drop()
            if text:
                self._finder.look(self._pane.model.shown, start, text)
            else:
                self._pane.table.goto(start)

        def done(text: str | None) -> None:
            self._line = None
            if text is None:
                self._finder.drop()
                self._finder.text = before
                self._pane.table.goto(start)
            elif not typed:
                self._find(1)
            elif self._finder.job:
                self._screen.message.tell(f"“{text}” aranıyor…")
            else:
                self._tell_found()

        self._line = Search(before, look)
        self._screen.app.push_screen(self._line, done)

    def _why_not_find(self) -> str | None:
        """Refuse before a first search."""
        return None if self._finder.text else "Önce aranacak metni yazın ( / )"

    def _find(self, step: int) -> None:
        """Go to the next hit, or to the previous one (-1)."""
        self._step = step
        if self._finder.has_looked:
            self._go_on()
        else:
            self._finder.look(self._pane.model.shown, self._pane.table.cursor, self._finder.text)

    def _go_on(self) -> None:
        row = self._finder.next(self._pane.table.cursor, self._step)
        if row is not None:
            self._pane.table.goto(row)
        self._tell_found()

    def _tell_found(self) -> None:
        text, count = self._finder.text, self._finder.count
        if count:
            self._screen.message.tell(f"“{text}”: {turkish_count(count)} satırda var")
        else:
            self._screen.message.error(f"“{text}” listede yok")

    def _found_first(self, row: int) -> None:
        if not self._step:
            self._pane.table.goto(row)

    def _looked(self, event: JobEnded) -> None:
        """Handle the end of a search."""
        line = self._line
        if event.error:
            (line.failed if line else self._screen.message.error)(event.error.sentence)
        elif self._step:
            self._go_on()
        else:
            if not self._finder.count:
                self._pane.table.goto(self._search_from)
            if line:
                line.found(self._finder.count)
            else:
                self._tell_found()

    def rows_changed(self) -> None:
        """Forget the hits: rows have changed."""
        self._finder.forget()
