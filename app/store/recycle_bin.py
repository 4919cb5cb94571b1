"""Silinen Belgeler: takes the documents of an import out of the books whole, and puts them back.

Use inside `writing()`. Raw SQL over bound lists: an undo may move a million documents.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from app.domain.codes import unique_key
from app.login import login_name
from app.store import cards, numbering
from app.store.binned import Binned, unpacked
from app.store.checksums import documents
from app.store.damaged import around_damage, name_of, readable
from app.store.database import ConstraintBroken, database, savepoint
from app.store.engine.causes import RESTORE
from app.store.engine.many_values import id_list
from app.store.models import Undo, next_id
from app.store.writer import insert


class _Found(NamedTuple):
    """A document in the books; without `document`, `name` tells of one that cannot be read."""

    name: str
    document: Binned | None = None


class Left(NamedTuple):
    """A document that could not be put back, and why, in Turkish."""

    number: str
    reason: str


def open_undo(run: int, now: datetime) -> int:
    """Begin an undo of a run; return its id."""
    undo = Undo.create(
        id=next_id(Undo), transfer=run, user=login_name(), undone_at=now.isoformat(" ", "seconds")
    )
    return int(undo.id)


def close_undo(run: int, now: datetime) -> None:
    """Note that the documents of an undone run were put back: it is undone no more."""
    Undo.update(restored_by=login_name(), restored_at=now.isoformat(" ", "seconds")).where(
        Undo.transfer == run, Undo.restored_at.is_null()
    ).execute()


def stored_of(run: int) -> array[int]:
    """Return the ids of the documents in the books that came with a run, ascending."""
    return _ids("invoice", run)


def deleted_of(run: int) -> array[int]:
    """Return the ids of the documents in the bin that came with a run, ascending."""
    return _ids("deleted_invoice", run)


def _ids(table: str, run: int) -> array[int]:
    return database.ids(f"SELECT id FROM {table} WHERE transfer_id = ? ORDER BY id", (run,))


def changed(run: int, ids: Sequence[int]) -> list[str]:
    """Return the names of those documents of the run that are not what was stored."""
    return [one.name for one in _found(run, ids) if not (one.document and one.document.is_sound)]


def take_out(undo: int, run: int, ids: Sequence[int]) -> list[str]:
    """Move documents of a run into the bin, ids ascending; return the names of changed ones.

    If there is one, nothing is moved.
    """
    found = _found(run, ids)
    some = [one.document for one in found if one.document and one.document.is_sound]
    if len(some) < len(found):
        return [one.name for one in found if one.document not in some]
    places = id_list([one.place for one in some])
    fingerprints = _fingerprints(run, places)
    database.run_many(
        "INSERT INTO deleted_invoice (id, number, account_code, transfer_id, transfer_position,"
        " undo_id, fingerprint, content, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*one.entry, undo, fingerprints[one.place], one.packed(), one.value("checksum"))
            for one in some
        ],
    )
    # Without its fingerprint, the same document in a file was not imported before.
    database.execute_sql(
        "UPDATE transfer_item SET fingerprint = NULL WHERE transfer_id = ? AND position IN"
        " (SELECT value FROM json_each(?))",
        (run, places),
    )
    wanted = id_list([one.id for one in some])
    for sql in (
        # Of an export that did not end well: it does not count as exported.
        "UPDATE transfer_item SET invoice_id = NULL WHERE invoice_id IN",
        "DELETE FROM line WHERE invoice_id IN",
        "DELETE FROM invoice WHERE id IN",
    ):
        database.execute_sql(f"{sql} (SELECT value FROM json_each(?))", (wanted,))
    return []


def _found(run: int, ids: Sequence[int]) -> list[_Found]:
    """Read these documents of a run; a damaged one comes without its content."""

    def read(some: Sequence[int]) -> list[_Found]:
        all_ = (Binned(*found) for found in documents(some[0], some[-1]))
        return [_Found(one.number, one) for one in all_ if one.value("transfer_id") == run]

    return around_damage(ids, read, lambda one: _Found(name_of(one))) if ids else []


def _fingerprints(run: int, positions: str) -> dict[int, bytes]:
    """Return position → fingerprint in the journal."""
    found = database.execute_sql(
        "SELECT position, fingerprint FROM transfer_item WHERE transfer_id = ? AND position IN"
        " (SELECT value FROM json_each(?))",
        (run, positions),
    )
    return dict(found.fetchall())


def put_back(run: int, ids: Sequence[int]) -> tuple[list[Binned], list[Left]]:
    """Move documents of a run from the bin into the books, ids ascending.

    Return those that are back, and those that were imported again or whose number, GİB number or
    card is not there for them.
    """
    again = _imported_again(run, ids)
    back: list[Binned] = []
    left: list[Left] = []
    for one, number, document in _in_bin(run, ids):
        if document is None:
            left.append(Left(number or f"{one}. kayıt", f"kaydı bozuk; {RESTORE}"))
        elif one in again:
            left.append(Left(number, f"aynı belge yeniden aktarıldı, {again[one]}"))
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
    """Map the documents that a later run has imported since the undo to their numbers there.

    A copy from before the undo does not count: both were in the books then. Times are to the
    second, so a run that ended in the second of the undo counts as later.
    """
    found = database.execute_sql(
        """
        SELECT gone.id, CAST(max(item.number) AS BLOB) FROM deleted_invoice AS gone
        CROSS JOIN undo CROSS JOIN transfer_item AS item CROSS JOIN transfer AS t
        WHERE undo.id = gone.undo_id AND item.fingerprint = gone.fingerprint
            AND t.id = item.transfer_id AND gone.transfer_id = ?1
            AND gone.id BETWEEN ?2 AND ?3 AND item.transfer_id > ?1
            AND item.status = 'aktarildi' AND coalesce(t.finished_at, '9') >= undo.undone_at
        GROUP BY gone.id
        """,
        (run, ids[0], ids[-1]),
    )
    return {one: readable(number) for one, number in found.fetchall()}


def _put_back_one(run: int, one: Binned) -> str:
    """Put one document back; return why that cannot be, or nothing."""
    try:
        with savepoint():
            _insert(run, [one])
    except ConstraintBroken as error:
        return _hindrance(one) or f"veritabanı kabul etmedi ({error})"
    return ""


def _insert(run: int, some: Sequence[Binned]) -> None:
    """Insert documents, and take them out of the bin. Raises ConstraintBroken."""
    lines = [(one.id, place, *line) for one in some for place, line in enumerate(one.lines, 1)]
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


def _hindrance(one: Binned) -> str:
    """Return why a document cannot be put back."""
    kind, account, gib = (
        one.value("document_type"),
        one.value("account_code"),
        one.value("gib_number"),
    )
    if numbering.taken([(kind, unique_key(one.number), one.scope)]):
        return "bu numara artık başka bir belgede"
    if gib and (owners := numbering.gib_owners([(kind, gib, one.scope)])):
        return f"GİB numarası artık başka bir belgede ({', '.join(owners.values())})"
    if cards.missing("account", [account]):
        return f"cari kartı yok: {account}"
    if codes := sorted(cards.missing("stock_item", one.stock_codes)):
        return f"stok kartı yok: {', '.join(codes)}"
    return ""


def _in_bin(run: int, ids: Sequence[int]) -> Iterator[tuple[int, str, Binned | None]]:
    """Yield the id, number and content of documents in the bin; None for a damaged one."""
    found = database.execute_sql(
        "SELECT id, CAST(number AS BLOB), content, checksum FROM deleted_invoice"
        " WHERE transfer_id = ? AND id BETWEEN ? AND ? ORDER BY id",
        (run, ids[0], ids[-1]),
    )
    for one, number, content, checksum in found.fetchall():
        yield one, readable(number), unpacked(content, checksum)
