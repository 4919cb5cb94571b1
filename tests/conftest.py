"""What all tests share: helpers that can be imported, and books that end well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

for _folder in ("files", "store", "transfer"):
    sys.path.append(str(Path(__file__).parent / _folder))

import bookkeeping  # noqa: E402

settings.register_profile("default", deadline=None)
settings.load_profile("default")


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Path]:
    """An empty database, open. When the test is over, every check of denetle must hold."""
    with bookkeeping.opened(tmp_path / "defter.db") as path:
        yield path
