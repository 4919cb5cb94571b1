"""Types that a job shares with its caller: progress and stop request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Takes the amount done and the total, in documents, bytes or pages; called at any interval."""
Stop: TypeAlias = Callable[[], bool]
"""Returns whether to end the job; called between its steps."""


def no_progress(_done: int, _of: int) -> None:
    """Ignore the progress."""


def never() -> bool:
    """Never stop."""
    return False
