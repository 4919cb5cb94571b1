"""The application: two tabs as modes, one stylesheet, nothing that moves by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter

import app as package
from app.tui.safe import SafeLines
from app.tui.screens.export import ExportTab
from app.tui.screens.incoming import ImportTab


def stylesheet() -> Path:
    """screens.css: inside the installed package, or at the top of a checkout."""
    folder = Path(package.__file__).parent
    inside = folder / "screens.css"
    return inside if inside.exists() else folder.parent / "screens.css"


class TransferApp(App[None], inherit_bindings=False):
    """Toplu Fatura Aktarımı."""

    CSS_PATH = stylesheet()
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE = "Toplu Fatura Aktarımı"

    def __init__(self, export_folder: str = "", import_folder: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.animation_level = "none"
        self.theme = "ansi-dark"
        self._safe_lines = SafeLines()
        self._folders = (export_folder, import_folder)

    def on_mount(self) -> None:
        """Both tabs live as long as the program; Dışarı Aktar comes first."""
        self.add_mode("disari", lambda: ExportTab(self._folders[0]))
        self.add_mode("iceri", lambda: ImportTab(self._folders[1]))
        self.switch_mode("disari")

    def get_line_filters(self) -> list[LineFilter]:
        """The second wall behind `shown`: no control character leaves with a line."""
        return [*super().get_line_filters(), self._safe_lines]
