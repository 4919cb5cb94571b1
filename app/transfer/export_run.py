"""The export: picked documents out of the database into one new file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from app import log
from app.domain import amounts
from app.domain.invoice import DocumentType
from app.errors import DatabaseRefused, Stopped
from app.netsis.output_file import InvoiceFile
from app.store import journal
from app.store.database import connected, reading, writing
from app.store.export_sql import documents
from app.transfer.running import Progress, Stop, never, no_progress

_JOURNALLED_AT_ONCE = 5_000  # documents; a million at once would hold everybody up


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote; `total` is exact. `note` says what was not done besides."""

    path: Path
    count: int
    total: Decimal
    note: str = ""


def default_name(document_type: DocumentType | None, now: datetime) -> str:
    """A file name of type, date and time: `satis-20240331-181502.json`."""
    word = document_type.word if document_type is not None else "fatura"
    return f"{word}-{now:%Y%m%d-%H%M%S}.json"


def target_path(target: Path, document_type: DocumentType | None, now: datetime) -> Path:
    """The new file that `target` means: itself, or a default name in the folder that it is."""
    # os.path answers where pathlib would raise: a name too long, a folder that may not be seen.
    target = Path(os.path.expanduser(target))
    return target / default_name(document_type, now) if os.path.isdir(target) else target


def run_export(
    ids: Sequence[int], path: Path, *, progress: Progress = no_progress, stop: Stop = never
) -> Exported:
    """Write the documents to a new file at `path`, in the order given, from one moment's truth.

    Raises FileRefused, DatabaseRefused; Stopped where the user stopped. In each of these cases
    there is no file.
    """
    log.event("disari-aktarma-basladi", secilen=len(ids))
    with connected():
        transfer_id, note = _open_journal(path)
        try:
            exported = _write(ids, path, progress, stop)
        except BaseException as error:
            end = journal.STOPPED if isinstance(error, Stopped) else journal.FAILED
            log.event(f"disari-aktarma-{end}")
            _close_journal(transfer_id, end)
            raise
        log.event(f"disari-aktarma-{journal.DONE}", yazilan=exported.count)
        note = note or _journal_documents(transfer_id, ids)
    return replace(exported, note=note)


def _write(ids: Sequence[int], path: Path, progress: Progress, stop: Stop) -> Exported:
    total = Decimal(0)
    count = 0
    with InvoiceFile.create(path) as out, reading():
        for some in documents(ids):
            if stop():
                raise Stopped("Durduruldu; dosya yazılmadı")
            out.write(some.text)
            total = amounts.EXACT.add(total, some.total)
            count += some.number
            progress(count, len(ids))
        out.finish()
    return Exported(path, count, amounts.canonical(total))


def _open_journal(path: Path) -> tuple[int | None, str]:
    """A run in the journal; or why there is none, as with a backup that may only be read."""
    try:
        with writing():
            return journal.open_transfer(journal.EXPORT, str(path), datetime.now()), ""
    except DatabaseRefused as error:
        return None, _not_journalled(error)


def _close_journal(transfer_id: int | None, status: str) -> None:
    """End a run that has failed; what failed first is told, not that this cannot be either."""
    if transfer_id is not None:
        with suppress(DatabaseRefused), writing():
            journal.close_transfer(transfer_id, status, datetime.now())


def _journal_documents(transfer_id: int | None, ids: Sequence[int]) -> str:
    """The file stands: what cannot be written down now is a note, not an error."""
    if transfer_id is None:
        return ""
    try:
        for done in range(0, len(ids), _JOURNALLED_AT_ONCE):
            with writing(behind=done > 0):
                some = ids[done : done + _JOURNALLED_AT_ONCE]
                journal.add_exported(transfer_id, some, done + 1)
        with writing():
            journal.close_transfer(transfer_id, journal.DONE, datetime.now())
    except DatabaseRefused as error:
        return _not_journalled(error)
    return ""


def _not_journalled(error: DatabaseRefused) -> str:
    return f"aktarım günlüğüne yazılamadı: {error.sentence}"
