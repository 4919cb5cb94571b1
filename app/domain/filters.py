"""What documents are asked for: the Kısıt fields of the screen and of the command line."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from app.domain.invoice import DocumentType
from app.errors import UsageError


class InvoiceFilter(Struct, frozen=True, kw_only=True):
    """All of the given must hold; None asks for nothing. Ranges hold both their ends."""

    document_type: DocumentType | None = None
    date_from: date | None = None
    date_to: date | None = None
    number_from: str | None = None
    number_to: str | None = None
    account_code: str | None = None

    def __post_init__(self) -> None:
        """Raises UsageError where a range ends before it begins."""
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UsageError("Belge Tarihi: son tarih ilk tarihten önce")
        if self.number_from and self.number_to and self.number_from > self.number_to:
            raise UsageError("Fatura No: son numara ilk numaradan küçük")
