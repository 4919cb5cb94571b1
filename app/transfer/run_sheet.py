"""Write the documents of a run as a sheet, with their totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from app.domain.document_status import status_words
from app.domain.invoice import RETURNS
from app.domain.totals import TypeTotals, add_total
from app.progress import Progress, Stop, never, no_progress
from app.sheets.table import Row, SheetColumn, SheetTable, TotalRow
from app.sheets.writer import write_sheet
from app.store import queries, runs
from app.store.database import connected, reading
from app.store.queries import ListRow
from app.store.runs import Run, RunItem
from app.transfer import sheet_columns as columns
from app.transfer.batches import batches

_AT_ONCE: Final = 500
_TABLE: Final = SheetTable(
    "Aktarım",
    (
        columns.POSITION,
        SheetColumn("Kaynak No", width=17),
        columns.NEW_NUMBER,
        columns.DAY,
        columns.TYPE,
        columns.ACCOUNT,
        columns.ACCOUNT_NAME,
        columns.TOTAL,
        SheetColumn("Durum", width=60),
    ),
)


def write_run(
    run: Run,
    positions: Sequence[int],
    path: Path,
    *,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> int:
    """Write the run's documents to a new .xlsx or .csv, from one snapshot; return their number.

    Documents still in the books have their present day, account and total; returns are negative.
    The totals are the sums of the rows. Raises FileRefused, DatabaseRefused, Stopped.
    """
    with connected(), reading():
        rows = _rows(run, positions)
        write_sheet(path, _TABLE, rows, count=len(positions), progress=progress, stop=stop)
    return len(positions)


def _rows(run: Run, positions: Sequence[int]) -> Iterator[Row]:
    totals: TypeTotals = {}
    for some in batches(positions, _AT_ONCE):
        items = runs.items(run.id, some)
        ids = [item.invoice_id for item in items if item.invoice_id is not None]
        stored = {row.id: row for row in queries.rows(ids)}
        for item in items:
            found = stored.get(item.invoice_id or 0)
            if isinstance(found, ListRow):
                add_total(totals, found.document_type, _total(found))
            yield _row(item, found)
    for document_type, total in sorted(totals.items()):
        yield TotalRow((None, f"{document_type.short} toplamı", *[None] * 5, total, None))


def _row(item: RunItem, stored: queries.ListRow | queries.DamagedRow | None) -> Row:
    state = status_words(item.status, item.message)
    named = item.position, item.source_number, item.number
    if not isinstance(stored, ListRow):
        return (*named, *[None] * 5, state)
    return (
        *named,
        stored.document_date,
        stored.document_type.short,
        stored.account_code,
        stored.account_name,
        _total(stored),
        state,
    )


def _total(stored: ListRow) -> Decimal:
    return -stored.grand_total if stored.kind in RETURNS else stored.grand_total
