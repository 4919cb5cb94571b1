"""Asks for a new file and writes to it what a page shows, in a job of the list behind it."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.text import one_line
from app.tui.job_runner import JobRunner
from app.tui.jobs import Job
from app.tui.screens.dialog import Ask

if TYPE_CHECKING:
    from app.tui.screens.page import PageScreen


class PageWriting:
    """Writes files for the pages of a list."""

    def __init__(self, runner: JobRunner, beside: Callable[[], Path | None]) -> None:
        """Write in jobs of `runner`; offer names in the folder `beside`, or beside that file."""
        self._runner = runner
        self._beside = beside

    def ask(self, page: PageScreen, name: str, save: Callable[[Path, Job], str]) -> None:
        """Offer a file of this name; `save` returns a note about it, or raises AppError."""

        def answered(typed: str | None) -> None:
            if typed is None:
                page.tell("Vazgeçildi; dosya yazılmadı")
            else:
                self._write(page, Path(typed).expanduser(), save)

        page.app.push_screen(Ask("Dosya", str(self._offered(name))), answered)

    def _offered(self, name: str) -> Path:
        """Return a path that nothing has."""
        path = self._beside() or Path()
        folder = path if os.path.isdir(path) else path.parent
        stem, dot, suffix = name.rpartition(".")
        names = chain([name], (f"{stem}-{n}{dot}{suffix}" for n in count(2)))
        return next(folder / one for one in names if not os.path.lexists(folder / one))

    def _write(self, page: PageScreen, path: Path, save: Callable[[Path, Job], str]) -> None:
        if reason := self._runner.busy():
            page.tell_error(reason)
            return

        def written(note: str) -> None:
            page.tell("; ".join(filter(None, (f"Dosya yazıldı: {one_line(str(path))}", note))))

        page.tell("Yazılıyor…")
        self._runner.run(
            "Yazma", lambda job: save(path, job), written, kept="Dosya yazılmaz.",
            failed=lambda error: page.tell_error(error.sentence), keys_wait=True,
        )  # fmt: skip
