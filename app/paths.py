"""The XDG folders of the user's files. Each function raises NoHome where there is no home."""

from __future__ import annotations

import os
from pathlib import Path

from app.errors import NoHome


def data_folder() -> Path:
    """Return the user's data folder for this program; it may not exist yet."""
    return _folder("XDG_DATA_HOME", "share")


def default_database() -> Path:
    """Return the database that is opened without --veritabani."""
    return data_folder() / "veri.db"


def demo_database() -> Path:
    """Return the database of --ornek."""
    return data_folder() / "ornek" / "ornek.db"


def choices_file() -> Path:
    """Return the file of the user's last choices; it may not exist yet."""
    return _state_folder() / "secimler.json"


def log_file() -> Path:
    """Return the program's own log; it may not exist yet."""
    return _state_folder() / "gunluk.log"


def demo_choices_file() -> Path:
    """Return the choices made in the demo, which do not mix with those of real work."""
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
