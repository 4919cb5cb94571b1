"""The wheel holds all that the program needs, and works with no checkout near."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from app.cli.man_page import page
from tests.bench.screens import is_framed
from tests.bench.terminal import terminal

_ROOT = Path(__file__).parents[2]
_BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder, far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", _BUILD, str(folder)], cwd=_ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "content")
    return folder / "content"


def test_it_carries_stylesheet_and_all_modules(unpacked):
    assert (unpacked / "app" / "screens.css").read_bytes() == (_ROOT / "screens.css").read_bytes()
    assert modules(unpacked) == modules(_ROOT)


def test_it_carries_the_man_page_of_this_version(unpacked):
    (installed,) = unpacked.glob("*.data/data/share/man/man1/toplu-fatura.1")
    title, *rest = installed.read_text(encoding="utf-8").splitlines()
    now = page(version("toplu-fatura"), date.today()).splitlines()
    assert title.partition(" 1 ")[0] == now[0].partition(" 1 ")[0]
    assert rest == now[1:]


def test_it_carries_no_tests(unpacked):
    assert not (unpacked / "tests").exists()


def test_its_screens_open_on_the_demo_data(unpacked, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(unpacked))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with terminal([sys.executable, "-m", "app", "--ornek"]) as drawn:
        drawn.wait_for(is_framed)
    files = os.listdir(tmp_path / "toplu-fatura" / "ornek" / "dosyalar")
    assert "temiz.json" in files


def test_a_source_archive_has_all_that_makes_a_wheel(tmp_path):
    build = "import sys; from hatchling.build import build_sdist; build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=_ROOT, check=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    assert {"pyproject.toml", "screens.css", "README.md", ".ci/man_page.py"} <= held


def modules(folder: Path) -> set[str]:
    """The program's modules, by their path."""
    return {str(path.relative_to(folder)) for path in (folder / "app").rglob("*.py")}
