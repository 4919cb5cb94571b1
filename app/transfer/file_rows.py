"""Convert a document of a file to a list row, and the row back to a summary for a new decision."""

from __future__ import annotations

import msgspec

from app.domain.document_status import ERROR, WARNING
from app.domain.invoice import DocumentType
from app.domain.reasons import Code, Reason
from app.domain.record import Summary
from app.domain.unread import Unread, unread
from app.netsis.document_splitter import Span
from app.store import preview
from app.store.preview import FileRow
from app.transfer.decide import Decision
from app.transfer.outcomes import outcome_of


def row(
    position: int,
    span: Span,
    found: Summary | Reason,
    decision: Decision,
    account_name: str = "",
) -> FileRow:
    """Make the row of a document, or of the reason why it is unreadable."""
    outcome = outcome_of(position, found, decision)
    status, told = WARNING if outcome.warned else outcome.status, outcome.message
    reason = preview.encoded(decision.refusal)
    if isinstance(found, Reason):
        return _unread_row(position, span, status, told, reason, found)
    codes = None
    if status == ERROR:
        codes = msgspec.json.encode(found.stock_codes).decode()
    return FileRow(
        position, span.offset, span.length, status, told, True,
        int(found.document_type), found.branch, found.series, found.number, found.document_date,
        found.account_code, account_name, found.grand_total, found.currency,
        found.currency_total, len(found.stock_codes), codes, found.fingerprint,
        found.gib_number, reason=reason, warned=preview.encoded(found.warnings), kind=found.kind,
        written=found.written,
    )  # fmt: skip


def _unread_row(
    position: int, span: Span, status: str, told: str, reason: str | None, found: Reason
) -> FileRow:
    row = FileRow(position, span.offset, span.length, status, told, False, reason=reason)
    if not isinstance(found, Unread):
        return row
    return row._replace(
        number=found.number,
        document_date=found.document_date or None,
        account_code=found.account_code,
        unread_total=found.grand_total or None,
    )


def span(row: FileRow) -> Span:
    """Return the byte range of the document in its file, or the reason why it is unreadable."""
    return Span(row.offset, row.length, None if row.readable else _unread(row))


def summary(row: FileRow) -> Summary | Reason:
    """Return the document's summary, or the reason why it is unreadable.

    Its stock codes are included only if a card was missing, since cards are never deleted.
    """
    if row.document_type is None or row.document_date is None or row.fingerprint is None:
        return _unread(row)
    codes = msgspec.json.decode(row.stock_codes, type=list[str]) if row.stock_codes else []
    return Summary(
        DocumentType(row.document_type), row.series, row.branch, row.number, row.document_date,
        row.account_code, row.grand_total or "", row.currency, row.currency_total, codes,
        row.fingerprint, row.warnings, row.gib_number, row.kind, row.written,
    )  # fmt: skip


def _unread(row: FileRow) -> Unread:
    """Return why a row's document is unreadable, with the members that were read."""
    reason = row.refusal or Reason(Code.BROKEN_JSON)
    read = row.document_date or "", row.account_code, row.unread_total or ""
    return unread(reason, row.number, *read)
