"""The endings of the sheets that can be written."""

from __future__ import annotations

from typing import Final

SHEET_ENDINGS: Final = (".xlsx", ".csv")


def is_sheet(name: str) -> bool:
    """Return whether a file of this name can be written as a sheet."""
    return name.lower().endswith(SHEET_ENDINGS)
