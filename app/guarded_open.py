"""Open the user's files for reading, anywhere, but never a file of the open database.

The program's own files, whose location is fixed, are opened by `app.own_file`.

POSIX drops all locks that a process holds on a file when the process closes any descriptor of that
file. Opening and closing the database as an input file would thus unlock it, and two writers could
corrupt it (SQLite, “How To Corrupt An SQLite Database File”, 2.2).
"""

from __future__ import annotations

import errno
import os
from typing import Final

COMPANIONS: Final = ("-wal", "-shm", "-journal", "-damga")
"""Suffixes of the files that belong to a database: SQLite's own, and that of `last_stamp`."""

_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY

_database = ""


class DatabaseFile(OSError):
    """The path leads to the open database or one of its companion files."""

    def __init__(self) -> None:
        super().__init__(errno.ETXTBSY, "a file of the open database")


def protect(database: str) -> None:
    """Refuse to open the files of this database from now on; an empty path ends that."""
    global _database
    _database = database


def open_to_read(path: str | os.PathLike[str]) -> int:
    """Return a descriptor of the file at `path`, without waiting for a pipe's writer.

    Raises DatabaseFile; OSError; ValueError for a path with a NUL.
    """
    _refuse(os.stat(path))
    file = os.open(path, _READ)
    # Replaced since the first check: the descriptor stays open, since closing it would unlock.
    _refuse(os.fstat(file))
    return file


def _refuse(found: os.stat_result) -> None:
    if _database and any(_is_same_file(found, _database + end) for end in ("", *COMPANIONS)):
        raise DatabaseFile


def _is_same_file(found: os.stat_result, path: str) -> bool:
    try:
        return os.path.samestat(found, os.stat(path))
    except OSError:
        return False
