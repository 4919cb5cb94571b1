"""Look up what earlier imports saved: interrupted runs of a file, and documents by content."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile
from typing import NamedTuple

from peewee import fn

from app.domain.document_status import SAVED
from app.domain.text import one_line
from app.store.database import database
from app.store.engine.many_values import bound_list
from app.store.journal import DONE, IMPORT, undone_runs
from app.store.models import Transfer, TransferItem


def cut_off_imports(file: str) -> list[int]:
    """Return the first interrupted run of a file and later ones, if they saved documents, in order.

    Only runs after the last one that took the whole file: a run of chosen documents may leave some
    of an earlier one undone. Undone runs do not count. Some may be running. Use inside `reading()`.
    """
    saved = TransferItem.select().where(
        TransferItem.transfer == Transfer.id, TransferItem.status == SAVED
    )
    ours = (
        (Transfer.direction == IMPORT)
        & (Transfer.file == one_line(file))
        & Transfer.id.not_in(undone_runs())
    )
    whole = Transfer.select(fn.COALESCE(fn.MAX(Transfer.id), 0)).where(
        ours, Transfer.status == DONE, fn.COALESCE(Transfer.token, 0) >= 0
    )
    since = Transfer.select(Transfer.id, Transfer.status).where(
        ours, Transfer.id > whole, fn.EXISTS(saved)
    )
    runs = since.order_by(Transfer.id).tuples().execute()
    return [run for run, _ in dropwhile(lambda one: one[1] == DONE, runs)]


class Resumed(NamedTuple):
    """The runs that an import resumes: the first interrupted one of `file`, and all later ones."""

    first: int
    file: str


_RESUMED = (
    "transfer_id IN (SELECT id FROM transfer WHERE direction = 'iceri' AND id >= ?3 AND file = ?4)"
)
_SAME_CONTENT = "fingerprint = unhex(wanted.value)"


class Copies(NamedTuple):
    """The number of copies of a document still to skip, and the number of one of them."""

    number: str
    left: int

    def less(self, skipped: int) -> Copies:
        """Return what is left after some are skipped."""
        return self._replace(left=self.left - skipped)


def copies_to_skip(
    fingerprints: Iterable[bytes], resumed: Resumed, run: int
) -> dict[bytes, Copies]:
    """Return fingerprint → copies saved by the resumed runs and not yet skipped by `run`.

    A file may contain the same document several times. Raw SQL: one query over a bound list answers
    for a whole batch of an import, as below.
    """
    rows = database.execute_sql(
        f"""
        SELECT * FROM (
            SELECT fingerprint, max(CASE WHEN transfer_id <> ?1 THEN number END),
                count(CASE WHEN transfer_id <> ?1 AND status = 'aktarildi' THEN 1 END)
                - count(CASE WHEN transfer_id = ?1 AND status = 'atlandi' THEN 1 END) AS copies
            FROM json_each(?2, '$') AS wanted
            {database.each_in("transfer_item", _SAME_CONTENT, _RESUMED)}
            GROUP BY fingerprint
        ) AS counted WHERE copies > 0
        """,
        (run, _bound(fingerprints), *resumed),
    )
    return {content: Copies(number, left) for content, number, left in rows}


def _bound(fingerprints: Iterable[bytes]) -> str:
    """Encode the distinct fingerprints as one bound value."""
    return bound_list(sorted({one.hex() for one in fingerprints}))


def saved_at(fingerprint: bytes, resumed: Resumed, run: int) -> set[int]:
    """Return the positions from which the resumed runs, `run` excepted, saved a document."""
    found = database.execute_sql(
        f"SELECT DISTINCT position FROM transfer_item WHERE fingerprint = ?2 AND transfer_id <> ?1"
        f" AND status = 'aktarildi' AND {_RESUMED}",
        (run, fingerprint, *resumed),
    )
    return {position for (position,) in found.fetchall()}


class Earlier(NamedTuple):
    """An earlier import of the same document: its number, and whether another run saved it."""

    number: str
    by_another_run: bool
    position: int | None = None
    """The first position from which this run saved it, or None."""


def transferred_before(
    fingerprints: Iterable[bytes], run: int = 0, resumed: Resumed | None = None
) -> dict[bytes, Earlier]:
    """Return fingerprint → earlier import of the document; `run` is the current run.

    Runs that it resumes count as the current run.
    """
    ours = "transfer_id = ?1" + (f" OR {_RESUMED}" if resumed else "")
    rows = database.execute_sql(
        f"""
        SELECT fingerprint, max(number), max(CASE WHEN {ours} THEN NULL ELSE number END),
            min(CASE WHEN {ours} THEN position END)
        FROM json_each(?2, '$') AS wanted
        {database.each_in("transfer_item", _SAME_CONTENT, "status = 'aktarildi'")}
        GROUP BY fingerprint
        """,
        (run, _bound(fingerprints), *(resumed or ())),
    )
    return {
        content: Earlier(others or any_, by_another_run=others is not None, position=position)
        for content, any_, others, position in rows
    }
