"""Migrate prefixes to those of the numbers' keys, so that all spellings share one counter.

Until version 13 a prefix was kept as written: `rdm2024…` had another one than `RDM2024…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from app.domain.numbers import WIDTH, Split, split_key
from app.store.binned import Binned, unpacked
from app.store.checksums import documents
from app.store.damaged import around_damage
from app.store.database import database
from app.store.models import not_plain
from app.store.numbering import Moved, write_counters
from app.store.undo_counters import record_start

_OfRun: TypeAlias = tuple[int, int, int, str]
"""(run, document type, branch, prefix as written until now)."""


def renew() -> None:
    """Renew the prefixes of documents, of Silinen Belgeler, and of counters, in a transaction."""
    moved: Moved = {}
    prefixes: dict[_OfRun, set[str]] = {}
    for document, new in _renewed_documents():
        if new.tail is not None:
            kind, prefix, branch = new.series
            moved[branch, kind, prefix] = max(moved.get((branch, kind, prefix), 0), new.tail)
        _note(document, new, prefixes)
    for document, new in _renewed_deleted():
        _note(document, new, prefixes)
    _renew_counters(moved)
    _renew_starts(prefixes)


def _renewed(document: Binned) -> Binned:
    return document.with_parts(split_key(document.number, document.value("series")))


def _note(document: Binned, new: Binned, prefixes: dict[_OfRun, set[str]]) -> None:
    """Note the prefixes that a run's documents of one prefix have from now on."""
    kind, before, branch = document.series
    of_run = (document.value("transfer_id") or 0, kind, branch, before)
    prefixes.setdefault(of_run, set()).add(new.value("prefix"))


def _renewed_documents() -> Iterator[tuple[Binned, Binned]]:
    """Renew the documents in the books; yield each as it was and as it is."""
    for one in database.ids(f"SELECT id FROM invoice WHERE {not_plain('prefix')} ORDER BY id"):
        for document in filter(None, around_damage([one], _in_books, lambda _: None)):
            new = _renewed(document)
            database.execute_sql(
                "UPDATE invoice SET prefix = ?, tail = ?, checksum = ? WHERE id = ?",
                (*map(new.value, ("prefix", "tail", "checksum")), new.id),
            )
            yield document, new


def _in_books(ids: Sequence[int]) -> list[Binned | None]:
    return [Binned(*found) for found in documents(ids[0], ids[-1])]


def _renewed_deleted() -> Iterator[tuple[Binned, Binned]]:
    """Renew those of Silinen Belgeler, but not those that were changed there."""
    for one in database.ids(f"SELECT id FROM deleted_invoice WHERE {not_plain('number')}"):
        content, checksum = database.execute_sql(
            "SELECT content, checksum FROM deleted_invoice WHERE id = ?", (one,)
        ).fetchone()
        if document := unpacked(content, checksum):
            new = _renewed(document)
            database.execute_sql(
                "UPDATE deleted_invoice SET content = ?, checksum = ? WHERE id = ?",
                (new.packed(), new.value("checksum"), one),
            )
            yield document, new


def _renew_counters(moved: Moved) -> None:
    """Replace the counters of other spellings; `moved` are those that the documents need."""
    others = not_plain("prefix")
    rows = database.execute_sql(
        f"SELECT branch, document_type, prefix, last_number FROM series WHERE {others}"
    ).fetchall()
    for branch, kind, prefix, last in rows:
        split = _split_of_counter(prefix, last)
        counter = (branch, kind, split.prefix)
        moved[counter] = max(moved.get(counter, 0), split.tail or 0)
    database.execute_sql(f"DELETE FROM series WHERE {others}")
    write_counters(moved)


def _renew_starts(prefixes: dict[_OfRun, set[str]]) -> None:
    """Replace the values that counters had before a run, for an undo of it.

    A new counter whose numbers the old one did not count is recorded as not existing before.
    """
    others = not_plain("prefix")
    rows = database.execute_sql(
        "SELECT transfer_id, document_type, branch, prefix, last_number FROM counter_start"
        f" WHERE {others}"
    ).fetchall()
    database.execute_sql(f"DELETE FROM counter_start WHERE {others}")
    for run, kind, branch, prefix, last in rows:
        split = None if last is None else _split_of_counter(prefix, last)
        for new in prefixes.get((run, kind, branch, prefix), ()):
            record_start(
                run, (kind, new, branch), split.tail if split and split.prefix == new else None
            )


def _split_of_counter(prefix: str, last: int) -> Split:
    """Return the split of a counter's last number, whose key may have a year in its prefix."""
    return split_key(prefix + str(last).zfill(WIDTH - len(prefix)), prefix)
