"""A field for a path that Tab completes as a shell does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message

from app.tui.paths import Wants, complete
from app.tui.widgets.fields import Field


class PathField(Field):
    """Tab completes what is being typed; where it cannot, or nothing was touched, it moves on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Yolu tamamla", show=False),
    ]

    @dataclass
    class Candidates(Message):
        """The names that the typed path can go on with, in Turkish order."""

        field: PathField
        names: list[str]

        @property
        def control(self) -> PathField:
            """The field, for a handler's selector."""
            return self.field

    def __init__(
        self,
        value: str = "",
        *,
        wants: Wants,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002  # Textual's own name for it
        classes: str | None = None,
    ) -> None:
        """`wants`: whether folders alone are offered, or JSON files too."""
        super().__init__(value, placeholder=placeholder, id=id, classes=classes)
        # A path is carried on more often than replaced: a letter must not wipe it out.
        self.select_on_focus = False
        self._wants = wants
        self._listed = ""
        self._found = ""

    @property
    def path(self) -> Path | None:
        """The path with `~` expanded; None where the field is empty."""
        text = self.value.strip()
        return Path(os.path.expanduser(text)) if text else None

    def on_focus(self) -> None:
        """The cursor goes behind the path, so that a long one shows its end."""
        self._found = self.value
        self._listed = ""
        self.cursor_position = len(self.value)

    def on_resize(self) -> None:
        """The end of a long path says more than its beginning."""
        self.scroll_to(x=max(self.content_width - self.size.width, 0), animate=False, force=True)

    def action_complete(self) -> None:
        """Completes, and says with what it can go on; a second Tab in the same place moves on.

        A path that was found here and is no open folder (`…/`) is left as it is.
        """
        untouched = self.value == self._found and not self.value.endswith("/")
        if untouched or not self.selection.is_empty:
            raise SkipAction
        text, names = complete(self.value, self._wants)
        ambiguous = len(names) > 1
        if text == self.value and not (ambiguous and self._listed != text):
            raise SkipAction
        self.value = text
        self.cursor_position = len(text)
        if ambiguous:
            self._listed = text
            self.post_message(self.Candidates(self, names))
