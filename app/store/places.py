"""Where the user's files lie when nothing else was said."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """The user's data folder for this program, by the XDG convention; it may not exist yet."""
    base = os.environ.get("XDG_DATA_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share"
    return home / "toplu-fatura"


def default_database() -> Path:
    """The database that is opened without --veritabani."""
    return data_folder() / "veri.db"


def demo_database() -> Path:
    """The database of --ornek."""
    return data_folder() / "ornek" / "ornek.db"


def demo_files() -> Path:
    """The folder of sample files of --ornek."""
    return data_folder() / "ornek" / "dosyalar"
