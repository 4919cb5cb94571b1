"""Whether the file of the open database still has its name, or was moved or replaced meanwhile.

What is written to a file that has another name now, nobody would find; and at the old name there
may be another database: with the log of the one, SQLite would read nonsense in the other.
"""

from __future__ import annotations

import os
from threading import local
from typing import TypeAlias

import apsw

_Identity: TypeAlias = tuple[int, int]
"""Which file it is, whatever its name: its device and its place there."""


class InPlace:
    """The file that was opened, and the name that it had then."""

    def __init__(self) -> None:
        self._path = ""
        self._opened: _Identity | None = None
        self._seen = local()
        """`version`: SQLite's count of what others have written, when the file was last here."""

    def opened(self, path: str) -> None:
        """The file of this name is the one."""
        self._path = path
        self._opened = self._identity()

    def closed(self) -> None:
        """There is none."""
        self._opened = None

    def is_moved(self) -> bool:
        """Whether the file has another name now, or none."""
        return self._opened is not None and self._identity() != self._opened

    def remember(self, connection: apsw.Connection) -> None:
        """It is in its place: what this thread's connection has seen until now is its own."""
        self._seen.version = connection.pragma("data_version")

    def has_log_of_ours(self, connection: apsw.Connection) -> bool:
        """Whether nobody has written to a moved file's log but those who had that file open."""
        if self._identity() is None:
            return True
        version = connection.pragma("data_version")
        return bool(version == getattr(self._seen, "version", None))

    def _identity(self) -> _Identity | None:
        """Which file has the name now; None where there is none."""
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return None
        except OSError:  # it cannot be known
            return self._opened
        return found.st_dev, found.st_ino
