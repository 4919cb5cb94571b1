"""A new file for the user that is whole or absent, with Turkish sentences as errors."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from app.atomic_file import AtomicFile, NameLeft
from app.errors import FileLeft
from app.os_errors import refusal, refused

_MODE: Final = 0o640
_LEFT: Final = "bu adla duran dosyaya güvenmeyin, silip yeniden deneyin"


class WholeFile:
    """A new file without a name until `finish`. Every method may raise FileRefused."""

    def __init__(self, path: Path) -> None:
        """Begin a file for `path`. Raises FileRefused if the path exists."""
        self.path = Path(path)
        self._draft: AtomicFile | None = None
        if not self.path.name:
            raise refused(self.path, "dosya adı yok")
        try:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
            self._folder = os.open(self.path.parent, flags)
        except (OSError, ValueError) as error:
            raise refusal(error, self.path.parent) from error
        try:
            self._refuse_existing()
            self._draft = AtomicFile(self._folder, self.path.name, _MODE)
        except (OSError, ValueError) as error:
            self.close()
            raise refusal(error, self.path) from error
        except BaseException:
            self.close()
            raise

    @property
    def descriptor(self) -> int:
        """The open file to write to; this object closes it. Raises OSError if already closed."""
        if self._draft is None:
            raise OSError(errno.EBADF, "")
        return self._draft.file

    def write(self, data: bytes) -> None:
        """Append all of `data`."""
        self.guarded(lambda draft: draft.write(data))

    def sync(self) -> None:
        """Flush the file to disk; it has no name yet."""
        self.guarded(lambda draft: os.fsync(draft.file))

    def finish(self) -> None:
        """Flush the file to disk and give it its name.

        Raises FileLeft if the file got its name but may not be whole.
        """
        self.guarded(self._publish)

    def withdraw(self) -> None:
        """Remove the name of a finished file, if it still belongs to this file."""
        with suppress(OSError):
            found = os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False)
            if os.path.samestat(os.fstat(self.descriptor), found):
                os.unlink(self.path.name, dir_fd=self._folder)

    def close(self) -> None:
        """Close the file; remove it unless it was finished."""
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

    def guarded(self, step: Callable[[AtomicFile], None]) -> None:
        """Call `step` on the file and turn its OSErrors into FileRefused."""
        try:
            if self._draft is None:
                raise OSError(errno.EBADF, "")
            step(self._draft)
        except NameLeft as error:
            said = refusal(error, self.path).sentence
            raise FileLeft(f"{said}; {_LEFT}") from error
        except OSError as error:
            raise refusal(error, self.path) from error

    def _publish(self, draft: AtomicFile) -> None:
        self._refuse_moved()
        draft.publish()

    def _refuse_existing(self) -> None:
        """Refuse an existing file early; the link in `publish` prevents overwriting for certain."""
        with suppress(FileNotFoundError):
            found = os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                raise refused(self.path, "bu bir bağlantı; bağlantıya yazılmaz, başka bir ad verin")
            raise OSError(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EEXIST, "")

    def _refuse_moved(self) -> None:
        """Refuse if the folder has moved away from the path that the user was told."""
        with suppress(FileNotFoundError):
            if os.path.samestat(os.stat(self.path.parent), os.fstat(self._folder)):
                return
        raise refused(self.path, "klasör bu arada taşındı ya da silindi; dosya yazılmadı")
