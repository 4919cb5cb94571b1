"""Move whole books to another engine: every row with its ids, verified by a checksum.

The source is not changed. On a server the rows become visible when all of them are there; a file
gets its name after denetle has passed it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from peewee import Field

from app.domain import reasons
from app.domain.text import one_line, shorten
from app.errors import CommitUncertain, DatabaseRefused, Stopped
from app.paths import is_address
from app.progress import Progress, Stop
from app.store import backup, checks, journal
from app.store.database import (
    Interrupted,
    database,
    full_command,
    interruptible,
    is_file,
    reading,
    refusals,
    sqlite,
    writing,
)
from app.store.engine.causes import BROKEN_CONSTRAINT
from app.store.engine.file_filling import DraftFile
from app.store.engine.operations import Receiver
from app.store.migrations import schema_statements
from app.store.models import INDEXES, TABLES, InvoiceRow, Table, Transfer
from app.store.opening import (
    APPLICATION_ID,
    LATEST_VERSION,
    close_database,
    database_path,
    open_database,
)
from app.store.table_words import table_words

_AT_ONCE: Final = 1_000  # rows read, written and added to the checksum together
_DIGEST_BYTES: Final = 16
_WIDTH: Final = 160  # characters of the engine's reason
_NOTHING: Final = "Hiçbir şey taşınmadı"


class Moved(NamedTuple):
    """The result of a move."""

    place: str
    counts: dict[str, int]
    """Table name → number of rows."""
    checksum: str
    """The checksum of every row, equal on both sides and for equal books."""

    @property
    def documents(self) -> int:
        """The number of documents moved."""
        return self.counts[InvoiceRow._meta.table_name]


def move(source: str, target: str, progress: Progress, stop: Stop) -> Moved:
    """Copy the books at `source` to `target`, which must not exist; one of them is on a server.

    `progress` counts each row twice: written, and read back.
    Raises DatabaseRefused, DatabaseMissing, CommitUncertain; Stopped. In each of these cases
    nothing is at the target, except after Uncertain.
    """
    if not (is_address(source) or is_address(target)):
        raise DatabaseRefused(
            "İkisi de dosya; dosyayı yedekle kopyalar: toplu-fatura --veritabani KAYNAK "
            f"yedekle HEDEF. {_NOTHING}"
        )
    open_database(source, make=False)
    try:
        return (_to_server if is_address(target) else _to_file)(target, progress, stop)
    except CommitUncertain:
        raise
    except DatabaseRefused as error:
        # The engine's own sentence, which speaks of one transaction, or of a text.
        if error.patience or isinstance(error.__cause__, UnicodeDecodeError):
            raise DatabaseRefused(f"{error.sentence}; {_NOTHING.lower()}") from error
        raise
    finally:
        close_database()


def _to_server(target: str, progress: Progress, stop: Stop) -> Moved:
    """Copy to a server while no other process writes, since such writes would be lost there."""
    from app.store.server import receiving  # loads a driver, which is slow

    if is_file() and sqlite.is_read_only:
        raise DatabaseRefused(
            "Kaynağa yazma izniniz yok; taşınırken kimse yazmasın diye gerekir. Önce kendi "
            f"kopyanızı alın (yedekle), onu taşıyın. {_NOTHING}"
        )
    with receiving(target, LATEST_VERSION) as server:
        with writing():
            _refuse_running()
            _refuse_damaged(stop)
            moved = _copy(server, server.address.name, progress, stop)
        with refusals(engine=server):
            server.refresh_statistics()
    return moved


def _to_file(target: str, progress: Progress, stop: Stop) -> Moved:
    """Copy one moment of the source beside running work, as a backup does."""
    path = database_path(target)
    done: list[Moved] = []

    def fill(draft: Path) -> None:
        with DraftFile(draft) as file, refusals(draft, file):
            statements = schema_statements(sqlite)
            file.run(statements[: -len(INDEXES)])
            with reading():
                done.append(_copy(file, os.path.realpath(path), progress, stop))
            file.run(statements[-len(INDEXES) :])
            file.finish(APPLICATION_ID, LATEST_VERSION)

    backup.new_copy(path, fill, _NOTHING.lower())
    return done[0]


def _refuse_running() -> None:
    runs = Transfer.select(Transfer.id).where(Transfer.status == journal.RUNNING)
    if any(journal.is_present(run) for (run,) in runs.tuples().execute()):
        raise DatabaseRefused(f"Kaynakta bir aktarım sürüyor; bitince yeniden deneyin. {_NOTHING}")


def _refuse_damaged(stop: Stop) -> None:
    try:
        with interruptible(stop):
            found = next(checks.findings(harmful=True), None)
    except Interrupted:
        raise _stopped() from None
    if found:
        name, finding = found
        raise DatabaseRefused(
            f"Kaynak denetimden geçmedi ({name}: {finding.said}); {_NOTHING.lower()}. Bulunanların "
            f"tümü: {full_command('denetle')}"
        )


def _copy(target: Receiver, place: str, progress: Progress, stop: Stop) -> Moved:
    """Copy all tables, parents first; compare each as read and as read back."""
    counts = {_name(table): table.select().count() for table in TABLES}
    rows = _Rows(2 * sum(counts.values()), progress, stop)
    sent, kept = blake2b(digest_size=_DIGEST_BYTES), blake2b(digest_size=_DIGEST_BYTES)
    for table in TABLES:
        name, columns = _name(table), _columns(table)
        for some in rows.of(table, database):
            sent.update(msgspec.msgpack.encode(some))
            with _refusals(target, name):
                target.insert(name, columns, some)
        for some in rows.of(table, target):
            kept.update(msgspec.msgpack.encode(some))
        if sent.digest() != kept.digest():
            raise DatabaseRefused(
                f"Hedefe yazılanlar ({table_words(name)}) kaynaktakilerin aynı değil; "
                f"{_NOTHING.lower()}. {_advice(target)}"
            )
    return Moved(place, counts, kept.hexdigest())


class _Rows:
    """Reads whole tables in the order of their keys, and reports the progress."""

    def __init__(self, of: int, progress: Progress, stop: Stop) -> None:
        self._done, self._of = 0, of
        self._progress, self._stop = progress, stop

    def of(self, table: type[Table], side: Receiver) -> Iterator[list[Any]]:
        """Yield the rows of a table in batches. Raises DatabaseRefused, Stopped."""
        keys = ", ".join(f'"{field.column_name}"' for field in _keys(table))
        columns = ", ".join(f'"{column}"' for column in _columns(table))
        rows = side.streamed(f'SELECT {columns} FROM "{_name(table)}" ORDER BY {keys}')
        while True:
            if self._stop():
                raise _stopped()
            with refusals(engine=side):
                some = list(islice(rows, _AT_ONCE))
            if not some:
                return
            yield some
            self._done += len(some)
            self._progress(self._done, self._of)


@contextmanager
def _refusals(target: Receiver, table: str) -> Iterator[None]:
    try:
        with refusals(engine=target):
            yield
    except BROKEN_CONSTRAINT as error:
        why = reasons.text(reasons.Reason(reasons.Code.CONSTRAINT_BROKEN, values=(str(error),)))
        raise DatabaseRefused(
            f"Hedefe yazılamayan bir kayıt var ({table_words(table)}): "
            f"{shorten(one_line(why), _WIDTH)}; {_NOTHING.lower()}. {_advice(target)}"
        ) from error


def _advice(target: Receiver) -> str:
    """Return what to do about a target that does not keep the rows; nobody else has a draft."""
    if isinstance(target, DraftFile):
        return f"Kaynağı denetleyin: {full_command('denetle')}"
    return "Hedefi başka bir program değiştirmiş olabilir; boş bir hedef verin"


def _stopped() -> Stopped:
    return Stopped(f"Durduruldu; {_NOTHING.lower()}")


def _name(table: type[Table]) -> str:
    return str(table._meta.table_name)


def _keys(table: type[Table]) -> list[Field]:
    keys: list[Field] = table._meta.get_primary_keys()  # type: ignore[no-untyped-call]  # peewee's
    return keys


def _columns(table: type[Table]) -> list[str]:
    return [field.column_name for field in table._meta.sorted_fields]
