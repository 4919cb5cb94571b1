"""What the tests of cut-off imports share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from cut_off import Desk, made_desk


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """To be copied, not changed."""
    return made_desk(tmp_path_factory.mktemp("masa"))


@pytest.fixture
def desk(made: Desk, tmp_path: Path) -> Desk:
    shutil.copy(made.books, tmp_path)
    for file in (made.few, made.many, made.long):
        os.link(file, tmp_path / file.name)
    return Desk(tmp_path)
