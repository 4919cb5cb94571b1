"""Does work in a process of its own, which may be killed at its Nth operation on a file."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from app.store.opening import close_database
from tests.promises.faults import OPERATIONS, Faults


def in_child(work: Callable[[Callable[[str], None]], None]) -> list[str]:
    """Do it in a process of its own; the lines that it told before its end."""
    close_database()
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException), _quiet():
            os.close(told)
            real = os.write  # the one of the kill counts too
            work(lambda line: _tell(real, tell, line))
        os._exit(0)
    os.close(tell)
    with os.fdopen(told) as lines:
        text = lines.read()
    os.waitpid(child, 0)
    return [line for line in text.splitlines(keepends=False) if line.endswith("]")]


class Kill(Faults):
    """The process is gone at the nth operation on a file."""

    def __init__(self, nth: int) -> None:
        super().__init__(errno.EIO, nth, operations=set().union(*OPERATIONS.values()))

    def fails(self, operation: str) -> bool:
        """Never: it ends the process instead."""
        if super().fails(operation):
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def _tell(write_: Callable[[int, bytes], int], pipe: int, line: str) -> None:
    write_(pipe, f"{line}\n".encode())


@contextmanager
def _quiet() -> Iterator[None]:
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        yield
