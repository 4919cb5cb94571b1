"""Make a list row of a file's document, and a summary of the row to decide about it again."""

from __future__ import annotations

import msgspec

from app.domain.invoice import DocumentType
from app.domain.reasons import Code, Reason
from app.domain.record import Summary
from app.netsis.document_splitter import Span
from app.store import preview
from app.store.preview import FileRow
from app.transfer.decide import Action, Decision
from app.transfer.phrases import message


def row(
    position: int,
    span: Span,
    found: Summary | Reason,
    decision: Decision,
    account_name: str = "",
) -> FileRow:
    """Return the row of a document, or of the reason why it is unreadable."""
    told = message(position, found, decision)
    status = preview.WARNING if told else preview.READY
    if decision.action is Action.REFUSE:
        status = preview.ERROR
    reason = preview.encoded(decision.refusal)
    if isinstance(found, Reason):
        return FileRow(position, span.offset, span.length, status, told, False, reason=reason)
    codes = None
    if status == preview.ERROR:
        codes = msgspec.json.encode(found.stock_codes).decode()
    return FileRow(
        position, span.offset, span.length, status, told, True,
        int(found.document_type), found.branch, found.series, found.number, found.document_date,
        found.account_code, account_name, found.grand_total, found.currency,
        found.currency_total, len(found.stock_codes), codes, found.fingerprint,
        found.gib_number, reason=reason, warned=preview.encoded(found.warnings), kind=found.kind,
    )  # fmt: skip


def span(row: FileRow) -> Span:
    """Return the bytes of the document in its file, or the reason why it is unreadable."""
    return Span(row.offset, row.length, None if row.readable else row.refusal)


def summary(row: FileRow) -> Summary | Reason:
    """Return what a decision needs of the document, or the reason why it is unreadable.

    Include its stock codes only if a card was missing: cards are never deleted.
    """
    if row.document_type is None or row.document_date is None or row.fingerprint is None:
        return row.refusal or Reason(Code.BROKEN_JSON)
    codes = msgspec.json.decode(row.stock_codes, type=list[str]) if row.stock_codes else []
    return Summary(
        DocumentType(row.document_type), row.series, row.branch, row.number, row.document_date,
        row.account_code, row.grand_total or "", row.currency, row.currency_total, codes,
        row.fingerprint, row.warnings, row.gib_number, row.kind,
    )  # fmt: skip
