"""The journal: every run of an export or an import, and every document in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from peewee import fn

from app.domain.text import one_line
from app.store.database import database, id_list
from app.store.models import Transfer, TransferItem

EXPORT, IMPORT = "disari", "iceri"
RUNNING, DONE, STOPPED, FAILED = "suruyor", "tamam", "durduruldu", "hata"


class Item(NamedTuple):
    """One document of a run."""

    position: int
    source_number: str
    number: str | None
    status: str
    message: str | None
    fingerprint: bytes | None


class Provenance(NamedTuple):
    """Where a document came from."""

    transfer_id: int
    file: str
    started_at: str
    position: int
    source_number: str


class Unfinished(NamedTuple):
    """An import that has begun and not ended, with the numbers of its first saved document."""

    transfer_id: int
    file: str
    started_at: str
    saved: int
    source_number: str | None
    number: str | None


def open_transfer(direction: str, file: str, now: datetime) -> int:
    """Begin a run; returns its id. Inside `writing()`."""
    transfer = Transfer.create(
        direction=direction,
        file=one_line(file),  # a name on disk need not be text
        started_at=now.isoformat(" ", "seconds"),
        status=RUNNING,
    )
    return int(transfer.id)


def close_transfer(transfer_id: int, status: str, now: datetime) -> None:
    """End a run. Inside `writing()`."""
    Transfer.update(status=status, finished_at=now.isoformat(" ", "seconds")).where(
        Transfer.id == transfer_id
    ).execute()


def add_items(transfer_id: int, items: Iterable[Item]) -> None:
    """Write down what became of documents, in the transaction that did it."""
    database.cursor().executemany(
        "INSERT INTO transfer_item"
        " (transfer_id, position, source_number, number, status, message, fingerprint)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(transfer_id, *item) for item in items],
    )


def add_exported(transfer_id: int, ids: Sequence[int], first: int = 1) -> None:
    """Write down some documents of an export, in its order; `first` is the first one's place."""
    database.execute_sql(
        """
        INSERT INTO transfer_item
            (transfer_id, position, source_number, number, status, invoice_id)
        SELECT ?, wanted.key + ?, number, number, 'aktarildi', invoice.id
        FROM json_each(?) AS wanted JOIN invoice ON invoice.id = wanted.value
        """,
        (transfer_id, first, id_list(ids)),
    )


def unfinished_imports() -> list[Unfinished]:
    """The latest first; one whose file was imported again later has been taken up already.

    Some of them may be running. Inside `reading()`.
    """
    rows = database.execute_sql(
        """
        SELECT t.id, t.file, t.started_at, (
            SELECT count(*) FROM transfer_item
            WHERE transfer_id = t.id AND status = 'aktarildi'
        ), first.source_number, first.number
        FROM transfer AS t LEFT JOIN transfer_item AS first
            ON first.transfer_id = t.id AND first.position = (
                SELECT min(position) FROM transfer_item
                WHERE transfer_id = t.id AND status = 'aktarildi')
        WHERE t.direction = ? AND t.status = ? AND NOT EXISTS (
            SELECT 1 FROM transfer AS later
            WHERE later.direction = t.direction AND later.file = t.file AND later.id > t.id)
        ORDER BY t.id DESC
        """,
        (IMPORT, RUNNING),
    )
    return [Unfinished(*row) for row in rows]


class UnsettledExport(NamedTuple):
    """An export that has begun and not ended, with the number of its documents in the journal."""

    transfer_id: int
    file: str
    started_at: str
    documents: int


def unsettled_exports() -> list[UnsettledExport]:
    """The exports that are `suruyor`, oldest first; some of them may be running.

    Inside `reading()`.
    """
    runs = (
        Transfer.select(
            Transfer.id, Transfer.file, Transfer.started_at, fn.COUNT(TransferItem.position)
        )
        .left_outer_join(TransferItem)
        .where(Transfer.direction == EXPORT, Transfer.status == RUNNING)
        .group_by(Transfer.id)
        .order_by(Transfer.id)
    )
    return [UnsettledExport(*run) for run in runs.tuples().execute()]


def transferred_before(fingerprints: Iterable[bytes]) -> dict[bytes, str]:
    """Fingerprint → number under which that very document was imported before."""
    wanted = msgspec.json.encode([fingerprint.hex() for fingerprint in fingerprints]).decode()
    rows = database.execute_sql(
        """
        SELECT fingerprint, max(number) FROM json_each(?)
        JOIN transfer_item ON fingerprint = unhex(value)
        GROUP BY fingerprint
        """,
        (wanted,),
    )
    return dict(rows)


def provenance(invoice_id: int) -> Provenance | None:
    """The run, file and source number of a document that was imported; else None."""
    row = database.execute_sql(
        """
        SELECT t.id, t.file, t.started_at, item.position, item.source_number
        FROM invoice AS i JOIN transfer AS t ON t.id = i.transfer_id
        JOIN transfer_item AS item
            ON item.transfer_id = t.id AND item.position = i.transfer_position
        WHERE i.id = ?
        """,
        (invoice_id,),
    ).fetchone()
    return Provenance(*row) if row else None
