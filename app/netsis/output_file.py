"""An output file of invoices that is either whole or absent."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from app.atomic_file import AtomicFile, NameLeft
from app.errors import FileLeft
from app.netsis.file_names import COMPRESSED
from app.os_errors import refusal, refused

_MODE: Final = 0o640
_BUFFER: Final = 1 << 20
_LEFT: Final = "bu adla duran dosyaya güvenmeyin, silip yeniden aktarın"


class InvoiceFile:
    """A new file: a JSON array with one invoice a line. It has no name before `finish`.

    It is compressed if its name says so.
    """

    def __init__(self, path: Path, folder: int) -> None:
        self.path = path
        self._folder = folder
        self._draft: AtomicFile | None = None
        packs = path.name.lower().endswith(COMPRESSED)
        # A gzip header of zlib's holds no time: the same invoices make the same file.
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 31) if packs else None
        self._pending = [b"["]
        self._size = 0
        self._between = b"\n"

    @classmethod
    def create(cls, path: Path) -> InvoiceFile:
        """Begin a file that will be at `path`.

        Raises FileRefused where the path exists or cannot be written.
        """
        path = Path(path)
        if not path.name:
            raise refused(path, "dosya adı yok")
        try:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise refusal(error, path.parent) from error
        made = cls(path, folder)
        try:
            made._refuse_existing()
            made._draft = AtomicFile(folder, path.name, _MODE)
        except (OSError, ValueError) as error:
            made.close()
            raise refusal(error, path) from error
        except BaseException:
            made.close()
            raise
        return made

    def write(self, documents: bytes) -> None:
        """Add encoded invoices: one, or several with a comma and a line end between.

        Raises FileRefused.
        """
        self._pending += (self._between, documents)
        self._between = b",\n"
        self._size += len(documents)
        if self._size >= _BUFFER:
            self._guarded(self._flush)

    def finish(self) -> None:
        """Sync the file to disk and give it its name.

        Raises FileRefused; FileLeft where the name is there all the same.
        """
        self._pending.append(b"\n]\n")
        self._guarded(self._publish)

    def close(self) -> None:
        """Close; a file that was not finished is removed."""
        if self._draft:
            self._draft.close()
            self._draft = None
        if self._folder >= 0:
            with suppress(OSError):
                os.close(self._folder)
        self._folder = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _refuse_existing(self) -> None:
        """Check early; the link in `publish` makes sure that nothing is overwritten."""
        with suppress(FileNotFoundError):
            found = os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                raise refused(self.path, "bu bir bağlantı; bağlantıya yazılmaz, başka bir ad verin")
            raise OSError(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EEXIST, "")

    def _guarded(self, step: Callable[[AtomicFile], None]) -> None:
        try:
            if self._draft is None:
                raise OSError(errno.EBADF, "")
            step(self._draft)
        except NameLeft as error:
            said = refusal(error, self.path).sentence
            raise FileLeft(f"{said}; {_LEFT}") from error
        except OSError as error:
            raise refusal(error, self.path) from error

    def _flush(self, draft: AtomicFile) -> None:
        data = b"".join(self._pending)
        self._pending.clear()
        self._size = 0
        draft.write(self._packer.compress(data) if self._packer else data)

    def _publish(self, draft: AtomicFile) -> None:
        self._flush(draft)
        if self._packer:
            draft.write(self._packer.flush())
        self._refuse_moved()
        draft.publish()

    def _refuse_moved(self) -> None:
        """Refuse if the folder is no longer at the path that the user is told."""
        with suppress(FileNotFoundError):
            if os.path.samestat(os.stat(self.path.parent), os.fstat(self._folder)):
                return
        raise refused(self.path, "klasör bu arada taşındı ya da silindi; dosya yazılmadı")
