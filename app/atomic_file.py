"""A new file that has no name until it is whole: killed at any moment, it leaves nothing."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

_NO_TMPFILE: Final = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
_NO_HARD_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class Draft:
    """The file before it has its name. What any of it raises is an OSError.

    Where the file system knows no nameless files it has another name till then.
    """

    def __init__(self, folder: int, name: str, mode: int) -> None:
        """To be `name` in the folder of this descriptor, which stays the caller's."""
        self._folder = folder
        self._name = name
        self._mode = mode
        self._temporary = ""
        self.file = self._open()

    def write(self, data: bytes) -> None:
        """Adds all of it."""
        left = memoryview(data)
        while left:
            left = left[os.write(self.file, left) :]

    def publish(self) -> None:
        """Makes the file safe on disk and gives it its name.

        Raises FileExistsError where there is something of that name: it is never overwritten.
        """
        os.fsync(self.file)
        self._link()
        try:
            os.fsync(self._folder)
        except OSError as error:
            if error.errno != errno.EINVAL:  # not every file system can
                os.unlink(self._name, dir_fd=self._folder)
                raise

    def close(self) -> None:
        """Ends the work; what was not published is gone. What is published is safe already."""
        if self._temporary:
            with suppress(OSError):  # the reason to end is what the user is told
                os.unlink(self._temporary, dir_fd=self._folder)
            self._temporary = ""
        with suppress(OSError):
            os.close(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> int:
        try:
            flags = os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC
            file = os.open(".", flags, self._mode, dir_fd=self._folder)
            if os.path.exists(_handle(file)):
                return file
            os.close(file)  # without /proc it could not be given a name
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
        name = f".{secrets.token_hex(8)}.tmp"
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
        file = os.open(name, flags, self._mode, dir_fd=self._folder)
        self._temporary = name
        return file

    def _link(self) -> None:
        folder = self._folder
        if not self._temporary:
            # A folder's descriptor makes Python call linkat, which alone follows the handle.
            os.link(_handle(self.file), self._name, dst_dir_fd=folder, follow_symlinks=True)
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
        os.close(os.open(self._name, flags, self._mode, dir_fd=self._folder))
        try:
            os.rename(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except OSError:
            os.unlink(self._name, dir_fd=self._folder)
            raise
        self._temporary = ""


def _handle(file: int) -> str:
    return f"/proc/self/fd/{file}"
