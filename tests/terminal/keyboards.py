"""What keyboards send: as terminfo has it, and where terminfo is silent, as terminals are known to.

A key is named as `app.tui.commands` names it.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

CAPABILITIES = {
    **{f"kf{number}": f"f{number}" for number in range(1, 13)},
    "kich1": "insert", "kdch1": "delete", "khome": "home", "kfnd": "home", "kend": "end",
    "kslt": "end", "kpp": "pageup", "knp": "pagedown", "kcuu1": "up", "kcud1": "down",
    "kcub1": "left", "kcuf1": "right", "kbs": "backspace",
    "kri": "shift+up", "kUP": "shift+up", "kind": "shift+down", "kDN": "shift+down",
}  # fmt: skip
ANYWHERE = {
    "escape": "\x1b", "enter": "\r", "tab": "\t", "space": " ", "plus": "+", "minus": "-",
    "asterisk": "*", "slash": "/", "question_mark": "?",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghjklmnopqrstuvwxyz"},
}  # fmt: skip
PLAIN_CURSOR = {"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D"}
APPLICATION = {"asterisk": "\x1bOj", "plus": "\x1bOk", "minus": "\x1bOm", "enter": "\x1bOM"}
"""The keypad where a program has asked for it in this mode; else it sends plain characters."""
TURKISH = "ıİşğüöçIiŞĞÜÖÇ"
ALT_GR = "?@#$[]{}\\|€~"
"""What needs AltGr on a Turkish Q keyboard, and a question mark, which is a command elsewhere."""
OUT = "Şube [2026] faturaları"
"""A folder that takes Turkish letters and AltGr to type."""
KEPT = {*(f"f{number}" for number in (*range(2, 10), 12)), "shift+up", "shift+down", "ctrl+a",
        "ctrl+b"}  # fmt: skip
"""What byobu, GNU screen and tmux keep for themselves."""
UNSURE = {
    "ctrl+enter", "ctrl+m", "ctrl+i", "ctrl+h", "ctrl+space", "ctrl+j", "ctrl+z", "ctrl+c",
    *(f"alt+{digit}" for digit in range(10)), *(f"shift+f{number}" for number in range(1, 13)),
}  # fmt: skip
"""What terminals send as another key, or not at all."""
_LINE = re.compile(r"^\t(\w+)=(.*),$", re.MULTILINE)
_SPELLING = re.compile(r"\\E|\\s|\\\^|\\,|\^.")


def keyboard(terminal: str) -> dict[str, str]:
    """What each key sends; skips the test where this machine does not know the terminal."""
    if not shutil.which("infocmp"):
        pytest.skip("infocmp is missing (Debian: ncurses-bin)")
    told = subprocess.run(["infocmp", "-1x", terminal], capture_output=True, text=True)
    if told.returncode:
        pytest.skip(f"terminfo has no {terminal} (Debian: ncurses-term)")
    keys = {
        CAPABILITIES[name]: _SPELLING.sub(_character, sent)
        for name, sent in _LINE.findall(told.stdout)
        if name in CAPABILITIES
    }
    arrows = {*PLAIN_CURSOR.values(), *(keys.get(name) for name in PLAIN_CURSOR)}
    for shifted in ("shift+up", "shift+down"):
        if keys.get(shifted) in arrows:  # as PuTTY, which does not tell them apart
            del keys[shifted]
    return PLAIN_CURSOR | ANYWHERE | keys


def _character(spelling: re.Match[str]) -> str:
    found = spelling[0]
    if found.startswith("^"):
        return "\x7f" if found == "^?" else chr(ord(found[1]) & 31)
    return {"\\E": "\x1b", "\\s": " "}.get(found, found[1:])


def sent_by(keys: tuple[str, ...], board: dict[str, str]) -> str:
    """What the first of these keys that the keyboard has sends; a letter sends itself."""
    found = (board.get(key, key if len(key) == 1 else "") for key in keys)
    return next(filter(None, found))


def pasted(text: str) -> str:
    """As a terminal sends what is pasted."""
    return f"\x1b[200~{text}\x1b[201~"
