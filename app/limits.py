"""Check the system's limits on a user's threads and open files; report each in a sentence."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from app.errors import AppError

if TYPE_CHECKING:
    from threading import Thread

_NO_THREAD: Final = (
    "Süreç sınırı doldu; iş başlatılamadı. Açık kalan oturumlarınızı kapatıp yeniden deneyin ya da "
    "yöneticinizden sınırı (ulimit -u) yükseltmesini isteyin"
)
_NO_FILE: Final = "Açık dosya sınırı (ulimit -n) çok düşük; yöneticinizden en az 64 isteyin"
_DESCRIPTORS: Final = 16  # what the screens and an import need, with some reserve


def start(thread: Thread) -> None:
    """Start a thread. Raises AppError if the user may not have another process or thread."""
    try:
        thread.start()
    except RuntimeError:  # "can't start new thread"
        raise AppError(_NO_THREAD) from None


def need_descriptors() -> None:
    """Raise AppError if the limit on open files is too low for the work."""
    spare: list[int] = []
    try:
        for _ in range(_DESCRIPTORS // 2):
            spare += os.pipe()
    except OSError:
        raise AppError(_NO_FILE) from None
    finally:
        for file in spare:
            os.close(file)
