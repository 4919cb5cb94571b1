"""What a command loads: the screens' library only with the screens, almost nothing for --help."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_RUN = """
import sys
from app.__main__ import main

status = main()
sys.stderr.write("\\nloaded " + " ".join({name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""
_SCREENS = {"textual", "rich"}
_PACKAGES = {*_SCREENS, "apsw", "msgspec", "peewee", "playhouse", "psycopg"}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The packages that a run of the program has loaded when it ends well."""
    command = [sys.executable, "-c", _RUN, *arguments]
    environment = {
        "PYTHONPATH": str(_ROOT),
        "TOPLU_FATURA_VERITABANI": str(folder / "defter.db"),
        "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"],
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("\nloaded ")[2].split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a few documents, and a file of them."""
    there = tmp_path_factory.mktemp("komutlar")
    loaded(there, "ornek-veri", "--fatura", "20")
    loaded(there, "disari-aktar", "hepsi.json")
    return there


@pytest.mark.parametrize(
    "arguments",
    [
        ["ornek-veri", "--fatura", "20", "--veritabani", "yeni.db"],
        ["disari-aktar", "yeni.json"],
        ["iceri-aktar", "hepsi.json", "--kaynak-no", "--dene"],
        ["iceri-aktar", "hepsi.json", "--seri", "YNI"],
        ["listele"],
        ["goster", "A00000000000001"],
        ["denetle"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_headless_command_on_a_file_never_loads_the_screens_or_the_driver_of_a_server(
    folder, arguments
):
    assert not loaded(folder, *arguments) & {*_SCREENS, "psycopg"}


@pytest.mark.parametrize("option", ["--help", "--surum"])
def test_help_and_version_load_no_package_at_all(tmp_path, option):
    assert not loaded(tmp_path, option) & _PACKAGES
    assert not any(tmp_path.iterdir())


def test_a_worker_loads_only_what_parsing_needs():
    loads = "import app.netsis.worker_process, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loads], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    needless = {"subprocess", "tempfile", "zipfile", "apsw", "peewee", "app.netsis.input_file"}
    assert not needless & set(done.stdout.split())
