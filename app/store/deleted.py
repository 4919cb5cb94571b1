"""Query Silinen Belgeler: the documents in it, and one of them in full.

Raw SQL with texts as bytes, so that a damaged document does not hide others. Use inside
`reading()`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from app.store.binned import Binned, unpacked
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.many_values import id_list


class Deleted(NamedTuple):
    """A document of the recycle bin."""

    id: int
    number: str
    account_code: str
    run: int
    position: int
    """The run that imported the document, and its position in that run."""
    user: str
    """The login name of the user who undid the run."""
    undone_at: str
    document: Binned | None
    """The document; None if its content is damaged, or is not what the bin says of it."""


def ids() -> array[int]:
    """Return the ids of all documents; those of the run undone last come first.

    They are read run by run from the index, because the table holds the documents themselves: a
    million take a gigabyte.
    """
    runs = database.execute_sql(
        "SELECT transfer_id FROM undo GROUP BY transfer_id ORDER BY max(id) DESC"
    ).fetchall()
    found = array("q")
    for run in runs:
        found += database.ids(
            "SELECT id FROM deleted_invoice WHERE transfer_id = ? ORDER BY transfer_position", run
        )
    return found


def runs_in_bin() -> list[int]:
    """Return the runs that have documents in the bin."""
    found = database.execute_sql(
        "SELECT DISTINCT transfer_id FROM undo WHERE EXISTS"
        " (SELECT 1 FROM deleted_invoice AS gone WHERE gone.transfer_id = undo.transfer_id)"
    )
    return [run for (run,) in found.fetchall()]


def run_of(number: str) -> int | None:
    """Return the latest run that imported a deleted document with this number, or None."""
    found = database.execute_sql(
        "SELECT max(transfer_id) FROM deleted_invoice WHERE number = ?", (number,)
    ).fetchone()
    return None if found is None or found[0] is None else int(found[0])


def rows(wanted: Sequence[int]) -> list[Deleted]:
    """Return these documents in the given order, without those restored meanwhile."""
    found = database.execute_sql(
        """
        SELECT gone.id, CAST(gone.number AS BLOB), CAST(gone.account_code AS BLOB),
            gone.transfer_id, gone.transfer_position, CAST(undo."user" AS BLOB),
            CAST(undo.undone_at AS BLOB), gone.content, gone.checksum
        FROM json_each(?) AS wanted JOIN deleted_invoice AS gone ON gone.id = wanted.value
        JOIN undo ON undo.id = gone.undo_id ORDER BY wanted.key
        """,
        (id_list(wanted),),
    )
    return [_deleted(*row) for row in found.fetchall()]


def _deleted(
    one: int,
    number: bytes,
    account: bytes,
    run: int,
    position: int,
    user: bytes,
    moment: bytes,
    content: bytes,
    checksum: int,
) -> Deleted:
    entry = (one, readable(number), readable(account), run, position)
    document = unpacked(content, checksum, entry)
    return Deleted(*entry, readable(user), readable(moment), document)
