"""A file that is to be imported: each invoice in it read and judged alone, before it is saved."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from app.domain.invoice import Invoice
from app.domain.record import Record
from app.netsis.document_splitter import Span
from app.netsis.input_file import Source, open_source
from app.netsis.parse_workers import RECORDS, SUMMARIES, Way, read_all
from app.netsis.tolerant.parser import read_invoice
from app.store.database import connected
from app.store.preview import FileRow, FileRows
from app.transfer.judging import Judge, Place, placed
from app.transfer.running import Progress, Stop, batches, never, no_progress

_BATCH = 100
_FEW = 1000  # documents; so many are read before a reader has started
_CORES = os.cpu_count() or 1
_JUDGES = min(max(2, _CORES - 1), 4)  # readers while there is nothing but reading to do
_FEEDERS = 1 if _CORES < 3 else 2  # readers beside the saving, which takes as long as one of them

T = TypeVar("T")


class FileDocument(NamedTuple):
    """One invoice of a file: what was read, or in a Turkish phrase what is wrong with it."""

    position: int
    """1 for the first of the file."""
    span: Span
    record: Record | None
    reason: str

    def placed(self, reason: str) -> str:
        """A reason with the document's place in front."""
        return placed(self.position, reason)


class IncomingFile:
    """An open file and the rows of its invoices."""

    def __init__(self, path: Path, encoding: str = "utf-8", *, at_once: bool = False) -> None:
        """Raises FileRefused where the file as a whole cannot be read.

        With `at_once` that is looked at while it is judged (see `open_source`).
        """
        self.source: Source = open_source(path, encoding, at_once=at_once)
        self.rows = FileRows()
        self.count = 0

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.source.path

    def close(self) -> None:
        """Give file and rows back."""
        self.source.close()
        self.rows.close()

    def documents(self, size: int = _BATCH) -> Iterator[list[FileDocument]]:
        """The whole file in order, some documents at a time. Raises FileRefused."""
        return self._documents(self._places(size), _FEEDERS)

    def picked(self, positions: Sequence[int], size: int = _BATCH) -> Iterator[list[FileDocument]]:
        """Judged documents once more, in the order given. Raises FileRefused."""
        rows = (self.rows.rows(some) for some in batches(positions, size))
        places = ([(row.position, _span(row)) for row in some] for some in rows)
        return self._documents(places, _FEEDERS if len(positions) > _FEW else 0)

    def judge(self, progress: Progress = no_progress, stop: Stop = never) -> bool:
        """Read the whole file into rows; False where it was stopped before. Progress counts bytes.

        Raises FileRefused where the file changes meanwhile or cannot be read further.
        """
        judge = Judge(self.rows)
        size = self.source.size
        with connected():
            for places, found in self._read(SUMMARIES, self._places(_BATCH), _JUDGES):
                self.rows.add(judge.judged(places, found))
                self.count, last = places[-1]
                progress(min(last.offset + last.length, size), size)
                if stop():
                    return False
        progress(size, size)
        return True

    def invoice(self, row: FileRow) -> Invoice:
        """One invoice of the file, to look inside. Raises DocumentError, FileRefused."""
        return read_invoice(self.source.read(_span(row)))

    def _documents(
        self, places: Iterable[list[Place]], readers: int
    ) -> Iterator[list[FileDocument]]:
        for asked, found in self._read(RECORDS, places, readers):
            yield [
                FileDocument(position, span, None, record)
                if isinstance(record, str)
                else FileDocument(position, span, record, "")
                for (position, span), record in zip(asked, found, strict=True)
            ]

    def _read(
        self, way: Way[T], places: Iterable[list[Place]], readers: int
    ) -> Iterator[tuple[list[Place], list[T | str]]]:
        waiting: deque[list[Place]] = deque()

        def spans() -> Iterator[list[Span]]:
            for asked in places:
                waiting.append(asked)
                yield [span for _, span in asked]

        for found in read_all(self.source, way, spans(), readers):
            yield waiting.popleft(), found

    def _places(self, size: int) -> Iterator[list[Place]]:
        places = enumerate(self.source.spans(), 1)
        return iter(lambda: list(islice(places, size)), [])


def _span(row: FileRow) -> Span:
    reason = None if row.readable else row.message.removeprefix(f"{row.position}. belge, ")
    return Span(row.offset, row.length, reason)
