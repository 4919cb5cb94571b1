"""Damaged rows: reads around them, and says in words which document it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.domain.text import one_line, shorten
from app.store.database import database
from app.store.engine.causes import is_damage

T = TypeVar("T")

_WIDTH = 15


def around_damage(
    ids: Sequence[int], read: Callable[[Sequence[int]], list[T]], instead: Callable[[int], T]
) -> list[T]:
    """What `read` makes of documents; of one that it cannot read, `instead`.

    By halves, until the damaged one stands alone: where there is none, it costs nothing.
    """
    try:
        return read(ids)
    except Exception as error:
        if not is_damage(error):
            raise
    if len(ids) <= 1:
        return [instead(one) for one in ids]
    half = len(ids) // 2
    return around_damage(ids[:half], read, instead) + around_damage(ids[half:], read, instead)


def readable(stored: bytes | None) -> str:
    """A text that was read as bytes (`CAST(… AS BLOB)`), for whatever it may be it is shown."""
    return "" if stored is None else stored.decode(errors="replace")


def number_of(invoice_id: int) -> str:
    """The number of a damaged document as far as it can be read; empty where it cannot."""
    try:
        row = database.execute_sql(
            "SELECT CAST(number AS BLOB) FROM invoice WHERE id = ?", (invoice_id,)
        ).fetchone()
    except Exception as error:
        if not is_damage(error):
            raise
        return ""
    return shorten(one_line(readable(row[0])), _WIDTH) if row else ""


def name_of(invoice_id: int) -> str:
    """A damaged document as it is called in a sentence: `A-2`, or `7. kayıt`."""
    return number_of(invoice_id) or f"{invoice_id}. kayıt"
