"""Patterns as a user types them: `A-1*`, `*market*`, `2?`."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.domain.turkish import fold


def matcher(typed: str) -> Callable[[str], bool]:
    """Whether a text is like the pattern; case and Turkish marks do not matter, as in a search.

    `*` stands for any letters or none, `?` for one. Without either the text has to contain it.
    """
    wanted = fold(typed.strip())
    if not set(wanted) & set("*?"):
        return lambda text: wanted in fold(text)
    parts = {"*": ".*", "?": "."}
    whole = re.compile("".join(parts.get(letter) or re.escape(letter) for letter in wanted))
    return lambda text: whole.fullmatch(fold(text)) is not None
