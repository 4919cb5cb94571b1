"""Step counters back over the numbers of an undone import, and list the numbers left unused.

A counter steps back only if the last number it gave is an undone one (domain §8). It returns to its
value before the import, but never below a number that is stored or was exported, so no such number
is given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.domain.codes import unique_key
from app.domain.invoice import DocumentType
from app.domain.numbers import shown_prefix, tail_in
from app.store.database import database
from app.store.models import SCOPE

Key = tuple[int, str, int]
"""(document type, prefix, branch)"""


class Step(NamedTuple):
    """A counter that an undo moves back; removed if `then` is None, as it did not exist before."""

    key: Key
    now: int
    then: int | None


class LastNumber(NamedTuple):
    """The last number of a series; 0 if it has none any more."""

    document_type: DocumentType
    prefix: str
    last: int


class Counters(NamedTuple):
    """The effect of an undo on the counters, and the numbers that no document will have."""

    steps: list[Step]
    gaps: list[str]
    last_numbers: list[LastNumber]
    """Of each series that steps back, over all branches, in order."""


class _Start(NamedTuple):
    """The value of a counter before the run moved it."""

    existed: bool
    last: int


def plan(run: int) -> Counters:
    """Return the effect of an undo on the counters; call before its documents are removed.

    Use inside `reading()` or `writing()`.
    """
    starts = _starts(run)
    exported = _Exported(run)
    current, greatest = _current(starts), _greatest(run)
    before = _over_branches(current)
    steps = []
    for key, start in starts.items():
        now = current.get(key)
        if now is None or now != greatest.get(key):
            continue
        floor = max(start.last, _greatest_of_others(run, key, start.last), exported.last(key))
        if floor < now:
            steps.append(Step(key, now, floor if floor or start.existed else None))
    last = _over_branches(current | {step.key: step.then or 0 for step in steps})
    back = [
        LastNumber(DocumentType(document_type), shown_prefix(prefix), last[document_type, prefix])
        for document_type, prefix in last
        if last[document_type, prefix] < before[document_type, prefix]
    ]
    return Counters(steps, list(_gaps(run, starts, last)), back)


def move_back(steps: Iterable[Step]) -> None:
    """Move the counters. Use inside `writing()`."""
    for (document_type, prefix, branch), _, then in steps:
        key = (document_type, prefix, branch)
        where = "WHERE document_type = ? AND prefix = ? AND branch = ?"
        if then is None:
            database.execute_sql(f"DELETE FROM series {where}", key)
        else:
            database.execute_sql(f"UPDATE series SET last_number = ? {where}", (then, *key))


def move_on(run: int, key: Key, last: int) -> None:
    """Move a counter on to a restored number, and record the value for another undo.

    Use inside `writing()`.
    """
    document_type, prefix, branch = key
    row = database.execute_sql(
        "SELECT last_number FROM series WHERE document_type = ? AND prefix = ? AND branch = ?", key
    ).fetchone()
    if row and row[0] >= last:
        return
    record_start(run, key, row and row[0])
    database.execute_sql(
        """
        INSERT INTO series (document_type, prefix, branch, last_number) VALUES (?, ?, ?, ?)
        ON CONFLICT (document_type, prefix, branch) DO UPDATE SET last_number = excluded.last_number
        """,
        (document_type, prefix, branch, last),
    )


def record_start(run: int, key: Key, last: int | None) -> None:
    """Record a counter's value before a run moved it, None if it did not exist.

    If there is one already, the greater one counts. Use inside `writing()`.
    """
    database.execute_sql(
        """
        INSERT INTO counter_start (transfer_id, document_type, prefix, branch, last_number)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (transfer_id, document_type, prefix, branch) DO UPDATE
        SET last_number = nullif(max(coalesce(counter_start.last_number, -1),
            coalesce(excluded.last_number, -1)), -1)
        """,
        (run, *key, last),
    )


def _starts(run: int) -> dict[Key, _Start]:
    """Return the values of the run's counters before it moved them.

    For a run from before these were recorded: below the undone numbers that end the series.
    """
    found = database.execute_sql(
        "SELECT document_type, prefix, branch, last_number FROM counter_start"
        " WHERE transfer_id = ? ORDER BY 1, 2, 3",
        (run,),
    )
    starts = {
        (document_type, prefix, branch): _Start(last is not None, last or 0)
        for document_type, prefix, branch, last in found
    }
    (writes_them,) = database.execute_sql(
        'SELECT "user" IS NOT NULL FROM transfer WHERE id = ?', (run,)
    ).fetchone()
    return starts if writes_them else _assumed_starts(run)


def _assumed_starts(run: int) -> dict[Key, _Start]:
    found = database.execute_sql(
        """
        SELECT document_type, prefix, coalesce(branch, 0), tail FROM invoice
        WHERE transfer_id = ? AND tail IS NOT NULL ORDER BY 1, 2, 3, tail DESC
        """,
        (run,),
    )
    below: dict[Key, int] = {}
    for document_type, prefix, branch, tail in found:
        key = (document_type, prefix, branch)
        if below.setdefault(key, tail) == tail:
            below[key] = tail - 1
    return {key: _Start(existed=True, last=last) for key, last in below.items()}


def _current(keys: Iterable[Key]) -> dict[Key, int]:
    """Return all counters of these series, including those of other branches."""
    series = sorted({(document_type, prefix) for document_type, prefix, _ in keys})
    found: dict[Key, int] = {}
    for document_type, prefix in series:
        rows = database.execute_sql(
            "SELECT branch, last_number FROM series WHERE document_type = ? AND prefix = ?",
            (document_type, prefix),
        )
        found |= {(document_type, prefix, branch): last for branch, last in rows}
    return found


def _over_branches(counters: dict[Key, int]) -> dict[tuple[int, str], int]:
    """Return the last number of each series: the greatest of its branches' counters."""
    found: dict[tuple[int, str], int] = {}
    for (document_type, prefix, _), last in counters.items():
        found[document_type, prefix] = max(last, found.get((document_type, prefix), 0))
    return found


def _greatest(run: int) -> dict[Key, int]:
    """Return the greatest tail of the run's documents in each series."""
    found = database.execute_sql(
        "SELECT document_type, prefix, coalesce(branch, 0), max(tail) FROM invoice"
        " WHERE transfer_id = ? AND tail IS NOT NULL GROUP BY 1, 2, 3",
        (run,),
    )
    return {(document_type, prefix, branch): last for document_type, prefix, branch, last in found}


def _greatest_of_others(run: int, key: Key, above: int) -> int:
    """Return the greatest tail above `above` that other documents have in a series, or 0."""
    # A sales number has no supplier, and there the index is in the order of the tails.
    ours = f"AND {SCOPE} = ''" if key[0] == DocumentType.SALES else ""
    row = database.execute_sql(
        f"SELECT tail FROM invoice WHERE document_type = ? AND prefix = ? {ours} AND tail > ?"
        " AND coalesce(branch, 0) = ? AND transfer_id IS DISTINCT FROM ?"
        " ORDER BY tail DESC LIMIT 1",
        (*key[:2], above, key[2], run),
    ).fetchone()
    return int(row[0]) if row else 0


class _Exported:
    """The numbers without a stored document that an export has, or may have, written.

    Old journals only have the number, and so do exports of documents that were undone.
    """

    def __init__(self, run: int) -> None:
        self._of_run = {
            (document_type, prefix): last
            for document_type, prefix, last in database.execute_sql(
                """
                SELECT document_type, prefix, max(tail) FROM invoice WHERE transfer_id = ?
                AND EXISTS (SELECT 1 FROM transfer_item AS item WHERE item.invoice_id = invoice.id)
                GROUP BY 1, 2
                """,
                (run,),
            )
        }
        found = database.execute_sql(
            """
            SELECT item.number FROM transfer AS t CROSS JOIN transfer_item AS item
            WHERE item.transfer_id = t.id AND t.direction = 'disari' AND item.invoice_id IS NULL
            AND item.number IS NOT NULL
            """
        )
        self._numbers = [unique_key(str(number)) for (number,) in found]

    def last(self, key: Key) -> int:
        """Return the greatest exported tail of a series, or 0."""
        document_type, prefix, _ = key
        tails = (tail_in(number, prefix) for number in self._numbers)
        return max(self._of_run.get((document_type, prefix)) or 0, *tails, 0)


def _gaps(run: int, starts: dict[Key, _Start], passed: dict[tuple[int, str], int]) -> Iterator[str]:
    """Yield the run's numbers that the counters have passed and no document will have.

    A supplier's own number is not a gap.
    """
    found = database.execute_sql(
        """
        SELECT document_type, prefix, coalesce(branch, 0), tail, invoice.number FROM invoice
        JOIN transfer_item AS item ON item.transfer_id = invoice.transfer_id
            AND item.position = invoice.transfer_position
        WHERE invoice.transfer_id = ? AND tail IS NOT NULL
            AND (document_type = 0 OR item.number <> item.source_number)
        ORDER BY document_type, prefix, tail, invoice.id
        """,
        (run,),
    )
    for document_type, prefix, branch, tail, number in found:
        start = starts.get((document_type, prefix, branch))
        if start and start.last < tail <= passed.get((document_type, prefix), 0):
            yield str(number)
