"""Migrate prefixes to those of the numbers' keys, so that all spellings share one counter.

Until version 13 a prefix was kept as written: `rdm2024…` had another one than `RDM2024…`.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.codes import unique_key
from app.domain.numbers import WIDTH, Split, split_key
from app.store.binned import Binned, unpacked
from app.store.checksums import documents
from app.store.damaged import around_damage
from app.store.database import database
from app.store.models import not_plain


def renew() -> None:
    """Renew the prefixes of documents, of Silinen Belgeler, and of counters, in a transaction."""
    for one in database.ids(f"SELECT id FROM invoice WHERE {not_plain('prefix')} ORDER BY id"):
        for document in around_damage([one], _in_books, lambda _: None):
            if document:
                _write(document)
    for one in database.ids(f"SELECT id FROM deleted_invoice WHERE {not_plain('number')}"):
        _renew_deleted(one)
    _renew_counters("series", ("document_type", "branch"))
    _renew_counters("counter_start", ("transfer_id", "document_type", "branch"))


def _in_books(ids: Sequence[int]) -> list[Binned | None]:
    return [Binned(*found) for found in documents(ids[0], ids[-1])]


def _write(document: Binned) -> None:
    found = document.with_parts(split_key(document.number, document.value("series")))
    database.execute_sql(
        "UPDATE invoice SET prefix = ?, tail = ?, checksum = ? WHERE id = ?",
        (*map(found.value, ("prefix", "tail", "checksum")), found.id),
    )


def _renew_deleted(one: int) -> None:
    """Renew a document of Silinen Belgeler; one that was changed there stays as it is."""
    content, checksum = database.execute_sql(
        "SELECT content, checksum FROM deleted_invoice WHERE id = ?", (one,)
    ).fetchone()
    document = unpacked(content, checksum)
    if document is None:
        return
    found = document.with_parts(split_key(document.number, document.value("series")))
    database.execute_sql(
        "UPDATE deleted_invoice SET content = ?, checksum = ? WHERE id = ?",
        (found.packed(), found.value("checksum"), one),
    )


def _renew_counters(table: str, key: tuple[str, ...]) -> None:
    """Merge the counters of other spellings into those of the key; the greatest one counts."""
    columns = ", ".join(key)
    rows = database.execute_sql(
        f"SELECT {columns}, prefix, last_number FROM {table} WHERE {not_plain('prefix')}"
    ).fetchall()
    database.execute_sql(f"DELETE FROM {table} WHERE {not_plain('prefix')}")
    for *values, prefix, last in rows:
        split = _counted(prefix, last)
        database.execute_sql(
            f"INSERT INTO {table} ({columns}, prefix, last_number) VALUES"
            f" ({', '.join('?' * len(key))}, ?, ?) ON CONFLICT ({columns}, prefix) DO UPDATE"
            f" SET last_number = nullif(max(coalesce({table}.last_number, -1),"
            " coalesce(excluded.last_number, -1)), -1)",
            (*values, split.prefix, split.tail),
        )


def _counted(prefix: str, last: int | None) -> Split:
    """Return a counter's prefix and value; the key of its last number may hold a year."""
    if last is None:
        return Split(unique_key(prefix), None, 0)
    return split_key(prefix + str(last).zfill(WIDTH - len(prefix)), prefix)
