"""Whole documents out of the database, as the JSON text that goes into a file.

SQLite itself puts the text together, from columns whose text is already what the file holds:
making Python objects of the rows would be most of an export's cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from app.domain.invoice import InvoiceHeader, InvoiceLine
from app.domain.members import Member, inside
from app.store.database import database, id_list

_AT_A_TIME = 200


def documents(ids: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    """(number, grand total, JSON text) of each document, in the order of `ids`.

    Reads inside the caller's `reading()`, a few at a time, so that memory does not grow with
    their number; ids that are gone are left out.
    """
    for start in range(0, len(ids), _AT_A_TIME):
        wanted = id_list(ids[start : start + _AT_A_TIME])
        yield from database.execute_sql(_documents_sql(), (wanted,))


@cache
def _documents_sql() -> str:
    header = _members_sql(inside(InvoiceHeader), "i")
    line = _members_sql(inside(InvoiceLine), "l")
    return f"""
        SELECT i.number, i.grand_total,
            '{{' || iif(i.series IS NULL, '', '"Seri":' || json_quote(i.series) || ',')
            || '"FaturaTip":' || i.document_type
            || ',"KalemAdedi":' || i.line_count
            || {_extra_sql("i.extra")}
            || ',"FatUst":{{"Tip":' || i.document_type || {header}
            || {_extra_sql("i.header_extra")}
            || '}},"Kalems":[' || (
                SELECT group_concat(
                    '{{' || substr({line} || {_extra_sql("l.extra")}, 2) || '}}', ','
                    ORDER BY l.position)
                FROM line AS l WHERE l.invoice_id = i.id
            ) || ']}}'
        FROM json_each(?) AS wanted JOIN invoice AS i ON i.id = wanted.value
        ORDER BY wanted.key
    """


def _members_sql(columns: tuple[Member, ...], alias: str) -> str:
    """SQL text of `,"Name":value` for each column; nothing for a NULL."""
    return " || ".join(_member_sql(member, f'{alias}."{member.attribute}"') for member in columns)


def _member_sql(member: Member, column: str) -> str:
    value = column
    if member.kind is str:
        value = f"json_quote({column})"
    elif member.kind.__name__ == "date":
        value = f"'\"' || {column} || ' 00:00:00\"'"
    text = f"',\"{member.name}\":' || {value}"
    return text if member.required else f"iif({column} IS NULL, '', {text})"


def _extra_sql(column: str) -> str:
    """SQL text of an extra object's members, without its braces and with a comma in front."""
    return f"coalesce(',' || substr({column}, 2, length({column}) - 2), '')"
