"""Lets the Nth operation of the program on files fail, in SQLite as in Python, with a true errno.

SQLite asks the system through a table of calls, which can be changed (`xSetSystemCall`). Its fsync
and its locks are not in there: they fail in a layer of apsw's, which knows no errno. What Python
asks is patched in `os`.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

import apsw

_INT, _SIZE, _PLACE, _TEXT = ctypes.c_int, ctypes.c_ssize_t, ctypes.c_int64, ctypes.c_char_p
_POINTER = ctypes.c_void_p
_READ = (_SIZE, _INT, _POINTER, _SIZE)
_ABSENT: Final = (apsw.NotFoundError, ValueError)

# Name in SQLite's table → what it is to us, and its type in C.
_CALLS: Final[dict[str, tuple[str, tuple[Any, ...]]]] = {
    "open": ("open", (_INT, _TEXT, _INT, _INT)),
    "stat": ("stat", (_INT, _TEXT, _POINTER)),
    "fstat": ("stat", (_INT, _INT, _POINTER)),
    "read": ("read", _READ),
    "pread": ("read", (*_READ, _PLACE)),
    "pread64": ("read", (*_READ, _PLACE)),
    "write": ("write", _READ),
    "pwrite": ("write", (*_READ, _PLACE)),
    "pwrite64": ("write", (*_READ, _PLACE)),
    "ftruncate": ("truncate", (_INT, _INT, _PLACE)),
    "unlink": ("unlink", (_INT, _TEXT)),
    "mmap": ("map", (_POINTER, _POINTER, _SIZE, _INT, _INT, _INT, _PLACE)),
}
# Name in `os` → what it is to us.
_OS: Final = {
    "open": "open",
    "pread": "read",
    "write": "write",
    "pwrite": "write",
    "fsync": "sync",
    "link": "link",
}

_MAKING: Final = {"open", "write", "truncate", "sync", "link"}
OPERATIONS: Final = {
    errno.EIO: {"stat", "read", "map", "unlink", *_MAKING},
    errno.ENOSPC: _MAKING,
    errno.EFBIG: {"write", "truncate"},
    errno.EROFS: {"open", "write", "truncate", "unlink", "link"},
    errno.EACCES: {"open", "unlink", "link"},
}
"""errno → the operations that can fail with it."""
LAYER_OPERATIONS: Final = {"sync", "lock"}
KINDS: Final[dict[str, tuple[int, bool, set[str] | None]]] = {
    f"{errno.errorcode[number]}-{'from then on' if lasting else 'once'}": (number, lasting, None)
    for number, lasting in (
        (errno.EIO, False), (errno.EIO, True), (errno.ENOSPC, False), (errno.ENOSPC, True),
        (errno.EFBIG, True), (errno.EROFS, True), (errno.EACCES, False),
    )
} | {
    "fsync and lock-once": (errno.EIO, False, LAYER_OPERATIONS),
    "fsync and lock-from then on": (errno.EIO, True, LAYER_OPERATIONS),
}  # fmt: skip
"""What fails: with which errno, from then on or once, and which operations if not all."""


class Faults:
    """Lets the `nth` of some operations fail; with `lasting` all behind it too, as on a full disk.

    Without `operations` it is those that can fail so. Threads must not be at work besides.
    """

    def __init__(
        self,
        number: int,
        nth: int,
        *,
        lasting: bool = False,
        operations: set[str] | None = None,
    ) -> None:
        self.number = number
        self.met = ""
        """The operation that failed first; empty where there were fewer than `nth`."""
        self._operations = operations or OPERATIONS[number]
        self._count = 0
        self._nth = nth
        self._lasting = lasting

    def fails(self, operation: str) -> bool:
        """Whether this one fails."""
        if operation not in self._operations:
            return False
        self._count += 1
        if self._count != self._nth and not self.goes_on():
            return False
        self.met = self.met or operation
        return True

    def goes_on(self) -> bool:
        """Whether it has begun and lasts."""
        return self._lasting and bool(self.met)

    @contextmanager
    def active(self) -> Iterator[None]:
        """The time in which operations fail."""
        seam = _in_layer if self._operations == LAYER_OPERATIONS else _in_calls
        with (
            seam(self),
            mock.patch.multiple(
                os, **{name: self._failing(what, getattr(os, name)) for name, what in _OS.items()}
            ),
        ):
            yield

    def _failing(self, operation: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*values: Any, **named: Any) -> Any:
            if self.fails(operation):
                raise OSError(self.number, os.strerror(self.number))
            return real(*values, **named)

        return call


@contextmanager
def _in_calls(faults: Faults) -> Iterator[None]:
    """SQLite's system calls fail."""
    unix = apsw.VFS("yalin", "unix")
    calls = []  # C points to them
    for name, (operation, kind) in _CALLS.items():
        if address := _address(unix, name):
            call = _replacement(faults, operation, ctypes.CFUNCTYPE(*kind, use_errno=True), address)
            calls.append(call)
            unix.xSetSystemCall(name, ctypes.cast(call, ctypes.c_void_p).value)
    try:
        yield
    finally:
        unix.xSetSystemCall(None, 0)
        unix.unregister()


def _address(vfs: apsw.VFS, name: str) -> int | None:
    try:
        return vfs.xGetSystemCall(name)
    except _ABSENT:
        return None


def _replacement(faults: Faults, operation: str, kind: Any, address: int) -> Any:
    real = kind(address)

    def call(*values: Any) -> Any:
        if faults.fails(operation):
            ctypes.set_errno(faults.number)
            return -1
        return real(*values)

    return kind(call)


@contextmanager
def _in_layer(faults: Faults) -> Iterator[None]:
    """SQLite's fsync and its locks on the database fail; where that lasts, nothing is written."""

    class File(apsw.VFSFile):
        def xSync(self, flags: int) -> None:  # noqa: N802
            if faults.fails("sync"):
                raise apsw.IOError("sync")
            super().xSync(flags)

        def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
            if faults.goes_on():
                raise apsw.IOError("write")
            super().xWrite(data, offset)

        def xLock(self, level: int) -> None:  # noqa: N802
            # The last lock, as the file is closed, SQLite does without; APSW would tell.
            if level != apsw.SQLITE_LOCK_EXCLUSIVE and faults.fails("lock"):
                raise apsw.IOError("lock")
            super().xLock(level)

    class Layer(apsw.VFS):
        def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return File("unix", name, flags)

    layer = Layer("kusurlu", "unix", makedefault=True)
    try:
        yield
    finally:
        apsw.set_default_vfs("unix")
        layer.unregister()
