"""Imports in transactions so short that a few documents need several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.transfer import import_run


@pytest.fixture(scope="module", autouse=True)
def short_transactions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(import_run, "_TRANSACTION", 50)
        patched.setattr(import_run, "_BATCH", 20)
        patched.setattr(import_run, "_SECONDS", 60)  # however slow the machine is
        yield
