"""A fault of the program, told without what the documents hold."""

from __future__ import annotations

import traceback
from pathlib import Path

import app as package

_FOLDER = Path(package.__file__).parent


def sentence(error: BaseException) -> str:
    """What the user is told: the kind of the fault and its place in the program, no data.

    A message or a local variable could hold a customer's name; a type and a line cannot.
    """
    return (
        f"Program beklenmeyen bir hatayla durdu ({type(error).__name__}, {_place(error)}). "
        "Kaydedilmiş belgeler yerinde; yarım kalan belge yok. Bu satırı bildirin."
    )


def _place(error: BaseException) -> str:
    frames = [
        f"{Path(frame.filename).relative_to(_FOLDER.parent)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_FOLDER)
    ]
    return frames[-1] if frames else "yeri bilinmiyor"
