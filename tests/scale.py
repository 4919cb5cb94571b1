"""How much the suite tries: all of it where CI is set, a share of the random rounds elsewhere.

    CI=1 python -m pytest

This is the only setting. It scales the examples of Hypothesis, kills and other random rounds, and
the terminals in which one story is told again. The gate, .ci/run, sets it. With it, the examples
are the same each time, so that the gate says the same of the same commit; elsewhere each run tries
other ones.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("CI", "") not in ("", "0", "false")
_SHARE, _FEWEST = 8, 12


def some(all_of_them: Sequence[T], few: int) -> Sequence[T]:
    """All of the surroundings in which a story is told, or a few of them here."""
    return all_of_them if FULL else all_of_them[:few]


def rounds(full: int) -> int:
    """How many of so many random rounds, or examples, are tried here."""
    return full if FULL else max(full // _SHARE, min(full, _FEWEST))
