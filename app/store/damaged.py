"""Documents whose rows are damaged: which one it is, in words."""

from __future__ import annotations

from app.domain.text import one_line, shorten
from app.store.database import database
from app.store.engine.causes import is_damage

_WIDTH = 15


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
    return shorten(one_line(row[0].decode(errors="replace")), _WIDTH) if row else ""


def name_of(invoice_id: int) -> str:
    """A damaged document as it is called in a sentence: `A-2`, or `7. kayıt`."""
    return number_of(invoice_id) or f"{invoice_id}. kayıt"
