"""Let an import go in short transactions and batches, so that a few documents need several."""

from __future__ import annotations

import pytest

from app.transfer import import_file, run_batches

FOREVER = 60.0
"""Seconds that no transaction lasts, however slow the machine is."""


def short_steps(
    patched: pytest.MonkeyPatch,
    *,
    transaction: int | None = None,
    batch: int | None = None,
    seconds: float | None = None,
    lot_bytes: int | None = None,
) -> None:
    """Set the most documents of a transaction and of a batch, and how long a transaction lasts.

    With `seconds` 0 each transaction ends after one batch; with `lot_bytes` 1 each has one
    document, as for large ones. None leaves a setting as it is.
    """
    if lot_bytes is not None:
        patched.setattr(import_file, "_LOT_BYTES", lot_bytes)
    for name, value in (("_TRANSACTION", transaction), ("_BATCH", batch), ("_SECONDS", seconds)):
        if value is not None:
            patched.setattr(run_batches, name, value)
