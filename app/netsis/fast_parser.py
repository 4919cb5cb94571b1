"""Fast parser: makes the record of a document in C, whatever its spelling.

msgspec decodes the document into structs whose fields have the order of our files, and encodes them
again. If the bytes are equal, nothing was lost: no key is repeated, in another case or out of
order, and no blank or number has another form. The rest of an object are members that we do not
model. Any other spelling is first converted to ours (`respelling`). Where that is not certain, the
tolerant parser decides; property tests prove that the two agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw

from app.domain.fingerprint import digest
from app.domain.invoice import MAX_LINES, InvoiceLine, inside
from app.domain.reasons import BadValue, DocumentError
from app.domain.record import Record, RecordLine, Summary, currency_total, sealed
from app.netsis import shapes
from app.netsis.examination import Findings, document_day, examine
from app.netsis.respelling import respelled
from app.netsis.tolerant.strictness import MAX_VALUES, refuse_many
from app.netsis.unknown_members import unknown_after
from app.netsis.wire import (
    Odd,
    Spelled,
    beginning,
    decode_header,
    decode_header_columns,
    decode_line_columns,
    decode_lines,
    decode_top,
    encode,
    may_hold_odd_numbers,
)

T = TypeVar("T")

_LAST_COLUMN: Final = b'"%b":' % inside(InvoiceLine)[-1].name.encode()
_HEADER_KEY: Final = b',"FatUst":'
_BEGINNINGS: Final = (b'{"Seri":"', b'{"FaturaTip":0', b'{"FaturaTip":1')
_NOT_OURS: Final = (
    msgspec.DecodeError, UnicodeError, RecursionError, DocumentError, KeyError, BadValue, Odd,
)  # fmt: skip


def fast_record(raw: bytes) -> Record | None:
    """Return the record, or None if the tolerant parser has to decide. Raises nothing."""
    return _quick(raw, _record)


def fast_summary(raw: bytes) -> Summary | None:
    """Return the summary, or None if the tolerant parser has to decide. Raises nothing."""
    return _quick(raw, _summary)


def _quick(raw: bytes, make: Callable[[Spelled, Findings], T]) -> T | None:
    for way in (_in_our_spelling, respelled):
        try:
            refuse_many(raw, MAX_VALUES)
            document = way(raw)
            return make(document, examine(document))
        except _NOT_OURS:
            continue
    return None


def _in_our_spelling(raw: bytes) -> Spelled:
    """Return the document if it is certainly in our spelling. Raises Odd otherwise."""
    if not raw.startswith(_BEGINNINGS) or may_hold_odd_numbers(raw):
        raise Odd
    top = decode_top(raw)
    document_type, header_raw, lines_raw = top.FaturaTip, bytes(top.FatUst), bytes(top.Kalems)
    begin = beginning(top.Seri, document_type, top.KalemAdedi)
    end = b"".join((_HEADER_KEY, header_raw, b',"Kalems":', lines_raw, b"}"))
    if not (raw.startswith(begin) and raw.endswith(end)):
        raise Odd
    unknown = raw[len(begin) : len(raw) - len(end)]

    header = decode_header(header_raw)
    header_unknown = _unknown_of(header_raw, header)
    header_known = header_raw[: len(header_raw) - 1 - len(header_unknown)]
    if len(lines_raw) > MAX_LINES and lines_raw.count(b"{") > MAX_LINES:
        raise Odd  # too many to make objects of
    lines = decode_lines(lines_raw)
    pieces = lines_raw[2:-2].split(b"},{")
    if not 0 < len(lines) == len(pieces) == top.KalemAdedi or header.Tip is not document_type:
        raise Odd
    line_unknowns = [] if encode(lines) == lines_raw else list(map(_unknown_of_line, lines, pieces))
    before = begin + unknown_after(unknown, shapes.TOP).plain + _HEADER_KEY
    if unknown or header_unknown or line_unknowns:
        plain = before + _plain_text(header_known, header_unknown, pieces, line_unknowns)
    else:
        plain = raw
    return Spelled(
        top.Seri, document_type, header, lines, unknown, header_known, header_unknown, lines_raw,
        pieces, plain, len(before),
    )  # fmt: skip


def _record(document: Spelled, findings: Findings) -> Record:
    known, totals = document.header_known, findings.totals
    header = decode_header_columns(known + b"}")
    record = Record(
        document_type=document.document_type,
        series=document.series,
        branch=header.branch,
        number=header.number,
        account_code=header.account_code,
        document_date=document_day(header.document_date),
        kind=header.kind,
        gross_total=totals.gross if totals else _text(header.gross_total),
        vat_total=totals.vat if totals else _text(header.vat_total),
        grand_total=totals.grand if totals else str(header.grand_total, "ascii"),
        currency=header.currency,
        salesman=header.salesman,
        project=header.project,
        extra=_object(document.unknown),
        header_extra=_object(known[len(encode(header)) - 1 :] + document.header_unknown),
        lines=_record_lines(decode_line_columns(document.lines_raw), document.pieces),
        fingerprint=digest(document.plain),
        warnings=findings.warnings,
        gib_number=document.header.gib_number,
        written=totals and totals.written,
    )
    return sealed(record)


def _summary(document: Spelled, findings: Findings) -> Summary:
    header, totals = document.header, findings.totals
    return Summary(
        document.document_type,
        document.series,
        header.branch or 0,
        header.number,
        document_day(header.document_date),
        header.account_code,
        totals.grand if totals else encode(header.grand_total).decode(),
        header.currency,
        currency_total(header.currency, document.header_known + b"}"),
        [line.stock_code for line in document.lines],
        digest(document.plain),
        findings.warnings,
        header.gib_number,
        header.kind,
        totals and totals.written,
    )


def _unknown_of(raw: bytes, known: Any) -> bytes:
    """Return the text after the known members of an object: `,"Name":…`."""
    begin = encode(known)[:-1]
    if not raw.startswith(begin):
        raise Odd
    return raw[len(begin) : -1]


def _unknown_of_line(line: Any, piece: bytes) -> bytes:
    """Return the text after the known members of a line; it is verified where it is parsed."""
    begin = encode(line)[1:-1]
    if not piece.startswith(begin):
        raise Odd
    return piece[len(begin) :]


# Unknown members are kept as spelled, and enter the fingerprint in plain form.


def _plain_text(
    known: bytes, header_unknown: bytes, lines: list[bytes], line_unknowns: list[bytes]
) -> bytes:
    """Return header and lines in our spelling, unknown members in plain form (`fingerprint`)."""
    if line_unknowns:
        lines = [
            line[: len(line) - len(more)] + unknown_after(more, shapes.LINE).plain
            for line, more in zip(lines, line_unknowns, strict=True)
        ]
    unknown = unknown_after(header_unknown, shapes.HEADER).plain
    return b'%b%b},"Kalems":[{%b}]}' % (known, unknown, b"},{".join(lines))


def _record_lines(lines: list[Any], pieces: list[bytes]) -> list[RecordLine]:
    # Inlined, because calling a function for each line would add a tenth of the time.
    found = []
    for line, piece in zip(lines, pieces, strict=True):
        if line.vat_rate:
            end = piece.find(b",", piece.find(_LAST_COLUMN))
            extra = piece[end:] if end > 0 else b""
        else:
            extra = piece[len(encode(line)) - 2 :]
        found.append(
            RecordLine(
                line.order,
                line.stock_code,
                str(line.quantity, "ascii"),
                line.unit,
                str(line.gross_price, "ascii") or None,
                str(line.net_price, "ascii") or None,
                str(line.vat_rate, "ascii") or None,
                f"{{{extra[1:].decode()}}}" if extra else None,
            )
        )
    return found


def _text(amount: Raw) -> str | None:
    return str(amount, "ascii") or None


def _object(tail: bytes) -> str | None:
    return f"{{{tail[1:].decode()}}}" if tail else None
