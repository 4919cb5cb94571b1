"""List the folders and JSON files in a folder, for the file picker."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from app.domain import dates
from app.domain.text import sort_key
from app.netsis.file_names import is_source
from app.os_errors import NOT_A_FOLDER, refusal, refused
from app.tui.paths import Wants, alike


class Order(Enum):
    """The order of entries; folders always come first."""

    NEWEST = "en yeni önce"
    NAME = "ada göre"

    @property
    def other(self) -> Order:
        """The other order."""
        return Order.NAME if self is Order.NEWEST else Order.NEWEST


class FolderEntry(NamedTuple):
    """A folder or a file."""

    name: str
    """The name on disk; it may hold control characters."""
    is_folder: bool
    size: int
    """The size in bytes."""
    changed: float
    """The time of the last change, in seconds since 1970."""


def read_folder(folder: str, wants: Wants) -> list[FolderEntry]:
    """Return a folder's folders and, if wanted, JSON files, hidden ones too, in no order.

    Links are followed; broken ones are left out. Raises FileRefused if the folder cannot be read.
    """
    try:
        with os.scandir(folder) as found:
            entries = [_entry(entry, wants) for entry in found]
    except (OSError, ValueError) as error:
        raise refusal(error, folder) from error
    return [entry for entry in entries if entry]


def make_folder(folder: str) -> None:
    """Make a folder and its missing parents; all or none of them.

    Raises FileRefused.
    """
    made: list[str] = []
    try:
        for one in _missing(folder):
            os.mkdir(one)
            made.append(one)
    except (OSError, ValueError) as error:
        for one in reversed(made):
            with suppress(OSError):  # another process has put something into it
                os.rmdir(one)
        if isinstance(error, FileExistsError):
            raise refused(one, NOT_A_FOLDER) from error
        raise refusal(error, one) from error


def _missing(folder: str) -> list[str]:
    """Return `folder` and its parents as far as they do not exist, the topmost first."""
    missing = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing[::-1]


def _entry(found: os.DirEntry[str], wants: Wants) -> FolderEntry | None:
    try:
        is_folder = found.is_dir()
        if not is_folder and not (wants == "json" and _is_source(found)):
            return None
        about = found.stat()
    except OSError:
        return None
    return FolderEntry(found.name, is_folder, about.st_size, about.st_mtime)


def _is_source(found: os.DirEntry[str]) -> bool:
    return is_source(found.name) and found.is_file()


def ordered(entries: list[FolderEntry], order: Order) -> list[FolderEntry]:
    """Sort entries: folders first, then files, each in the order `order`."""
    if order is Order.NAME:
        return sorted(entries, key=lambda entry: (not entry.is_folder, sort_key(entry.name)))
    return sorted(entries, key=lambda entry: (not entry.is_folder, -entry.changed, entry.name))


def narrowed(entries: list[FolderEntry], typed: str) -> list[FolderEntry]:
    """Return the entries whose names contain the text, those that begin with it first.

    Hidden entries are left out unless the text begins with a dot.
    """
    wanted = alike(typed)
    shown = [e for e in entries if typed.startswith(".") or not e.name.startswith(".")]
    if not wanted:
        return shown
    found = [(alike(entry.name).find(wanted), entry) for entry in shown]
    return [e for index, e in found if index == 0] + [e for index, e in found if index > 0]


def size_text(size: int) -> str:
    """Format a size: `512 B`, `12,3 KB`, `1,2 GB`."""
    if size < 1024:
        return f"{size} B"
    amount = float(size)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        if amount < 1000 or unit == "TB":
            break
    return f"{amount:.1f} {unit}".replace(".", ",")


def time_text(moment: float) -> str:
    """Format a time in the server's time zone: `31.01.2024 18:05`; empty if out of range."""
    try:
        when = datetime.fromtimestamp(moment)
    except (OverflowError, ValueError, OSError):
        return ""
    return f"{dates.turkish(when.date())} {when:%H:%M}"
