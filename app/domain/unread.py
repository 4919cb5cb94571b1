"""What is known of a document that cannot be read: its number, day, account and total."""

from __future__ import annotations

from app.domain.reasons import Reason


class Unread(Reason, frozen=True, array_like=True, gc=False):
    """The reason why a document cannot be read, and the members that could be."""

    number: str = ""
    document_date: str = ""
    """`2024-03-15`."""
    account_code: str = ""
    grand_total: str = ""
    """Canonical text."""


def bare(reason: Reason) -> Reason:
    """Return the reason without the members that were read."""
    if not isinstance(reason, Unread):
        return reason
    return Reason(reason.code, reason.field, reason.values, reason.line, reason.outer, reason.quote)


def unread(reason: Reason, *read: str) -> Unread:
    """Add the members that were read to a reason: number, day, account and total."""
    plain = bare(reason)
    return Unread(
        plain.code, plain.field, plain.values, plain.line, plain.outer, plain.quote, *read
    )
