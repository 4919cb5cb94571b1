"""Export chosen documents from the database to one new file."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from app import log
from app.domain import amounts
from app.domain.invoice import DocumentType
from app.domain.text import some_names, turkish_amount
from app.domain.totals import TypeTotals, add_total
from app.errors import DatabaseReadOnly, DatabaseRefused, Stopped
from app.netsis.file_names import STANDARD
from app.netsis.output_file import JsonArrayFile
from app.netsis.standard_streams import StandardOutput
from app.paths import absolute
from app.progress import Progress, Stop, never, no_progress
from app.store import journal
from app.store.again import once, repeatable
from app.store.damaged import details_advice, name_of
from app.store.database import connected, is_waited_for, reading
from app.store.export_sql import documents
from app.transfer.card_export import CardsBeside, CardsWritten, finish_all

_JOURNALLED_AT_ONCE = 1_000  # documents
# seconds a transaction takes: a single one for a million documents would block other writers
_SECONDS = 0.05
_GONE = "aktarım günlükte bulunamadı; sunucu eski bir duruma dönmüş olabilir"
NAMED: Final = 5
"""How many damaged documents a sentence names at most."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export; `totals` are exact. `note` says why the journal lacks it, if so.

    `left_out` are the names of damaged documents that the file does not hold.
    """

    path: Path
    count: int
    totals: TypeTotals
    note: str = ""
    left_out: tuple[str, ...] = ()
    cards: tuple[CardsWritten, ...] = ()
    """The card files written beside the file, if requested."""
    cards_left_out: tuple[str, ...] = ()
    """The damaged cards that these files lack."""


def left_out_words(names: Sequence[str], most: int = NAMED) -> str:
    """Return the sentence about damaged documents, naming at most `most`; empty without any."""
    if not names:
        return ""
    told = some_names(names, most, "belge")
    return f"Kaydı bozuk olduğu için yazılmayan: {told} ({details_advice()})"


def totals_words(totals: TypeTotals) -> str:
    """Return the total in words; sales and purchases are never added."""
    if len(totals) > 1:
        return ", ".join(
            f"{document_type.short} toplamı {turkish_amount(total)} TL"
            for document_type, total in totals.items()
        )
    return f"toplam {turkish_amount(sum(totals.values(), amounts.ZERO))} TL"


def default_name(document_type: DocumentType | None, now: datetime) -> str:
    """Return a file name from type, date and time: `satis-20240331-181502.json`."""
    word = document_type.word if document_type is not None else "fatura"
    return f"{word}-{now:%Y%m%d-%H%M%S}.json"


def target_path(target: Path, document_type: DocumentType | None, now: datetime) -> Path:
    """Return the path of the new file: `target` itself, or a default name in that folder."""
    # os.path returns a result where pathlib raises: a name too long, a folder without permission.
    return target / default_name(document_type, now) if os.path.isdir(target) else target


def run_export(
    ids: Sequence[int],
    path: Path | None,
    *,
    with_cards: bool = False,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> Exported:
    """Write the documents to a new file at `path` in the given order, from one snapshot.

    A `path` of None is standard output. `with_cards` also writes the cards that the documents use
    to files beside it, from the same snapshot. The run counts as an export once all bytes are
    written.

    Raises FileRefused, DatabaseRefused; Stopped if `stop` says so. In each of these cases there is
    no file, except after FileLeft.
    """
    log.event("disari-aktarma-basladi", secilen=len(ids))
    run = _Journalled(path, stop)
    with connected(), run.begun():
        try:
            with _output(path, stop) as out, CardsBeside(path if with_cards else None) as cards:
                with reading():
                    totals, left_out = _write(ids, out, progress, stop)
                    written = [one for one in ids if one not in left_out] if left_out else ids
                    cards.write(written, stop)
                # A kill between the name and `tamam` must not hide what was exported: the rows
                # stand in the journal before the file has its name (`history.settle_exports`).
                run.add(written)
                finish_all([*cards.files, out])
        except BaseException as error:
            end = journal.STOPPED if isinstance(error, Stopped) else journal.FAILED
            log.event(f"disari-aktarma-{end}")
            with suppress(DatabaseRefused):  # the first failure is the one to report
                run.close(end, stop=_at_once)
            raise
        run.finish(totals, len(left_out))
        log.event(f"disari-aktarma-{journal.DONE}", yazilan=len(written))
    return Exported(
        path or Path(STANDARD), len(written), totals, run.note, tuple(left_out.values()),
        tuple(cards.written), tuple(cards.left_out),
    )  # fmt: skip


def _output(path: Path | None, stop: Stop) -> JsonArrayFile:
    return JsonArrayFile(StandardOutput(stop)) if path is None else JsonArrayFile.create(path)


def _write(
    ids: Sequence[int], out: JsonArrayFile, progress: Progress, stop: Stop
) -> tuple[TypeTotals, dict[int, str]]:
    """Write; return the totals written, and id → name of damaged documents.

    Call inside `reading()`. Raises Stopped; DatabaseRefused if all documents are damaged.
    """
    totals: TypeTotals = {}
    done = 0
    left_out: dict[int, str] = {}
    for some in documents(ids):
        _check(stop)
        if some.left_out is None:
            out.write(some.text)
            for document_type, total in some.totals.items():
                add_total(totals, document_type, total)
            done += some.number
        else:
            left_out[some.left_out] = name_of(some.left_out)
        progress(done + len(left_out), len(ids))
    if left_out and not done:
        named = left_out_words(list(left_out.values()))
        raise DatabaseRefused(f"{named}; dosya yazılmadı: dosya bozuk ya da disk hatalı")
    return {
        document_type: amounts.canonical(totals[document_type]) for document_type in sorted(totals)
    }, left_out


def _is_behind(run: int, before: int, _done: int) -> bool:
    """Return whether the journal has more documents of the run than `before`."""
    return journal.reaches(run, before + 1)


def _at_once() -> bool:
    """Return True, so that there is no second try."""
    return True


def _check(stop: Stop) -> None:
    if stop():
        raise Stopped("Durduruldu; dosya yazılmadı")


class _Journalled:
    """The run in the journal; `note` says why the journal lacks it, or its end.

    A database that can only be read, such as a backup, can still be exported. Any other failure
    before the file has its name forbids the export: the numbers in it could be given again.
    """

    def __init__(self, path: Path | None, stop: Stop) -> None:
        self.note = ""
        self.transfer_id: int | None = None
        self._stop = stop
        # The full path, since the process that settles the run may work in another folder.
        self._file = absolute(path) if path is not None else STANDARD
        self._token = secrets.randbits(63)
        self._presence = ExitStack()

    def add(self, ids: Sequence[int]) -> None:
        """Add the documents to the journal, in short transactions. Raises Stopped."""
        done = 0
        with self._noted_for_readers():
            while (run := self.transfer_id) is not None and done < len(ids):
                _check(self._stop)
                add = partial(self._add_some, run, ids, done)
                done = once(add, partial(_is_behind, run, done), self._stop, behind=done > 0)

    def _add_some(self, run: int, ids: Sequence[int], done: int) -> int:
        """Add as many documents as one transaction may take; return how many are done."""
        if not self._is_there(run):
            raise DatabaseRefused(_GONE)
        end = time.monotonic() + _SECONDS
        while True:
            some = ids[done : done + _JOURNALLED_AT_ONCE]
            journal.add_exported(run, some, done + 1)
            done += len(some)
            if done == len(ids) or is_waited_for() or time.monotonic() > end:
                return done

    def finish(self, totals: TypeTotals, left_out: int) -> None:
        """End the run as done; if that fails, `history.settle_exports` does it later."""
        try:
            self.close(journal.DONE, totals, left_out=left_out, stop=self._stop)
        except DatabaseRefused as error:
            self.note = f"aktarımın bittiği günlüğe yazılamadı: {error.refusal}"

    def close(
        self, status: str, totals: TypeTotals | None = None, *, left_out: int = 0, stop: Stop
    ) -> None:
        """End the run. Raises DatabaseRefused."""
        if (run := self.transfer_id) is not None:
            end = partial(journal.close_transfer, run, status, totals=totals, left_out=left_out)
            repeatable(lambda: end(now=datetime.now()), stop)

    @contextmanager
    def _noted_for_readers(self) -> Iterator[None]:
        """Turn the refusal of a user who may only read into a note; the file is still written."""
        try:
            yield
        except DatabaseRefused as error:
            note = f"aktarım günlüğüne yazılamadı: {error.refusal}"
            if not isinstance(error, DatabaseReadOnly):
                raise DatabaseRefused(f"Dışarı aktarılmadı, {note}") from error
            self.note = note

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Open the run, and hold its presence lock until the end of the block."""
        with self._presence:
            with self._noted_for_readers():
                self.transfer_id = once(self._open, self._is_there, self._stop)
            yield

    def _open(self) -> int:
        self._presence.close()  # from a failed try
        run = journal.open_transfer(journal.EXPORT, self._file, datetime.now(), self._token)
        self._presence.enter_context(journal.present(run))  # before other processes can see the run
        return run

    def _is_there(self, run: int) -> bool:
        return journal.state(run, self._token) is not None
