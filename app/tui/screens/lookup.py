"""Rehber: the list of codes for a field; typing narrows it, Enter takes the row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from app.domain.invoice import DocumentType
from app.domain.text import fold
from app.progress import Stop
from app.store import lookups
from app.store.database import Interrupted, connected, reading
from app.store.lookups import LookupEntry, Show
from app.tui.jobs import Job, JobEnded, JobShows
from app.tui.safe import shown
from app.tui.screens.dialog import Dialog
from app.tui.widgets.bars import TextLine
from app.tui.widgets.columns import Column
from app.tui.widgets.fields import Field
from app.tui.widgets.virtual_table import VirtualTable

_SLOW_SECONDS = 0.15  # the time after which a search is reported as running
_KEYS = "↑↓ seçer  Enter alır  Esc vazgeçer"
_SEARCHING = "Aranıyor…  Esc vazgeçer"
_FOR_ENTRIES = {"enter", "up", "down", "pageup", "pagedown"}

Search: TypeAlias = Callable[[str, Stop, Show], Sequence[LookupEntry]]
"""Finds the entries for a text, in a worker thread and inside `reading()`.

A long search shows what it has found so far, and raises Interrupted when it is stopped.
"""
Narrow: TypeAlias = Callable[[LookupEntry, str], bool]


def has_words(entry: LookupEntry, typed: str) -> bool:
    """Return whether code or name contain each typed word."""
    text = fold(f"{entry.code} {entry.name}")
    return all(word in text for word in fold(typed).split())


class _FoundRows:
    def __init__(self, found: Sequence[LookupEntry]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def window(self, first: int, count: int) -> Sequence[Sequence[str]]:
        return self._found[first : first + count]


class Lookup(Dialog[str]):
    """Answers the chosen code, or None.

    Entries are read in a thread, and a new text stops the previous search. Enter and the arrows
    wait for the first entries of the current text, so they never act on older ones.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
    ]
    HELP = (
        "Yazdıkça liste daralır (büyük/küçük harf ve ç/c, ı/i ayrımı yoktur); ↑↓ seçer, Enter alır."
    )

    table = getters.query_one(VirtualTable)
    typed = getters.query_one("#typed", Field)
    _keys = getters.query_one("#keys", TextLine)

    def __init__(
        self,
        title: str,
        titles: tuple[str, str],
        search: Search,
        *,
        narrow: Narrow | None = None,
    ) -> None:
        """Make a Rehber; with `narrow`, entries are read once and filtered by it."""
        super().__init__()
        self._title = title
        self._titles = titles
        self._search = search
        self._narrow = narrow
        self._read: Sequence[LookupEntry] = ()
        self._found: Sequence[LookupEntry] = ()
        self._job: Job | None = None
        self.waits = False
        """Whether Enter and the arrows wait for entries."""

    def compose(self) -> ComposeResult:
        """Title, field, list, keys."""
        columns = (
            Column("code", self._titles[0], 18),
            Column("name", self._titles[1], 20, flexible=True),
        )
        with Vertical(classes="dialog page"):
            yield Static(shown(self._title), classes="question")
            yield Field(id="typed", placeholder="daraltmak için yazın")
            yield VirtualTable(columns, id="found")
            yield TextLine(id="keys")

    def on_mount(self) -> None:
        """Show all entries at first."""
        self._keys.say(_KEYS)
        self._look("")
        self.typed.focus()

    def on_unmount(self) -> None:
        """Stop the search."""
        self._stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow to the typed text."""
        if self._narrow:
            self._show(self._read)
        else:
            self._look(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the row's code."""
        event.stop()
        self.dismiss(self._found[self.table.cursor].code if self._found else None)

    def action_move(self, action: str) -> None:
        """Move in the list while the field has the focus."""
        getattr(self.table, f"action_{action}")()

    def waits_with(self, key: str) -> bool:
        """Return whether this key waits for entries; other keys edit the text or close."""
        return key in _FOR_ENTRIES

    def _look(self, typed: str) -> None:
        self._stop()
        self.waits = True

        def read(job: Job) -> Sequence[LookupEntry] | None:
            try:
                with connected(), reading():
                    return self._search(typed, job.stopping, job.show)
            except Interrupted:
                return None

        self._job = job = Job(self, "Rehber", read)
        job.start()
        self.set_timer(_SLOW_SECONDS, lambda: self._tell_searching(job))

    def _tell_searching(self, job: Job) -> None:
        """Show that a search is running while older entries are in the list."""
        if job is self._job:
            self._keys.say(_SEARCHING)

    def _stop(self) -> None:
        if self._job:
            self._job.stop()
        self._job = None

    def on_job_shows(self, event: JobShows) -> None:
        """Show the first entries."""
        if event.job is self._job:
            self._read = event.begun
            self.table.empty_text = "Aranıyor…"
            self._show(self._read)
            self.waits = not self._found

    def on_job_ended(self, event: JobEnded) -> None:
        """Show all entries, or why there are none."""
        if event.job is not self._job:
            return
        self._job, self.waits = None, False
        self._keys.say(_KEYS)
        self._read = event.result or ()
        self.table.empty_text = event.error.sentence if event.error else "Uyan kayıt yok"
        self._show(self._read)

    def _show(self, entries: Sequence[LookupEntry]) -> None:
        """Show entries; keep the cursor on its entry."""
        chosen = self._found[self.table.cursor] if self._found and self.table.cursor else None
        self._found = entries
        if self._narrow:
            typed = self.typed.value
            self._found = [entry for entry in entries if self._narrow(entry, typed)]
        self.table.set_source(_FoundRows(self._found))
        if chosen in self._found:
            self.table.goto(self._found.index(chosen))


def account_search() -> Search:
    """Return the search for accounts."""
    return lambda typed, _stop, _show: lookups.search_accounts(typed)


def number_search(document_type: DocumentType | None) -> Search:
    """Return the search for document numbers of a type."""
    return lambda typed, stop, show: lookups.search_numbers(
        document_type, typed, stop=stop, show=show
    )
