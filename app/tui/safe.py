"""Data on the screen: plain text without control characters, checked twice."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from app.domain.text import one_line


def shown(text: str) -> Content:
    """`text` as a widget may show it: one line, never markup. The one way for data to a widget."""
    return Content(one_line(text))


class SafeLines(LineFilter):
    """The second wall: no drawn line carries a control character or a bidi override.

    The line keeps its width, so that what stands beside it stays in place.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The segments with U+FFFD for each control; Textual's own control segments pass."""
        if all(control or text.isprintable() for text, _, control in segments):
            return segments
        clean = [
            segment if segment.control else Segment(one_line(segment.text), segment.style)
            for segment in segments
        ]
        width = Segment.get_line_length(segments)
        return Segment.adjust_line_length(clean, width, pad=False)
