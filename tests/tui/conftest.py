"""What the stories share: a small company's books and the sample files that go with them."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from quick_pilot import quick_pilot

from app.demo.filling import fill, write_samples
from app.store import journal, runs
from app.store.database import sqlite
from app.store.opening import close_database, open_database
from app.store.preview import FileRows
from tests.store import bookkeeping

SEED = 1


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    with quick_pilot():
        yield


# Bounded reads that screens do themselves: the rows in view, one document, the documents of a
# short list, the next document of a run, whether a run has not ended.
BOUNDED = {
    "window",
    "document_page",
    "stored_page",
    "deleted_page",
    "file_page",
    "sums",
    "next_document",
    "_look_for_unfinished",
}
# Reads of a file's rows that grow with the file.
GROWING = ("find", "totals", "matching", "faulty")
# Reads that grow with a run, whichever rows they are for.
COUNTING = ((journal, "counted"), (journal, "saved_by"), (runs, "figures"))


@pytest.fixture(autouse=True)
def _screens_do_not_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No screen reads the database or a file's rows on its own thread, except what is bounded."""
    wrong = set[str]()

    def watched(read: Callable[..., Any], bounded: Collection[str] = BOUNDED) -> Callable[..., Any]:
        def check(*arguments: Any, **options: Any) -> Any:
            caller = _screen_that_reads()
            if caller and caller.rpartition(".")[2] not in bounded:
                wrong.add(caller)
            return read(*arguments, **options)

        return check

    engine = _engine()
    monkeypatch.setattr(engine, "refuse_moved", watched(engine.refuse_moved))
    for name in GROWING:
        monkeypatch.setattr(FileRows, name, watched(getattr(FileRows, name)))
    for module, name in COUNTING:
        monkeypatch.setattr(module, name, watched(getattr(module, name), bounded=()))
    yield
    assert not wrong


def _engine() -> Any:
    """What does `refuse_moved` before each transaction: SQLite's one, or each of a server's."""
    if not bookkeeping.are_on_server():
        return sqlite
    from app.store.engine.postgres import PostgresDatabase

    return PostgresDatabase


def _screen_that_reads() -> str:
    """The innermost function of the screens that is running, if this is their thread."""
    frame: FrameType | None = sys._getframe()
    while frame and threading.current_thread() is threading.main_thread():
        module = str(frame.f_globals.get("__name__"))
        if module.startswith("app.tui."):
            return f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


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
    bookkeeping.open_books(tmp_path / "ornek.db")
    if bookkeeping.are_on_server():
        fill(150, SEED)
    yield tmp_path
    close_database()
