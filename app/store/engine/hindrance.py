"""Find out why a database file or its log cannot be written; SQLite only reports the failure."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from app.os_errors import system_cause


def of_file(path: Path) -> str:
    """Return why the file cannot be written; empty if it can. Raises OSError if unreadable.

    No connection may be open, because closing a descriptor of the file makes the process lose its
    locks on it.
    """
    flags = os.O_NONBLOCK | os.O_CLOEXEC
    try:
        os.close(os.open(path, os.O_RDWR | flags))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        os.close(os.open(path, os.O_RDONLY | flags))
        if error.errno == errno.EROFS:
            return f"{system_cause(errno.EROFS)}; yazılmadı"
        return "dosyaya yazma izniniz yok, salt okunur açıldı; yazılmadı"
    return ""


def of_folder(folder: Path) -> str:
    """Return why SQLite cannot create a log in the folder; empty if it can."""
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    return "veritabanının klasörüne yazma izniniz yok, salt okunur açıldı; yazılmadı"
