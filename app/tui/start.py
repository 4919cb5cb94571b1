"""Opens the database and the screens."""

from __future__ import annotations

import sys
from pathlib import Path

from app.store.database import close_database, open_database
from app.store.places import default_database, demo_database, demo_files


def start(target: str | None, *, demo: bool) -> int:
    """Run the screens; returns the exit status. Raises DatabaseRefused, UsageError.

    The demo has a database of its own, whatever `target` the environment names.
    """
    folder = ""
    if demo:
        target = str(demo_database())
        folder = str(demo_files())
        _make_demo(demo_database(), demo_files())
    open_database(target or str(default_database()))
    # Textual is slow to load: only once the database is sure to open.
    from app.tui.app import TransferApp

    app = TransferApp(export_folder=str(Path.cwd()), import_folder=folder + "/" if folder else "")
    app.run(mouse=False)
    close_database()
    return app.return_code or 0


def _make_demo(database: Path, files: Path) -> None:
    from app.demo.filling import DEFAULT_COUNT, DEFAULT_SEED, fill, write_samples

    if not database.exists():
        sys.stderr.write("Örnek veritabanı hazırlanıyor…\n")
        draft = database.with_name(f"{database.name}.yarim")
        draft.unlink(missing_ok=True)
        open_database(str(draft))
        fill(DEFAULT_COUNT, DEFAULT_SEED)
        close_database()
        draft.rename(database)  # under its name it is whole, or absent
    write_samples(files, DEFAULT_SEED)
