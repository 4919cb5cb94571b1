"""One document in full, and where it came from."""

from __future__ import annotations

import os
from datetime import datetime
from typing import NamedTuple

from app.domain.invoice import Invoice
from app.netsis.tolerant.parser import read_invoice
from app.store import cards, journal
from app.store.database import reading
from app.store.export_sql import documents
from app.store.journal import Provenance
from app.store.preview import FileRow
from app.transfer.import_file import IncomingFile


class Document(NamedTuple):
    """A document with the names that its codes stand for, and where it came from in words."""

    invoice: Invoice
    account_name: str
    stock_names: dict[str, str]
    origin: list[str]


def load(invoice_id: int) -> Document:
    """Raises DatabaseRefused where there is no such document any more."""
    with reading():
        invoice = read_invoice(_text(invoice_id))
        return _named(invoice, _origin(journal.provenance(invoice_id)))


def of_file(incoming: IncomingFile, row: FileRow) -> Document:
    """A document of a file that is not imported. Raises DocumentError, FileRefused."""
    invoice = incoming.invoice(row)
    with reading():
        return _named(
            invoice, [f"{row.position}. belge, dosyada; aktarılmadı", f"  Dosya  {incoming.path}"]
        )


def load_text(invoice_id: int) -> str:
    """The document as Netsis JSON. Raises DatabaseRefused where it is gone."""
    with reading():
        return _text(invoice_id).decode()


def _text(invoice_id: int) -> bytes:
    (document,) = documents([invoice_id])
    return document.text


def _named(invoice: Invoice, origin: list[str]) -> Document:
    code = invoice.header.account_code
    stock = cards.stock_names({line.stock_code for line in invoice.lines})
    return Document(invoice, cards.account_names([code]).get(code, ""), stock, origin)


def _origin(origin: Provenance | None) -> list[str]:
    if origin is None:
        return ["Bu veritabanında girilmiş; aktarımla gelmemiş"]
    started = datetime.fromisoformat(origin.started_at)
    folder, name = os.path.split(origin.file)
    return [
        f"Aktarım {origin.transfer_id}, {started:%d.%m.%Y %H:%M}",
        f"  Dosya  {name}",
        f"  Klasör {folder}",
        f"  Kaynak {origin.position}. belge, Fatura No {origin.source_number}",
    ]
