"""The application: two tabs as modes, one stylesheet, nothing that moves by itself."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.filter import LineFilter

import app as package
from app.tui import crash
from app.tui.jobs import Job, JobCrashed, JobEnded
from app.tui.safe import SafeLines
from app.tui.screens.dialog import Confirm
from app.tui.screens.export import Clock, ExportTab
from app.tui.screens.incoming import ImportTab
from app.tui.screens.tab import TransferTab
from app.tui.typeahead import TypeaheadApp


def stylesheet() -> Path:
    """screens.css: inside the installed package, or at the top of a checkout."""
    folder = Path(package.__file__).parent
    inside = folder / "screens.css"
    return inside if inside.exists() else folder.parent / "screens.css"


class TransferApp(TypeaheadApp, inherit_bindings=False):
    """Toplu Fatura Aktarımı. `clock` says what today is and names new files."""

    CSS_PATH = stylesheet()
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE = "Toplu Fatura Aktarımı"

    def __init__(
        self,
        export_folder: str = "",
        import_folder: str = "",
        clock: Clock = datetime.now,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.animation_level = "none"
        self.theme = "ansi-dark"
        self._safe_lines = SafeLines()
        self._folders = (export_folder, import_folder)
        self._clock = clock
        self._tabs: list[TransferTab] = []
        self._leaving = False

    def on_mount(self) -> None:
        """Both tabs live as long as the program; Dışarı Aktar comes first."""
        export_folder, import_folder = self._folders
        self._tabs = [ExportTab(export_folder, self._clock), ImportTab(import_folder)]
        self.add_mode("disari", lambda: self._tabs[0])
        self.add_mode("iceri", lambda: self._tabs[1])
        self.switch_mode("disari")
        if not self.is_headless:
            # Textual has no handler of its own: the terminal would stay raw.
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._ended_by, number)

    def get_line_filters(self) -> list[LineFilter]:
        """The second wall behind `shown`: no control character leaves with a line."""
        return [*super().get_line_filters(), self._safe_lines]

    # Leaving

    def jobs(self) -> list[Job]:
        """What runs now, in either tab."""
        return [tab.job for tab in self._tabs if tab.job]

    def on_leave_asked(self) -> None:
        """Leave; where a job runs, ask first and let it end at the next document."""
        if not self.jobs():
            self.exit()
            return
        labels = ", ".join(job.label for job in self.jobs())
        question = f"{labels} sürüyor. Durdurulup çıkılsın mı?"
        self.push_screen(Confirm(question, default_yes=False), self._leave_if)

    def _leave_if(self, yes: bool | None) -> None:
        if yes:
            self._leaving = True
            for job in self.jobs():
                job.stop()
            self._leave_when_done()

    def keys_wait(self) -> bool:
        """Keys behind Kayıtları Getir are meant for the list."""
        return isinstance(self.screen, TransferTab) and self.screen.keys_wait

    async def on_job_ended(self, _event: JobEnded) -> None:
        """The last job that one waited for is over."""
        if self._leaving:
            self._leave_when_done()
        else:
            await self._next_key()

    def _leave_when_done(self) -> None:
        if not self.jobs():
            self.exit()

    def _ended_by(self, number: int) -> None:
        for job in self.jobs():
            job.stop()
        self.exit(return_code=128 + number)

    # Faults of the program

    def on_job_crashed(self, event: JobCrashed) -> None:
        """A job met a fault: the end, with a sentence."""
        self._handle_exception(event.error)

    def _handle_exception(self, error: Exception) -> None:
        """Textual's own would print a traceback with the values of variables."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic(Text(crash.sentence(error)))
