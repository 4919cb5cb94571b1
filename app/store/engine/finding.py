"""A finding of a check, and the advice that goes with it."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """What a check of denetle found, as a Turkish phrase."""

    said: str
    needs_backup: bool = False
    """Whether only a backup helps. Else the phrase says what to do, if anything has to be done."""

    def with_advice(self, restore: str) -> str:
        """Return the phrase, and if a backup is needed, `restore`: how to go back to one."""
        return f"{self.said}; {restore}" if self.needs_backup else self.said


def damage(said: str) -> Finding:
    """Return a finding where only a backup helps."""
    return Finding(said, needs_backup=True)
