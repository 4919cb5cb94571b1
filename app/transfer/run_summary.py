"""Count the outcomes of a run, and collect the numbers that it gave by series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.store import preview
from app.store.preview import Outcome, SeriesKey

# Suppliers may number without digits: then each number is a series of its own.
_MOST_SERIES = 1000


@dataclass(slots=True)
class NumberRange:
    """The numbers of one series that were given: the lowest, the highest, how many.

    Some numbers between them may be missing: another document's, or another supplier's.
    """

    first: str
    last: str
    count: int


class NumberRanges:
    """The numbers that were given, by series; of very many series only the first ones."""

    def __init__(self) -> None:
        self._ranges: dict[SeriesKey, NumberRange] = {}
        self.others = 0
        """The number of numbers in further series."""

    def __iter__(self) -> Iterator[NumberRange]:
        """Yield those with the most numbers first."""
        return iter(sorted(self._ranges.values(), key=lambda one: -one.count))

    def __len__(self) -> int:
        """Return the number of series that are told apart."""
        return len(self._ranges)

    @property
    def count(self) -> int:
        """The number of numbers."""
        return sum(one.count for one in self._ranges.values()) + self.others

    def add(self, series: SeriesKey, number: str) -> None:
        """Add a number."""
        found = self._ranges.get(series)
        if found is None:
            if len(self._ranges) == _MOST_SERIES:
                self.others += 1
                return
            found = self._ranges[series] = NumberRange(number, number, 0)
        found.count += 1
        # In one series, the longer of two numbers is the higher one.
        height = len(number), number
        if height > (len(found.last), found.last):
            found.last = number
        elif height < (len(found.first), found.first):
            found.first = number


@dataclass(slots=True)
class RunSummary:
    """The result of a run; `stopped`, `halted` or `changed` if documents were left for later."""

    saved: int = 0
    ready: int = 0
    failed: int = 0
    skipped: int = 0
    warned: int = 0
    """The number of those saved, or ready, with a warning."""
    stopped: bool = False
    halted: bool = False
    """Whether it had as many errors as its rule allows before its last document."""
    changed: tuple[int, int] | None = None
    """The first and the last position of the documents whose decisions have changed since they
    were shown; none of them was saved."""
    transfer_id: int | None = None
    numbers: NumberRanges = field(default_factory=NumberRanges)
    """The numbers that were stored."""
    note: str = ""
    """The reason why the journal lacks the end of the run, if it does."""

    @property
    def count(self) -> int:
        """The number of documents with an outcome."""
        return self.saved + self.ready + self.failed + self.skipped

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count a batch in."""
        counts = Counter([outcome.status for outcome in outcomes])
        self.saved += counts[preview.SAVED]
        self.ready += counts[preview.READY]
        self.skipped += counts[preview.SKIPPED]
        self.failed += counts[preview.ERROR]
        for outcome in outcomes:
            if outcome.message:
                self.warned += outcome.warned
            if outcome.series is not None and outcome.status == preview.SAVED:
                self.numbers.add(outcome.series, outcome.new_number)
