"""An output file of invoices, or of cards, that is either whole or absent."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol, Self

import msgspec

from app.netsis.file_names import COMPRESSED
from app.whole_file import WholeFile

_BUFFER: Final = 1 << 20
_BEGIN, _BETWEEN, _END = b"[", b",\n", b"\n]\n"


class Output(Protocol):
    """The destination of a JsonArrayFile: a file, or standard output."""

    @property
    def path(self) -> Path:
        """The path that the file will have."""

    def write(self, data: bytes) -> None:
        """Append all of `data`. Raises FileRefused."""

    def sync(self) -> None:
        """Flush it to disk early, if that takes long. Raises FileRefused."""

    def finish(self) -> None:
        """Make the output complete and durable. Raises FileRefused."""

    def withdraw(self) -> None:
        """Remove the finished output again, if that is possible."""

    def close(self) -> None:
        """Close; discard output that was not finished."""


class JsonArrayFile:
    """A new JSON array with one invoice or card a line; the file has no name before `finish`.

    It is compressed if its name says so.
    """

    def __init__(self, file: Output) -> None:
        self._file = file
        packs = file.path.name.lower().endswith(COMPRESSED)
        # zlib's gzip header has no time, so the same invoices make the same file.
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 31) if packs else None
        self._pending = [_BEGIN]
        self._size = 0
        self._between = b"\n"
        self._has_ended = False

    @classmethod
    def create(cls, path: Path) -> JsonArrayFile:
        """Begin a file for `path`.

        Raises FileRefused if the path exists or cannot be written.
        """
        return cls(WholeFile(path))

    @property
    def path(self) -> Path:
        """The path that the file will have."""
        return self._file.path

    def write(self, documents: bytes) -> None:
        """Append encoded invoices or cards: one, or several separated by a comma and a line end.

        Raises FileRefused.
        """
        self._pending += (self._between, documents)
        self._between = _BETWEEN
        self._size += len(documents)
        if self._size >= _BUFFER:
            self._flush()

    def complete(self) -> None:
        """Write the end and flush the file to disk; it has no name yet. Raises FileRefused."""
        self._end()
        self._file.sync()

    def finish(self) -> None:
        """Write the end, flush the file to disk, and give it its name.

        Raises FileRefused; FileLeft if the file has its name nevertheless.
        """
        self._end()
        self._file.finish()

    def withdraw(self) -> None:
        """Remove the name of a finished file, if it still belongs to this file."""
        self._file.withdraw()

    def close(self) -> None:
        """Close the file; remove it unless it was finished."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _end(self) -> None:
        if self._has_ended:
            return
        self._pending.append(_END)
        self._flush()
        if self._packer:
            self._file.write(self._packer.flush())
        self._has_ended = True

    def _flush(self) -> None:
        data = b"".join(self._pending)
        self._pending.clear()
        self._size = 0
        self._file.write(self._packer.compress(data) if self._packer else data)


class _Header(msgspec.Struct):
    number: str = msgspec.field(name="FATIRS_NO")


class _Document(msgspec.Struct):
    header: _Header = msgspec.field(name="FatUst")


_read = msgspec.json.Decoder(_Document).decode


def numbers_in(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the document numbers of a finished JsonArrayFile. Raises ValueError if it is none."""
    for at, line in enumerate(lines):
        if at and line != _END.lstrip():
            try:
                yield _read(line.rstrip(_BETWEEN)).header.number
            except (msgspec.DecodeError, RecursionError) as error:
                raise ValueError(at) from error
