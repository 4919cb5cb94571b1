"""A file that is to be imported: each invoice in it read and judged alone, before it is saved."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.domain.invoice import Invoice
from app.domain.packed import PackedInvoice
from app.files.reader import read_invoice
from app.files.readers import read_all
from app.files.source import Source, open_source
from app.files.splitter import Span
from app.store import cards, journal, staging
from app.store.database import connected, reading
from app.store.staging import FileRow, FileRows
from app.transfer.running import Progress, Stop, batches, never, no_progress

_BATCH = 100
_JUDGES = 2  # readers while there is nothing but reading to do


class Document(NamedTuple):
    """One invoice of a file: what was read, or in a Turkish phrase what is wrong with it."""

    position: int
    """1 for the first of the file."""
    span: Span
    packed: PackedInvoice | None
    reason: str

    def placed(self, reason: str) -> str:
        """A reason with the document's place in front."""
        return f"{self.position}. belge, {reason}"


class IncomingFile:
    """An open file and the rows of its invoices."""

    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        """Raises FileRefused where the file as a whole cannot be read."""
        self.source: Source = open_source(path, encoding)
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

    def documents(self, size: int = _BATCH, readers: int = 1) -> Iterator[list[Document]]:
        """The whole file in order, some documents at a time. Raises FileRefused."""
        spans = enumerate(self.source.spans(), 1)
        return self._read(iter(lambda: list(islice(spans, size)), []), readers)

    def picked(self, positions: Sequence[int], size: int = _BATCH) -> Iterator[list[Document]]:
        """Judged documents once more, in the order given. Raises FileRefused."""
        rows = (self.rows.rows(some) for some in batches(positions, size))
        return self._read(([(row.position, _span(row)) for row in some] for some in rows), 1)

    def judge(self, progress: Progress = no_progress, stop: Stop = never) -> None:
        """Read the whole file into rows; progress counts bytes.

        Raises FileRefused where the file changes meanwhile or cannot be read further.
        """
        with connected():
            for documents in self.documents(readers=_JUDGES):
                self.rows.add(list(self._judged(documents)))
                self.count = documents[-1].position
                last = documents[-1].span
                progress(min(last.offset + last.length, self.source.size), self.source.size)
                if stop():
                    return
        progress(self.source.size, self.source.size)

    def invoice(self, row: FileRow) -> Invoice:
        """One invoice of the file, to look inside. Raises DocumentError, FileRefused."""
        return read_invoice(self.source.read(_span(row)))

    def _read(
        self, places: Iterable[list[tuple[int, Span]]], readers: int
    ) -> Iterator[list[Document]]:
        asked: deque[list[tuple[int, Span]]] = deque()

        def spans() -> Iterator[list[Span]]:
            for some in places:
                asked.append(some)
                yield [span for _, span in some]

        for found in read_all(self.source, spans(), readers):
            yield [
                Document(position, span, None, reading)
                if isinstance(reading, str)
                else Document(position, span, reading, "")
                for (position, span), reading in zip(asked.popleft(), found, strict=True)
            ]

    def _judged(self, documents: list[Document]) -> Iterator[FileRow]:
        """The rows of a batch; what the database has to say of them is read at once."""
        packed = [document.packed for document in documents if document.packed]
        with reading():
            known = _Known(packed)
        seen: dict[bytes, int] = {}
        for document in documents:
            if document.packed is None:
                yield _unreadable(document)
                continue
            content = document.packed.fingerprint
            twin = seen.setdefault(content, document.position)
            if twin == document.position:
                twin = self.rows.first_with(content) or document.position
            yield _readable(document, document.packed, known, twin)


class _Known:
    """What the database has to say of a batch of documents."""

    def __init__(self, documents: list[PackedInvoice]) -> None:
        accounts = {document.account_code for document in documents}
        stock = {code for document in documents for code in document.stock_codes}
        self.account_names = cards.account_names(accounts)
        self.missing_accounts = accounts - self.account_names.keys()
        self.missing_stock = cards.missing_stock_items(stock)
        self.before = journal.transferred_before(document.fingerprint for document in documents)

    def missing_card(self, document: PackedInvoice) -> str | None:
        """The first card that a document needs and the database lacks, as a phrase."""
        return missing_card(document, self.missing_accounts, self.missing_stock)


def missing_card(document: PackedInvoice, accounts: set[str], stock: set[str]) -> str | None:
    """The first of the missing cards that a document needs, as a Turkish phrase with its place."""
    if document.account_code in accounts:
        return f"CariKod: cari kartı yok ({document.account_code})"
    if stock:
        for place, code in enumerate(document.stock_codes, 1):
            if code in stock:
                return f"{place}. kalem, StokKodu: stok kartı yok ({code})"
    return None


def _span(row: FileRow) -> Span:
    reason = None if row.readable else row.message.removeprefix(f"{row.position}. belge, ")
    return Span(row.offset, row.length, reason)


def _unreadable(document: Document) -> FileRow:
    span, message = document.span, document.placed(document.reason)
    return FileRow(document.position, span.offset, span.length, staging.ERROR, message, False)


def _readable(document: Document, packed: PackedInvoice, known: _Known, twin: int) -> FileRow:
    position, span = document.position, document.span
    missing, earlier = known.missing_card(packed), known.before.get(packed.fingerprint)
    warnings = list(packed.warnings)
    if twin != position:
        warnings.insert(0, f"dosyada iki kez: {twin}. belge ile aynı")
    if earlier:
        warnings.insert(0, f"daha önce aktarıldı, {earlier}")
    status, message = staging.READY, ""
    if missing:
        status, message = staging.ERROR, document.placed(missing)
    elif warnings:
        more = f" (+{len(warnings) - 1})" if len(warnings) > 1 else ""
        status, message = staging.WARNING, warnings[0] + more
    return FileRow(
        position, span.offset, span.length, status, message, True,
        packed.document_type, packed.branch, packed.series, packed.number,
        date.fromisoformat(packed.document_date), packed.account_code,
        known.account_names.get(packed.account_code, ""),
        Decimal(packed.grand_total), len(packed.lines), missing, earlier, packed.fingerprint,
    )  # fmt: skip
