"""Keys as the keyboards of real terminals send them: each leads to its command, text stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key

from app.tui.terminal.key_parser import KeyParser
from tests.scale import some
from tests.terminal.keyboards import ALT_GR, OUT, TURKISH, keyboard, pasted, sent_by
from tests.terminal.watched import at_row, both, lacks, path_ends, says
from tests.terminal.wire_costs import opened

TERMINALS = [
    "putty", "linux", "tmux-256color", "xterm", "xterm-256color", "screen-256color", "putty-vt100",
    "vt220", "rxvt",
]  # fmt: skip


# What is sent, and the key that it is


def keys_of(sent: str) -> list[tuple[str, str | None]]:
    return [(key.key, key.character) for key in KeyParser().feed(sent) if isinstance(key, Key)]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        *((f"\x1bO{last}", f"f{number}") for number, last in enumerate("PQRSTUVWXYZ[", 1)),
        *((f"\x1b[[{last}", f"f{number}") for number, last in enumerate("ABCDE", 1)),
        ("\x1b[57413;;43u", "plus"), ("\x1b[57412;;45u", "minus"),  # the keypad, Kitty's protocol
        ("\x1b[57411;;42u", "asterisk"), ("\x1b[57410;;47u", "slash"), ("\x1b[57414u", "enter"),
        ("\x1bOk", "plus"), ("\x1bOm", "minus"), ("\x1bOj", "asterisk"), ("\x1bOM", "enter"),
        ("\x1bOl", "comma"), ("\x1b[305;;305u", "ı"), ("\x1b[113;;64u", "at"),
        ("\x1b[1;129P", "f1"), ("\x1b[15;129~", "f5"),  # with Num Lock on
    ],
)  # fmt: skip
def test_a_key_in_each_of_its_forms_is_that_key(sent, key):
    assert [found for found, _ in keys_of(sent)] == [key]


@pytest.mark.parametrize(
    "sent",
    [
        "\x1bOE", "\x1bO5A", "\x1b[224z", "\x1b[[F", "\x1b[>0;276;0c", "\x1b[?62;1;6c",
        "\x1b[97:65;2u", "\x1b[13;1:3u", "\x1b[99999999u", "\x1b[100H", "\x1b[97;1A",
    ],
)  # fmt: skip
def test_what_is_no_known_key_does_nothing(sent):
    """Its letters would be commands: `\\x1bOE`, the 5 of a keypad, would say yes to a question."""
    assert keys_of(sent + "x") == [("x", "x")]


@given(st.from_regex(r"\A\x1b(\[[0-9;]{0,6}[G-LNOT-Zg-lnopqrs-tv-z`]|O[0-9]?[a-zA-Z])\Z"))
def test_no_sequence_types_its_own_letters(sent):
    keypad = {"\x1bO" + last: text for last, text in zip("jklmno", "*+,-./", strict=True)}
    keypad |= {"\x1bO" + chr(ord("p") + digit): str(digit) for digit in range(10)}
    typed = [text for _, text in keys_of(sent) if text and text.isprintable()]
    assert typed == [*keypad.get(sent, "")]


# The program at each terminal


LISTED = "935 belge listelendi"
KEYS = [
    ("f1", says("╭")), ("f10", lacks("╭")),
    ("f7", says("Plasiyer")), ("k", says("‹ Kapalı ›")), ("f8", lacks("‹ Kapalı ›")),
    ("f10", lacks("Plasiyer")), ("f8", says("Kısıtlar temizlendi")),
    ("f5", says(LISTED, "1. satır")),
    ("end", at_row(935)), ("pageup", at_row(920)), ("home", at_row(1)), ("pagedown", at_row(16)),
    ("home", at_row(1)), ("down", at_row(2)), ("up", at_row(1)),
    ("insert", both(says(" 1 işaretli"), at_row(2))),
    ("asterisk", says(" 934 işaretli")), ("plus", says("İşaretle: ")),
    ("f10", lacks("İşaretle: ")), ("minus", says("İşareti kaldır: ")),
    ("f10", lacks("İşareti kaldır: ")), ("enter", says("Belge / ")),
    ("f10", lacks("Belge / ")),
    ("f2", says("emin misiniz?")), ("f10", says("dosya yazılmadı")),
    ("f6", says("F3 Sekme")), ("f4", says("← Üst")), ("f10", lacks("← Üst")),
    ("f3", says("[İçeri Aktar]")), ("f3", says("[Dışarı Aktar]")),
]  # fmt: skip
OTHER_KEYS = {
    "f1": "question_mark", "f2": "ctrl+s", "f3": "ctrl+t", "f4": "ctrl+r", "f5": "ctrl+g",
    "f6": "ctrl+o", "f7": "ctrl+n", "f8": "ctrl+y", "f10": "ctrl+q",
}  # fmt: skip


@pytest.mark.parametrize("terminal", some(TERMINALS, 3))
def test_every_key_of_the_terminal_arrives(own_books, terminal):
    board = keyboard(terminal)
    with opened(own_books, TERM=terminal) as it:
        it.wait_for(says("Kısıtları yazın", "F10"), quiet=0)
        it.press(TURKISH + ALT_GR, path_ends(TURKISH + ALT_GR))
        it.press(board["backspace"], path_ends(ALT_GR[:-1]))
        it.press(pasted(f"{own_books}/{OUT}"), path_ends(f"/{OUT}"))
        for key, seen in KEYS:
            it.press(sent_by((key, OTHER_KEYS.get(key, key)), board), seen)
        it.type(board["f10"])
        assert it.wait_for_end() == 0


def test_a_terminal_without_utf_8_and_noise_on_the_line_end_nothing(own_books):
    """PuTTY set to ISO-8859-9 sends `ış` as two bytes that are no UTF-8."""
    with opened(own_books) as it:
        it.wait_for(says("Kısıtları yazın", "F10"), quiet=0)
        it.press("\udcfd\udcfe\x1b[97:65;2u\x1b[99999999u\x1b[224z", path_ends("��"))
        it.press("ı", path_ends("��ı"))
        it.type("\x1b[21~")
        assert it.wait_for_end() == 0
