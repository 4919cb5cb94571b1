"""Looks through a list for a text, in a thread; of several searches only the last one counts."""

from __future__ import annotations

from textual.message_pump import MessagePump

from app.store.database import connected
from app.tui.jobs import Job, JobEnded
from app.tui.lists import KeyList

_FIRST_LOOK = 1_000  # rows: a find that is near is seen at once
_MOST_AT_ONCE = 16_000  # rows, between two looks at whether to stop


class Finder:
    """The text that was looked for last, and which rows of the list have it.

    The owner hears by JobShows of the first row found, by JobEnded of the end.
    """

    def __init__(self, owner: MessagePump) -> None:
        self._owner = owner
        self._rows: bytearray | None = None
        self.text = ""
        self.job: Job | None = None
        """The search that runs."""

    @property
    def count(self) -> int:
        """How many rows have the text."""
        return self._rows.count(1) if self._rows else 0

    @property
    def has_looked(self) -> bool:
        """Whether the list as it is was looked through."""
        return self._rows is not None

    def look(self, listed: KeyList, start: int, text: str) -> None:
        """Look for another text, from a row on and round to it."""
        self.drop()
        self.text = text
        self.job = Job(self._owner, "Arama", lambda job: _looked(listed, start, text, job))
        self.job.start()

    def drop(self) -> None:
        """Nobody waits for the search that runs."""
        if self.job:
            self.job.stop()
        self.job = None
        self.forget()

    def forget(self) -> None:
        """Rows have changed."""
        self._rows = None

    def end(self, event: JobEnded) -> None:
        """Keep what was found."""
        self.job, self._rows = None, event.result

    def next(self, here: int, step: int) -> int | None:
        """The next row with the text, forth or back, round to where one stands."""
        if not self.count or self._rows is None:
            return None
        if step > 0:
            found = self._rows.find(1, here + 1)
            return found if found >= 0 else self._rows.find(1)
        found = self._rows.rfind(1, 0, here)
        return found if found >= 0 else self._rows.rfind(1)


def _looked(listed: KeyList, start: int, text: str, job: Job) -> bytearray | None:
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
