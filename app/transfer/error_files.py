"""Write the failed documents of a file to a new one, as a sheet with reasons or unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from app.domain.document_status import ERROR, WORDS
from app.domain.invoice import DocumentType, InvoiceKind
from app.domain.labels import LABELS
from app.domain.reasons import Reason, text
from app.domain.text import some_names
from app.errors import Stopped
from app.netsis.output_file import JsonArrayFile
from app.os_errors import refused
from app.progress import Progress, Stop, never, no_progress
from app.sheets.table import Row, SheetColumn, SheetTable
from app.sheets.writer import write_sheet
from app.store.preview import FileRow
from app.transfer import file_rows
from app.transfer import sheet_columns as columns
from app.transfer.batches import batches
from app.transfer.import_file import IncomingFile

_AT_ONCE: Final = 500
_NAMED: Final = 5  # documents named in a sentence
_TABLE: Final = SheetTable(
    "Belgeler",
    (
        columns.POSITION,
        columns.NUMBER,
        columns.DAY,
        columns.TYPE,
        columns.KIND,
        columns.ACCOUNT,
        columns.ACCOUNT_NAME,
        columns.TOTAL,
        SheetColumn("Durum", width=10),
        SheetColumn("Alan", width=18),
        SheetColumn("Neden", width=60),
        SheetColumn("Yer", width=24),
        SheetColumn("Netsis adı", width=16),
        columns.NEW_NUMBER,
    ),
)


@dataclass(slots=True)
class Handed:
    """The result of writing; `left_out` are the positions of documents that are not valid JSON."""

    path: Path
    count: int
    left_out: list[int]


def left_out_words(positions: Sequence[int]) -> str:
    """Return the sentence about documents that a JSON file cannot hold; empty if there are none."""
    if not positions:
        return ""
    named = some_names([f"{position}." for position in positions], _NAMED, "belge")
    rest = "" if len(positions) > _NAMED else " belge"
    return f"JSON olarak okunamadığı için yazılmayan: {named}{rest}"


def write_rows(
    incoming: IncomingFile,
    positions: Sequence[int],
    path: Path,
    *,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> Handed:
    """Write rows of the list to a new .xlsx or .csv, in the given order.

    Raises FileRefused, Stopped; then there is no file.
    """
    rows = _rows(incoming, positions)
    count = write_sheet(path, _TABLE, rows, count=len(positions), progress=progress, stop=stop)
    return Handed(path, count, [])


def write_documents(
    incoming: IncomingFile,
    positions: Sequence[int],
    path: Path,
    *,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> Handed:
    """Write documents to a new JSON array, each with exactly the bytes of the file.

    The encoding is UTF-8 whatever the file's was, since one array has one encoding. A document that
    is not valid JSON would spoil the file for all others, so it is left out and named. Raises
    FileRefused, Stopped; then there is no file.
    """
    done = 0
    left_out: list[int] = []
    with JsonArrayFile.create(path) as out:
        for some in batches(positions, _AT_ONCE):
            if stop():
                raise Stopped("Durduruldu; dosya yazılmadı")
            for row in incoming.rows.rows(some):
                raw = incoming.source.read(file_rows.span(row))
                if _is_json(raw):
                    out.write(raw)
                else:
                    left_out.append(row.position)
            done += len(some)
            progress(done, len(positions))
        if len(left_out) == done:
            raise refused(path, f"{left_out_words(left_out)}; dosya yazılmadı")
        out.finish()
    return Handed(path, done - len(left_out), left_out)


def _is_json(raw: bytes) -> bool:
    try:
        msgspec.json.decode(raw, type=msgspec.Raw)  # without converting: 1e400 is JSON
        raw.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _rows(incoming: IncomingFile, positions: Sequence[int]) -> Iterator[Row]:
    for some in batches(positions, _AT_ONCE):
        for row in incoming.rows.rows(some):
            yield _row(row, incoming.place_within(row.position))


def _row(row: FileRow, file: str) -> Row:
    reason = row.refusal if row.status == ERROR else None
    total = row.grand_total or row.unread_total
    of_type = None if row.document_type is None else DocumentType(row.document_type).short
    line = f"{reason.line}. kalem" if reason and reason.line else ""
    outer = reason.outer if reason else ""
    return (
        row.position,
        row.number,
        _day(row.document_date),
        of_type,
        None if row.kind is None else InvoiceKind(row.kind).label,
        row.account_code,
        row.account_name,
        None if total is None else Decimal(total),
        WORDS[row.status],
        LABELS.get(reason.field, reason.field) if reason else None,
        _reason_words(reason) if reason else row.message,
        ", ".join(filter(None, (file, line, outer))),
        reason.field if reason else None,
        row.new_number,
    )


def _reason_words(reason: Reason) -> str:
    """Return the reason in words without its place, which has columns of its own."""
    return text(msgspec.structs.replace(reason, field="", line=0, outer=""))


def _day(text: str | None) -> date | str | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return text
