"""The first start of the demo: its database is whole or absent, however many start, and end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.demo import filling
from app.errors import FileRefused
from app.store.database import database
from app.tui import start
from tests.store.bookkeeping import opened, rows

pytestmark = pytest.mark.files_only  # the demo database is a file

ROOT = Path(__file__).parents[2]
COUNT = 1200  # of some batches
_PREPARE = f"""
import os, signal, sys
from pathlib import Path
from app.demo import filling
from app.tui import start

filling.DEFAULT_COUNT = {COUNT}
store = filling._store
batches = []

def store_some(documents):
    store(documents)
    batches.append(documents)
    if len(batches) == 2 and len(sys.argv) > 2:
        os.kill(os.getpid(), int(sys.argv[2]))

filling._store = store_some
if sys.argv[2:] not in ([], ["9"]):  # whoever started the tests may ignore it (nohup)
    signal.signal(int(sys.argv[2]), signal.SIG_DFL)
folder = Path(sys.argv[1])
start._make_demo(folder / "ornek" / "ornek.db", folder / "ornek" / "dosyalar")
"""


def _prepare(folder: Path, *end: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _PREPARE, str(folder), *map(str, end)], timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def _look(folder: Path) -> None:
    demo = folder / "ornek"
    assert sorted(path.name for path in demo.iterdir()) == ["dosyalar", "ornek.db"]
    with opened(demo / "ornek.db"):
        assert rows("SELECT count(*) FROM invoice") == [(COUNT,)]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_first_start_that_is_cut_off_leaves_nothing_behind(tmp_path: Path, end: int) -> None:
    assert _prepare(tmp_path, end) == -end
    assert not (tmp_path / "ornek").exists()
    assert _prepare(tmp_path) == 0
    _look(tmp_path)


def test_of_two_first_starts_one_wins_and_both_have_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, batches = filling._store, []

    def store_some(documents: list[object]) -> None:
        batches.append(documents)
        if len(batches) == 2:
            assert _prepare(tmp_path) == 0  # another one begins, and is quicker
        store(documents)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "_store", store_some)
    monkeypatch.setattr(filling, "DEFAULT_COUNT", COUNT)
    start._make_demo(tmp_path / "ornek" / "ornek.db", tmp_path / "ornek" / "dosyalar")
    assert database.is_closed()
    _look(tmp_path)
    assert _prepare(tmp_path) == 0  # as it stands


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "dosyalar").write_text("")
    with pytest.raises(FileRefused, match="dosyalar: zaten var"):
        filling.write_samples(tmp_path / "dosyalar", 1)


def test_the_remains_of_an_older_version_do_not_matter(tmp_path: Path) -> None:
    demo = tmp_path / "ornek"
    demo.mkdir()
    for name in ("ornek.db.yarim", "ornek.db.yarim-wal"):
        (demo / name).write_bytes(b"cut off")
    assert _prepare(tmp_path) == 0
    with opened(demo / "ornek.db"):
        assert rows("SELECT count(*) FROM invoice") == [(COUNT,)]
