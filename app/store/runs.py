"""Query the history: the runs of the journal, newest first, and the documents of a run.

Raw SQL with texts as bytes: a run whose text is damaged hides no other. Use inside `reading()`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.domain.amounts import stored
from app.domain.invoice import DocumentType
from app.domain.totals import TypeTotals
from app.store import journal
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.many_values import id_list
from app.store.journal import Counts

UNDONE, CUT_OFF = "geri-alindi", "yarim"
"""States of a run beside those of the journal; UNDONE is one of a document too."""
_EXPORTS: Final = f"t.direction = '{journal.EXPORT}' AND t.status IN ('tamam', 'suruyor')"
"""An export that runs may be about to get its file."""


class Run(NamedTuple):
    """One run of the history."""

    id: int
    direction: str
    file: str
    user: str
    """Empty of a run from before it was written down."""
    started_at: str
    finished_at: str | None
    status: str
    """As the journal has it: `suruyor` may also be cut off."""
    counts: Counts
    totals: TypeTotals | None
    """Of the documents saved; None where that is not known."""
    undone: bool
    deleted: int
    """How many of its documents are in the recycle bin now."""

    @property
    def is_running(self) -> bool:
        """Whether some process does it now."""
        return self.status == journal.RUNNING and journal.is_present(self.id)

    @property
    def state(self) -> str:
        """How it ended: `tamam`, `durduruldu`, `hata`, `yarim`, `geri-alindi`; or `suruyor`."""
        if self.undone:
            return UNDONE
        if self.status == journal.RUNNING and not self.is_running:
            return CUT_OFF
        return self.status


class RunItem(NamedTuple):
    """One document of a run."""

    position: int
    source_number: str
    number: str | None
    status: str
    """`aktarildi`, `hata`, `atlandi`; `geri-alindi` of one that an undo took out."""
    message: str | None
    invoice_id: int | None
    """The document in the books, if it is there."""
    deleted_id: int | None
    """The document in the recycle bin, if it is there."""


def ids() -> array[int]:
    """Return the ids of all runs, newest first."""
    return database.ids("SELECT id FROM transfer ORDER BY id DESC")


def find(run: int) -> Run | None:
    """Return a run."""
    return next(iter(rows([run])), None)


def rows(wanted: Sequence[int]) -> list[Run]:
    """Return these runs, in the order given. Count the documents of one without figures."""
    found = database.execute_sql(
        """
        SELECT transfer.id, direction, CAST(file AS BLOB), CAST("user" AS BLOB),
            CAST(started_at AS BLOB),
            CAST(finished_at AS BLOB), status, documents, saved, failed, skipped, warned,
            sales_total, purchase_total,
            EXISTS (SELECT 1 FROM undo WHERE transfer_id = transfer.id AND restored_at IS NULL),
            (SELECT count(*) FROM deleted_invoice WHERE transfer_id = transfer.id)
        FROM json_each(?) AS wanted JOIN transfer ON transfer.id = wanted.value ORDER BY wanted.key
        """,
        (id_list(wanted),),
    )
    return [_run(*row) for row in found.fetchall()]


def _run(
    run: int, direction: str, file: bytes, user: bytes, started: bytes, finished: bytes | None,
    status: str, documents: int | None, *figures: Any,
) -> Run:  # fmt: skip
    *counts, sales, purchases, undone, deleted = figures
    return Run(
        run,
        direction,
        readable(file),
        readable(user),
        readable(started),
        None if finished is None else readable(finished),
        status,
        journal.counted(run) if documents is None else Counts(documents, *counts),
        None if documents is None else _totals(sales, purchases),
        bool(undone),
        deleted,
    )


def _totals(sales: str | None, purchases: str | None) -> TypeTotals | None:
    try:
        found: dict[DocumentType, Decimal] = {
            kind: stored(text)
            for kind, text in zip(DocumentType, (sales, purchases), strict=True)
            if text is not None
        }
    except (ValueError, ArithmeticError):  # edited; denetle is not for these
        return None
    return found


def positions(run: int) -> array[int]:
    """Return the positions of a run's documents, ascending: 8 bytes each."""
    count, first, last = database.execute_sql(
        "SELECT count(*), min(position), max(position) FROM transfer_item WHERE transfer_id = ?",
        (run,),
    ).fetchone()
    if count and count == last - first + 1:  # mostly so; to read a million takes 0.6 s
        return array("q", range(first, last + 1))
    return database.ids(
        "SELECT position FROM transfer_item WHERE transfer_id = ? ORDER BY position", (run,)
    )


def items(run: int, wanted: Sequence[int]) -> list[RunItem]:
    """Return the documents of a run at these positions, in the order given."""
    found = database.execute_sql(
        """
        SELECT item.position, CAST(source_number AS BLOB), CAST(item.number AS BLOB),
            CASE WHEN gone.id IS NULL THEN item.status ELSE 'geri-alindi' END,
            CAST(message AS BLOB), coalesce(item.invoice_id, invoice.id), gone.id
        FROM json_each(?1) AS wanted
        JOIN transfer_item AS item ON item.transfer_id = ?2 AND item.position = wanted.value
        LEFT JOIN invoice ON invoice.transfer_id = ?2
            AND invoice.transfer_position = item.position AND item.status = 'aktarildi'
        LEFT JOIN deleted_invoice AS gone ON gone.transfer_id = ?2
            AND gone.transfer_position = item.position
        ORDER BY wanted.key
        """,
        (id_list(wanted), run),
    )
    return [
        RunItem(position, readable(source), _text(number), status, _text(message), *ids)
        for position, source, number, status, message, *ids in found.fetchall()
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else readable(value)


def count_saved(run: int) -> int:
    """Return how many documents of an import the journal says are in the books."""
    (count,) = database.execute_sql(
        "SELECT count(*) FROM transfer_item WHERE transfer_id = ? AND status = 'aktarildi'"
        " AND fingerprint IS NOT NULL",
        (run,),
    ).fetchone()
    return int(count)


def settled(run: int) -> list[int]:
    """Return the positions of a run's documents that need no other try: saved, or skipped."""
    found = database.execute_sql(
        "SELECT position FROM transfer_item WHERE transfer_id = ? AND"
        " (status = 'atlandi' OR (status = 'aktarildi' AND fingerprint IS NOT NULL))",
        (run,),
    )
    return [position for (position,) in found]


def exported_since(run: int) -> list[str]:
    """Return the numbers of an import's documents that an export has, or may have, taken out."""
    found = database.execute_sql(
        f"""
        SELECT CAST(i.number AS BLOB) FROM invoice AS i WHERE i.transfer_id = ? AND EXISTS (
            SELECT 1 FROM transfer_item AS item JOIN transfer AS t ON t.id = item.transfer_id
            WHERE item.invoice_id = i.id AND {_EXPORTS})
        ORDER BY i.transfer_position
        """,
        (run,),
    )
    return [readable(number) for (number,) in found]


class ExportedBefore(NamedTuple):
    """How many of some documents were exported before, and the latest of these exports."""

    documents: int
    run: int
    started_at: str


def exported_before(wanted: Sequence[int]) -> ExportedBefore | None:
    """Return how many of these documents went out before; None if none did."""
    count, run = database.execute_sql(
        """
        SELECT count(DISTINCT wanted.value), max(t.id) FROM json_each(?) AS wanted
        CROSS JOIN transfer_item AS item CROSS JOIN transfer AS t
        WHERE item.invoice_id = wanted.value AND t.id = item.transfer_id
            AND t.direction = 'disari' AND t.status = 'tamam'
        """,
        (id_list(wanted),),
    ).fetchone()
    last = find(run) if count else None
    return ExportedBefore(count, last.id, last.started_at) if last else None
