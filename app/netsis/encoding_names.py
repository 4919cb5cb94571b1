"""The names of the encodings in which a file may be opened; light enough for the command line."""

from __future__ import annotations

from typing import Final

UTF8: Final = "utf-8"
WINDOWS: Final = "cp1254"
MIXED: Final = "karisik"
"""Some files of the source are UTF-8, others Windows-1254."""
BY_ITSELF: Final = "kendiliginden"
"""Requests that the encoding be recognised from the bytes."""
ENCODINGS: Final = (BY_ITSELF, UTF8, WINDOWS)
