"""What a job shares with its caller: progress, the wish to stop, batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

Progress: TypeAlias = Callable[[int, int], None]
"""Told (done, of how many), as often as the job likes."""
Stop: TypeAlias = Callable[[], bool]
"""Asked between two documents; true ends the job there."""

T = TypeVar("T")


def no_progress(_done: int, _of: int) -> None:
    """For a caller who does not watch."""


def never() -> bool:
    """For a caller who does not stop."""
    return False


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
