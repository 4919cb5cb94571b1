"""Kodlama of İçeri Aktar: recognised anew for each file, unless the user chooses one."""

from __future__ import annotations

from typing import Final

from app.netsis.encoding_names import BY_ITSELF, MIXED, UTF8, WINDOWS
from app.tui.widgets.choice import Choice

ENCODING_ADVICE: Final = "Windows-1254 ise Kodlama'yı Windows-1254 yapıp F5'e basın"
_NAMES: Final = {UTF8: "UTF-8", WINDOWS: "Windows-1254"}
_TAKEN: Final = {**_NAMES, MIXED: "karışık"}
_BY_ITSELF: Final = "Kendiliğinden"


class EncodingChoice(Choice[str]):
    """Shows which encoding was recognised; a choice is only valid for one file."""

    def __init__(self) -> None:
        super().__init__([(BY_ITSELF, _BY_ITSELF), *_NAMES.items()], id="encoding")

    def tell(self, taken: str) -> None:
        """Show the encoding that the file was read in."""
        self.label(BY_ITSELF, f"{_BY_ITSELF} ({_TAKEN[taken]})")

    def forget(self) -> None:
        """Recognise the encoding of the next file anew."""
        self.value = BY_ITSELF
        self.label(BY_ITSELF, _BY_ITSELF)
