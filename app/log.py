"""Log what ran and how it ended, and report crashes, without any invoice data.

A log line contains fixed words, counts and source locations. It never contains an amount, a name,
a document number or a path, so a user can attach the log to a support request. For the same
reason a crash is reported by its type and location only: an exception message or a local variable
could hold a customer's name. Only the owner can read the log, and its size is limited. If the log
cannot be written, the program runs without it.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import app as package
from app import __version__
from app.errors import AppError, FileRefused
from app.os_errors import OUT_OF_MEMORY
from app.own_file import open_own
from app.paths import log_file

FILE_MODE = 0o600
MOST_BYTES = 256 << 10  # a larger log is renamed to `.eski`, and a new one begins
_PACKAGE_FOLDER = Path(package.__file__).parent
_ENGINE = "app/store/engine"

_file = -1
_command = ""
_began = 0.0


def begin(command: str) -> str:
    """Open the log and record the start of a run; earlier events are not logged.

    Returns a Turkish warning for the user, or "" if there is none.
    """
    global _file, _command, _began
    _command, _began = command, time.monotonic()
    try:
        path = log_file()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _file = _open(path)
    except FileRefused as error:
        return f"Program günlüğü tutulmuyor: {error.sentence}"
    except (OSError, AppError):  # AppError: the user has no home folder
        return ""
    event("basladi")
    return ""


def event(what: str, **counts: int) -> None:
    """Record an event by a fixed word, with its counts."""
    _write(" ".join([what, *(f"{name}={count}" for name, count in counts.items())]))


def fault(error: BaseException) -> None:
    """Record an error: its type, the types of its causes, and its path through the program."""
    _write(f"hata {'<'.join(_kinds(error))} {' '.join(_locations(error))}")


def crash_sentence(error: BaseException) -> str:
    """Describe a crash to the user in Turkish: its type and source location, no data.

    Too little memory, which may be missed anywhere, is no fault of the program.
    """
    if _is_out_of_memory(error):
        return f"Durdu: {OUT_OF_MEMORY}. Kaydedilmiş belgeler yerinde; yarım kalan belge yok."
    locations = _locations(error)
    return (
        f"Program beklenmeyen bir hatayla durdu ({type(error).__name__}, "
        f"{_location(locations) or 'yeri bilinmiyor'}). "
        "Kaydedilmiş belgeler yerinde; yarım kalan belge yok. Bu satırı bildirin."
    )


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Return whether memory was missing, also for a library that could not be loaded."""
    while error is not None:
        unloaded = isinstance(error, ImportError) and "failed to map segment" in str(error)
        if isinstance(error, MemoryError) or unloaded:
            return True
        error = error.__cause__ or error.__context__
    return False


def _location(locations: list[str]) -> str:
    """Return the innermost location outside the engine, which only runs what its callers pass."""
    above = [one for one in locations if not one.startswith(f"{_ENGINE}/")]
    return next(reversed(above or locations), "")


def end(status: int) -> None:
    """Record the end of the run with its exit status and duration in seconds, and close the log."""
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
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    file = open_own(path, flags, FILE_MODE)
    try:
        found = os.fstat(file)
        if stat.S_IMODE(found.st_mode) != FILE_MODE:
            os.fchmod(file, FILE_MODE)
        if found.st_size <= MOST_BYTES:
            return file
        os.replace(path, path.with_name(f"{path.name}.eski"))
    except BaseException:
        os.close(file)
        raise
    os.close(file)
    return open_own(path, flags | os.O_EXCL, FILE_MODE)


def _locations(error: BaseException) -> list[str]:
    """Return the traceback's lines in this program, outermost first: `app/store/writer.py:40`."""
    found = []
    trace = error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE_FOLDER):
            found.append(f"{file.relative_to(_PACKAGE_FOLDER.parent)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found


def _kinds(error: BaseException) -> list[str]:
    """Return the types of the error and of its causes: `FileRefused`, `OSError(ENOSPC)`."""
    return [_kind(one) for one in _causes(error)]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _kind(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    name = type(error).__name__
    return f"{name}({errno.errorcode.get(number, number)})" if number else name
