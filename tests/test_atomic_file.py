"""A file that is whole or absent, also where the file system has no nameless files."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.atomic_file import AtomicFile, replace, write_new

ROOT = Path(__file__).parents[1]
_KILLED = """
import os, sys
from app.atomic_file import AtomicFile
folder = os.open(sys.argv[1], os.O_RDONLY)
file = AtomicFile(folder, "x", 0o600, named=True)
file.write(b"half")
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def no_nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without O_TMPFILE."""
    real = os.open

    def open_(path: object, flags: int, *rest: object, **more: object) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "")
        return real(path, flags, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", open_)


def test_a_new_file_is_written_and_never_overwrites(tmp_path: Path) -> None:
    write_new(tmp_path / "x", b"one", 0o640)
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "x", b"two", 0o640)
    assert (tmp_path / "x").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.usefixtures("no_nameless")
def test_the_same_under_a_temporary_name(tmp_path: Path) -> None:
    test_a_new_file_is_written_and_never_overwrites(tmp_path)


def test_replace_changes_the_whole_content(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        replace(tmp_path / "x", content, 0o600)
        assert (tmp_path / "x").read_bytes() == content
    assert os.listdir(tmp_path) == ["x"]
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_writer_left_is_removed_and_a_live_one_keeps_its_file(
    tmp_path: Path,
) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], env=env)
        assert len(os.listdir(tmp_path)) == 1  # its own; the one before was removed
    folder = os.open(tmp_path, os.O_RDONLY)
    with AtomicFile(folder, "x", 0o600, named=True) as live:
        live.write(b"whole")
        replace(tmp_path / "y", b"", 0o600)
        live.publish()
    os.close(folder)
    assert sorted(os.listdir(tmp_path)) == ["x", "y"]
    assert (tmp_path / "x").read_bytes() == b"whole"
