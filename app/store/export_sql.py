"""Read whole documents from the database as the JSON text of an export file.

SQLite builds the text from columns with the file's own spelling, because making Python objects of
the rows would take most of an export's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

from app.domain import amounts
from app.domain.invoice import DocumentType, InvoiceHeader, InvoiceLine, Member, inside
from app.domain.totals import TypeTotals
from app.errors import DatabaseRefused
from app.store.database import database
from app.store.engine.causes import is_damage
from app.store.engine.many_values import id_list
from app.store.engine.sqlite_limits import TooLong
from app.store.signs import signed

_AT_A_TIME = 100
_MOST_DIGITS = amounts.INTEGER_DIGITS + len(str(_AT_A_TIME))
_MOST_BYTES = 32 << 20
"""The longest text that SQLite builds in one value; a single document may exceed it."""


_AMOUNT_BOUND: Final = 10.0**amounts.INTEGER_DIGITS
_TYPE_IN_FILE: Final[dict[type, Any]] = {
    Decimal: Annotated[float, Meta(ge=-_AMOUNT_BOUND, le=_AMOUNT_BOUND)],
    date: datetime,
    int: int,
}


def _readable(struct: type[Struct]) -> type[Struct]:
    """Return a struct that checks the types of a struct's columns; texts are quoted anyway."""
    fields: list[Any] = [
        (member.name, kind) if member.required else (member.name, kind | UnsetType, UNSET)
        for member in sorted(inside(struct), key=lambda one: not one.required)
        if (kind := _TYPE_IN_FILE.get(member.kind))
    ]
    return defstruct(struct.__name__, fields, gc=False)


_DOCUMENT: Final[list[Any]] = [
    ("KalemAdedi", int),
    ("FatUst", _readable(InvoiceHeader)),
    ("Kalems", list[_readable(InvoiceLine)]),  # type: ignore[misc]
]
_read = msgspec.json.Decoder(list[defstruct("Document", _DOCUMENT, gc=False)]).decode  # type: ignore[misc]


class ExportPiece(NamedTuple):
    """Several documents: their number, their totals, and their JSON joined by `,\n`."""

    number: int
    totals: TypeTotals
    text: bytes
    left_out: int | None = None
    """The id of a document too damaged to export; the other fields are then empty."""


class _Piece(NamedTuple):
    """SQLite's JSON of several documents; empty if it could not be built."""

    ids: Sequence[int]
    totals: tuple[str | None, ...] = ()
    """The amounts of sales and of purchases, each joined by commas; None if there are none."""
    text: bytes = b""


def documents(ids: Sequence[int]) -> Iterator[ExportPiece]:
    """Yield the documents in the order of `ids`, in pieces, so that memory does not grow.

    Only damaged documents are left out, and each is reported. Call inside `reading()`. Raises
    DatabaseRefused if a document was deleted; one that an index still has is damaged.
    """
    if not ids:
        return
    if len(ids) <= _AT_A_TIME:
        piece = _piece(ids, alone=len(ids) == 1)
        yield from _sound_pieces(piece, is_sound=_is_sound(piece))
        return
    with ThreadPoolExecutor(1) as beside:  # a piece is checked while SQLite builds the next one
        before: tuple[_Piece, Future[bool]] | None = None
        for start in range(0, len(ids), _AT_A_TIME):
            piece = _piece(ids[start : start + _AT_A_TIME])
            checked = beside.submit(_is_sound, piece)
            if before:
                yield from _sound_pieces(before[0], is_sound=before[1].result())
            before = piece, checked
        if before:
            yield from _sound_pieces(before[0], is_sound=before[1].result())


def _sound_pieces(piece: _Piece, *, is_sound: bool) -> Iterator[ExportPiece]:
    """Yield the piece, read in halves as long as it is empty or holds a damaged document."""
    totals = _totals(piece.totals) if is_sound else None
    if totals is not None:
        yield ExportPiece(len(piece.ids), totals, piece.text)
    elif len(piece.ids) == 1:
        yield ExportPiece(0, {}, b"", left_out=piece.ids[0])
    else:
        middle = len(piece.ids) // 2
        for ids in (piece.ids[:middle], piece.ids[middle:]):
            half = _piece(ids)
            yield from _sound_pieces(half, is_sound=_is_sound(half))


def _is_sound(piece: _Piece) -> bool:
    """Return whether the text reads as this many documents, each with as many lines as it states.

    Reads the types of the columns too, which takes little longer than to find that it is JSON.
    """
    try:
        piece.text.decode()
        found: list[Any] = _read(b"[" + piece.text + b"]")
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return False
    return len(found) == len(piece.ids) and all(one.KalemAdedi == len(one.Kalems) for one in found)


def _totals(joined: tuple[str | None, ...]) -> TypeTotals | None:
    """Return the sum of each type; None if a value is not an amount."""
    try:
        sums = {
            document_type: amounts.total(map(Decimal, some.split(",")))
            for document_type, some in zip(DocumentType, joined, strict=True)
            if some is not None
        }
    except ArithmeticError:
        return None
    return sums if all(one.adjusted() < _MOST_DIGITS for one in sums.values()) else None


def _piece(ids: Sequence[int], *, alone: bool = False) -> _Piece:
    """Read these documents together; the piece is empty if that is too long or fails."""
    wanted = id_list(ids)
    try:
        row = _row(wanted, whole=len(ids) == 1)
        # The only check that the rows come in the order of json_each().
        if row and f"[{row[0]}]" != wanted:
            _refuse_deleted(ids, row[0], alone=alone)
            row = None
    except Exception as error:
        if not is_damage(error):
            raise
        row = None
    if row is None:
        return _Piece(ids)
    _, *totals, text = row
    return _Piece(ids, tuple(totals), text)


def _refuse_deleted(ids: Sequence[int], found: str | None, *, alone: bool) -> None:
    """Raise DatabaseRefused unless an index has every document that the table lacks."""
    missing = set(ids).difference(map(int, found.split(",")) if found else ())
    if missing - database.named_by_indexes("invoice", missing):
        what = "Belge artık yok" if alone else "Belgelerden bazıları artık yok, dosya yazılmadı"
        raise DatabaseRefused(f"{what}; listeyi yeniden getirin")


def _row(wanted: str, *, whole: bool) -> tuple[Any, ...] | None:
    """Return SQLite's row for these ids; None if the JSON exceeds `_MOST_BYTES`.

    SQLite stops at the limit by itself; a query for the sizes would slow down every export.
    """
    each = database.each_in("invoice", "invoice.id = wanted.value")
    sql = _documents_sql(each, has_nul=database.keeps_odd_text)
    try:
        with nullcontext() if whole else database.values_up_to(_MOST_BYTES):
            row: tuple[Any, ...] = next(iter(database.rows(sql, (wanted,))))
    except TooLong:
        return None
    return row


@cache
def _documents_sql(each_wanted: str, *, has_nul: bool) -> str:
    """Return the query; `each_wanted` joins `wanted` with its invoices, in the same order.

    `has_nul` tells whether a text may contain a NUL.
    """
    order, stock, *line = inside(InvoiceLine)
    forges_line = _may_forge(line, "l")
    line_text = _concat(
        "'{'",
        f"'\"{order.name}\":' || l.\"{order.attribute}\" || ','",
        f'\'"{stock.name}":\' || json_quote(l."{stock.attribute}")',
        *_members(line, "l"),
        _rest("l.extra", has_nul=has_nul),
    )
    inner = "substr(invoice.extra, 2, length(invoice.extra) - 2)"
    text = _concat(
        f"CASE WHEN {_may_forge(inside(InvoiceHeader), 'invoice')} THEN {_NOT_JSON} END",
        "'{'",
        _unless_null("invoice.series", "'\"Seri\":' || json_quote(invoice.series) || ','"),
        "'\"FaturaTip\":', invoice.document_type, ',\"KalemAdedi\":', invoice.line_count",
        f"CASE WHEN invoice.extra IS NULL THEN ''"
        f" WHEN {_is_one_object('invoice.extra')} AND invoice.extra = concat('{{', {inner}, '}}')"
        f" THEN ',' || {inner} ELSE {_NOT_JSON} END",
        '\',"FatUst":{"Tip":\', invoice.document_type',
        *_members(inside(InvoiceHeader), "invoice"),
        _rest("invoice.header_extra", has_nul=has_nul),
        f"""',\"Kalems\":[', (
            SELECT CASE WHEN count(*) FILTER (WHERE {forges_line}) = 0
                THEN string_agg({line_text}, ',' ORDER BY l.position) ELSE {_NOT_JSON} END
            FROM line AS l WHERE l.invoice_id = invoice.id
        ), ']}}'""",
    )
    amount = signed("invoice.grand_total")
    amounts_by_type = ", ".join(
        f"string_agg(CASE invoice.document_type WHEN {int(document_type)} THEN {amount} END, ',')"
        for document_type in DocumentType
    )
    # As a BLOB, SQLite returns the bytes for the file without a str in between.
    return f"""
        SELECT string_agg(CAST(invoice.id AS TEXT), ','), {amounts_by_type},
            CAST(string_agg({text}, ',\n') AS BLOB)
        FROM json_each(?) AS wanted {each_wanted}
    """


_NOT_JSON: Final = "'?'"
"""SQL of a text that makes the text of the whole piece unreadable, written for a damaged value."""

# SQL expressions that each make a part of the JSON. concat() ignores NULL, and || with NULL is
# NULL, so a member without a value adds nothing.


def _concat(*pieces: str) -> str:
    return f"concat({', '.join(pieces)})"


def _members(columns: Sequence[Member], alias: str) -> list[str]:
    """Return SQL for `,"Name":value` of each column."""
    return [_member(member, f'{alias}."{member.attribute}"') for member in columns]


def _member(member: Member, column: str) -> str:
    name = f"',\"{member.name}\":'"
    if member.kind is str:
        # json_quote() turns even NULL into text.
        quoted = f"{name} || json_quote({column})"
        return quoted if member.required else _unless_null(column, quoted)
    if member.kind is date:
        return f"{name} || '\"' || {column} || ' 00:00:00\"'"
    return f"{name} || {column}"


def _unless_null(column: str, text: str) -> str:
    return f"CASE WHEN {column} IS NOT NULL THEN {text} END"


def _rest(extra: str, *, has_nul: bool) -> str:
    """Return SQL that appends the members of an extra object, and the closing brace.

    SQLite cuts a text off at a NUL, but not its bytes, and the NUL that comes along is no JSON.
    """
    whole = f"CAST({extra} AS BLOB)" if has_nul else extra
    return (
        f"CASE WHEN {extra} IS NULL THEN '}}'"
        f" WHEN {_is_one_object(extra)} THEN ',' || substr({whole}, 2) ELSE {_NOT_JSON} END"
    )


def _is_one_object(extra: str) -> str:
    """Return the SQL condition that an extra is one object, so that it forges nothing.

    What is wrong in one without an inner brace is found where the text is read (`_is_sound`).
    """
    return f"(glob('{{*}}', {extra}) AND (NOT glob('*}}?*', {extra}) OR json_valid({extra})))"


def _may_forge(columns: Sequence[Member], alias: str) -> str:
    """Return the SQL condition that a value written without quotes could add members or objects.

    Those need a comma; a day is as long as a day. What else is wrong with one is found where the
    text is read (`_is_sound`).
    """
    amounts_ = [f"instr({alias}.{one.attribute}, ',') > 0" for one in columns if one.places]
    days = [f"length({alias}.{one.attribute}) <> 10" for one in columns if one.kind is date]
    return " OR ".join(amounts_ + days)
