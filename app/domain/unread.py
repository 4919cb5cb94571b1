"""A document that cannot be read still says who it is: its number, day, account and total."""

from __future__ import annotations

from app.domain.reasons import Reason


class Unread(Reason, frozen=True, array_like=True, gc=False):
    """Why a document cannot be read, and what of it could be."""

    number: str = ""
    document_date: str = ""
    """`2024-03-15`."""
    account_code: str = ""
    grand_total: str = ""
    """Canonical text."""

    def bare(self) -> Reason:
        """Return the reason alone."""
        return Reason(self.code, self.field, self.values, self.line, self.outer, self.quote)


def bare(reason: Reason) -> Reason:
    """Return the reason alone, without what was read of the document."""
    return reason.bare() if isinstance(reason, Unread) else reason


def unread(reason: Reason, *read: str) -> Unread:
    """Return the reason with what was read: number, day, account and total."""
    plain = bare(reason)
    return Unread(
        plain.code, plain.field, plain.values, plain.line, plain.outer, plain.quote, *read
    )
