"""Standard input and output in place of a file of invoices.

Both go through an unnamed file: the input is read more than once, and a long export must not wait
for its reader, which could keep a read transaction of the database open.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, Final, TextIO

from app.errors import FileRefused, Stopped
from app.netsis.encoding import temporary_refused
from app.netsis.json_stream import CHUNK
from app.os_errors import refusal, refused
from app.progress import Stop

INPUT: Final = Path("standart girdi")
OUTPUT: Final = Path("standart çıktı")
"""The names of both streams in messages."""

_INPUT_FILE: Final = 0
_OUTPUT_FILE: Final = 1
_DISK_SHARE: Final = 0.9  # the share of the free space for temporary files that may be used
_DIGITS: Final = 16  # of a digest in the journal: enough to distinguish one user's inputs
_EXAMPLE: Final = "toplu-fatura disari-aktar - > DOSYA"
_NOT_COUNTED: Final = "belgeler aktarılmış sayılmadı"


def spooled_input() -> tuple[int, str]:
    """Copy standard input to an unnamed file; return its descriptor and the digest of its content.

    Only its owner could open it (mode 0600), and it vanishes however the program ends. Raises
    FileRefused for a terminal, a closed input, or a lack of disk space.
    """
    _refuse_terminal(sys.__stdin__, _INPUT_FILE, INPUT, "toplu-fatura iceri-aktar - < DOSYA")
    try:
        with tempfile.TemporaryFile() as copy:
            about = os.statvfs(copy.fileno())
            digest = _copy_input(copy, int(about.f_bavail * about.f_frsize * _DISK_SHARE))
            copy.flush()
            return os.dup(copy.fileno()), digest
    except OSError as error:
        raise temporary_refused(error) from error


def _copy_input(copy: IO[bytes], room: int) -> str:
    digest = hashlib.sha256()
    while piece := _read_input():
        room -= len(piece)
        if room < 0:
            raise refused(INPUT, "geçici klasörde yer yok")
        digest.update(piece)
        copy.write(piece)
    return digest.hexdigest()[:_DIGITS]


def _read_input() -> bytes:
    try:
        return os.read(_INPUT_FILE, CHUNK)
    except OSError as error:
        raise refusal(error, INPUT) from error


def refuse_unusable_output() -> None:
    """Raise FileRefused if standard output is a terminal, closed, or the null device.

    Discarded documents must not count as exported.
    """
    _refuse_terminal(sys.__stdout__, _OUTPUT_FILE, OUTPUT, _EXAMPLE)
    if os.path.samestat(os.fstat(_OUTPUT_FILE), os.stat(os.devnull)):
        raise refused(OUTPUT, f"hiçbir yere gitmiyor ({os.devnull}); örnek: {_EXAMPLE}")


class StandardOutput:
    """Standard output as an output file: `finish` copies the collected bytes to it.

    That raises FileRefused if not all bytes could be written, Stopped if `stop` says so.
    """

    def __init__(self, stop: Stop) -> None:
        """Begin the output. Raises FileRefused."""
        self.path = OUTPUT
        self._stop = stop
        try:
            self._spool = tempfile.TemporaryFile()  # noqa: SIM115  # `close` does
        except OSError as error:
            raise temporary_refused(error) from error

    def write(self, data: bytes) -> None:
        """Append all of `data`. Raises FileRefused."""
        try:
            self._spool.write(data)
        except OSError as error:
            raise temporary_refused(error) from error

    def sync(self) -> None:
        """Do nothing, since the copy is temporary."""

    def finish(self) -> None:
        """Write the whole copy to standard output."""
        try:
            self._spool.seek(0)
            while piece := self._spool.read(CHUNK):
                if self._stop():
                    raise Stopped(f"Durduruldu; çıktı yarım kaldı, {_NOT_COUNTED}")
                _write_all(piece)
            _sync()
        except BrokenPipeError as error:
            raise refused(OUTPUT, f"okuyan program kapandı; {_NOT_COUNTED}") from error
        except OSError as error:
            sentence = refusal(error, OUTPUT).sentence
            raise FileRefused(f"{sentence}; çıktı yarım kaldı, {_NOT_COUNTED}") from error

    def withdraw(self) -> None:
        """Do nothing, since output cannot be taken back from its reader."""

    def close(self) -> None:
        """Discard the copy."""
        self._spool.close()


def _write_all(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(_OUTPUT_FILE, left) :]


def _sync() -> None:
    """Flush standard output to disk if it is a file; a pipe needs no flush."""
    try:
        os.fsync(_OUTPUT_FILE)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EROFS, errno.ENOTSUP):
            raise


def _refuse_terminal(stream: TextIO | None, file: int, name: Path, example: str) -> None:
    """Raise FileRefused for a terminal, or a stream that was closed at the start of the program.

    By now, another file may have the descriptor number of a closed stream.
    """
    if stream is None:
        raise refused(name, f"kapalı; örnek: {example}")
    if os.isatty(file):
        raise refused(name, f"bir terminal; bir dosyaya ya da komuta yönlendirin: {example}")
