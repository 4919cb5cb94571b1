"""The references: small programs of our own, and the commands that run them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

REFERENCES = Path(__file__).with_name("references")
EXPORT_FLOOR, IMPORT_FLOOR = "export_floor", "import_floor"
HELLO = (sys.executable, str(REFERENCES / "hello.py"))
FLAGS = ("-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror")


def floor(name: str, source: Path, target: Path) -> list[str]:
    """The command of a program in C."""
    return [str(_built() / name), str(source), str(target)]


def python(name: str, source: Path, target: Path) -> list[str]:
    """The command of a program in Python."""
    return [sys.executable, "-m", f"tests.bench.references.{name}", str(source), str(target)]


def shell(database: Path, file: Path) -> list[str]:
    """The command of the sqlite3 shell that writes the join to a file."""
    join = (REFERENCES / "export_join.sql").read_text(encoding="utf-8")
    program = shutil.which("sqlite3") or "sqlite3"
    return [program, "-batch", "-readonly", "-list", str(database), f".output '{file}'", join]


@cache
def no_floor() -> str:
    """Why there is no program in C; empty where there is."""
    if not shutil.which("cc"):
        return "no C compiler"
    try:
        _built()
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace")
        return "no sqlite3.h" if "sqlite3.h" in reason else f"does not compile: {reason[:200]}"
    return ""


def no_shell() -> str:
    """Why there is no sqlite3 shell; empty where there is."""
    return "" if shutil.which("sqlite3") else "no sqlite3 shell"


def no_sqlite_utils() -> str:
    """Why there is no sqlite-utils; empty where there is."""
    return "" if find_spec("sqlite_utils") else "sqlite-utils is not installed"


_folder = TemporaryDirectory(prefix="toplu-fatura-bench-")


@cache
def _built() -> Path:
    """The folder of the compiled programs. Raises CalledProcessError where cc refuses."""
    folder = Path(_folder.name)
    for name in (EXPORT_FLOOR, IMPORT_FLOOR):
        source, program = REFERENCES / f"{name}.c", folder / name
        command = ["cc", *FLAGS, "-o", str(program), str(source), "-lsqlite3"]
        subprocess.run(command, check=True, capture_output=True)
    return folder
