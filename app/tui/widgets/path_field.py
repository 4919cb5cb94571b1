"""A path field: Tab completes as in a shell, ↑ recalls earlier paths."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message

from app.domain.text import one_line
from app.tui.paths import Wants, complete
from app.tui.widgets.fields import Field


class PathField(Field):
    """Tab completes a typed path; it moves on if there is nothing to complete."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Yolu tamamla", show=False),
        Binding("up", "recall", "Son yollar", show=False),
    ]

    @dataclass
    class Candidates(Message):
        """The names that may complete the typed path, in Turkish order."""

        field: PathField
        names: list[str]

        @property
        def control(self) -> PathField:
            """The field, for a handler's selector."""
            return self.field

    @dataclass
    class Recalled(Message):
        """The field shows an earlier path now, number `number` of `total`; 0 is the typed one."""

        field: PathField
        number: int
        total: int

        @property
        def control(self) -> PathField:
            """The field, for a handler's selector."""
            return self.field

    def __init__(
        self,
        value: str = "",
        *,
        wants: Wants,
        recent: Callable[[], Sequence[str]] = tuple,
        id: str | None = None,  # noqa: A002  # Textual's own name for it
    ) -> None:
        """Make a field; `wants` tells whether it completes folders only or JSON files too.

        `recent` returns the files used before, the latest first.
        """
        super().__init__(value, id=id)
        self.wants: Wants = wants
        self._recent = recent
        self._round: list[str] = []
        """The paths that ↑ cycles through, the typed one first."""
        self._listed = ""
        self._found = ""

    @property
    def path(self) -> Path | None:
        """The path with `~` expanded; None if the field is empty."""
        text = self.value.strip()
        return Path(os.path.expanduser(text)) if text else None

    def take(self, path: str) -> None:
        """Set a complete path, from which Tab moves on."""
        self.value = self._found = path
        self.cursor_position = len(path)

    def on_focus(self) -> None:
        """Note the path that Tab has to leave alone."""
        self._found = self.value
        self._listed = ""

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert text; an absolute or home path replaces the previous path.

        Such a path is pasted, or begun by a `/` or `~` typed after a `/`.
        """
        anew = text.startswith(("/", "~")) and (self.value.endswith("/") or len(text) > 1)
        if anew and self.cursor_position == len(self.value):
            self.value = ""
        super().insert_text_at_cursor(text)

    def on_resize(self) -> None:
        """Show the end of a long path, which tells more than its beginning."""
        self.scroll_to(x=max(self.content_width - self.size.width, 0), animate=False, force=True)

    def action_recall(self) -> None:
        """Show the previously used path; after the oldest one the typed one."""
        typed = self._round[0] if self.value in self._round else self.value
        known = [path for path in self._recent_paths() if path != typed]
        if not known:
            raise SkipAction
        before = self._round.index(self.value) if self.value in self._round else 0
        self._round = [typed, *known]
        number = (before + 1) % len(self._round)
        self.take(self._round[number])
        self.post_message(self.Recalled(self, number, len(known)))

    def _recent_paths(self) -> list[str]:
        files = self._recent()
        paths = files if self.wants == "json" else map(os.path.dirname, files)
        return [path for path in dict.fromkeys(paths) if one_line(path) == path]

    def action_complete(self) -> None:
        """Complete the path and report the candidates; a second Tab moves on.

        A path that was set, and does not end in `/`, is left unchanged.
        """
        untouched = self.value == self._found or not self.selection.is_empty
        if untouched and not self.value.endswith("/"):
            raise SkipAction
        text, names = complete(self.value, self.wants)
        ambiguous = len(names) > 1
        if text == self.value and not (ambiguous and self._listed != text):
            raise SkipAction
        self.value = text
        self.cursor_position = len(text)
        if ambiguous:
            self._listed = text
            self.post_message(self.Candidates(self, names))
