"""The encoding of a file: UTF-8 or Windows-1254, as requested or as its bytes show."""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from app.errors import FileRefused, NotUtf8
from app.netsis.document_splitter import NOT_JSON
from app.netsis.encoding_names import UTF8, WINDOWS
from app.netsis.file_bytes import chunks, pread
from app.os_errors import refusal, refused, shown_name

_NO_TEMPORARY: Final = (
    "Geçici dosya için yazılabilir klasör yok; TMPDIR ile bir klasör verin ya da dosyayı UTF-8 "
    "olarak kaydedip açın"
)
_TAKE_UTF8: Final = "Kodlama'yı UTF-8 yapın"
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Zero bytes among the first ones reveal the encoding without a byte order mark, since JSON begins
# with ASCII.
_WIDE_BEGINNINGS: Final[dict[tuple[bool, ...], str]] = {
    (True, False, False, False): "UTF-32",
    (False, False, False, True): "UTF-32",
    (True, False, True, False): "UTF-16",
    (False, True, False, True): "UTF-16",
}
# Matches a byte that is not UTF-8, as `surrogateescape` decodes it.
_STRAY = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


def refuse_wide(file: int, path: Path) -> None:
    """Refuse UTF-16 and UTF-32, and a file of zero bytes that was never written to disk."""
    head = pread(file, path, 0, 4)
    name = next((name for bom, name in _WIDE_BOMS.items() if head.startswith(bom)), None)
    name = name or _WIDE_BEGINNINGS.get(tuple(map(bool, head)))
    if name:
        raise refused(path, f"{name} kodlamalı; UTF-8 olarak kaydedip yeniden deneyin")
    if not any(head):
        raise refused(path, NOT_JSON)


class TextCheck:
    """Checks that the bytes read so far, from the beginning of the file, are UTF-8.

    An incomplete character at the end is allowed: the file was cut there, which the last document
    reports.
    """

    def __init__(self, path: Path) -> None:
        self.done = 0
        """The number of bytes checked so far."""
        self._path = path
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def look_at(self, offset: int, piece: bytes) -> None:
        """Check bytes that begin at an offset of at most `done`. Raises NotUtf8."""
        fresh = piece[self.done - offset :]
        waiting = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(fresh)
        except UnicodeDecodeError as error:
            place = self.done - waiting + error.start
            fault = f"{shown_name(self._path)}: UTF-8 değil (bayt {place})"
            raise NotUtf8(fault, "Windows-1254 ise --kodlama cp1254 ile açın") from None
        self.done += len(fresh)


def check_utf8(file: int, path: Path) -> None:
    """Read the whole file and check that it is UTF-8. Raises NotUtf8, FileRefused."""
    text = TextCheck(path)
    for piece in chunks(file, path):
        text.look_at(text.done, piece)


def recognised(file: int, path: Path) -> str:
    """Return the only encoding that the whole file can have. Raises FileRefused.

    Several letters of Windows-1254 in a row may look like one of UTF-8. If most non-ASCII bytes are
    UTF-8 letters, the file is damaged UTF-8, and NotUtf8 is raised.
    """
    try:
        check_utf8(file, path)
    except NotUtf8 as error:
        if _has_utf8_mark(file, path) or _is_mostly_utf8(chunks(file, path)):
            raise
        try:
            for offset, piece in _chunks_with_offsets(file, path):
                _from_windows(piece, offset, path)
        except FileRefused as other:
            raise FileRefused(f"{error.fault}; {other.sentence.partition(': ')[2]}") from None
        return WINDOWS
    return UTF8


def _is_mostly_utf8(pieces: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    letters = stray = 0
    for piece in pieces:
        text = decoder.decode(piece)
        if not text.isascii():
            stray += len(_STRAY.findall(text))
            letters += len(_BEYOND_ASCII.findall(text))
    return letters >= stray


def _has_utf8_mark(file: int, path: Path) -> bool:
    return pread(file, path, 0, len(_UTF8_BOM)) == _UTF8_BOM


def _chunks_with_offsets(file: int, path: Path) -> Iterable[tuple[int, bytes]]:
    offset = 0
    for piece in chunks(file, path):
        yield offset, piece
        offset += len(piece)


def _from_windows(piece: bytes, offset: int, path: Path) -> bytes:
    """Convert Windows-1254 bytes to UTF-8. Raises FileRefused with the offset of a wrong byte."""
    try:
        if b"\0" not in piece:
            return piece.decode(WINDOWS).encode()
        place = offset + piece.index(b"\0")
    except UnicodeDecodeError as error:
        place = offset + error.start
    raise refused(path, f"Windows-1254 değil (bayt {place})")


def refuse_utf8(file: int, path: Path) -> None:
    """Refuse a file that was requested as Windows-1254 but is certainly UTF-8."""
    if _has_utf8_mark(file, path):
        raise refused(path, f"dosya UTF-8 işaretli; {_TAKE_UTF8}")
    beyond_ascii = False
    text = TextCheck(path)
    try:
        for piece in chunks(file, path):
            text.look_at(text.done, piece)
            beyond_ascii = beyond_ascii or not piece.isascii()
    except NotUtf8:
        return
    if beyond_ascii:
        raise refused(path, f"dosya UTF-8; {_TAKE_UTF8}")


def transcode(file: int, path: Path, copy: IO[bytes]) -> None:
    """Append a Windows-1254 file to `copy` as UTF-8. Raises FileRefused, OSError."""
    for offset, piece in _chunks_with_offsets(file, path):
        copy.write(_from_windows(piece, offset, path))


def temporary_refused(error: OSError) -> FileRefused:
    """Return the refusal for an error of a temporary file."""
    if tempfile.tempdir is None:  # none of the usual folders is writable
        return FileRefused(_NO_TEMPORARY)
    return refusal(error, tempfile.tempdir)
