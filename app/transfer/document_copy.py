"""Write one document to a new file of its own; existing files are never overwritten."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from app.domain.netsis_json import encode_invoice
from app.domain.text import one_line
from app.netsis.document_splitter import Span
from app.netsis.file_names import OUTPUT_ENDINGS
from app.netsis.output_file import JsonArrayFile
from app.store.preview import FileRow
from app.transfer.export_run import left_out_words, run_export
from app.transfer.import_file import IncomingFile
from app.whole_file import WholeFile

_AT_ONCE: Final = 1 << 20  # bytes


class Copy(NamedTuple):
    """A way to write a document to a file."""

    name: str
    """The suggested name of the file."""
    endings: tuple[str, ...]
    """The endings that the file may have."""
    save: Callable[[Path], str]
    """Writes the file and returns a note for the user. Raises FileRefused, DatabaseRefused."""


def of_stored(invoice_id: int, number: str) -> Copy:
    """Return the copy of a stored document: an export of this document, recorded in the journal.

    Any document that has left the database in a file has to count as exported.
    """

    def write(path: Path) -> str:
        done = run_export([invoice_id], path)
        return "; ".join(filter(None, (left_out_words(done.left_out), done.note)))

    return Copy(_file_name(number), OUTPUT_ENDINGS, write)


def of_file(incoming: IncomingFile, row: FileRow) -> Copy:
    """Return the copy of a readable document of a file, in the spelling of our files."""

    def write(path: Path) -> str:
        text = encode_invoice(incoming.invoice(row))
        with JsonArrayFile.create(path) as out:
            out.write(text)
            out.finish()
        return ""

    return Copy(_file_name(row.number or f"belge-{row.position}"), OUTPUT_ENDINGS, write)


def of_unreadable(incoming: IncomingFile, row: FileRow) -> Copy:
    """Return the copy of an unreadable document: its own bytes, to be corrected."""

    def write(path: Path) -> str:
        with WholeFile(path) as out:
            for begin in range(0, row.length, _AT_ONCE):
                size = min(_AT_ONCE, row.length - begin)
                out.write(incoming.source.read(Span(row.offset + begin, size)))
            out.finish()
        return ""

    return Copy(_file_name(f"belge-{row.position}"), (".json",), write)


def _file_name(name: str) -> str:
    return f"{one_line(name).replace('/', '-').replace(os.sep, '-').lstrip('.')}.json"
