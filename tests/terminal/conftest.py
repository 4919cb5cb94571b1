"""What the tests of the terminal share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.wire_costs import make_books


@pytest.fixture(scope="session")
def filled_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled database and a file of its documents; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("books")
    make_books(folder)
    return folder
