"""What all tests share: helpers that can be imported, and books that end well."""

from __future__ import annotations

import gc
import os
import random
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from app.store.opening import close_database, open_database
from tests.cli.loaded_program import load
from tests.scale import FULL, rounds
from tests.store import bookkeeping
from tests.store.server import Server, programs, running

_MEMORY, _ENOUGH = Path("/dev/shm"), 2 << 30
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
    # Databases flush after each transaction; half the time of the suite is waiting for the disk.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    tempfile.tempdir = tempfile.tempdir or os.environ.get("TMPDIR") or str(_MEMORY)
gc.set_threshold(50_000, 10, 10)  # a quarter of the time in which the tests are collected
settings.register_profile("suite", deadline=None, derandomize=FULL)
settings.load_profile("suite")
SQLITE, POSTGRESQL = "sqlite", "postgresql"
_FEW = 6  # examples on a server
_EXAMPLES = "_hypothesis_internal_use_settings"  # where Hypothesis keeps a test's settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--motor", choices=[SQLITE, POSTGRESQL],
        help="keep the books of all tests on this engine, not only of those that run on both",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "broken_books: leaves a database that is not well")
    config.addinivalue_line("markers", "both_engines: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "long: takes seconds; .ci/quick leaves it out")
    config.addinivalue_line("markers", "files_only: is about SQLite or its files")
    _heed_signals()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a test kills leaves no file


def _heed_signals() -> None:
    """Let started programs heed Ctrl+C, Ctrl+\\ and a hang-up if this run is told to ignore them.

    A run in the background is; programs inherit what is ignored, but not what is handled.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of both engines twice, and all that can on the engine that was asked for."""
    marked = metafunc.definition.get_closest_marker
    asked = metafunc.config.getoption("--motor")
    if marked("files_only") or not (asked or marked("both_engines")):
        return
    engines = [asked] if asked else [SQLITE, POSTGRESQL]
    metafunc.parametrize("_engine", engines, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scale the examples of every Hypothesis test; none has to ask for it."""
    if config.getoption("--motor") == POSTGRESQL:
        for item in items:
            if item.get_closest_marker("files_only"):
                item.add_marker(pytest.mark.skip(reason="it is about SQLite or its files"))
    for function in {getattr(item, "obj", None) for item in items}:
        if asked := getattr(function, _EXAMPLES, None):
            _try(function, rounds(asked.max_examples))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Draw the same random rounds each time in CI (`scale`)."""
    if FULL:
        random.seed(item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Iterator[None]:
    """Try few examples on PostgreSQL; the rules are the same, and SQLite tries all of them."""
    asked = getattr(item.obj, _EXAMPLES, None)
    if asked and _engine_of(item) != SQLITE:
        _try(item.obj, min(asked.max_examples, _FEW))
    try:
        yield
    finally:
        if asked:
            _try(item.obj, asked.max_examples)


def _try(test: Any, examples: int) -> None:
    setattr(test, _EXAMPLES, settings(getattr(test, _EXAMPLES), max_examples=examples))


def _engine_of(item: pytest.Function) -> str:
    """The engine of the books of a test."""
    return item.callspec.params.get("_engine", SQLITE) if hasattr(item, "callspec") else SQLITE


def pytest_collection_finish() -> None:
    """Load the program once, for all forks; never look for garbage in what is loaded."""
    load()
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)  # a tenth of the time of the screens' tests, at Python's 700
    os.register_at_fork(after_in_child=gc.freeze)  # a collection would copy every page


@pytest.fixture(autouse=True)
def well_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test ends with denetle: it finds nothing in whatever database lies in `tmp_path`."""
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if not folder:
        return
    if request.node.get_closest_marker("broken_books"):
        bookkeeping.forget_books(folder)
    else:
        bookkeeping.assert_well_kept(folder)


@pytest.fixture(scope="session", autouse=True)
def nobodys_state() -> Iterator[None]:
    """No test reads or changes the log and the choices of this machine's user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", os.devnull)  # no folder: nothing is remembered
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of this process; where there can be none, the test is skipped.

    Where CI is set, it fails: nobody would see that half of the engines was not tested.
    """
    binaries = programs()
    if binaries is None or not find_spec("psycopg"):
        assert not FULL, "no PostgreSQL: pip install -e '.[test]'"
        pytest.skip("no PostgreSQL here: pip install -e '.[test]'")
    with running(binaries) as started:
        yield started


@pytest.fixture(scope="module", autouse=True, name="_engine")
def _engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """The engine of the books that a test makes: SQLite's, or that of its parameter."""
    with ExitStack() as kept:
        if getattr(request, "param", SQLITE) != SQLITE:
            kept.enter_context(bookkeeping.kept_on(request.getfixturevalue("server")))
        yield


@pytest.fixture
def company(server: Server) -> Iterator[str]:
    """The address of a new schema, which is open and empty."""
    url = server.url()
    open_database(url)
    yield url
    close_database()


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Path]:
    """An empty database, open."""
    path = tmp_path / "defter.db"
    bookkeeping.open_books(path)
    yield path
    close_database()
