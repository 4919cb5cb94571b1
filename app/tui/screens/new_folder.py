"""Ask whether to create a missing folder, and create it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from app.errors import FileRefused
from app.tui.folders import make_folder
from app.tui.screens.dialog import Confirm
from app.tui.widgets.bars import MessageLine


def ask_to_make(
    app: App[Any],
    folder: str,
    message: MessageLine,
    made: Callable[[], None],
    left_undone: str = "",
) -> None:
    """Ask; then create the folder and call `made`, or show in `message` why that failed.

    `left_undone` says what else is not done without the folder.
    """
    rest = f"; {left_undone}" if left_undone else ""

    def answered(yes: bool | None) -> None:
        if not yes:
            message.tell(f"Klasör oluşturulmadı{rest}")
            return
        try:
            make_folder(folder)
        except FileRefused as error:
            message.error(f"Klasör oluşturulamadı: {error.sentence}{rest}")
        else:
            message.tell("Klasör oluşturuldu")
            made()

    question = "Böyle bir klasör yok. Oluşturulsun mu?"
    app.push_screen(Confirm(question, folder, default_yes=False), answered)
