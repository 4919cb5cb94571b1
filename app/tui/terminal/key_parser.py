"""Parse the input of terminals into the keys that commands are bound to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.keys import Keys

_MORE = {
    **{f"\x1bO{last}": (f"f{number}", None) for number, last in enumerate("TUVWXYZ[", 5)},
    "\x1bOl": ("comma", ","),  # the keypad's decimal key on a Turkish keyboard
}
"""Sequences that Textual does not know; the F-keys are those of PuTTY's VT100+ keyboard."""

_KEYPAD = {"add": "plus", "subtract": "minus", "multiply": "asterisk", "divide": "slash"}
"""Names that Textual has only for the keypad of terminals with the Kitty protocol."""

_WHOLE = re.compile(
    r"\x1b(?:"
    r"\[(?![\[M<]|\?[\d;]*\$y)[0-?]*[ -/]*[@-~]"  # CSI, but no mouse, and no answer about a mode
    r"|\[\[."  # the Linux console
    r"|O\d*\D)"  # SS3
)

_FUNCTION = re.compile(r"\x1b\[[\d;:]*[A-Z]")
"""A key that types no character; Textual would take its number for a character's code."""


class KeyParser(XTermParser):
    """Textual's parser, except that an unknown sequence does nothing.

    Textual would type its characters one by one, and a letter may mark all documents or answer yes
    to a question. The class and the method are private: Textual offers no hook between the bytes
    read and the key events.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if sequence in _MORE:
            yield Key(*_MORE[sequence])
            return
        keys = self._known(sequence, alt)
        for key in keys:
            yield Key(_KEYPAD[key.key], key.character) if key.key in _KEYPAD else key
        if not keys and _WHOLE.fullmatch(sequence):
            yield Key(Keys.Ignore, sequence)

    def _known(self, sequence: str, alt: bool) -> list[Key]:
        try:
            keys = list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):  # no key has such a number
            return []
        types = any(key.character and key.character.isprintable() for key in keys)
        return [] if types and _FUNCTION.fullmatch(sequence) else keys
