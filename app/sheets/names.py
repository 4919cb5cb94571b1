"""The file name endings of spreadsheets that can be written."""

from __future__ import annotations

from typing import Final

SHEET_ENDINGS: Final = (".xlsx", ".csv")


def is_sheet(name: str) -> bool:
    """Return whether the file name has such an ending."""
    return name.lower().endswith(SHEET_ENDINGS)
