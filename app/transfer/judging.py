"""What the list says of each document of a file before it is imported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from app.domain.record import Record, Summary
from app.netsis.document_splitter import Span
from app.store import journal, preview
from app.store.cards import KnownCards
from app.store.database import reading
from app.store.preview import FileRow, FileRows

Place: TypeAlias = tuple[int, Span]
"""1 for the first of the file, and where it lies."""


def placed(position: int, reason: str) -> str:
    """A reason with the document's place in front."""
    return f"{position}. belge, {reason}"


def missing_card(document: Summary | Record, accounts: set[str], stock: set[str]) -> str | None:
    """The first of the missing cards that a document needs, as a Turkish phrase with its place."""
    if document.account_code in accounts:
        return f"CariKod: cari kartı yok ({document.account_code})"
    if stock:
        for place, code in enumerate(document.stock_codes, 1):
            if code in stock:
                return f"{place}. kalem, StokKodu: stok kartı yok ({code})"
    return None


class Judge:
    """Judges the documents of one file, a batch at a time; inside `connected()`."""

    def __init__(self, rows: FileRows) -> None:
        self._rows = rows
        self._cards = KnownCards()

    def judged(self, places: Sequence[Place], found: Sequence[Summary | str]) -> Iterator[FileRow]:
        """The rows of a batch; what the database has to say of them is read at once."""
        documents = [document for document in found if not isinstance(document, str)]
        contents = [document.fingerprint for document in documents]
        with reading():
            names = self._cards.account_names({one.account_code for one in documents})
            stock = self._cards.missing_stock_items(
                {code for one in documents for code in one.stock_codes}
            )
            earlier = journal.transferred_before(contents)
        accounts = {one.account_code for one in documents} - names.keys()
        twins = self._rows.first_with(contents)
        for (position, span), document in zip(places, found, strict=True):
            if isinstance(document, str):
                yield _unreadable(position, span, document)
                continue
            twin = twins.setdefault(document.fingerprint, position)
            yield _readable(
                (position, span),
                document,
                names.get(document.account_code, ""),
                missing_card(document, accounts, stock),
                earlier.get(document.fingerprint),
                twin if twin != position else None,
            )


def _unreadable(position: int, span: Span, reason: str) -> FileRow:
    message = placed(position, reason)
    return FileRow(position, span.offset, span.length, preview.ERROR, message, False)


def _readable(
    place: Place,
    document: Summary,
    account_name: str,
    missing: str | None,
    earlier: str | None,
    twin: int | None,
) -> FileRow:
    position, span = place
    status, message = preview.READY, ""
    if missing:
        status, message = preview.ERROR, placed(position, missing)
    elif earlier or twin or document.warnings:
        warnings = list(document.warnings)
        if twin:
            warnings.insert(0, f"dosyada iki kez: {twin}. belge ile aynı")
        if earlier:
            warnings.insert(0, f"daha önce aktarıldı, {earlier}")
        more = f" (+{len(warnings) - 1})" if len(warnings) > 1 else ""
        status, message = preview.WARNING, warnings[0] + more
    return FileRow(
        position, span.offset, span.length, status, message, True,
        int(document.document_type), document.branch, document.series, document.number,
        document.document_date, document.account_code, account_name, document.grand_total,
        document.currency, document.currency_total, len(document.stock_codes), missing,
        earlier, document.fingerprint,
    )  # fmt: skip
