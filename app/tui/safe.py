"""Show data as plain text without control characters, checked twice.

All content of widgets and lists, and the program's last message, is made in this module.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from app.domain.text import one_line


def shown(text: str) -> Content:
    """Make a widget's content from `text`: one line, never markup."""
    return Content(one_line(text))


def shown_lines(lines: Iterable[str]) -> Content:
    """Make a widget's content from texts, one on each line."""
    return Content("\n").join(map(shown, lines))


def styled(*parts: tuple[str, str]) -> Content:
    """Make a widget's content from (text, style) parts, on one line."""
    return Content.assemble(*((one_line(text), style) for text, style in parts))


def styled_lines(lines: Iterable[Iterable[tuple[str, str]]]) -> Content:
    """Make a widget's content from lines of (text, style) parts."""
    return Content("\n").join(styled(*line) for line in lines)


def drawn(text: str, style: Style) -> Segment:
    """Make a segment of a line that a widget draws itself."""
    return Segment(one_line(text), style)


def last_words(text: str) -> Text:
    """Make the text that stays on the terminal after the program has ended."""
    return Text(one_line(text))


class SafeLines(LineFilter):
    """The second check: no drawn line may carry a control character or a bidi override.

    A line keeps its width, so that its neighbours stay in place.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's
        """Replace each control with U+FFFD, except in Textual's own control segments."""
        if all(control or text.isprintable() for text, _, control in segments):
            return segments
        clean = [
            segment if segment.control else Segment(one_line(segment.text), segment.style)
            for segment in segments
        ]
        width = Segment.get_line_length(segments)
        return Segment.adjust_line_length(clean, width, pad=False)
