"""Query the history: the runs of the journal, newest first, and the documents of a run.

Raw SQL with texts as bytes, so that a damaged run does not hide others. Use inside `reading()`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.domain.amounts import stored
from app.domain.document_status import UNDONE
from app.domain.invoice import DocumentType
from app.domain.totals import TypeTotals
from app.store import journal
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.many_values import id_list
from app.store.journal import Counts

CUT_OFF: Final = "yarim"
"""A state of a run besides those of the journal; UNDONE is another, as of a document."""
_EXPORTS: Final = f"t.direction = '{journal.EXPORT}' AND t.status IN ('tamam', 'suruyor')"
"""A running export may be about to give its file a name."""


_PIECE: Final = 1000


class Run(NamedTuple):
    """One run of the history."""

    id: int
    direction: str
    file: str
    user: str
    """The login name; empty for a run older than this column."""
    started_at: str
    finished_at: str | None
    status: str
    """The status in the journal; a run that is `suruyor` may have been interrupted."""
    counts: Counts
    totals: TypeTotals | None
    """The totals of saved documents by type; None if unknown."""
    undone: bool
    deleted: int
    """The number of its documents in the recycle bin now."""

    @property
    def is_running(self) -> bool:
        """Whether a process does it now."""
        return self.status == journal.RUNNING and journal.is_present(self.id)

    @property
    def state(self) -> str:
        """The state: `tamam`, `durduruldu`, `hata`, `yarim`, `geri-alindi` or `suruyor`."""
        if self.undone:
            return UNDONE
        if self.status == journal.RUNNING and not self.is_running:
            return CUT_OFF
        return self.status


class Figures(NamedTuple):
    """What takes long to count: a million documents take 0.2 s."""

    counts: dict[int, Counts]
    """Run → counts, for those that the journal has no figures of."""
    lasting: dict[int, Counts]
    """Those of `counts` that stay, since no process does the run."""
    deleted: dict[int, int]
    """Run → its documents in the recycle bin."""


NO_FIGURES: Final = Figures({}, {}, {})
_NONE: Final = Counts(0, 0, 0, 0, 0)


class RunItem(NamedTuple):
    """One document of a run."""

    position: int
    source_number: str
    number: str | None
    status: str
    """`aktarildi`, `hata`, `atlandi`, or `geri-alindi` if an undo removed it."""
    message: str | None
    invoice_id: int | None
    """The id of the document in the books, or None."""
    deleted_id: int | None
    """The id of the document in the recycle bin, or None."""


def ids() -> array[int]:
    """Return the ids of all runs, newest first."""
    return database.ids("SELECT id FROM transfer ORDER BY id DESC")


def find(run: int) -> Run | None:
    """Return a run, or None."""
    return next(iter(rows([run])), None)


def rows(wanted: Sequence[int], counted: Figures | None = None) -> list[Run]:
    """Return these runs in the given order; what `figures` finds is counted unless given."""
    counted = figures(wanted) if counted is None else counted
    found = database.execute_sql(
        """
        SELECT transfer.id, direction, CAST(file AS BLOB), CAST("user" AS BLOB),
            CAST(started_at AS BLOB),
            CAST(finished_at AS BLOB), status, documents, saved, failed, skipped, warned,
            sales_total, purchase_total,
            EXISTS (SELECT 1 FROM undo WHERE transfer_id = transfer.id AND restored_at IS NULL),
            EXISTS (SELECT 1 FROM deleted_invoice WHERE transfer_id = transfer.id)
        FROM json_each(?) AS wanted JOIN transfer ON transfer.id = wanted.value ORDER BY wanted.key
        """,
        (id_list(wanted),),
    )
    return [_run(counted, *row) for row in found.fetchall()]


def figures(wanted: Sequence[int], lasting: Mapping[int, Counts] | None = None) -> Figures:
    """Count for these runs what the journal does not have; `lasting` is from an earlier call."""
    known, bound = lasting or {}, (id_list(wanted),)
    found = database.execute_sql(
        "SELECT transfer.id, status FROM json_each(?) AS wanted"
        " JOIN transfer ON transfer.id = wanted.value WHERE documents IS NULL",
        bound,
    )
    counts: dict[int, Counts] = {}
    stay: dict[int, Counts] = {}
    for run, status in found.fetchall():
        ended = status != journal.RUNNING or not journal.is_present(run)
        counts[run] = known[run] if run in known else journal.counted(run)
        if ended:
            stay[run] = counts[run]
    deleted = database.execute_sql(
        "SELECT transfer_id, count(*) FROM deleted_invoice"
        " WHERE transfer_id IN (SELECT value FROM json_each(?)) GROUP BY transfer_id",
        bound,
    )
    return Figures(counts, stay, dict(deleted.fetchall()))


def _run(
    counted: Figures, run: int, direction: str, file: bytes, user: bytes, started: bytes,
    finished: bytes | None, status: str, documents: int | None, *values: Any,
) -> Run:  # fmt: skip
    *counts, sales, purchases, undone, has_deleted = values
    return Run(
        run,
        direction,
        readable(file),
        readable(user),
        readable(started),
        None if finished is None else readable(finished),
        status,
        counted.counts.get(run, _NONE) if documents is None else Counts(documents, *counts),
        None if documents is None else _totals(sales, purchases),
        bool(undone),
        counted.deleted.get(run, 1) if has_deleted else 0,  # 1: an undo since they were counted
    )


def _totals(sales: str | None, purchases: str | None) -> TypeTotals | None:
    try:
        found: dict[DocumentType, Decimal] = {
            document_type: stored(text)
            for document_type, text in zip(DocumentType, (sales, purchases), strict=True)
            if text is not None
        }
    except (ValueError, ArithmeticError):  # edited values, which denetle reports
        return None
    return found


def positions(run: int) -> array[int]:
    """Return the positions of a run's documents, ascending, in 8 bytes each."""
    count, first, last = database.execute_sql(
        "SELECT count(*), min(position), max(position) FROM transfer_item WHERE transfer_id = ?",
        (run,),
    ).fetchone()
    # the frequent case; reading a million positions takes 0.6 s
    if count and count == last - first + 1:
        return array("q", range(first, last + 1))
    return database.ids(
        "SELECT position FROM transfer_item WHERE transfer_id = ? ORDER BY position", (run,)
    )


def items(run: int, wanted: Sequence[int]) -> list[RunItem]:
    """Return the documents of a run at these positions, in the given order."""
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


def next_document(run: int, position: int, by: int) -> int | None:
    """Return the next position (`by` 1) or the previous one (-1) with a document, deleted or not.

    One step in an index, whichever number of positions lies between. The rows of an import have no
    document ids, so they are not searched for one.
    """
    nearest, beyond = ("min", ">") if by > 0 else ("max", "<")
    (found,) = database.execute_sql(
        f"""
        SELECT {nearest}(position) FROM (
            SELECT {nearest}(transfer_position) AS position FROM invoice
            WHERE transfer_id = ?1 AND transfer_position {beyond} ?2
            UNION ALL SELECT {nearest}(transfer_position) FROM deleted_invoice
            WHERE transfer_id = ?1 AND transfer_position {beyond} ?2
            UNION ALL SELECT {nearest}(position) FROM transfer_item
            WHERE transfer_id = ?1 AND position {beyond} ?2 AND invoice_id IS NOT NULL
                AND EXISTS (SELECT 1 FROM transfer WHERE id = ?1 AND direction = 'disari')
        ) AS found
        """,
        (run, position),
    ).fetchone()
    return None if found is None else int(found)


def _text(value: bytes | None) -> str | None:
    return None if value is None else readable(value)


def count_saved(run: int) -> int:
    """Return how many documents of an import are in the books according to the journal."""
    (count,) = database.execute_sql(
        "SELECT count(*) FROM transfer_item WHERE transfer_id = ? AND status = 'aktarildi'"
        " AND fingerprint IS NOT NULL",
        (run,),
    ).fetchone()
    return int(count)


class Finished(NamedTuple):
    """One document that a run saved or skipped."""

    position: int
    number: str
    fingerprint: bytes | None
    """None if it was skipped because an earlier import had it."""


def finished(run: int) -> Iterator[list[Finished]]:
    """Yield the documents that a run saved or skipped, in pieces, in order of position."""
    last = 0
    while some := _finished(run, last):
        yield some
        last = some[-1].position


def _finished(run: int, after: int) -> list[Finished]:
    found = database.execute_sql(
        """
        SELECT position, CAST(source_number AS BLOB), fingerprint FROM transfer_item
        WHERE transfer_id = ? AND position > ?
            AND (status = 'atlandi' OR (status = 'aktarildi' AND fingerprint IS NOT NULL))
        ORDER BY position LIMIT ?
        """,
        (run, after, _PIECE),
    )
    return [
        Finished(position, readable(number), fingerprint)
        for position, number, fingerprint in found.fetchall()
    ]


def exported_since(run: int) -> list[str]:
    """Return the numbers of an import's documents that an export has, or may have, written."""
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
    """How many of the chosen documents were exported before, and the latest such export."""

    documents: int
    run: int
    started_at: str


def exported_before(wanted: Sequence[int]) -> ExportedBefore | None:
    """Return how many of these documents were exported before; None if none were."""
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
