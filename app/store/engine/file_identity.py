"""The identity of the open database's file: detects that it was moved or replaced meanwhile.

Data written to a moved file would be lost to its users. And another database may have the old
name: SQLite would apply the log of the first to the second and read garbage.
"""

from __future__ import annotations

import os
from threading import local
from typing import TypeAlias

import apsw

_Identity: TypeAlias = tuple[int, int]
"""Which file it is, whatever its name: its device and its place there."""


class FileIdentity:
    """The file that was opened, and the name that it had then."""

    def __init__(self) -> None:
        self._path = ""
        self._opened: _Identity | None = None
        self._seen = local()
        """`version`: SQLite's counter of foreign commits, when the file was last in place."""

    def opened(self, path: str) -> None:
        """Remember the file that has this name now."""
        self._path = path
        self._opened = self._identity()

    def closed(self) -> None:
        """Forget the file."""
        self._opened = None

    def is_moved(self) -> bool:
        """Whether the file has another name now, or none."""
        return self._opened is not None and self._identity() != self._opened

    def remember(self, connection: apsw.Connection) -> None:
        """Note that the file is in place: this connection has seen no foreign log so far."""
        self._seen.version = connection.pragma("data_version")

    def has_log_of_ours(self, connection: apsw.Connection) -> bool:
        """Whether the log of a moved file has been written only by those who had it open."""
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
