"""Silinen Belgeler: move the documents of an import out of the books, and back.

Use inside `writing()`. Raw SQL over bound lists, since an undo may move a million documents.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from app.domain.codes import unique_key
from app.domain.reasons import Code, Reason
from app.login import login_name
from app.store import cards, numbering
from app.store.binned import Binned, unpacked
from app.store.checksums import documents
from app.store.damaged import around_damage, name_of, readable
from app.store.database import ConstraintBroken, database, savepoint
from app.store.engine.many_values import bound_list, id_list
from app.store.models import Undo, next_id
from app.store.writer import insert


class _Found(NamedTuple):
    """A document in the books; `document` is None if it cannot be read, `name` identifies it."""

    name: str
    document: Binned | None = None


class Left(NamedTuple):
    """The name of a document that could not be restored, and the reason."""

    number: str
    reason: Reason


def open_undo(run: int, now: datetime) -> int:
    """Begin an undo of a run; return its id."""
    undo = Undo.create(
        id=next_id(Undo), transfer=run, user=login_name(), undone_at=now.isoformat(" ", "seconds")
    )
    return int(undo.id)


def close_undo(run: int, now: datetime) -> None:
    """Record that the documents of a run were restored, so that it is no longer undone."""
    Undo.update(restored_by=login_name(), restored_at=now.isoformat(" ", "seconds")).where(
        Undo.transfer == run, Undo.restored_at.is_null()
    ).execute()


def stored_of(run: int) -> array[int]:
    """Return the ids of a run's documents in the books, ascending."""
    return _ids("invoice", run)


def deleted_of(run: int) -> array[int]:
    """Return the ids of a run's documents in the bin, ascending."""
    return _ids("deleted_invoice", run)


def _ids(table: str, run: int) -> array[int]:
    return database.ids(f"SELECT id FROM {table} WHERE transfer_id = ? ORDER BY id", (run,))


def changed(run: int, ids: Sequence[int]) -> list[str]:
    """Return the names of the documents of the run that were changed since they were stored."""
    return [one.name for one in _found(run, ids) if not (one.document and one.document.is_sound)]


def take_out(undo: int, run: int, ids: Sequence[int]) -> list[str]:
    """Move documents of a run to the bin, ids ascending; return the names of changed ones.

    If any was changed, nothing is moved.
    """
    found = _found(run, ids)
    some = [one.document for one in found if one.document and one.document.is_sound]
    if len(some) < len(found):
        return [one.name for one in found if one.document not in some]
    positions = id_list([one.position for one in some])
    fingerprints = _fingerprints(run, positions)
    database.run_many(
        "INSERT INTO deleted_invoice (id, number, account_code, transfer_id, transfer_position,"
        " undo_id, fingerprint, content, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*one.entry, undo, fingerprints[one.position], one.packed(), one.value("checksum"))
            for one in some
        ],
    )
    # Without the fingerprint, the same document in a file no longer counts as imported.
    database.execute_sql(
        "UPDATE transfer_item SET fingerprint = NULL WHERE transfer_id = ? AND position IN"
        " (SELECT value FROM json_each(?))",
        (run, positions),
    )
    wanted = id_list([one.id for one in some])
    for sql in (
        # The export did not end well, so it does not count.
        "UPDATE transfer_item SET invoice_id = NULL WHERE invoice_id IN",
        "DELETE FROM line WHERE invoice_id IN",
        "DELETE FROM invoice WHERE id IN",
    ):
        database.execute_sql(f"{sql} (SELECT value FROM json_each(?))", (wanted,))
    return []


def _found(run: int, ids: Sequence[int]) -> list[_Found]:
    """Read these documents of a run; a damaged one has no content."""

    def read(some: Sequence[int]) -> list[_Found]:
        all_ = (Binned(*found) for found in documents(some[0], some[-1]))
        return [_Found(one.number, one) for one in all_ if one.value("transfer_id") == run]

    return around_damage(ids, read, lambda one: _Found(name_of(one))) if ids else []


def _fingerprints(run: int, positions: str) -> dict[int, bytes]:
    """Return position → fingerprint from the journal."""
    found = database.execute_sql(
        "SELECT position, fingerprint FROM transfer_item WHERE transfer_id = ? AND position IN"
        " (SELECT value FROM json_each(?))",
        (run, positions),
    )
    return dict(found.fetchall())


def put_back(run: int, ids: Sequence[int]) -> tuple[list[Binned], list[Left]]:
    """Move documents of a run from the bin to the books, ids ascending.

    Returns the restored documents, and those that were imported again or whose number, GİB number
    or card is not available.
    """
    again = _imported_again(run, ids)
    back: list[Binned] = []
    left: list[Left] = []
    for one, number, document in _in_bin(run, ids):
        if document is None:
            damaged = Reason(Code.DAMAGED_RECORD, values=(database.restore_advice,))
            left.append(Left(number or f"{one}. kayıt", damaged))
        elif one in again:
            left.append(Left(number, Reason(Code.IMPORTED_AGAIN, values=(again[one],))))
        else:
            back.append(document)
    try:
        with savepoint():
            _insert(run, back)
    except ConstraintBroken:
        refused = [(one, reason) for one in back if (reason := _put_back_one(run, one))]
        left += [Left(one.number, reason) for one, reason in refused]
        gone = {one.id for one, _ in refused}
        back = [one for one in back if one.id not in gone]
    return back, left


def _imported_again(run: int, ids: Sequence[int]) -> dict[int, str]:
    """Return id → present number of the documents that a later run has imported since the undo.

    Copies from before the undo do not count, since both were in the books then. Whichever of the
    two was saved second then has a warning about the other, so if neither has a warning, the copy
    is later. Otherwise the times tell, which have no time zone. They have
    whole seconds, so a run that ended in the second of the undo counts as later.
    """
    found = database.execute_sql(
        """
        SELECT gone.id, CAST(max(item.number) AS BLOB) FROM deleted_invoice AS gone
        CROSS JOIN undo CROSS JOIN transfer_item AS item CROSS JOIN transfer AS t
        CROSS JOIN transfer_item AS own
        WHERE undo.id = gone.undo_id AND item.fingerprint = gone.fingerprint
            AND own.transfer_id = gone.transfer_id AND own.position = gone.transfer_position
            AND t.id = item.transfer_id AND gone.transfer_id = ?1
            AND gone.id BETWEEN ?2 AND ?3 AND item.transfer_id > ?1
            AND item.status = 'aktarildi'
            AND (item.message IS NULL AND own.message IS NULL
                OR coalesce(t.finished_at, '9') >= undo.undone_at)
        GROUP BY gone.id
        """,
        (run, ids[0], ids[-1]),
    )
    return {one: readable(number) for one, number in found.fetchall()}


def _put_back_one(run: int, one: Binned) -> Reason | None:
    """Restore one document; return why that is impossible, or None."""
    try:
        with savepoint():
            _insert(run, [one])
    except ConstraintBroken as error:
        return _hindrance(one) or Reason(Code.CONSTRAINT_BROKEN, values=(str(error),))
    return None


def _insert(run: int, some: Sequence[Binned]) -> None:
    """Insert documents and remove them from the bin. Raises ConstraintBroken."""
    lines = [(one.id, number, *line) for one in some for number, line in enumerate(one.lines, 1)]
    insert([one.row for one in some], lines)
    wanted = id_list([one.id for one in some])
    database.execute_sql(
        """
        UPDATE transfer_item SET fingerprint = gone.fingerprint FROM deleted_invoice AS gone
        WHERE gone.id IN (SELECT value FROM json_each(?)) AND transfer_item.transfer_id = ?
        AND position = gone.transfer_position
        """,
        (wanted, run),
    )
    database.execute_sql(
        "DELETE FROM deleted_invoice WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
    )


def _hindrance(one: Binned) -> Reason | None:
    """Return why a document cannot be restored, or None if that is unknown."""
    kind, account, gib = (
        one.value("document_type"),
        one.value("account_code"),
        one.value("gib_number"),
    )
    if holder := _holder(kind, unique_key(one.number), one.scope):
        spelled = () if holder == one.number else (holder,)
        return Reason(Code.NUMBER_ELSEWHERE, values=spelled)
    if gib and (owners := numbering.gib_owners([(kind, gib, one.scope)])):
        return Reason(Code.GIB_NUMBER_ELSEWHERE, values=tuple(owners.values()))
    if cards.missing("account", [account]):
        return Reason(Code.NO_ACCOUNT_CARD, values=(account,))
    if codes := sorted(cards.missing("stock_item", one.stock_codes)):
        return Reason(Code.NO_STOCK_CARD, values=tuple(codes))
    return None


def _holder(kind: int, key: str, scope: str) -> str:
    """Return the number of the stored document with this key, as it spells it, or an empty text."""
    found = database.execute_sql(
        f"""
        SELECT CAST(number AS BLOB) FROM json_each(?, '$') AS wanted
        {database.each_in("invoice", numbering.SAME_NUMBER, numbering.SAME_SCOPE)}
        """,
        (bound_list([(kind, key, scope)]),),
    ).fetchone()
    return readable(found[0]) if found else ""


def _in_bin(run: int, ids: Sequence[int]) -> Iterator[tuple[int, str, Binned | None]]:
    """Yield (id, number, content) of documents in the bin; the content of a damaged one is None."""
    found = database.execute_sql(
        "SELECT id, CAST(number AS BLOB), content, checksum FROM deleted_invoice"
        " WHERE transfer_id = ? AND id BETWEEN ? AND ? ORDER BY id",
        (run, ids[0], ids[-1]),
    )
    for one, number, content, checksum in found.fetchall():
        yield one, readable(number), unpacked(content, checksum)
