"""Ask for a new file, and write the content of a screen to it in a job."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.text import one_line
from app.tui.jobs import Job
from app.tui.paths import free_path
from app.tui.screens.new_file import NewFile

if TYPE_CHECKING:
    from app.tui.screens.job_screen import JobScreen


class PageWriting:
    """Writes files for a list and for the pages opened from it."""

    def __init__(self, beside: Callable[[], Path | None]) -> None:
        """Offer names in the folder that `beside` returns, or beside the file that it returns."""
        self._beside = beside

    def ask(
        self,
        screen: JobScreen,
        name: str,
        endings: tuple[str, ...],
        save: Callable[[Path, Job], str],
    ) -> None:
        """Offer a file of this name; `save` writes it and returns a note, or raises AppError."""
        if reason := screen.runner.busy():
            screen.message.error(reason)
            return

        def answered(path: Path | None) -> None:
            if path is None:
                screen.message.tell("Vazgeçildi; dosya yazılmadı")
            else:
                _write(screen, path, save)

        beside = self._beside() or Path()
        folder = next((one for one in (beside, beside.parent) if os.path.isdir(one)), Path())
        screen.app.push_screen(NewFile(str(free_path(folder, name)), endings), answered)


def _write(screen: JobScreen, path: Path, save: Callable[[Path, Job], str]) -> None:
    def written(note: str) -> None:
        said = "; ".join(filter(None, (f"Dosya yazıldı: {one_line(str(path))}", note)))
        screen.message.tell(said)

    screen.runner.run(
        "Yazma", lambda job: save(path, job), written, kept="Dosya yazılmaz.", keys_wait=True
    )
