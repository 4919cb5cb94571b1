"""Let an import go in short transactions and batches, so that a few documents need several."""

from __future__ import annotations

import pytest

from app.transfer import run_batches

FOREVER = 60.0
"""Seconds that no transaction lasts, however slow the machine is."""


def short_steps(
    patched: pytest.MonkeyPatch,
    *,
    transaction: int | None = None,
    batch: int | None = None,
    seconds: float | None = None,
) -> None:
    """Set the most documents of a transaction and of a batch, and how long a transaction lasts.

    With `seconds` 0 each transaction ends after one batch. None leaves a setting as it is.
    """
    for name, value in (("_TRANSACTION", transaction), ("_BATCH", batch), ("_SECONDS", seconds)):
        if value is not None:
            patched.setattr(run_batches, name, value)
