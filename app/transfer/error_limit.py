"""Decide where errors end a run; shared by import and simulation, so that they agree."""

from __future__ import annotations

from collections.abc import Sequence

from app.transfer.decide import Action, Decision


class ErrorLimit:
    """Counts errors; once there are as many as the rule allows, no more documents are tried."""

    def __init__(self, most: int | None) -> None:
        """`most` is the number of errors that ends the run, or None for no limit."""
        self._left = most

    def within(self, decisions: Sequence[Decision]) -> int:
        """Return how many of these documents, from the first on, the run still tries."""
        left = self._left
        if left is None:
            return len(decisions)
        for place, decision in enumerate(decisions):
            if left <= 0:
                return place
            left -= decision.action is Action.REFUSE
        return len(decisions)

    def add(self, errors: int) -> None:
        """Count errors of documents that were tried."""
        if self._left is not None:
            self._left -= errors

    @property
    def is_reached(self) -> bool:
        """Whether no more documents are tried."""
        return self._left is not None and self._left <= 0
