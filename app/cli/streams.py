"""Make standard output and error safe to write to, even if their reader goes away."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_quiet = False


def prepare() -> None:
    """Replace a closed stream by one that discards, and unencodable letters by `?`."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  # open to the end
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115  # open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def be_quiet() -> None:
    """Discard standard output, and messages on standard error that are not errors (--sessiz)."""
    global _quiet
    _quiet = True
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # open to the end


def is_quiet() -> bool:
    """Return whether only errors are printed."""
    return _quiet


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """End the block silently if the reader of standard output is gone (`| head -1`).

    Everything printed inside is flushed when the block ends.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


@contextmanager
def output_refusals() -> Iterator[None]:
    """Turn an error of standard output into FileRefused and discard the rest of the output."""
    try:
        yield
    except OSError as error:
        from app.os_errors import refusal  # slow to load, rarely needed

        discard_output()
        raise refusal(error, "çıktı") from error


def discard_output() -> None:
    """Discard the rest of standard output; otherwise Python fails again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
