"""A fault of the program, told without what the documents hold.

A message or a local variable could hold a customer's name; a type and a line of ours cannot.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import app as package

_FOLDER = Path(package.__file__).parent


def sentence(error: BaseException) -> str:
    """What the user is told: the kind of the fault and its place in the program, no data."""
    where = places(error)
    return (
        f"Program beklenmeyen bir hatayla durdu ({type(error).__name__}, "
        f"{where[-1] if where else 'yeri bilinmiyor'}). "
        "Kaydedilmiş belgeler yerinde; yarım kalan belge yok. Bu satırı bildirin."
    )


def places(error: BaseException) -> list[str]:
    """The lines of ours that the error passed, from the outermost in: `app/store/writer.py:40`."""
    found = []
    trace = error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_FOLDER):
            found.append(f"{file.relative_to(_FOLDER.parent)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found


def kinds(error: BaseException) -> list[str]:
    """The error's type and those of its causes: `FileRefused`, `OSError(ENOSPC)`."""
    return [_kind(one) for one in _causes(error)]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _kind(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    name = type(error).__name__
    return f"{name}({errno.errorcode.get(number, number)})" if number else name
