"""What the stories share: a small company's books and the sample files that go with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from quick_pilot import quick_pilot

from app.demo.filling import fill, write_samples
from app.store.database import close_database, open_database

SEED = 1


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    with quick_pilot():
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled database and sample files; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("ornek")
    open_database(str(folder / "ornek.db"))
    fill(150, SEED)
    close_database()
    write_samples(folder / "dosyalar", SEED)
    return folder


@pytest.fixture
def office(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Path]]:
    """The working folder: `ornek.db` is open, sample files in `dosyalar`, `cikis` is empty."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    (tmp_path / "cikis").mkdir()
    open_database("ornek.db")
    yield tmp_path
    close_database()
