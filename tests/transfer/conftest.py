"""Imports in transactions so short that a few documents need several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.transfer import importing


@pytest.fixture(scope="module", autouse=True)
def short_transactions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(importing, "_TRANSACTION", 50)
        patched.setattr(importing, "_BATCH", 20)
        patched.setattr(importing, "_SECONDS", 60)  # however slow the machine is
        yield
