"""The endings of names that files of invoices have."""

from __future__ import annotations

from typing import Final

COMPRESSED: Final = ".json.gz"
OUTPUT_ENDINGS: Final = (".json", COMPRESSED)
STANDARD: Final = "-"
"""Names standard input or output on the command line."""
SOURCE_ENDINGS: Final = (*OUTPUT_ENDINGS, ".zip")


def is_output(name: str) -> bool:
    """Return whether a file of this name may be written, and is one of a folder's sources."""
    return name.lower().endswith(OUTPUT_ENDINGS)


def is_standard(name: str) -> bool:
    """Return whether the journal names standard input or output so; a file has its full path."""
    return name.startswith(STANDARD)


def is_source(name: str) -> bool:
    """Return whether a file of this name may hold invoices."""
    return name.lower().endswith(SOURCE_ENDINGS)
