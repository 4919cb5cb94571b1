"""Find stored documents that may be the same as documents of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from app.domain.codes import unique_key
from app.domain.numbers import number_scope
from app.domain.record import Record, Summary
from app.store import earlier_imports, export_sql
from app.store.database import database
from app.store.engine.many_values import bound_list
from app.store.numbering import SAME_NUMBER, SAME_SCOPE

_ALIKE = f"{SAME_SCOPE} AND document_date = wanted.value ->> 3 AND grand_total = wanted.value ->> 4"
_apart = msgspec.json.Decoder(list[msgspec.Raw]).decode


def candidates(batch: Iterable[Record | Summary], file: str, run: int) -> Iterator[bytes]:
    """Yield the JSON of stored documents with the number, day and total of one in the batch.

    Documents saved by this import of `file` (by `run`, or an earlier interrupted part of it) are
    left out, because their new numbers may be other documents' own. A damaged document has no JSON.
    """
    found = _find(batch)
    if not found:
        return
    ours = {run, *earlier_imports.cut_off_imports(file)}
    ids = [invoice_id for invoice_id, transfer_id in found if transfer_id not in ours]
    for some in export_sql.documents(ids) if ids else ():
        yield from map(bytes, _apart(b"[" + some.text + b"]"))


def _find(batch: Iterable[Record | Summary]) -> list[tuple[int, int | None]]:
    """Return (id, run that saved it) of these stored documents.

    Raw SQL: one query over a bound list, by the index of numbers, answers for a whole batch.
    """
    wanted = [
        (
            one.document_type,
            unique_key(one.number),
            number_scope(one.document_type, one.account_code),
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
