"""Where the user's files lie when nothing else was said."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """The user's data folder for this program, by the XDG convention; it may not exist yet."""
    return _folder("XDG_DATA_HOME", "share")


def default_database() -> Path:
    """The database that is opened without --veritabani."""
    return data_folder() / "veri.db"


def demo_database() -> Path:
    """The database of --ornek."""
    return data_folder() / "ornek" / "ornek.db"


def choices_file() -> Path:
    """What the user chose the last time; it may not exist yet."""
    return _folder("XDG_STATE_HOME", "state") / "secimler.json"


def demo_choices_file() -> Path:
    """The same for --ornek, so that trying it out leaves no trace in one's own work."""
    return data_folder() / "ornek" / "secimler.json"


def demo_files() -> Path:
    """The folder of sample files of --ornek."""
    return data_folder() / "ornek" / "dosyalar"


def _folder(variable: str, usual: str) -> Path:
    base = os.environ.get(variable, "")
    home = Path(base) if os.path.isabs(base) else Path.home() / ".local" / usual
    return home / "toplu-fatura"
