"""Folders and desks that tests of promises share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cut_off import Desk, made_desk

_MEMORY = Path("/dev/shm")


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


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory if there can be one: its tests flush thousands of times."""
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        yield Path(folder)
