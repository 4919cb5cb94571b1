"""A new file of invoices that is either whole or absent."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.files.os_errors import refusal, refused

_MODE: Final = 0o640
_BUFFER: Final = 1 << 20
_NO_TMPFILE: Final = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
_NO_HARD_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class InvoiceFile:
    """A new file: a JSON array with one invoice a line. It has no name before `finish`."""

    def __init__(self, path: Path, folder: int) -> None:
        self.path = path
        self._folder = folder
        self._name = path.name
        self._temporary = ""
        self._file = -1
        self._pending = [b"["]
        self._size = 0
        self._between = b"\n"

    @classmethod
    def create(cls, path: Path) -> InvoiceFile:
        """Begins a file that will be at `path`.

        Raises FileRefused where something is there already or nothing can be written there.
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
            made._open()
        except (OSError, ValueError) as error:
            made.close()
            raise refusal(error, path) from error
        except BaseException:
            made.close()
            raise
        return made

    def write(self, documents: bytes) -> None:
        """Adds encoded invoices: one, or several with a comma and a line end between.

        Raises FileRefused.
        """
        self._pending += (self._between, documents)
        self._between = b",\n"
        self._size += len(documents)
        if self._size >= _BUFFER:
            self._guarded(self._flush)

    def finish(self) -> None:
        """Makes the file safe on disk and gives it its name. Raises FileRefused."""
        self._pending.append(b"\n]\n")
        self._guarded(self._publish)

    def close(self) -> None:
        """Ends the work; what was not finished is gone. What is finished is safe already."""
        if self._temporary:
            with suppress(OSError):  # the reason to end is what the user is told
                os.unlink(self._temporary, dir_fd=self._folder)
            self._temporary = ""
        for descriptor in (self._file, self._folder):
            if descriptor >= 0:
                with suppress(OSError):
                    os.close(descriptor)
        self._file = self._folder = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        self._refuse_existing()
        try:
            flags = os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC
            self._file = os.open(".", flags, _MODE, dir_fd=self._folder)
            if os.path.exists(self._handle):
                return
            os.close(self._file)  # without /proc it could not be given a name
            self._file = -1
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
        name = f".{secrets.token_hex(8)}.tmp"
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
        self._file = os.open(name, flags, _MODE, dir_fd=self._folder)
        self._temporary = name

    def _refuse_existing(self) -> None:
        """Told before the work; the link at its end is what surely never overwrites."""
        with suppress(FileNotFoundError):
            found = os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                raise refused(self.path, "bu bir bağlantı; bağlantıya yazılmaz, başka bir ad verin")
            raise OSError(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EEXIST, "")

    @property
    def _handle(self) -> str:
        return f"/proc/self/fd/{self._file}"

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            raise refusal(error, self.path) from error

    def _flush(self) -> None:
        data = memoryview(b"".join(self._pending))
        self._pending.clear()
        self._size = 0
        while data:
            data = data[os.write(self._file, data) :]

    def _publish(self) -> None:
        self._flush()
        os.fsync(self._file)
        self._link()
        try:
            os.fsync(self._folder)
        except OSError as error:
            if error.errno != errno.EINVAL:  # not every file system can
                os.unlink(self._name, dir_fd=self._folder)
                raise

    def _link(self) -> None:
        folder = self._folder
        if not self._temporary:
            # A folder's descriptor makes Python call linkat, which alone follows the handle.
            os.link(self._handle, self._name, dst_dir_fd=folder, follow_symlinks=True)
            return
        try:
            os.link(self._temporary, self._name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            self._rename()

    def _rename(self) -> None:
        """Where there are no hard links: onto an empty file that is surely our own."""
        flags = os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        os.close(os.open(self._name, flags, _MODE, dir_fd=self._folder))
        try:
            os.rename(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except OSError:
            os.unlink(self._name, dir_fd=self._folder)
            raise
        self._temporary = ""
