import pytest
from drawn import Stage, lines
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from app.tui.safe import SafeLines, shown

BLACK = Color(0, 0, 0)
ATTACKS = [
    "\x1b]52;c;Y2FsYw==\x07",
    "\x1b]0;baslik\x07",
    "\x1b]8;;http://kotu\x1b\\tikla",
    "\x1bc",
    "\x9b31m",
    "\u202etxt.exe",
    "\u2066gizli\u2069",
    "a\tb\r\nc",
    "\x7f\x00\x08",
]


def filtered(*segments: Segment) -> list[Segment]:
    return SafeLines().apply(list(segments), BLACK)


@pytest.mark.parametrize("attack", ATTACKS)
def test_data_is_shown_without_its_controls(attack):
    text = shown(attack).plain
    assert len(text) == len(attack)
    assert text.isprintable()


@pytest.mark.parametrize("text", ["abc [/foo] def", "[@click=app.quit]x[/]", "[b]k[/b]", r"\[x]"])
def test_markup_is_shown_as_it_is_written(text):
    content = shown(text)
    assert content.plain == text
    assert content.spans == []


@given(st.lists(st.text(max_size=10), max_size=5))
def test_no_control_passes_the_filter_and_the_line_keeps_its_width(texts):
    line = [Segment(text, Style(bold=True)) for text in texts]
    clean = filtered(*line)
    assert all(ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0 for s in clean for c in s.text)
    assert not any(c in s.text for s in clean for c in "\u202e\u2066\u200f\u2028")
    assert Segment.get_line_length(clean) == Segment.get_line_length(line)


def test_a_clean_line_passes_untouched():
    line = [Segment("Ödeme: İĞÜŞÇ ✓ ▲", Style(bold=True)), Segment("漢字")]
    assert SafeLines().apply(line, BLACK) is line


def test_textuals_own_controls_pass():
    own = Segment("\x1b[?25l", None, [(ControlType.HIDE_CURSOR,)])
    assert own in filtered(own, Segment("kötü\x1b"))


class Careless(Widget):
    """A widget that forgot to clean its text."""

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        return Strip([Segment("önce\x1b]0;x\x07sonra".ljust(82))])


async def test_the_second_wall_stops_what_a_widget_lets_through():
    app = Stage(Careless())
    async with app.run_test(size=(80, 24)):
        assert lines(app)[0].startswith("önce\ufffd]0;x\ufffdsonra")
        assert len(lines(app)[0]) == 80


async def test_a_widget_shows_hostile_data_as_plain_text():
    app = Stage(Static(shown("abc [/foo] [@click=app.quit]x\x1b]0;y\x07")))
    async with app.run_test(size=(80, 24)):
        assert lines(app)[0].rstrip() == "abc [/foo] [@click=app.quit]x\ufffd]0;y\ufffd"
