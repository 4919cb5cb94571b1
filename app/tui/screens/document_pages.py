"""Make the page of a document: stored, in a file, or unreadable."""

from __future__ import annotations

from collections.abc import Callable

from app.store.preview import FileRow
from app.transfer import document_copy, document_page, raw_page
from app.transfer.import_file import IncomingFile
from app.tui.incoming_list import status_text
from app.tui.screens.document import DeletedScreen, DocumentPage, DocumentScreen, RawScreen


def stored_page(invoice_id: int) -> DocumentPage:
    """Return the page of a stored document. Raises DatabaseRefused if it is gone or damaged."""
    document = document_page.load(invoice_id)
    copy = document_copy.of_stored(invoice_id, document.invoice.header.number)
    return DocumentScreen(document, copy)


def deleted_page(deleted_id: int, restore: Callable[[], None]) -> DocumentPage:
    """Return the page of a document of Silinen Belgeler; `restore` restores its run.

    Raises DatabaseRefused if it is gone or damaged.
    """
    return DeletedScreen(document_page.load_deleted(deleted_id), restore)


def file_page(incoming: IncomingFile, row: FileRow) -> DocumentPage:
    """Return the page of a row in a file's list. Raises AppError if it cannot be shown."""
    if row.invoice_id is not None:
        return stored_page(row.invoice_id)
    if row.readable:
        document = document_page.load_from_file(incoming, row)
        return DocumentScreen(document, document_copy.of_file(incoming, row))
    if row.length:
        raw = raw_page.load_raw(incoming, row)
        return RawScreen(raw, status_text(row), document_copy.of_unreadable(incoming, row))
    reason = status_text(row)
    return RawScreen(raw_page.without_text(row.position, reason), reason)
