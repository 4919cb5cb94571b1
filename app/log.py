"""The program's own log: what ran, when, and how it ended; never what the documents hold.

A line is made of words of ours, counts and places in the program. No amount, no name, no number
of a document and no path comes into it, so that it can be handed on when help is asked for. It is
its owner's alone, and small. Where it cannot be written the program works without it.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

from app import __version__, crash
from app.paths import log_file

FILE_MODE = 0o600
MOST_BYTES = 256 << 10  # of a file that begins anew, with the old one beside it

_file = -1
_command = ""
_began = 0.0


def begin(command: str) -> str:
    """Open the log and write down that a run has begun; before that nothing is logged.

    Returns what the user must know of it in Turkish, most often nothing.
    """
    global _file, _command, _began
    _command, _began = command, time.monotonic()
    try:
        path = log_file()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _file = _open(path)
    except OSError as error:
        if error.errno != errno.ELOOP:
            return ""
        return "Program günlüğü tutulmuyor: gunluk.log bir bağlantı; bağlantıya yazılmaz, kaldırın"
    except RuntimeError:  # no home
        return ""
    event("basladi")
    return ""


def event(what: str, **counts: int) -> None:
    """Write down what has happened, a word of ours, and how often."""
    _write(" ".join([what, *(f"{name}={count}" for name, count in counts.items())]))


def fault(error: BaseException) -> None:
    """Write down an error: its kind, those of its causes, and the way that it took through us."""
    _write(f"hata {'<'.join(crash.kinds(error))} {' '.join(crash.places(error))}")


def end(status: int) -> None:
    """Write down that the run is over, with its exit status and how many seconds it took."""
    global _file
    event("bitti", durum=status, saniye=round(time.monotonic() - _began))
    if _file >= 0:
        os.close(_file)
    _file = -1


def _write(text: str) -> None:
    if _file < 0:
        return
    head = f"{time.strftime('%Y-%m-%d %H:%M:%S')} {os.getpid()} {__version__} {_command}"
    with suppress(OSError):
        os.write(_file, f"{head}: {text}\n".encode())


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    file = os.open(path, flags, FILE_MODE)
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.ENXIO, "")
        if stat.S_IMODE(found.st_mode) != FILE_MODE:
            os.fchmod(file, FILE_MODE)
        if found.st_size <= MOST_BYTES:
            return file
        os.replace(path, path.with_name(f"{path.name}.eski"))
    except BaseException:
        os.close(file)
        raise
    os.close(file)
    return os.open(path, flags | os.O_EXCL, FILE_MODE)
