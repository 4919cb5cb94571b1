"""Count the outcomes of a run, and collect the numbers that it gave by series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.domain.document_status import ERROR, READY, SAVED, SKIPPED
from app.domain.numbers import split_key
from app.store.preview import Outcome, SeriesKey

_Height: TypeAlias = tuple[int, int, str]
# A supplier's numbers may end in no digit; then each is a series of its own.
_MOST_SERIES = 1000


@dataclass(slots=True)
class NumberRange:
    """The numbers given in one series: the lowest, the highest, and how many.

    Not all numbers between these need be given: some may belong to other documents or suppliers.
    """

    first: str
    last: str
    count: int
    lowest: _Height
    highest: _Height


def _height(number: str, prefix: str) -> _Height:
    """Return the key that orders the numbers of a series, which may have been typed differently."""
    return split_key(number, prefix).tail or 0, len(number), number


class NumberRanges:
    """The numbers that were given, by series; of very many series only the first are kept."""

    def __init__(self) -> None:
        self._ranges: dict[SeriesKey, NumberRange] = {}
        self.others = 0
        """The number of document numbers in series that are not kept."""

    def __iter__(self) -> Iterator[NumberRange]:
        """Yield the ranges, those with the most numbers first."""
        return iter(sorted(self._ranges.values(), key=lambda one: -one.count))

    def __len__(self) -> int:
        """Return the number of series that are kept."""
        return len(self._ranges)

    @property
    def count(self) -> int:
        """The number of document numbers."""
        return sum(one.count for one in self._ranges.values()) + self.others

    def add(self, series: SeriesKey, number: str) -> None:
        """Add a number."""
        height = _height(number, series[1])
        found = self._ranges.get(series)
        if found is None:
            if len(self._ranges) == _MOST_SERIES:
                self.others += 1
                return
            found = self._ranges[series] = NumberRange(number, number, 0, height, height)
        found.count += 1
        if height > found.highest:
            found.last, found.highest = number, height
        elif height < found.lowest:
            found.first, found.lowest = number, height


@dataclass(slots=True)
class RunSummary:
    """The result of a run; `stopped`, `halted` or `changed` if documents were left for later."""

    saved: int = 0
    ready: int = 0
    failed: int = 0
    skipped: int = 0
    warned: int = 0
    """The number of documents saved, or ready, with a warning."""
    stopped: bool = False
    halted: bool = False
    """Whether errors ended the run before its last document, as the rule says."""
    changed: tuple[int, int] | None = None
    """The first and last position of the batch whose decisions have changed since they were shown;
    none of it was saved."""
    transfer_id: int | None = None
    numbers: NumberRanges = field(default_factory=NumberRanges)
    """The numbers of the saved documents."""
    note: str = ""
    """Why the journal lacks the end of the run, or empty."""

    @property
    def count(self) -> int:
        """The number of documents with an outcome."""
        return self.saved + self.ready + self.failed + self.skipped

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count a batch of outcomes."""
        counts = Counter([outcome.status for outcome in outcomes])
        self.saved += counts[SAVED]
        self.ready += counts[READY]
        self.skipped += counts[SKIPPED]
        self.failed += counts[ERROR]
        for outcome in outcomes:
            if outcome.message:
                self.warned += outcome.warned
            if outcome.series is not None and outcome.status == SAVED:
                self.numbers.add(outcome.series, outcome.new_number)
