"""Where databases and the user's files are; raises NoHome if a home folder is unknown."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.errors import NoHome

DATABASE_VARIABLE: Final = "TOPLU_FATURA_VERITABANI"
"""The environment variable with the database that is opened without --veritabani."""
_SERVER_SCHEMES: Final = ("postgresql", "postgres")


def is_address(target: str) -> bool:
    """Return whether a database is on a server: `postgresql://…`."""
    scheme, colon, _ = target.partition("://")
    return bool(colon) and scheme.lower() in _SERVER_SCHEMES


def absolute(path: str | os.PathLike[str]) -> str:
    """Return the absolute path, or `path` itself if the working folder was removed."""
    try:
        return os.path.abspath(path)
    except FileNotFoundError:
        return os.fspath(path)


def data_folder() -> Path:
    """Return the program's data folder of the user; it may not exist yet."""
    return _folder("XDG_DATA_HOME", "share")


def default_database() -> Path:
    """Return the path of the database that is opened without --veritabani."""
    return data_folder() / "veri.db"


def option_for(database: str) -> str:
    """Return ` --veritabani PATH` for a command that the user types.

    Empty if the command opens this database without it.
    """
    chosen: str | Path = os.environ.get(DATABASE_VARIABLE, "")
    with suppress(NoHome):
        chosen = chosen or default_database()
    if chosen and os.path.realpath(chosen) == os.path.realpath(database):
        return ""
    return f" --veritabani {shlex.quote(database)}"


def demo_database() -> Path:
    """Return the path of the database of --ornek."""
    return data_folder() / "ornek" / "ornek.db"


def choices_file() -> Path:
    """Return the path of the user's remembered choices; the file may not exist yet."""
    return _state_folder() / "secimler.json"


def log_file() -> Path:
    """Return the path of the program's log; the file may not exist yet."""
    return _state_folder() / "gunluk.log"


def demo_choices_file() -> Path:
    """Return the path of choices made in the demo, kept apart from those of real work."""
    return data_folder() / "ornek" / "secimler.json"


def demo_files() -> Path:
    """Return the folder of sample files of --ornek."""
    return data_folder() / "ornek" / "dosyalar"


def _state_folder() -> Path:
    return _folder("XDG_STATE_HOME", "state")


def _folder(variable: str, usual: str) -> Path:
    base: str | Path = os.environ.get(variable, "")
    if not os.path.isabs(base):
        try:
            base = Path.home() / ".local" / usual
        except RuntimeError:
            raise NoHome(
                "Ana klasörünüz bilinmiyor (HOME boş, hesabınızda da yazmıyor); "
                "HOME verin ya da veritabanını --veritabani ile belirtin"
            ) from None
    return Path(base) / "toplu-fatura"
