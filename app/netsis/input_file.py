"""An input file: check its kind, find its invoices, and read their bytes."""

from __future__ import annotations

import os
import stat
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self, TypeAlias

from app.domain.reasons import Code, Reason
from app.domain.text import one_line
from app.errors import FileRefused, NotUtf8, UsageError
from app.guarded_open import open_to_read
from app.netsis.archives import (
    NOBODY,
    SourceFile,
    Unpacked,
    Watch,
    folder_files,
    is_archive,
    spool_within,
    unpack_file,
    unpack_folder,
)
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

Identity: TypeAlias = tuple[object, ...]
_EMPTY: Final = "dosya boş"
CHANGED: Final = "açıldıktan sonra değişti; baştan alın"


class Source:
    """An open file of invoices; offsets and sizes are bytes of its UTF-8 text.

    `text` is the descriptor of that text: of the file itself, or of an unnamed UTF-8 copy.
    """

    def __init__(
        self,
        path: Path,
        file: int,
        text: int,
        identity: Identity | None,
        encoding: str = UTF8,
        files: Sequence[SourceFile] = (),
        card_files: Sequence[str] = (),
        *,
        checked: bool,
    ) -> None:
        """`identity` is None for a copy that no other process can reach."""
        self.path = path
        self.encoding = encoding
        """UTF8, WINDOWS or MIXED."""
        self.files = files
        """The files within an archive or a folder; empty for a plain file."""
        self.card_files = card_files
        """The names of the card files in a zip, which are not documents."""
        self._firsts: list[int] = []
        self._checked = checked
        self.size = os.fstat(text).st_size
        self._is_folder = stat.S_ISDIR(os.fstat(file).st_mode)
        self.text = text
        self._file = file
        self._identity = identity

    def spans(self) -> Iterator[Span]:
        """Yield each invoice of the file in order.

        Raises FileRefused if there is none, if the file has changed by the end, or if a file opened
        unchecked is not UTF-8.
        """
        try:
            if self.files:
                yield from self._spans_of_files()
            else:
                yield from (
                    split(self._read_at, self.path) if self._checked else self._checked_spans()
                )
        except FileRefused:
            if not self.changed():
                raise
        if self.changed():
            raise refused(self.path, CHANGED)

    def name_of(self, position: int) -> str:
        """Return the name of the file in an archive or folder that holds a document.

        `position` counts from 1. Empty for a plain file.
        """
        index = bisect_right(self._firsts, position) - 1
        return one_line(self.files[index].name) if index >= 0 else ""

    def number_within(self, position: int) -> int:
        """Return a document's position within its own file of the source, from 1."""
        index = bisect_right(self._firsts, position) - 1
        return position - self._firsts[index] + 1 if index >= 0 else position

    def begin_of(self, position: int) -> int:
        """Return the offset of the file that holds the document at this position."""
        index = bisect_right(self._firsts, position) - 1
        return self.files[index].begin if index >= 0 else 0

    def _spans_of_files(self) -> Iterator[Span]:
        position = 1
        self._firsts = []
        for one in self.files:
            self._firsts.append(position)
            for span in self._spans_of(one):
                position += 1
                yield span

    def _spans_of(self, one: SourceFile) -> Iterator[Span]:
        """Yield the spans of one file of the source, or one error span if it cannot be read."""

        def read_at(offset: int, size: int) -> bytes:
            return self._read_at(one.begin + offset, min(size, length - offset))

        length, refusal = one.end - one.begin, one.refusal
        if not refusal:
            try:
                for span in split(read_at, one.name):
                    yield span._replace(offset=one.begin + span.offset)
            except FileRefused as error:
                refusal = error.sentence
        if refusal:
            yield Span(one.begin, 0, Reason(Code.FILE_REFUSED, values=(refusal,)))

    def _checked_spans(self) -> Iterator[Span]:
        """Yield the spans and check the text along the way, up to the end of the file."""
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
        """Check text not yet read, if the file was opened unchecked. Raises NotUtf8, FileRefused.

        A later byte may show that the text read so far is in another encoding.
        """
        if self._is_folder and self.changed():
            raise refused(self.path, CHANGED)
        if not self._checked:
            check_utf8(self.text, self.path)
            self._checked = True

    def read(self, span: Span) -> bytes:
        """Return the bytes of one invoice. Raises FileRefused if the file has changed."""
        return self.read_all([span])[0]

    def read_all(self, spans: Sequence[Span]) -> list[bytes]:
        """Return the bytes of some invoices. Raises FileRefused if the file has changed."""
        raws = [self._read_at(span.offset, span.length) for span in spans]
        is_short = sum(map(len, raws)) < sum(span.length for span in spans)
        # A folder is read from a copy, and may have as many files as the list has documents.
        if is_short or (not self._is_folder and self.changed()):
            raise refused(self.path, CHANGED)
        return raws

    def open_card_file(self, name: str) -> Source:
        """Open a card file in the zip. Raises FileRefused."""
        if self.changed():
            raise refused(self.path, CHANGED)
        return open_spooled(spool_within(self._file, self.path, name), Path(name), BY_ITSELF)

    def changed(self) -> bool:
        """Return whether the file at the path was replaced or changed since it was opened."""
        if self._identity is None:
            return False
        try:
            return _identity(self.path, os.stat(self.path)) != self._identity
        except (OSError, FileRefused):
            return True

    def close(self) -> None:
        """Close the file; `spans` and `read` may not be used any more."""
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


def open_source(
    path: Path, encoding: str = UTF8, *, at_once: bool = False, watch: Watch = NOBODY
) -> Source:
    """Open a file of invoices after checking that it is text and has at least one element.

    `encoding` is one of `ENCODINGS`. With `at_once`, the file is assumed to be UTF-8 and not read
    in advance; `spans` then checks its text and may raise NotUtf8. `watch` observes the unpacking
    of an archive or a folder. Raises FileRefused, Stopped.
    """
    _check_encoding(encoding)
    file, opened = _open(path)
    try:
        # taken before reading, so that a change meanwhile is detected
        identity = _identity(path, opened)
    except BaseException:
        os.close(file)
        raise
    return _source(file, path, identity, encoding, watch, at_once=at_once)


def open_spooled(file: int, name: Path, encoding: str = UTF8, watch: Watch = NOBODY) -> Source:
    """Open an unnamed file of invoices, which the source closes; `name` is for messages.

    Raises FileRefused.
    """
    try:
        _check_encoding(encoding)
        if os.fstat(file).st_size == 0:
            raise refused(name, _EMPTY)
    except BaseException:
        os.close(file)
        raise
    return _source(file, name, None, encoding, watch, at_once=False)


def _check_encoding(encoding: str) -> None:
    if encoding not in ENCODINGS:
        raise UsageError(f"kodlama {', '.join(ENCODINGS[:-1])} ya da {ENCODINGS[-1]} olmalı")


def _source(
    file: int, path: Path, identity: Identity | None, encoding: str, watch: Watch, *, at_once: bool
) -> Source:
    """Make the source of an open file; close the file if it is refused."""
    try:
        is_folder = stat.S_ISDIR(os.fstat(file).st_mode)
        if is_folder or is_archive(file, path):
            text, files, taken, cards = _unpacked(file, path, encoding, watch, is_folder=is_folder)
            return _readable(Source(path, file, text, identity, taken, files, cards, checked=True))
        refuse_wide(file, path)
        if at_once and encoding != WINDOWS:
            try:
                return _started(Source(path, file, file, identity, checked=False))
            except NotUtf8:
                if encoding != BY_ITSELF:
                    raise
        taken = _settled(file, path, encoding)
        text = file if taken == UTF8 else _transcoded(file, path)
    except BaseException:
        os.close(file)
        raise
    source = Source(path, file, text, identity, taken, checked=True)
    try:
        return _started(source)
    except BaseException:
        source.close()
        raise


def _unpacked(file: int, path: Path, encoding: str, watch: Watch, *, is_folder: bool) -> Unpacked:
    def settle(spool: int, name: Path) -> str:
        return _settled(spool, name, encoding)

    if is_folder:
        return unpack_folder(path, settle, watch)
    return unpack_file(file, path, settle, watch)


def _readable(source: Source) -> Source:
    """Return the source. If nothing in it is readable, close the copy and raise FileRefused."""
    try:
        first = next(source.spans())
        if len(source.files) == 1 and first.error and first.error.code is Code.FILE_REFUSED:
            raise FileRefused(str(first.error.values[0]))
    except BaseException:
        os.close(source.text)
        raise
    return source


def _settled(file: int, path: Path, encoding: str) -> str:
    """Return the encoding of a file after reading all of it. Raises FileRefused."""
    if encoding == BY_ITSELF:
        return recognised(file, path)
    if encoding == UTF8:
        check_utf8(file, path)
    else:
        refuse_utf8(file, path)
    return encoding


def _started(source: Source) -> Source:
    """Return the source if it has at least one element. Raises FileRefused."""
    next(source.spans())
    return source


def _open(path: Path) -> tuple[int, os.stat_result]:
    try:
        file = open_to_read(path)
    except (OSError, ValueError) as error:
        raise refusal(error, path) from error
    opened = os.fstat(file)
    reason = ""
    if stat.S_ISDIR(opened.st_mode):
        return file, opened
    if not stat.S_ISREG(opened.st_mode):
        reason = "bu düz bir dosya değil"
    elif opened.st_size == 0:
        reason = _EMPTY
    if reason:
        os.close(file)
        raise refused(path, reason)
    return file, opened


def _identity(path: Path, found: os.stat_result) -> Identity:
    """Return values that identify an unchanged file, or the unchanged files of a folder."""
    if not stat.S_ISDIR(found.st_mode):
        return _marks(found)
    return tuple((name, _marks(one)) for name, one in folder_files(path).items())


def _marks(found: os.stat_result) -> tuple[int, ...]:
    """Return values that identify an unchanged file; `cp -p` copies the mtime, not the ctime."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _transcoded(file: int, path: Path) -> int:
    """Make an unnamed copy in UTF-8; return its descriptor."""
    try:
        with tempfile.TemporaryFile() as copy:
            transcode(file, path, copy)
            copy.flush()
            return os.dup(copy.fileno())
    except OSError as error:
        raise temporary_refused(error) from error
