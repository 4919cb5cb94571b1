"""Types that a job shares with its caller: progress, stop request, batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

Progress: TypeAlias = Callable[[int, int], None]
"""Takes the amount done and the total, in documents or bytes; called at any interval."""
Stop: TypeAlias = Callable[[], bool]
"""Returns whether to end the job; called between batches."""

T = TypeVar("T")


def no_progress(_done: int, _of: int) -> None:
    """Ignore the progress."""


def never() -> bool:
    """Never stop."""
    return False


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield `items` in slices of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
