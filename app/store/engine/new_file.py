"""Create the file of a new database, with its permissions."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from app.atomic_file import write_new
from app.domain.text import one_line
from app.errors import DatabaseMissing, DatabaseRefused
from app.guarded_open import COMPANIONS
from app.store.engine import last_stamp

FILE_MODE, SHARED_MODE = 0o640, 0o660
FOLDER_MODE = 0o750


def make_folder(folder: Path) -> None:
    """Create a folder of the program's own and its missing parents. Raises OSError."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except FileExistsError as error:  # a file has the folder's name
        raise NotADirectoryError(errno.ENOTDIR, "") from error


def allow(path: Path, *, make: bool) -> None:
    """Check that a database may be created at `path`, where no file is.

    Raises DatabaseRefused, OSError; DatabaseMissing if not `make`.
    """
    refuse_link(path)
    refuse_companion_name(path)
    name = one_line(str(path))
    if not path.parent.exists():
        raise DatabaseRefused(
            f"Veritabanı yok: {name}; klasörü de yok, yolu denetleyin ya da önce klasörü oluşturun"
        )
    if not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "")
    if not make:
        raise DatabaseMissing(f"Veritabanı yok: {name}")


def make(path: Path, content: bytes) -> None:
    """Create a file that is whole or absent. Raises OSError."""
    mode = _mode_in(path.parent)
    with suppress(OSError):  # left by an earlier database of this name
        os.unlink(f"{path}{last_stamp.END}")
    write_new(path, content, mode, shared=mode == SHARED_MODE)


def adopt(path: Path, *, make: bool) -> None:
    """Give an empty file, which is about to become a database, the mode of a new one.

    Raises DatabaseRefused; DatabaseMissing if not `make`.
    """
    refuse_link(path)
    refuse_companion_name(path)
    if not make:
        raise DatabaseMissing(f"Boş bir dosya, veritabanı değil: {one_line(str(path))}")
    with suppress(PermissionError):  # another user owns the file and has set its mode
        path.chmod(path.stat().st_mode & _mode_in(path.parent))


def refuse_companion_name(path: Path) -> None:
    """Refuse a name that SQLite gives to a file beside another database.

    Opening that database would remove the new one, or fail because of it.
    """
    end = next((end for end in COMPANIONS if path.name.endswith(end)), "")
    if end:
        raise DatabaseRefused(
            f"{one_line(str(path))}: {end} ile biten ad bir veritabanının yanındaki dosyanındır, "
            "o veritabanı açılınca silinir ya da açılmasını engeller; başka bir ad verin"
        )


def refuse_link(path: Path) -> None:
    """Refuse a symbolic link, since users of this folder must not redirect a new database."""
    if path.is_symlink():
        raise DatabaseRefused(
            f"Veritabanı açılamadı: {one_line(str(path))} bir bağlantı; yeni veritabanı "
            "bağlantının gösterdiği yere yapılmaz"
        )


def _mode_in(folder: Path) -> int:
    """Return the mode of a new file: shared with the group if the folder's group is (2770).

    Otherwise only the owner may write, and the owner's group may read.
    """
    shared = stat.S_ISGID | stat.S_IWGRP
    return SHARED_MODE if folder.stat().st_mode & shared == shared else FILE_MODE
