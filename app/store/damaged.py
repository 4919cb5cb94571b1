"""Read around damaged rows, and name the damaged documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.domain.text import one_line, shorten
from app.store.database import database, full_command
from app.store.engine.causes import is_damage
from app.store.models import InvoiceRow

T = TypeVar("T")

_WIDTH = 15


def damaged_words() -> str:
    """Return the text of a list for a damaged document."""
    return f"kaydı bozuk; {details_advice()}"


def details_advice() -> str:
    """Return how to learn what is damaged, as a command to type."""
    return f"ayrıntısı: {full_command('denetle')}"


def around_damage(
    ids: Sequence[int], read: Callable[[Sequence[int]], list[T]], instead: Callable[[int], T]
) -> list[T]:
    """Return `read` of the documents, with `instead` of each document that it cannot read.

    The ids are halved until the damaged one is alone; without damage this costs nothing.
    """
    try:
        with database.tolerant():
            return read(ids)
    except Exception as error:
        if not is_damage(error):
            raise
    if len(ids) <= 1:
        return [instead(one) for one in ids]
    half = len(ids) // 2
    return around_damage(ids[:half], read, instead) + around_damage(ids[half:], read, instead)


def readable(stored: bytes | None) -> str:
    """Decode a text read as bytes (`CAST(… AS BLOB)`), even if it is not UTF-8."""
    return "" if stored is None else stored.decode(errors="replace")


def number_of(invoice_id: int) -> str:
    """Return the number of a damaged document as far as readable, or nothing."""
    try:
        number = (
            InvoiceRow.select(InvoiceRow.number.cast("BLOB"))
            .where(InvoiceRow.id == invoice_id)
            .scalar()
        )
    except Exception as error:
        if not is_damage(error):
            raise
        return ""
    return shorten(one_line(readable(number)), _WIDTH)


def name_of(invoice_id: int) -> str:
    """Return the name of a damaged document for a sentence: `A-2`, or `7. kayıt`."""
    return number_of(invoice_id) or f"{invoice_id}. kayıt"
