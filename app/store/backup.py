"""Back up the open database to a new file, and restore such a file in its place.

Both first make a complete copy beside the target and run denetle's checks on it; only then it gets
its name. A restore keeps the replaced database under another name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from app.domain.text import one_line
from app.errors import DatabaseDamaged, DatabaseRefused, Uncertain
from app.os_errors import system_cause
from app.progress import Progress, Stop
from app.store import checks, queries, settings
from app.store.damaged import readable
from app.store.database import full_command, reading, refusals, sqlite
from app.store.engine import new_file
from app.store.engine.causes import is_damage
from app.store.engine.file_checks import refuse_strange_files
from app.store.engine.file_copy import (
    copy_pages,
    draft_in,
    free_name,
    opened_to_copy,
    put_in_place,
    sync,
)
from app.store.opening import APPLICATION_ID, close_database, open_database


class _Failing(DatabaseRefused):
    """A copy that fails a check; the sentence names the check and its finding."""


class Copied(NamedTuple):
    """A copy that passed every check."""

    path: Path
    documents: int
    told: Sequence[str] = ()
    """What is wrong with the original and so with the copy, but harms no document."""


class RestoredDatabase(NamedTuple):
    """A database that was restored from a backup."""

    documents: int
    aside: Path | None
    """The path of the replaced database; None if there was none."""
    company: str
    """The company of the backup; empty if it has no name."""
    replaced_company: str
    """That of the replaced database; empty if it has no name, or cannot be read."""


def backup_path(target: Path, database_path: Path, now: datetime) -> Path:
    """Return the path of the new file: `target` itself, or a name with the time in that folder."""
    if not os.path.isdir(target):
        return target
    return free_name(target / f"{database_path.stem}-yedek-{now:%Y%m%d-%H%M%S}", ".db")


def back_up(target: Path, progress: Progress, stop: Stop) -> Copied:
    """Copy the open database to a new file, from one moment beside running work; close it.

    A damaged setting does not refuse the documents their backup: it is told.
    Raises DatabaseRefused if `target` exists, cannot be written, or the copy fails a check;
    Stopped. In each of these cases there is no file, except after Uncertain.
    """

    told: list[str] = []

    def fill(draft: Path) -> None:
        with reading():
            queries.any_document()  # the first read fixes the moment, whoever writes meanwhile
            told.extend(said for _, said in checks.failures(harmful=False))
            with _naming_file(target):
                copy_pages(sqlite.connection(), draft, progress, stop)

    done = new_copy(target, fill, "yedek alınmadı, önceki yedeğinizi saklayın")
    return done._replace(told=told)


def new_copy(target: Path, fill: Callable[[Path], None], undone: str) -> Copied:
    """Make a new database of what `fill` writes into an empty draft; close the open one.

    `undone` is the sentence about what was not done if a check fails. Raises as `back_up`.
    """
    check = full_command("denetle")
    new_file.refuse_companion_name(target)
    _refuse_existing(target)
    with _draft_beside(target) as draft:
        fill(draft)
        try:
            documents, _ = _verified(draft)
        except _Failing as error:
            raise DatabaseRefused(
                f"Veritabanı denetimden geçmedi ({error}); {undone}. Bulunanların tümü: {check}"
            ) from error
        with _naming_file(target):
            sync(draft)
            os.link(draft, target)  # fails if the target exists
            _keep_name(target)
    return Copied(target, documents)


def restore(
    backup: Path,
    target: Path,
    now: datetime,
    progress: Progress,
    stop: Stop,
    *,
    make: bool = True,
) -> RestoredDatabase:
    """Replace the database at `target` by a checked copy of `backup`, completely or not at all.

    No process may have either open. Raises DatabaseRefused if the backup is not one of our
    databases or fails a check, or if the target is in use; DatabaseMissing if there is no target
    and not `make`; Stopped. In these cases the target is unchanged, except after Uncertain.
    """
    close_database()
    with _naming_file(target):
        if not os.path.exists(target):
            new_file.allow(target, make=make)
        named, target = target, Path(os.path.realpath(target))
    with _naming_file(backup):
        if os.path.realpath(backup) == str(target):
            raise DatabaseRefused("Yedek, veritabanının kendisi; başka bir dosya verin")
    with _draft_beside(target) as draft:
        with _naming_backup(backup):
            with refusals(backup, what=""), opened_to_copy(backup) as source:
                # The copy of an empty file would pass the checks.
                if source.pragma("application_id") != APPLICATION_ID:
                    raise DatabaseRefused("dosya bir Toplu Fatura veritabanı değil")
                copy_pages(source, draft, progress, stop)
            documents, company = _verified(draft)
        replaced = _company_of(target)
        with _naming_file(target):
            sync(draft)
            with refusals(target):
                aside = put_in_place(draft, named, now)
        _keep_replaced(target, aside)
    return RestoredDatabase(documents, aside, company, replaced)


@contextmanager
def _draft_beside(target: Path) -> Iterator[Path]:
    """Provide a name for the copy in the folder of `target`; remove its file at the end."""
    with ExitStack() as drafts:
        with _naming_file(target):
            draft = drafts.enter_context(draft_in(target.parent))
        drafts.callback(close_database)
        yield draft


def _keep_name(target: Path) -> None:
    """Flush the name of a backup to disk, or remove it. Raises OSError, Uncertain."""
    try:
        sync(target.parent)
    except OSError as error:
        try:
            os.unlink(target)
        except OSError:
            raise Uncertain(
                f"{one_line(str(target))}: {system_cause(error.errno)}; bu adla duran dosyaya "
                "güvenmeyin, silip yeniden yedekleyin"
            ) from error
        raise


def _keep_replaced(target: Path, aside: Path | None) -> None:
    """Flush the names of a restored database to disk. Raises Uncertain: it has its name already."""
    try:
        sync(target.parent)
    except OSError as error:
        before = f". Önceki veritabanı duruyor: {one_line(str(aside))}" if aside else ""
        raise Uncertain(
            f"{one_line(str(target))}: {system_cause(error.errno)}; yedek yerine kondu ama diskte "
            f"kalacağı kesin değil; yeniden geri yükleyin{before}"
        ) from error


def _company_of(target: Path) -> str:
    """Return the company of the database to be replaced, which may be damaged or not there."""
    try:
        with refusals(target):
            refuse_strange_files(str(target))  # SQLite would wait for a pipe beside it
            with opened_to_copy(target) as source:
                return one_line(readable(source.execute(settings.COMPANY_SQL).get))
    except Exception as error:
        if not isinstance(error, DatabaseRefused) and not is_damage(error):
            raise
        return ""


def _verified(draft: Path) -> tuple[int, str]:
    """Check the copy; return its number of documents, and its company.

    Raises _Failing if a check fails.
    """
    open_database(str(draft), make=False)
    try:
        with reading():
            found = next(checks.findings(harmful=True), None)
            documents, company = queries.count_documents(), settings.read().company
    finally:
        close_database()
    if found:
        name, finding = found
        raise _Failing(f"{name}: {finding.said}")
    return documents, company


@contextmanager
def _naming_backup(backup: Path) -> Iterator[None]:
    """Name the backup in a refusal; damage is the backup's, so the advice is to use another one."""
    try:
        yield
    except DatabaseRefused as error:
        cause = error.sentence
        if isinstance(error, _Failing):
            cause = f"yedek denetimden geçmedi ({cause}); başka bir yedek deneyin"
        elif isinstance(error, DatabaseDamaged) or is_damage(error):
            cause = "yedek bozuk ya da eksik kopyalanmış; başka bir yedek deneyin"
        name = one_line(backup.name)
        raise DatabaseRefused(f"Yedek geri yüklenmedi ({name}): {cause}") from error


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise DatabaseRefused(f"{one_line(str(target))}: zaten var; üzerine yazılmadı")


@contextmanager
def _naming_file(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseRefused(f"{one_line(str(path))}: {system_cause(error.errno)}") from error
