"""Looks through a list for a text, in a thread; of several searches only the last one counts."""

from __future__ import annotations

from collections.abc import Callable

from app.store.database import connected
from app.tui.jobs import Job, JobEnded, Owner
from app.tui.list_model import Hits, ListedRows

_FIRST_LOOK = 1_000  # rows: a find that is near is seen at once
_MOST_AT_ONCE = 16_000  # rows, between two looks at whether to stop


class Finder:
    """The text that was looked for last, and which rows of the list have it.

    `first` hears of the first row found, `ended` of the end, and only of the last search.
    """

    def __init__(
        self,
        owner: Owner,
        first: Callable[[int], None],
        ended: Callable[[JobEnded], None],
    ) -> None:
        self._owner = owner
        self._first = first
        self._ended = ended
        self._hits: Hits | None = None
        self.text = ""
        self.job: Job | None = None
        """The search that runs."""

    @property
    def count(self) -> int:
        """How many rows have the text."""
        return self._hits.count if self._hits else 0

    @property
    def has_looked(self) -> bool:
        """Whether the list as it is was looked through."""
        return self._hits is not None

    def look(self, listed: ListedRows, start: int, text: str) -> None:
        """Look for another text, from a row on and round to it."""
        self.drop()
        self.text = text
        job: Job

        def first(row: int) -> None:
            if self.job is job:
                self._first(row)

        def ended(event: JobEnded) -> None:
            if self.job is job:
                self.job = None
                self._hits = Hits(event.result) if event.result is not None else None
                self._ended(event)

        job = self.job = Job(
            self._owner,
            "Arama",
            lambda job: _looked(listed, start, text, job),
            ended=ended,
            shows=first,
        )
        job.start()

    def drop(self) -> None:
        """Nobody waits for the search that runs."""
        if self.job:
            self.job.stop()
        self.job = None
        self.forget()

    def forget(self) -> None:
        """Rows have changed."""
        self._hits = None

    def next(self, here: int, step: int) -> int | None:
        """The next row with the text, forth or back, round to where one stands."""
        return self._hits.next(here, step) if self._hits else None


def _looked(listed: ListedRows, start: int, text: str, job: Job) -> bytearray | None:
    """One byte a row, whether it has the text; None where it was stopped."""
    rows = bytearray(len(listed))
    told = False
    with connected():
        for first, end in ((start, len(listed)), (0, start)):
            size = _FIRST_LOOK
            while first < end:
                if job.stopping():
                    return None
                size = min(size, end - first)
                found = listed.matching(first, size, text)
                for place in found:
                    rows[first + place] = 1
                if found and not told:
                    told = True
                    job.show(first + min(found))
                first, size = first + size, min(2 * size, _MOST_AT_ONCE)
    return rows
