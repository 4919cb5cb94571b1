"""Write listed documents as a sheet, with totals by type and currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.domain.amounts import canonical
from app.domain.filters import LIRA, currency_name
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.overview import CurrencyFigures, Entry, Figures, Overview
from app.domain.text import turkish_count
from app.progress import Progress, Stop, never, no_progress
from app.sheets.table import Kind, Row, SheetColumn, SheetTable, TotalRow
from app.sheets.writer import write_sheet
from app.store import queries, settings, summing
from app.store.damaged import damaged_words
from app.store.database import connected, reading
from app.store.queries import DamagedRow, ListRow
from app.transfer import sheet_columns as columns
from app.transfer.batches import batches

_TABLE: Final = SheetTable(
    "Liste",
    (
        columns.NUMBER,
        columns.DAY,
        columns.TYPE,
        columns.KIND,
        columns.ACCOUNT,
        columns.ACCOUNT_NAME,
        columns.BASE,
        columns.VAT,
        columns.TOTAL,
        columns.CURRENCY,
        columns.FOREIGN,
        SheetColumn("Şube", Kind.INTEGER, 7),
        SheetColumn("Kalem", Kind.INTEGER, 7),
        SheetColumn("Plasiyer", width=10),
        SheetColumn("Proje", width=16),
    ),
)


@dataclass(slots=True)
class ListSheet:
    """The result; `left_out` are the names of damaged documents, which no total includes."""

    path: Path
    count: int = 0
    overview: Overview = field(default_factory=Overview)
    left_out: list[str] = field(default_factory=list)


def write_list(
    ids: Sequence[int], path: Path, *, progress: Progress = no_progress, stop: Stop = never
) -> ListSheet:
    """Write the documents to a new .xlsx or .csv in the given order, from one snapshot.

    Amounts of returns are negative, so that a column sums to its total (domain §8). Raises
    FileRefused, DatabaseRefused, Stopped; then there is no file.
    """
    done = ListSheet(path)
    with connected(), reading():
        names = settings.read().currencies
        rows = _rows(ids, done, names)
        write_sheet(path, _TABLE, rows, count=len(ids), progress=progress, stop=stop)
    return done


def _rows(ids: Sequence[int], done: ListSheet, names: Mapping[int, str]) -> Iterator[Row]:
    for some in batches(ids, summing.AT_ONCE):
        rows, entries = queries.rows(some), summing.entries(some)
        done.count += len(rows)
        for row, entry in zip(rows, entries, strict=True):
            if isinstance(row, ListRow) and isinstance(entry, Entry):
                yield _row(row, entry, names)
            else:
                done.left_out.append(row.number)
                yield _damaged(row)
        done.overview.add(one for one in entries if isinstance(one, Entry))
    yield from _totals(done.overview, names)


def _row(row: ListRow, entry: Entry, names: Mapping[int, str]) -> Row:
    return (
        row.number,
        row.document_date,
        row.document_type.short,
        "" if row.kind is None else InvoiceKind(row.kind).label,
        row.account_code,
        row.account_name,
        canonical(entry.base),
        canonical(entry.vat),
        canonical(entry.total),
        currency_name(entry.currency, names),
        entry.foreign,
        row.branch,
        row.line_count,
        row.salesman,
        row.project,
    )


def _damaged(row: ListRow | DamagedRow) -> Row:
    return (row.number, *[None] * 4, damaged_words(), *[None] * 9)


def _totals(overview: Overview, names: Mapping[int, str]) -> Iterable[Row]:
    """Yield a row for each type, in TL, and one for each of its foreign currencies."""
    for document_type, of_type in sorted(overview.types.items()):
        yield _total(document_type, of_type.whole)
        for currency, figures in sorted(of_type.currencies.items()):
            if currency != LIRA:
                yield _foreign_total(document_type, currency_name(currency, names), figures)


def _total(document_type: DocumentType, whole: Figures) -> TotalRow:
    counted = f"{turkish_count(whole.count)} belge"
    returns = f", {turkish_count(whole.returns)} iade" if whole.returns else ""
    amounts = map(canonical, (whole.base, whole.vat, whole.total))
    label = f"{document_type.short} toplamı"
    return TotalRow((label, *[None] * 4, counted + returns, *amounts, "TL", *[None] * 5))


def _foreign_total(document_type: DocumentType, name: str, figures: CurrencyFigures) -> TotalRow:
    counted = f"{turkish_count(figures.count)} belge"
    silent = f", {turkish_count(figures.silent)} tanesi tutarını yazmıyor" if figures.silent else ""
    label, amount = f"{document_type.short}, {name}", canonical(figures.foreign)
    return TotalRow((label, *[None] * 4, counted + silent, *[None] * 3, name, amount, *[None] * 4))
