"""Load the text of an unreadable document around its fault."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.reasons import Code, Reason
from app.domain.text import turkish_count
from app.netsis.document_splitter import Span
from app.netsis.fault_place import fault_place
from app.store.preview import FileRow
from app.transfer.import_file import IncomingFile

_SEARCHED = 1 << 20
"""The number of bytes in which the fault is looked for, which takes a moment."""
_AROUND = 8_000
"""The number of bytes shown before and after the fault."""
_BROKEN = (Code.BROKEN_JSON_AT, Code.BROKEN_JSON_TO_END)


class RawDocument(NamedTuple):
    """A part of the file's text that contains the fault."""

    position: int
    """The document's position in the file or list, from 1."""
    place: str
    """The inner file of a folder or zip, and the position in it; empty for a plain file."""
    message: str
    before: str
    fault: str
    """The faulty text; empty if the fault was not located."""
    behind: str


def without_text(position: int, message: str) -> RawDocument:
    """Return a document without text, with only the message about it."""
    return RawDocument(position, "", message, "", "", "")


def load_raw(incoming: IncomingFile, row: FileRow) -> RawDocument:
    """Read the text of an unreadable document. Raises FileRefused if the file has changed."""
    reason = row.refusal or Reason(Code.BROKEN_JSON)
    begin, end = _fault_range(incoming, row, reason)
    first, last = max(begin - _AROUND, 0), min(max(end, begin) + _AROUND, row.length)
    raw = incoming.source.read(Span(row.offset + first, last - first))
    begin, end = begin - first, end - first
    more = turkish_count(first), turkish_count(row.length - last)
    return RawDocument(
        row.position,
        incoming.place_within(row.position),
        row.message,
        (f"… {more[0]} bayt önce …\n" if first else "") + _text(raw[:begin]),
        _text(raw[begin : min(end, begin + _AROUND)]),
        _text(raw[end:]) + (f"\n… {more[1]} bayt daha …" if last < row.length else ""),
    )


def _fault_range(incoming: IncomingFile, row: FileRow, reason: Reason) -> tuple[int, int]:
    """Return the fault's byte range within the document; an empty range if unknown."""
    if reason.code in _BROKEN:
        offset = row.offset - incoming.source.begin_of(row.position)
        at = min(max(int(reason.values[0]) - offset, 0), row.length)
        return at, min(at + 1, row.length)
    if reason.code is Code.CUT_SHORT:
        return max(row.length - 1, 0), row.length
    raw = incoming.source.read(Span(row.offset, min(row.length, _SEARCHED)))
    begin, end = fault_place(raw, reason) or (0, 0)
    return begin, min(end, begin + _AROUND)


def _text(raw: bytes) -> str:
    """Decode the text; a character cut in two at an edge is dropped."""
    return raw.decode(errors="ignore")
