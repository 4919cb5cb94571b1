"""The checksum of a stored document over all its columns, lines included.

It is a CRC-32: first of the content as MessagePack, computed where the document is parsed, then
continued over what the import adds: id, number, day, origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias
from zlib import crc32

import msgspec

from app.domain.invoice import InvoiceLine, inside
from app.domain.record import CONTENT, content_checksum
from app.store.damaged import around_damage
from app.store.database import database

ENTRY: Final = (
    "id", "number", "series", "prefix", "tail", "line_count", "entered_on", "transfer_id",
    "transfer_position",
)  # fmt: skip
"""The columns of a document that do not come from its file."""
COLUMNS: Final = (*ENTRY, "checksum", *CONTENT)
"""The columns that a checksum covers, and the checksum itself."""
DOCUMENT_COLUMNS: Final = (*COLUMNS, "number_key", "gib_number")
"""All columns of a document, in the order in which it is written and read."""
_ENTRY_END: Final = len(ENTRY)
_CONTENT_END: Final = len(COLUMNS)
_NO_LINES: Final[tuple[float, Iterator[Any]]] = (inf, iter(()))
_AT_A_TIME: Final = 500
_encode = msgspec.msgpack.Encoder().encode

Row: TypeAlias = tuple[Any, ...]
"""The values of DOCUMENT_COLUMNS, or those of a line without document and position."""


class Sealed(NamedTuple):
    """A stored document with its stored checksum and the one computed from its columns.

    A checksum is None if there is none, or if the document is unreadable.
    """

    id: int
    stored: int | None
    computed: int | None


def checksum(content: int, entry: Sequence[Any]) -> int:
    """Return the checksum of a document from its content's checksum and its values of ENTRY."""
    return crc32(_encode(entry), content)


def checksums() -> Iterator[list[Sealed]]:
    """Yield every stored document in batches; an unreadable one does not hide the others."""
    ids = database.ids("SELECT id FROM invoice ORDER BY id")
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        yield around_damage(some, _sealed_documents, lambda one: Sealed(one, None, None))


def _sealed_documents(ids: Sequence[int]) -> list[Sealed]:
    return [seal(row, lines) for row, lines in documents(ids[0], ids[-1])]


def seal(row: Row, lines: Sequence[Row]) -> Sealed:
    """Return a document's stored checksum with the one computed from its columns and lines."""
    entry, stored, content = row[:_ENTRY_END], row[_ENTRY_END], row[_ENTRY_END + 1 : _CONTENT_END]
    return Sealed(row[0], stored, checksum(content_checksum(content, lines), entry))


def documents(first: int, last: int) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the rows of documents in a range of ids, each with its lines."""
    line_columns = ["invoice_id", *(member.attribute for member in inside(InvoiceLine)), "extra"]
    where = "BETWEEN ? AND ? ORDER BY"
    invoices = database.execute_sql(
        f"SELECT {_names(DOCUMENT_COLUMNS)} FROM invoice WHERE id {where} id", (first, last)
    )
    all_lines = database.execute_sql(
        f"SELECT {_names(line_columns)} FROM line WHERE invoice_id {where} invoice_id, position",
        (first, last),
    )
    owners = groupby(all_lines, itemgetter(0))
    owner, lines = next(owners, _NO_LINES)
    for row in invoices:
        while owner < row[0]:  # skip lines without a document
            owner, lines = next(owners, _NO_LINES)
        yield row, [line[1:] for line in lines] if owner == row[0] else []


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
