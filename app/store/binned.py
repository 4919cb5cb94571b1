"""A document in the recycle bin: its columns and lines as read, in MessagePack.

Unpacking gives the same bytes, which the document's own checksum proves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from app.domain.amounts import stored
from app.domain.invoice import DocumentType, InvoiceHeader, InvoiceLine, Member, inside
from app.domain.numbers import Split, number_scope
from app.store.checksums import DOCUMENT_COLUMNS, Row, seal

_AT: Final = {column: index for index, column in enumerate(DOCUMENT_COLUMNS)}
_STOCK: Final = [member.attribute for member in inside(InvoiceLine)].index("stock_code")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[Any, ...], tuple[tuple[Any, ...], ...]]).decode


class Binned(NamedTuple):
    """A stored document: its DOCUMENT_COLUMNS, and its lines without document and position."""

    row: Row
    lines: Sequence[Row]

    def value(self, column: str) -> Any:
        """Return the value of a column."""
        return self.row[_AT[column]]

    @property
    def id(self) -> int:
        """The document's id."""
        return int(self.value("id"))

    @property
    def number(self) -> str:
        """The document number."""
        return str(self.value("number"))

    @property
    def document_type(self) -> DocumentType:
        """The document type."""
        return DocumentType(self.value("document_type"))

    @property
    def day(self) -> date:
        """The document date."""
        return date.fromisoformat(self.value("document_date"))

    @property
    def total(self) -> Decimal:
        """The grand total in TL as the document states it, so returns are positive."""
        return stored(self.value("grand_total"))

    @property
    def position(self) -> int:
        """The document's position in the run that imported it."""
        return int(self.value("transfer_position"))

    @property
    def tail(self) -> int | None:
        """The numeric tail of the number; None if it ends in no digit."""
        tail: int | None = self.value("tail")
        return tail

    @property
    def series(self) -> tuple[int, str, int]:
        """Document type, prefix and branch: the key of its counter."""
        return self.value("document_type"), self.value("prefix"), self.value("branch") or 0

    @property
    def scope(self) -> str:
        """The supplier that a purchase number belongs to; empty for our own numbers."""
        return number_scope(self.document_type, str(self.value("account_code")))

    @property
    def stock_codes(self) -> set[str]:
        """The stock codes of its lines."""
        return {line[_STOCK] for line in self.lines}

    @property
    def entry(self) -> tuple[Any, ...]:
        """Id, number, account, run and position, which the bin also stores as columns."""
        columns = ("id", "number", "account_code", "transfer_id", "transfer_position")
        return tuple(map(self.value, columns))

    @property
    def is_sound(self) -> bool:
        """Whether the document's checksum is right."""
        sealed = seal(self.row, self.lines)
        return sealed.stored == sealed.computed

    def with_parts(self, split: Split) -> Binned:
        """Return the document with another prefix and tail; a right checksum stays right."""
        row = list(self.row)
        row[_AT["prefix"]], row[_AT["tail"]] = split.prefix, split.tail
        if self.is_sound:
            row[_AT["checksum"]] = seal(tuple(row), self.lines).computed
        return Binned(tuple(row), self.lines)

    def text(self) -> bytes:
        """Return the document as an export would write it."""
        document_type, series, extra = (
            self.value(one) for one in ("document_type", "series", "extra")
        )
        header = _members(inside(InvoiceHeader), self.value, self.value("header_extra"))
        top = {} if series is None else {"Seri": series}
        top |= {"FaturaTip": document_type, "KalemAdedi": len(self.lines), **_object(extra)}
        top |= {"FatUst": {"Tip": document_type, **header}, "Kalems": [*map(_line, self.lines)]}
        return msgspec.json.encode(top)

    def packed(self) -> bytes:
        """Encode the document for the bin."""
        return _encode((self.row, self.lines))


def _line(values: Row) -> dict[str, Any]:
    table = inside(InvoiceLine)
    columns = dict(zip((member.attribute for member in table), values, strict=False))
    return _members(table, columns.__getitem__, values[len(table)])


def _members(
    table: Sequence[Member], value: Callable[[str], Any], extra: str | None
) -> dict[str, Any]:
    """Return the members with a value, then the other members in `extra`."""
    found = {
        member.name: _spelled(member, column)
        for member in table
        if (column := value(member.attribute)) is not None
    }
    return found | _object(extra)


def _spelled(member: Member, column: Any) -> Any:
    """Return a column's value as files have it; amounts and days are stored as text."""
    if member.kind is Decimal:
        return msgspec.Raw(str(column).encode())
    return f"{column} 00:00:00" if member.kind is date else column


def _object(extra: str | None) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(extra, type=dict[str, msgspec.Raw]) if extra else {}


def unpacked(content: bytes, checksum: int, entry: tuple[Any, ...] | None = None) -> Binned | None:
    """Decode a document of the bin; None if its content was changed, or differs from its `entry`.

    The entry is what the bin also stores as columns.
    """
    try:
        found = Binned(*_decode(content))
        is_whole = len(found.row) == len(DOCUMENT_COLUMNS) and found.value("checksum") == checksum
        is_ours = is_whole and entry in (None, found.entry)
        return found if is_ours and found.is_sound else None
    except (msgspec.MsgspecError, ValueError, TypeError, IndexError):
        return None
