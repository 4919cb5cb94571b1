"""Read the bytes of an open file piece by piece; errors of the system name the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.netsis.json_stream import CHUNK
from app.os_errors import refusal


def pread(file: int, path: Path, offset: int, size: int) -> bytes:
    """Return at most `size` bytes from an offset. Raises FileRefused."""
    try:
        return os.pread(file, size, offset)
    except OSError as error:
        raise refusal(error, path) from error


def chunks(file: int, path: Path) -> Iterator[bytes]:
    """Yield the file's bytes from its beginning. Raises FileRefused."""
    offset = 0
    while piece := pread(file, path, offset, CHUNK):
        yield piece
        offset += len(piece)
