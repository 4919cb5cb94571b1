"""An input file: checks what it is, and gives the spans of its invoices and their bytes."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from app.errors import FileRefused, NotUtf8, UsageError
from app.guarded_open import open_to_read
from app.netsis.document_splitter import Span, split
from app.netsis.encoding import (
    TextCheck,
    check_utf8,
    recognised,
    refuse_utf8,
    refuse_wide,
    temporary_refused,
    transcode,
)
from app.netsis.encoding_names import BY_ITSELF, ENCODINGS, UTF8, WINDOWS
from app.netsis.file_bytes import pread
from app.netsis.json_stream import CHUNK
from app.os_errors import refusal, refused

CHANGED: Final = "dosya açıldıktan sonra değişti; yeniden getirin"


class Source:
    """An open file of invoices; offsets and sizes are bytes of its UTF-8 text.

    `text` is the descriptor of that text: of the file itself, or of a nameless copy in UTF-8.
    """

    def __init__(
        self,
        path: Path,
        file: int,
        text: int,
        opened: os.stat_result,
        encoding: str = UTF8,
        *,
        checked: bool,
    ) -> None:
        self.path = path
        self.encoding = encoding
        """UTF8 or WINDOWS."""
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
        text = TextCheck(self.path)

        def read_at(offset: int, size: int) -> bytes:
            piece = self._read_at(offset, size)
            text.look_at(offset, piece)
            return piece

        yield from split(read_at, self.path)
        while read_at(text.done, CHUNK):
            pass
        self._checked = True

    def make_sure(self) -> None:
        """Check the text that was not read yet, if it was opened so. Raises NotUtf8, FileRefused.

        A later byte may show that what was read already is in another encoding.
        """
        if not self._checked:
            check_utf8(self.text, self.path)
            self._checked = True

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
        return pread(self.text, self.path, offset, size)


def open_source(path: Path, encoding: str = UTF8, *, at_once: bool = False) -> Source:
    """Open a file of invoices after checking that it is text and has at least one element.

    `encoding` is one of `ENCODINGS`. With `at_once`, a file is taken for UTF-8 and not read
    through first; `spans` checks its text while it goes, and raises NotUtf8. Raises FileRefused.
    """
    if encoding not in ENCODINGS:
        raise UsageError(f"kodlama {', '.join(ENCODINGS[:-1])} ya da {ENCODINGS[-1]} olmalı")
    file, opened = _open_regular(path)
    try:
        refuse_wide(file, path)
        if at_once and encoding != WINDOWS:
            try:
                return _started(Source(path, file, file, opened, checked=False))
            except NotUtf8:
                if encoding != BY_ITSELF:
                    raise
        taken = _settled(file, path, encoding)
        text = file if taken == UTF8 else _transcoded(file, path)
    except BaseException:
        os.close(file)
        raise
    source = Source(path, file, text, opened, taken, checked=True)
    try:
        return _started(source)
    except BaseException:
        source.close()
        raise


def _settled(file: int, path: Path, encoding: str) -> str:
    """Return the encoding of a file that was read through. Raises FileRefused."""
    if encoding == BY_ITSELF:
        return recognised(file, path)
    if encoding == UTF8:
        check_utf8(file, path)
    else:
        refuse_utf8(file, path)
    return encoding


def _started(source: Source) -> Source:
    """Return the source; it has at least one element. Raises FileRefused."""
    next(source.spans())
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


def _transcoded(file: int, path: Path) -> int:
    """Return the descriptor of a nameless copy in UTF-8."""
    try:
        with tempfile.TemporaryFile() as copy:
            transcode(file, path, copy)
            copy.flush()
            return os.dup(copy.fileno())
    except OSError as error:
        raise temporary_refused(error) from error
