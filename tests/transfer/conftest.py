"""Imports in transactions so short that a few documents need several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.short_steps import FOREVER, short_steps


@pytest.fixture(scope="module", autouse=True)
def short_transactions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        short_steps(patched, transaction=50, batch=20, seconds=FOREVER)
        yield
