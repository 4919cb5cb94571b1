"""An input file: checks what it is, and gives the spans of its invoices and their bytes."""

from __future__ import annotations

import codecs
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from app.errors import FileRefused, NotUtf8, UsageError
from app.guarded_open import open_to_read
from app.netsis.document_splitter import NOT_JSON, Span, split
from app.netsis.json_stream import CHUNK
from app.os_errors import refusal, refused, shown_name

ENCODINGS: Final = ("utf-8", "cp1254")

_NO_TEMPORARY: Final = (
    "Geçici dosya için yazılabilir klasör yok; TMPDIR ile bir klasör verin ya da dosyayı UTF-8 "
    "olarak kaydedip açın"
)
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Without a byte order mark: JSON begins with ASCII, so zero bytes tell the encoding.
_WIDE_BEGINNINGS: Final[dict[tuple[bool, ...], str]] = {
    (True, False, False, False): "UTF-32",
    (False, False, False, True): "UTF-32",
    (True, False, True, False): "UTF-16",
    (False, True, False, True): "UTF-16",
}
CHANGED: Final = "dosya açıldıktan sonra değişti; yeniden getirin"


class Source:
    """An open file of invoices; offsets and sizes are bytes of its UTF-8 text.

    `text` is the descriptor of that text: of the file itself, or of a nameless copy in UTF-8.
    """

    def __init__(
        self, path: Path, file: int, text: int, opened: os.stat_result, *, checked: bool
    ) -> None:
        self.path = path
        self._checked = checked
        self.size = os.fstat(text).st_size
        self.text = text
        self._file = file
        self._opened = _identity(opened)

    def spans(self) -> Iterator[Span]:
        """Yield each invoice of the file in order.

        Raises FileRefused where it holds none, is no longer the same at its end or, opened
        unchecked, is no UTF-8.
        """
        try:
            yield from split(self._read_at, self.path) if self._checked else self._checked_spans()
        except FileRefused:
            if not self.changed():
                raise
        if self.changed():
            raise refused(self.path, CHANGED)

    def _checked_spans(self) -> Iterator[Span]:
        """Yield the spans; check the text while it is read, and to its end after the last span."""
        text = _TextCheck(self.path)

        def read_at(offset: int, size: int) -> bytes:
            piece = self._read_at(offset, size)
            text.look_at(offset, piece)
            return piece

        yield from split(read_at, self.path)
        while read_at(text.done, CHUNK):
            pass

    def read(self, span: Span) -> bytes:
        """Return the bytes of one invoice. Raises FileRefused if the file has changed."""
        raw = self._read_at(span.offset, span.length)
        if len(raw) != span.length or self.changed():
            raise refused(self.path, CHANGED)
        return raw

    def changed(self) -> bool:
        """Return whether the file at the path is another one, or changed since it was opened."""
        try:
            return _identity(os.stat(self.path)) != self._opened
        except OSError:
            return True

    def close(self) -> None:
        """Close the file; spans and reads end."""
        for descriptor in {self._file, self.text}:
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self.text = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _read_at(self, offset: int, size: int) -> bytes:
        return _pread(self.text, self.path, offset, size)


def open_source(path: Path, encoding: str = "utf-8", *, at_once: bool = False) -> Source:
    """Open a file of invoices after checking that it is text and has at least one element.

    `encoding` is `utf-8` or `cp1254` (Windows-1254). With `at_once`, a UTF-8 file is not read
    through first; `spans` checks its text while it goes. Raises FileRefused.
    """
    if encoding not in ENCODINGS:
        raise UsageError(f"kodlama {' ya da '.join(ENCODINGS)} olmalı")
    file, opened = _open_regular(path)
    source = None
    try:
        _refuse_wide(file, path)
        text = file
        if encoding != "utf-8":
            text = _transcoded(file, path)
        elif not at_once:
            _check_utf8(file, path)
        source = Source(path, file, text, opened, checked=not at_once or text != file)
        next(source.spans())
    except BaseException:
        if source:
            source.close()
        else:
            os.close(file)
        raise
    return source


def _open_regular(path: Path) -> tuple[int, os.stat_result]:
    try:
        file = open_to_read(path)
    except (OSError, ValueError) as error:
        raise refusal(error, path) from error
    opened = os.fstat(file)
    reason = ""
    if stat.S_ISDIR(opened.st_mode):
        reason = "bu bir klasör, dosya değil"
    elif not stat.S_ISREG(opened.st_mode):
        reason = "bu düz bir dosya değil"
    elif opened.st_size == 0:
        reason = "dosya boş"
    if reason:
        os.close(file)
        raise refused(path, reason)
    return file, opened


def _identity(found: os.stat_result) -> tuple[int, ...]:
    """Identify an unchanged file; `cp -p` copies size and time of writing, but no ctime."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _pread(file: int, path: Path, offset: int, size: int) -> bytes:
    try:
        return os.pread(file, size, offset)
    except OSError as error:
        raise refusal(error, path) from error


def _chunks(file: int, path: Path) -> Iterator[bytes]:
    offset = 0
    while piece := _pread(file, path, offset, CHUNK):
        yield piece
        offset += len(piece)


def _refuse_wide(file: int, path: Path) -> None:
    """Refuse UTF-16 and UTF-32, and a file of zero bytes, which was never written."""
    head = _pread(file, path, 0, 4)
    name = next((name for bom, name in _WIDE_BOMS.items() if head.startswith(bom)), None)
    name = name or _WIDE_BEGINNINGS.get(tuple(map(bool, head)))
    if name:
        raise refused(path, f"{name} kodlamalı; UTF-8 olarak kaydedip yeniden deneyin")
    if not any(head):
        raise refused(path, NOT_JSON)


class _TextCheck:
    """Checks that the bytes read so far, from the beginning, are UTF-8.

    An incomplete character at the end is allowed: the file was cut there, which the last
    document tells.
    """

    def __init__(self, path: Path) -> None:
        self.done = 0
        """The number of bytes that were checked."""
        self._path = path
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def look_at(self, offset: int, piece: bytes) -> None:
        """Check the bytes at an offset of at most `done`. Raises NotUtf8."""
        fresh = piece[self.done - offset :]
        waiting = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(fresh)
        except UnicodeDecodeError as error:
            place = self.done - waiting + error.start
            fault = f"{shown_name(self._path)}: UTF-8 değil (bayt {place})"
            raise NotUtf8(fault, "Windows-1254 ise --kodlama cp1254 ile açın") from None
        self.done += len(fresh)


def _check_utf8(file: int, path: Path) -> None:
    text = _TextCheck(path)
    for piece in _chunks(file, path):
        text.look_at(text.done, piece)


def _is_utf8(file: int, path: Path) -> bool:
    try:
        _check_utf8(file, path)
    except FileRefused:
        return False
    return True


def _not_windows(path: Path, place: int) -> FileRefused:
    return refused(path, f"Windows-1254 değil (bayt {place})")


def _transcoded(file: int, path: Path) -> int:
    """Return the descriptor of a nameless copy in UTF-8."""
    if _pread(file, path, 0, len(_UTF8_BOM)) == _UTF8_BOM:
        raise refused(path, "dosya UTF-8 işaretli; Windows-1254 seçmeden açın")
    offset = 0
    try:
        with tempfile.TemporaryFile() as copy:
            for piece in _chunks(file, path):
                if b"\0" in piece:
                    raise _not_windows(path, offset + piece.index(b"\0"))
                copy.write(piece.decode("cp1254").encode())
                offset += len(piece)
            if copy.tell() > offset and _is_utf8(file, path):
                raise refused(path, "dosya UTF-8; Windows-1254 seçmeden açın")
            copy.flush()
            return os.dup(copy.fileno())
    except UnicodeDecodeError as error:
        raise _not_windows(path, offset + error.start) from None
    except FileRefused:
        raise
    except OSError as error:
        if tempfile.tempdir is None:  # none of the usual ones can be written to
            raise FileRefused(_NO_TEMPORARY) from error
        raise refusal(error, tempfile.tempdir) from error
