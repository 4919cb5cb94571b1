"""Runs a command in a fork of the test's own process: at once, with what the test has patched."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from app.__main__ import main
from app.store.opening import close_database
from tests.cli.commandline import Said
from tests.store.bookkeeping import typed


def run_forked(
    folder: Path,
    *arguments: object,
    fault: AbstractContextManager[None] | None = None,
    after: Callable[[], str] = str,
) -> tuple[Said, str]:
    """What the command says, in the time of a `fault`; and what `after` answers there."""
    close_database()
    out, err, answer = (folder / name for name in ("out", "err", "answer"))
    child = os.fork()
    if not child:
        status = 99
        try:
            for descriptor, path in ((1, out), (2, err)):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
            sys.stdout, sys.stderr = (os.fdopen(n, "w", closefd=False) for n in (1, 2))
            sys.argv = ["toplu-fatura", *map(typed, arguments)]
            with fault or nullcontext():
                status = main()
                sys.stdout.flush()
            answer.write_text(after())
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    said = Said(os.waitstatus_to_exitcode(ended), out.read_text(), err.read_text())
    return said, answer.read_text()


class FullDisk(io.RawIOBase):
    """Standard output on a disk that is full at the `nth` write; what is discarded still goes."""

    def __init__(self, nth: int) -> None:
        self._left = nth

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, data: object) -> int:
        self._left -= 1
        if self._left <= 0 and not stat.S_ISCHR(os.fstat(1).st_mode):
            raise OSError(errno.ENOSPC, "")
        return os.write(1, data)  # type: ignore[arg-type]

    def __enter__(self) -> None:  # type: ignore[override]
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(self))

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
