"""Whole documents out of the database, as the JSON text that goes into a file.

SQLite itself puts the text together, from columns whose text is already what the file holds:
making Python objects of the rows would be most of an export's cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from app.domain import amounts
from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, inside
from app.errors import DatabaseRefused
from app.store.database import database
from app.store.engine.sqlite import TooLong, id_list

_AT_A_TIME = 100
_MOST_BYTES = 32 << 20
"""Of the text that SQLite puts together in one value; one document alone may be longer."""


class Documents(NamedTuple):
    """Some documents: how many, the sum of their totals, and their text with `,\\n` between."""

    number: int
    total: Decimal
    text: bytes


def documents(ids: Sequence[int]) -> Iterator[Documents]:
    """The documents in the order of `ids`, some at a time, so that memory does not grow.

    Reads inside the caller's `reading()`. Raises DatabaseRefused where one is not there any more.
    """
    for start in range(0, len(ids), _AT_A_TIME):
        yield from _some(ids[start : start + _AT_A_TIME], alone=len(ids) == 1)


def _some(ids: Sequence[int], *, alone: bool) -> Iterator[Documents]:
    """These documents at once, or by halves where their text would be too long."""
    wanted = id_list(ids)
    row = _row(wanted, whole=len(ids) == 1)
    if row is None:
        half = len(ids) // 2
        yield from _some(ids[:half], alone=False)
        yield from _some(ids[half:], alone=False)
        return
    found, totals, text = row
    # The rows come as json_each() gives them, in order: nothing but this says so.
    if f"[{found}]" != wanted:
        what = "Belge" if alone else "Belgelerden bazıları"
        raise DatabaseRefused(f"{what} artık yok; listeyi yeniden getirin")
    total = amounts.total(map(Decimal, totals.split(",")))
    yield Documents(totals.count(",") + 1, total, text)


def _row(wanted: str, *, whole: bool) -> tuple[str, str, bytes] | None:
    """What SQLite answers for these ids; None where the text is longer than `_MOST_BYTES`.

    SQLite itself stops at its limit: to ask for the sizes first would cost every export.
    """
    try:
        with nullcontext() if whole else database.values_up_to(_MOST_BYTES):
            found = database.connection().execute(_documents_sql(), (wanted,))
            row: tuple[str, str, bytes] = found.fetchone()
    except TooLong:
        return None
    return row


@cache
def _documents_sql() -> str:
    order, stock, *line = inside(InvoiceLine)
    line_text = _concat(
        "'{'",
        f"'\"{order.name}\":' || l.\"{order.attribute}\" || ','",
        f'\'"{stock.name}":\' || json_quote(l."{stock.attribute}")',
        *_members(line, "l"),
        _rest("l.extra"),
    )
    text = _concat(
        "'{'",
        _unless_null("i.series", "'\"Seri\":' || json_quote(i.series) || ','"),
        "'\"FaturaTip\":', i.document_type, ',\"KalemAdedi\":', i.line_count",
        "',' || substr(i.extra, 2, length(i.extra) - 2)",
        '\',"FatUst":{"Tip":\', i.document_type',
        *_members(inside(InvoiceHeader), "i"),
        _rest("i.header_extra"),
        f"""',\"Kalems\":[', (
            SELECT group_concat({line_text}, ',' ORDER BY l.position)
            FROM line AS l WHERE l.invoice_id = i.id
        ), ']}}'""",
    )
    # As a BLOB it comes out as the bytes that the file gets, with no str between.
    return f"""
        SELECT group_concat(i.id), group_concat(i.grand_total),
            CAST(group_concat({text}, ',' || char(10)) AS BLOB)
        FROM json_each(?) AS wanted CROSS JOIN invoice AS i ON i.id = wanted.value
    """


# Pieces of SQL that each make a piece of text. concat() takes a NULL for nothing, and anything
# joined by || to a NULL is NULL: so a member without a value leaves nothing behind.


def _concat(*pieces: str) -> str:
    return f"concat({', '.join(pieces)})"


def _members(columns: Sequence[Member], alias: str) -> list[str]:
    """`,"Name":value` of each column."""
    return [_member(member, f'{alias}."{member.attribute}"') for member in columns]


def _member(member: Member, column: str) -> str:
    name = f"',\"{member.name}\":'"
    if member.kind is str:
        # json_quote() makes a text of NULL too.
        quoted = f"{name} || json_quote({column})"
        return quoted if member.required else _unless_null(column, quoted)
    if member.kind is date:
        return f"{name} || '\"' || {column} || ' 00:00:00\"'"
    return f"{name} || {column}"


def _unless_null(column: str, text: str) -> str:
    return f"iif({column} IS NULL, NULL, {text})"


def _rest(extra: str) -> str:
    """The members in an extra object behind those that are columns, and the closing brace."""
    return f"coalesce(',' || substr({extra}, 2), '}}')"
