"""A new file that is whole or absent, whenever its writer is killed.

Exports, new databases, sample files and the user's preferences are all written this way. Without
hard links, a kill may leave an empty file.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

_NO_TMPFILE: Final = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
_NO_HARD_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
_PREFIX, _SUFFIX = ".toplu-fatura-", ".tmp"


class NameLeft(OSError):
    """A file could not be kept, and its name could not be removed either."""


def write_new(path: Path, content: bytes, mode: int, *, shared: bool = False) -> None:
    """Write a new file at `path`; it is safe on disk when this returns.

    `mode` is narrowed by the umask unless the file is `shared`. Raises OSError; FileExistsError if
    the name is taken.
    """
    folder = _open_folder(path.parent)
    try:
        with AtomicFile(folder, path.name, mode) as file:
            if shared:
                os.fchmod(file.file, mode)
            file.write(content)
            file.publish()
    finally:
        os.close(folder)


def replace(path: Path, content: bytes, mode: int) -> None:
    """Replace the file at `path`, or create it. Raises OSError.

    A reader finds the old or the new content, never a part. Nothing is flushed to disk, so use it
    only for content that may be lost in a power failure.
    """
    folder = _open_folder(path.parent)
    try:
        with AtomicFile(folder, path.name, mode, named=True) as file:
            file.write(content)
            file.replace()
    finally:
        os.close(folder)


class AtomicFile:
    """A file without its final name until `publish` or `replace`. All errors are OSErrors.

    It has no name at all if the file system supports that (O_TMPFILE), and a temporary name
    otherwise. If a writer is killed, the next such file in the folder removes its temporary one.
    """

    def __init__(self, folder: int, name: str, mode: int, *, named: bool = False) -> None:
        """`folder` is a descriptor of the folder and remains the caller's.

        `named` asks for a temporary name, which `replace` needs.
        """
        self._folder = folder
        self._name = name
        self._mode = mode
        self._temporary = ""
        self.file = self._open_named() if named else self._open()

    def write(self, data: bytes) -> None:
        """Append all of `data`."""
        left = memoryview(data)
        while left:
            left = left[os.write(self.file, left) :]

    def publish(self) -> None:
        """Flush the file to disk and give it its name.

        Raises FileExistsError if the name is taken: nothing is ever overwritten. Raises NameLeft if
        the file got its name, has to lose it again, and cannot.
        """
        os.fsync(self.file)
        self._link()
        try:
            os.fsync(self._folder)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some file systems cannot flush a folder
                self._remove_name(error)
                raise

    def replace(self) -> None:
        """Give the file its name, replacing the file that has it now."""
        self._move()

    def close(self) -> None:
        """Close the file; discard it unless it got its name."""
        if self._temporary:
            with suppress(OSError):  # an earlier error is the one to report
                os.unlink(self._temporary, dir_fd=self._folder)
            self._temporary = ""
        with suppress(OSError):
            os.close(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _open(self) -> int:
        try:
            flags = os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC
            file = os.open(".", flags, self._mode, dir_fd=self._folder)
            if os.path.exists(_handle(file)):
                return file
            os.close(file)  # without /proc the file could never get a name
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
        return self._open_named()

    def _open_named(self) -> int:
        """Return a file with a temporary name, locked as long as its writer lives."""
        _remove_abandoned(self._folder)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
        while True:
            name = f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
            file = os.open(name, flags, self._mode, dir_fd=self._folder)
            with suppress(OSError):  # without locks, no other process removes it either
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(file).st_nlink:
                self._temporary = name
                return file
            os.close(file)  # another process removed it before it was locked

    def _link(self) -> None:
        folder = self._folder
        if not self._temporary:
            # With a folder descriptor Python calls linkat, the only call that follows the handle.
            os.link(_handle(self.file), self._name, dst_dir_fd=folder, follow_symlinks=True)
            return
        try:
            os.link(self._temporary, self._name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            self._move_to_new()

    def _move_to_new(self) -> None:
        """Rename onto an empty file of our own, for file systems without hard links.

        A kill between the two leaves the empty file.
        """
        flags = os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        os.close(os.open(self._name, flags, self._mode, dir_fd=self._folder))
        try:
            self._move()
        except OSError as error:
            self._remove_name(error)
            raise

    def _remove_name(self, error: OSError) -> None:
        """Remove the file's name because of `error`. Raises NameLeft if that fails."""
        try:
            os.unlink(self._name, dir_fd=self._folder)
        except OSError:
            raise NameLeft(error.errno, "") from error

    def _move(self) -> None:
        os.rename(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        self._temporary = ""


def _open_folder(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _remove_abandoned(folder: int) -> None:
    """Remove temporary files whose writers were killed; the system released their locks."""
    with suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(_PREFIX) and name.endswith(_SUFFIX):
                _remove_unlocked(folder, name)


def _remove_unlocked(folder: int, name: str) -> None:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    with suppress(OSError):
        file = os.open(name, flags, dir_fd=folder)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
        finally:
            os.close(file)


def _handle(file: int) -> str:
    return f"/proc/self/fd/{file}"
