"""Read a file to import: its documents as rows for the list, and as records to save."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from app.domain.computed_totals import with_totals
from app.domain.invoice import Invoice
from app.domain.reasons import Reason
from app.domain.record import Record, Summary
from app.netsis.archives import Watch
from app.netsis.document_splitter import Span
from app.netsis.file_names import STANDARD
from app.netsis.input_file import Source, open_source, open_spooled
from app.netsis.parse_ways import RECORDS, SUMMARIES, Way
from app.netsis.parse_workers import read_all
from app.netsis.standard_streams import INPUT, spooled_input
from app.netsis.tolerant.parser import read_invoice
from app.progress import Progress, Stop, never, no_progress
from app.store.books import Books
from app.store.database import connected, reading
from app.store.preview import FileRow, FileRows
from app.transfer import file_rows
from app.transfer.batches import batches
from app.transfer.decide import decide

_BATCH = 100
_JUDGED = 400  # documents judged at once; with 100, handing them over takes a tenth of the time
# bytes that end a lot, so that memory does not grow with the size of its documents
_LOT_BYTES = 4 << 20
_FEW = 1000  # documents that are parsed before a worker has started
_CORES = os.cpu_count() or 1
_LISTERS = min(max(2, _CORES - 1), 4)  # workers while only parsing is to be done
# workers while documents are saved, which takes as long as one worker's parsing
_FEEDERS = 1 if _CORES < 3 else 2

T = TypeVar("T")


_Located: TypeAlias = tuple[int, Span]
"""A document's position in the file (from 1) and its byte range."""


class FileDocument(NamedTuple):
    """One invoice of a file: its record, or the reason why it cannot be read."""

    position: int
    """The document's position in the file, from 1."""
    span: Span
    found: Record | Reason

    @property
    def record(self) -> Record | None:
        """The record, or None if the document could not be read."""
        return None if isinstance(self.found, Reason) else self.found


class IncomingFile:
    """An open file and the rows of its invoices."""

    def __init__(
        self,
        path: Path | None,
        encoding: str = "utf-8",
        *,
        at_once: bool = False,
        progress: Progress = no_progress,
        stop: Stop = never,
    ) -> None:
        """Open the file; None is standard input. Raises FileRefused if nothing in it can be read.

        With `at_once` it is checked while it is read (see `open_source`). An archive or a folder is
        unpacked first: `progress` counts bytes, `stop` leads to Stopped.
        """
        self._digest = ""
        watch = Watch(progress, stop)
        if path is None:
            spooled, self._digest = spooled_input()
            self.source: Source = open_spooled(spooled, INPUT, encoding, watch)
        else:
            self.source = open_source(path, encoding, at_once=at_once, watch=watch)
        self.rows = FileRows()
        self.count = 0
        self.is_judged = False
        """Whether the rows are those of the whole file."""

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self.source.path

    @property
    def full_path(self) -> str:
        """The absolute path, as in the journal, since a resumed run may start in another folder.

        Standard input is identified by its content, so that the same bytes can be resumed.
        """
        return f"{STANDARD} {self._digest}" if self._digest else os.path.abspath(self.path)

    @property
    def has_several_files(self) -> bool:
        """Whether it is a folder or a zip with more than one file of invoices."""
        return len(self.source.files) > 1

    def place_within(self, position: int) -> str:
        """Return the inner file and the document's position in it; empty for a plain file."""
        name = self.source.name_of(position)
        return f"{name} (dosyada {self.source.number_within(position)}.)" if name else ""

    def close(self) -> None:
        """Close the file and its rows."""
        self.source.close()
        self.rows.close()

    def documents(self, size: int = _BATCH) -> Iterator[list[FileDocument]]:
        """Yield all documents in order, in batches. Raises FileRefused."""
        return self._documents(self._locate(size), _FEEDERS)

    def picked(self, positions: Sequence[int], size: int = _BATCH) -> Iterator[list[FileDocument]]:
        """Read judged documents again, in the given order. Raises FileRefused."""
        self.source.make_sure()
        lots = self.lots(positions, size)
        places = ([(row.position, file_rows.span(row)) for row in lot] for lot in lots)
        return self._documents(places, _FEEDERS if len(positions) > _FEW else 0)

    def lots(self, positions: Sequence[int], size: int) -> Iterator[list[FileRow]]:
        """Yield rows in the given order, in lots of documents that are saved together."""
        rows = (row for some in batches(positions, size) for row in self.rows.rows(some))
        return _lots(rows, size, attrgetter("length"))

    def judge(self, progress: Progress = no_progress, stop: Stop = never) -> bool:
        """Read the whole file into rows; return False if it was stopped. Progress counts bytes.

        Raises FileRefused if the file changes meanwhile or cannot be read further.
        """
        books = Books(file=self.full_path)
        size = self.source.size
        with connected():
            for places, found in self._read(
                SUMMARIES, self._locate(_JUDGED, first=_BATCH), _LISTERS
            ):
                self.rows.add(self._rows(places, found, books))
                self.count, last = places[-1]
                progress(min(last.offset + last.length, size), size)
                if stop():
                    return False
        progress(size, size)
        self.is_judged = True
        return True

    def is_part(self, positions: Sequence[int] | None) -> bool:
        """Return whether an import of these positions leaves readable documents out."""
        if positions is None:
            return False
        return not self.is_judged or len(positions) < self.count - len(self.rows.unreadable)

    def _rows(
        self, places: Sequence[_Located], found: Sequence[Summary | Reason], books: Books
    ) -> Iterator[FileRow]:
        """Yield the rows of a batch."""
        readable = [document for document in found if not isinstance(document, Reason)]
        with reading():
            decisions = decide([position for position, _ in places], found, None, books)
            names = books.account_names(readable)
        twins = self.rows.first_with([document.fingerprint for document in readable])
        for (position, span), document, decision in zip(places, found, decisions, strict=True):
            if isinstance(document, Reason):
                yield file_rows.row(position, span, document, decision)
                continue
            first = twins.setdefault(document.fingerprint, position)
            if first != position:
                decision = decision._replace(twin=first)
            name = names.get(document.account_code, "")
            yield file_rows.row(position, span, document, decision, name)

    def invoice(self, row: FileRow) -> Invoice:
        """Read one invoice of the file for display, with the totals that would be saved.

        Raises DocumentError, FileRefused.
        """
        return with_totals(read_invoice(self.source.read(file_rows.span(row))))[0]

    def _documents(
        self, places: Iterable[list[_Located]], workers: int
    ) -> Iterator[list[FileDocument]]:
        for asked, found in self._read(RECORDS, places, workers):
            yield [
                FileDocument(position, span, record)
                for (position, span), record in zip(asked, found, strict=True)
            ]

    def _read(
        self, way: Way[T], places: Iterable[list[_Located]], workers: int
    ) -> Iterator[tuple[list[_Located], list[T | Reason]]]:
        waiting: deque[list[_Located]] = deque()

        def spans() -> Iterator[list[Span]]:
            for asked in places:
                waiting.append(asked)
                yield [span for _, span in asked]

        for found in read_all(self.source, way, spans(), workers):
            yield waiting.popleft(), found

    def _locate(self, size: int, *, first: int = 0) -> Iterator[list[_Located]]:
        """Yield the file's documents in lots of `size`, after a lot of `first` to show early."""
        places = enumerate(self.source.spans(), 1)
        for some, most in ((islice(places, first), first), (places, size)):
            yield from _lots(some, most, lambda place: place[1].length)


def _lots(items: Iterable[T], size: int, length: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield lists of at most `size` items; a list ends early once `length` sums to _LOT_BYTES."""
    lot: list[T] = []
    held = 0
    for item in items:
        lot.append(item)
        held += length(item)
        if len(lot) == size or held >= _LOT_BYTES:
            yield lot
            lot, held = [], 0
    if lot:
        yield lot
