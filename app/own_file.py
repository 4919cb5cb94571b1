"""Open the program's own files (log, preferences) without being misled by a planted file.

A symbolic link is not followed, a pipe or device is not waited for, another user's file is not
touched. For files that the user names, all of that is allowed: see `app.guarded_open`.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from app.errors import FileRefused

_CARE = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


def open_own(path: Path, flags: int, mode: int = 0o600) -> int:
    """Return the descriptor of a regular file of this user; `flags` may create it.

    Raises OSError if the system refuses it, FileRefused if the path is something else.
    """
    # Checked before opening too: closing another name of the database file drops its locks.
    with suppress(FileNotFoundError):
        _check(path, os.lstat(path))
    file = os.open(path, flags | _CARE, mode)
    try:
        _check(path, os.fstat(file))
    except FileRefused:
        os.close(file)
        raise
    return file


def read_own(path: Path, most: int) -> bytes:
    """Read a regular file of this user. Raises as `open_own`, and if it exceeds `most` bytes."""
    with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise FileRefused(f"{path.name} çok büyük; kaldırın")
    return content


def _check(path: Path, found: os.stat_result) -> None:
    fault = ""
    if stat.S_ISLNK(found.st_mode):
        fault = "bir bağlantı; bağlantıya yazılmaz, kaldırın"
    elif not stat.S_ISREG(found.st_mode):
        fault = "düz bir dosya değil; kaldırın"
    elif found.st_uid != os.geteuid():
        fault = "başka bir kullanıcının; kaldırın"
    elif found.st_nlink > 1:
        fault = "başka bir dosyanın ikinci adı; kaldırın"
    if fault:
        raise FileRefused(f"{path.name} {fault}")
