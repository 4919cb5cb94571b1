"""The types of a job and its caller (`app.progress`), and batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from app.progress import Progress, Stop, never, no_progress

__all__ = ["Progress", "Stop", "batches", "never", "no_progress"]

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield `items` in slices of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
