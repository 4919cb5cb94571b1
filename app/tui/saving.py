"""Collect the documents that an import has saved or skipped, to update the marks of the list."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from app.domain.document_status import SAVED, SKIPPED
from app.store.preview import Outcome


class Done:
    """The positions of the documents that an import has saved or skipped."""

    def __init__(self) -> None:
        self.saved = array("q")
        self.skipped = array("q")

    @property
    def count(self) -> int:
        """The number of these documents."""
        return len(self.saved) + len(self.skipped)

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Add a batch of outcomes."""
        self.saved.extend(one.position for one in outcomes if one.status == SAVED)
        self.skipped.extend(one.position for one in outcomes if one.status == SKIPPED)
