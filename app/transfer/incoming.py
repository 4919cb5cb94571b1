"""A file that is to be imported: each invoice in it judged alone, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.domain import arithmetic
from app.domain.fingerprint import fingerprint
from app.domain.invoice import Invoice
from app.errors import DocumentError
from app.files.reader import read_invoice
from app.files.source import Source, open_source
from app.files.splitter import Span
from app.store import cards, journal, staging
from app.store.database import connected, reading
from app.store.staging import FileRow, FileRows
from app.transfer.running import Progress, Stop, never, no_progress

_BATCH = 200


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

    def judge(self, progress: Progress = no_progress, stop: Stop = never) -> None:
        """Read the whole file into rows; progress counts bytes.

        Raises FileRefused where the file changes meanwhile or cannot be read further.
        """
        spans = enumerate(self.source.spans(), 1)
        with connected():
            while batch := list(islice(spans, _BATCH)):
                self.rows.add(list(self._judged(batch)))
                self.count = batch[-1][0]
                last = batch[-1][1]
                progress(min(last.offset + last.length, self.source.size), self.source.size)
                if stop():
                    return
        progress(self.source.size, self.source.size)

    def read(self, row: FileRow) -> Invoice:
        """One invoice of the file, whole. Raises DocumentError, FileRefused."""
        return read_invoice(self.source.read(Span(row.offset, row.length, None)))

    def _judged(self, batch: list[tuple[int, Span]]) -> Iterator[FileRow]:
        """The rows of a batch; what the database has to say of them is read at once."""
        parsed = [(position, span, self._parse(span)) for position, span in batch]
        invoices = [found for *_, found in parsed if isinstance(found, Invoice)]
        prints = {id(invoice): fingerprint(invoice) for invoice in invoices}
        with reading():
            known = _Known(invoices, list(prints.values()))
        seen: dict[bytes, int] = {}
        for position, span, found in parsed:
            if not isinstance(found, Invoice):
                yield _unreadable(position, span, found)
                continue
            content = prints[id(found)]
            twin = seen.setdefault(content, position)
            if twin == position:
                twin = self.rows.first_with(content) or position
            yield _readable(position, span, found, content, known, twin)

    def _parse(self, span: Span) -> Invoice | str:
        """The invoice, or in a Turkish phrase what is wrong with it."""
        if span.error:
            return span.error
        try:
            return read_invoice(self.source.read(span))
        except DocumentError as error:
            return error.sentence


class _Known:
    """What the database has to say of a batch of invoices."""

    def __init__(self, invoices: list[Invoice], fingerprints: list[bytes]) -> None:
        accounts = {invoice.header.account_code for invoice in invoices}
        stock = {line.stock_code for invoice in invoices for line in invoice.lines}
        self.account_names = cards.account_names(accounts)
        self.missing_accounts = accounts - self.account_names.keys()
        self.missing_stock = cards.missing_stock_items(stock)
        self.before = journal.transferred_before(fingerprints)

    def missing_card(self, invoice: Invoice) -> str | None:
        """The first card that an invoice needs and the database lacks, as a phrase."""
        return missing_card(invoice, self.missing_accounts, self.missing_stock)


def missing_card(invoice: Invoice, accounts: set[str], stock: set[str]) -> str | None:
    """The first of the missing cards that an invoice needs, as a Turkish phrase with its place."""
    if invoice.header.account_code in accounts:
        return f"CariKod: cari kartı yok ({invoice.header.account_code})"
    for place, line in enumerate(invoice.lines, 1):
        if line.stock_code in stock:
            return f"{place}. kalem, StokKodu: stok kartı yok ({line.stock_code})"
    return None


def _unreadable(position: int, span: Span, reason: str) -> FileRow:
    return FileRow(
        position, span.offset, span.length, staging.ERROR, f"{position}. belge, {reason}", False
    )


def _readable(
    position: int, span: Span, invoice: Invoice, content: bytes, known: _Known, twin: int
) -> FileRow:
    header = invoice.header
    missing, earlier = known.missing_card(invoice), known.before.get(content)
    warnings = arithmetic.warnings(invoice)
    if twin != position:
        warnings.insert(0, f"dosyada iki kez: {twin}. belge ile aynı")
    if earlier:
        warnings.insert(0, f"daha önce aktarıldı, {earlier}")
    status, message = staging.READY, ""
    if missing:
        status, message = staging.ERROR, f"{position}. belge, {missing}"
    elif warnings:
        more = f" (+{len(warnings) - 1})" if len(warnings) > 1 else ""
        status, message = staging.WARNING, warnings[0] + more
    return FileRow(
        position, span.offset, span.length, status, message, True,
        invoice.document_type, header.branch or 0, invoice.series, header.number,
        header.document_date, header.account_code,
        known.account_names.get(header.account_code, ""),
        header.grand_total, len(invoice.lines), missing, earlier, content,
    )  # fmt: skip
