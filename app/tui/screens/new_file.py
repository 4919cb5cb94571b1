"""Ask for the name of a new file until one is valid."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from app.tui.paths import why_not_write_to
from app.tui.screens.dialog import Dialog
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.path_field import PathField


class NewFile(Dialog[Path]):
    """Answers an unused path, or None."""

    HELP: ClassVar[str] = (
        "Yeni dosyanın adını yazın; Tab klasörleri tamamlar, Enter yazar, Esc vazgeçer. Var olan "
        "bir dosyanın üzerine yazılmaz."
    )

    _field = getters.query_one(PathField)
    _message = getters.query_one(MessageLine)

    def __init__(self, offered: str, endings: tuple[str, ...]) -> None:
        """Offer a path; `endings` are the permitted file name endings."""
        super().__init__()
        self._offered = offered
        self._endings = endings

    def compose(self) -> ComposeResult:
        """Name and message."""
        with Vertical(classes="dialog"):
            with Horizontal(classes="row"):
                yield Static("Dosya", classes="label asked")
                yield PathField(self._offered, wants="folder", id="path")
            yield MessageLine(id="reason")

    @on(Input.Changed)
    def _typed(self) -> None:
        self._message.forget_error()

    @on(Input.Submitted)
    def _entered(self) -> None:
        path = self._field.path
        if reason := why_not_write_to(path, self._endings):
            self._message.error(reason)
        else:
            self.dismiss(path)
