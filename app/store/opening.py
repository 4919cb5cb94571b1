"""Open the database of the process: an existing one, a new one, or an older one to migrate."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.domain.text import one_line
from app.errors import DatabaseDamaged, DatabaseRefused
from app.paths import is_address
from app.store.database import database, reading, refusals, sqlite, use
from app.store.engine import new_file
from app.store.engine.file_checks import refuse_strange_files

APPLICATION_ID = 0x54464154  # marks a SQLite file as ours
LATEST_VERSION = 14


class Opened(NamedTuple):
    """The database that was opened."""

    name: str
    """The file's name or the server's schema, for the title of a screen."""
    place: str
    """The full path or address, the same for every user."""


def open_database(target: str, *, make: bool = True) -> Opened:
    """Open the database at `target`, creating or migrating it as needed.

    `target` is a path, `sqlite:///path`, or `postgresql://host/database?sema=COMPANY`. Without
    `make` it has to exist. Raises DatabaseMissing; DatabaseRefused if there is no folder or no
    permission, if it is not one of our databases, or has a newer version.
    """
    if is_address(target):
        from app.store.server import open_server  # loads a driver, which is slow

        close_database()
        return Opened(*open_server(target, LATEST_VERSION, make=make))
    path = database_path(target)
    close_database()
    with refusals(path):
        if path.is_dir():
            raise DatabaseRefused(f"Veritabanı açılamadı: {_name(path)} bir klasör")
        if not path.exists():
            new_file.refuse_link(path)
            refuse_strange_files(str(path))
            new_file.allow(path, make=make)
            _write(path, _content())
        elif not path.is_file():  # a device has no size either
            raise OSError(errno.ENXIO, "")
        elif not path.stat().st_size:
            refuse_strange_files(os.path.realpath(path))
            new_file.adopt(path, make=make)
        _open(path, make=make)
    return Opened(path.name, os.path.realpath(path))


def check_words(target: str) -> str:
    """Return what to check if the database does not exist."""
    return "adresi denetleyin" if is_address(target) else "yolu denetleyin"


def close_database() -> None:
    """Close this thread's connection; afterwards another database may be opened."""
    database.close_file()
    use(sqlite)


def open_path() -> Path:
    """Return the path of the open database, which must be a file."""
    return Path(sqlite.database)


def database_path(target: str) -> Path:
    """Return the path that `target` names: a path or `sqlite:///path`. Raises DatabaseRefused."""
    scheme, colon, rest = target.partition("://")
    if colon:
        if scheme != "sqlite":
            raise DatabaseRefused(f"Bu tür veritabanı desteklenmiyor: {one_line(scheme)}")
        target = rest.removeprefix("/")  # sqlite:///relative, sqlite:////absolute
    if not target or one_line(target) != target:
        raise DatabaseRefused("Veritabanı yolu geçersiz")
    if os.path.basename(target) in ("", "."):  # Path would drop the slash
        raise DatabaseRefused(f"Veritabanı açılamadı: {target} bir klasör")
    try:
        return Path(target).expanduser()
    except RuntimeError:  # ~ followed by an unknown user
        raise DatabaseRefused("Veritabanı yolu geçersiz") from None


def in_own_folder(path: Path) -> str:
    """Create the user's data folder; return a database's path in it. Raises DatabaseRefused."""
    with refusals(path):
        new_file.make_folder(path.parent)
    return str(path)


def make_database(path: Path, fill: Callable[[], None]) -> None:
    """Create a database at `path` with what `fill` writes, completely or not at all.

    Its folder is created if needed. The database is made in memory, where it has to fit, so a
    killed process leaves nothing behind. If another process was faster, its database stays. Raises
    DatabaseRefused.
    """
    close_database()
    with refusals(path):
        content = _content(fill)
        new_file.make_folder(path.parent)
        _write(path, content)


def _content(fill: Callable[[], None] = lambda: None) -> bytes:
    def make() -> None:
        _bring_to_date(make=True)
        fill()

    return sqlite.new_content(make)


def _write(path: Path, content: bytes) -> None:
    with suppress(FileExistsError):  # another process was faster, and its database is as good
        new_file.make(path, content)


def _open(path: Path, *, make: bool) -> None:
    """Connect and migrate; close again if that fails."""
    sqlite.version.opened(None)
    sqlite.open_file(path)
    try:
        with refusals():  # while the connection can be asked for the cause
            _bring_to_date(make=make)
            sqlite.version.opened(LATEST_VERSION)
            sqlite.use_write_ahead_log()
            sqlite.guard_file()
            _refuse_half_copied()
    except BaseException:
        close_database()
        raise


def _bring_to_date(*, make: bool) -> None:
    """Create the schema (only if `make`) or migrate an older one, after checking its version."""
    version = sqlite.schema_version
    ours = sqlite.pragma("application_id") == APPLICATION_ID
    if ours and version == LATEST_VERSION:
        return
    if ours and version > LATEST_VERSION:
        raise DatabaseRefused(
            f"Veritabanı bu programdan yeni (sürüm {version}, bilinen {LATEST_VERSION}); "
            "programı güncelleyin"
        )
    if not ours and (not make or sqlite.get_tables()):
        raise DatabaseRefused("Bu dosya bir Toplu Fatura veritabanı değil; dokunulmadı")
    if ours and sqlite.is_read_only:
        raise DatabaseRefused(
            f"Veritabanı eski bir sürümden (sürüm {version}, gereken {LATEST_VERSION}) ve salt "
            "okunur; yazma izni olan biri bir kez açsın, sonra yeniden deneyin"
        )
    from app.store.migrations import create_or_migrate  # rarely needed, slow to load

    create_or_migrate(sqlite, APPLICATION_ID, LATEST_VERSION)


def _refuse_half_copied() -> None:
    """Check the whole database if its log was lost, which is slow and rarely needed."""
    if not sqlite.lost_log:
        return
    from app.store import checks

    with reading():
        found = next(checks.findings(harmful=True), None)
    if found:
        name, finding = found
        raise DatabaseDamaged(
            f"Veritabanı bozuk, günlüğü (-wal) kaybolmuş ({name}: {finding.said}); "
            f"{sqlite.restore_advice}"
        )
    sqlite.lost_log = False


def _name(path: Path) -> str:
    return one_line(str(path))
