"""What the operating system refused, as a Turkish sentence with the true cause."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from app.domain import text
from app.errors import FileRefused, system_cause

_NAME_WIDTH: Final = 60


def refused(path: str | os.PathLike[str], reason: str) -> FileRefused:
    """The refusal of a file for `reason`, named by the last part of its path."""
    return FileRefused(f"{shown_name(path)}: {reason}")


def refusal(error: OSError | ValueError, path: str | os.PathLike[str]) -> FileRefused:
    """What the user is told of an error of the operating system that concerns `path`.

    A ValueError is how Python refuses a path that no system call would take (a NUL in it).
    """
    if not isinstance(error, OSError):
        return refused(path, "dosya adında izin verilmeyen karakter var")
    return refused(path, system_cause(error.errno))


def shown_name(path: str | os.PathLike[str]) -> str:
    """The last part of a path as it may be shown on one line."""
    whole = os.fspath(path)
    return text.shorten(text.one_line(Path(whole).name or whole), _NAME_WIDTH)
