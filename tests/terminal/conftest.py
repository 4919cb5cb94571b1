"""What the tests of the terminal share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.terminal.keyboards import OUT
from tests.terminal.wire_costs import make_books


@pytest.fixture(scope="session")
def filled_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled database and a file of its documents; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("books")
    make_books(folder)
    return folder


@pytest.fixture
def own_books(filled_books: Path, tmp_path: Path) -> Path:
    """A folder with such a database of its own, and a folder to export to."""
    shutil.copy(filled_books / "defter.db", tmp_path)
    (tmp_path / OUT).mkdir()
    return tmp_path
