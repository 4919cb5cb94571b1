"""One document in full, and where it came from."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.invoice import Invoice
from app.errors import DatabaseRefused
from app.files.reader import read_invoice
from app.store import cards, journal
from app.store.database import reading
from app.store.documents import documents
from app.store.journal import Provenance


class Document(NamedTuple):
    """A stored document with the names that its codes stand for."""

    invoice: Invoice
    account_name: str
    stock_names: dict[str, str]
    provenance: Provenance | None


def load(invoice_id: int) -> Document:
    """Raises DatabaseRefused where there is no such document any more."""
    with reading():
        invoice = read_invoice(_text(invoice_id).encode())
        code = invoice.header.account_code
        stock = {line.stock_code for line in invoice.lines}
        return Document(
            invoice,
            cards.account_names([code]).get(code, ""),
            cards.stock_names(stock),
            journal.provenance(invoice_id),
        )


def load_text(invoice_id: int) -> str:
    """The document as Netsis JSON. Raises DatabaseRefused where it is gone."""
    with reading():
        return _text(invoice_id)


def _text(invoice_id: int) -> str:
    for _, _, text in documents([invoice_id]):
        return text
    raise DatabaseRefused("Belge artık yok; listeyi yeniden getirin")
