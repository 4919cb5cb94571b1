"""The names of the encodings that a file may be opened with; as light as the command line needs."""

from __future__ import annotations

from typing import Final

UTF8: Final = "utf-8"
WINDOWS: Final = "cp1254"
MIXED: Final = "karisik"
"""Some files of a source are in UTF-8, others in Windows-1254."""
BY_ITSELF: Final = "kendiliginden"
"""Asks to take what the bytes allow."""
ENCODINGS: Final = (BY_ITSELF, UTF8, WINDOWS)
