"""Find the stored documents that may be the same as documents of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from app.domain.codes import unique_key
from app.domain.record import Record, Summary
from app.store import export_sql, journal
from app.store.database import database
from app.store.engine.many_values import bound_list
from app.store.numbering import SAME_NUMBER, SAME_SCOPE, number_scope

_ALIKE = f"{SAME_SCOPE} AND document_date = wanted.value ->> 3 AND grand_total = wanted.value ->> 4"
_apart = msgspec.json.Decoder(list[msgspec.Raw]).decode


def candidates(batch: Iterable[Record | Summary], file: str, run: int) -> Iterator[bytes]:
    """Yield the text of the stored documents with number, day and total of one of the batch.

    Without those that this import of `file` has saved, `run` or an earlier part of it that was cut
    off: a new number of theirs may be another document's own. A damaged document has no text.
    """
    found = _find(batch)
    if not found:
        return
    ours = {run, *journal.cut_off_imports(file)}
    ids = [invoice_id for invoice_id, transfer_id in found if transfer_id not in ours]
    for some in export_sql.documents(ids) if ids else ():
        yield from map(bytes, _apart(b"[" + some.text + b"]"))


def _find(batch: Iterable[Record | Summary]) -> list[tuple[int, int | None]]:
    """Return their ids, and the runs that saved them.

    Raw SQL: one query over a bound list answers for a whole batch, by the index of numbers.
    """
    wanted = [
        (
            one.document_type,
            unique_key(one.number),
            number_scope(one),
            one.document_date,
            one.grand_total,
        )
        for one in batch
    ]
    rows = database.execute_sql(
        f"""
        SELECT DISTINCT invoice.id, transfer_id FROM json_each(?, '$') AS wanted
        {database.each_in("invoice", SAME_NUMBER, _ALIKE)}
        """,
        (bound_list(wanted),),
    )
    return list(rows)
