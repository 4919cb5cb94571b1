"""Search a list for a text in a thread; a new search replaces the previous one."""

from __future__ import annotations

from collections.abc import Callable

from app.store.database import connected
from app.tui.jobs import Job, JobEnded, Owner
from app.tui.list_model import Hits, ListedRows

_FIRST_LOOK = 1_000  # rows searched before the first hit is reported
_MOST_AT_ONCE = 16_000  # rows between two checks for a stop


class Finder:
    """The last text searched for, and the mask of the rows that contain it.

    `first` is called with the first row found and `ended` at the end, for the last search only.
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
        """The running search."""

    @property
    def count(self) -> int:
        """The number of rows that contain the text."""
        return self._hits.count if self._hits else 0

    @property
    def has_looked(self) -> bool:
        """Whether the list was searched since its rows last changed."""
        return self._hits is not None

    def look(self, listed: ListedRows, start: int, text: str) -> None:
        """Search for another text, from row `start` to the end and then from the first row on."""
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
            lambda job: _matching_rows(listed, start, text, job),
            ended=ended,
            shows=first,
        )
        job.start()

    def drop(self) -> None:
        """Stop the running search and forget its hits."""
        if self.job:
            self.job.stop()
        self.job = None
        self.forget()

    def forget(self) -> None:
        """Forget the hits, because rows have changed."""
        self._hits = None

    def next(self, here: int, step: int) -> int | None:
        """Return the next row with the text; `step` 1 is forward, -1 back; wrap at the end."""
        return self._hits.next(here, step) if self._hits else None


def _matching_rows(listed: ListedRows, start: int, text: str, job: Job) -> bytearray | None:
    """Return a mask of the rows that contain the text; None if the search was stopped."""
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
                for offset in found:
                    rows[first + offset] = 1
                if found and not told:
                    told = True
                    job.show(first + min(found))
                first, size = first + size, min(2 * size, _MOST_AT_ONCE)
    return rows
