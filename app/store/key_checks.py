"""Check stored keys against the codes, numbers and names that they are derived from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.codes import stored_key
from app.domain.numbers import unique_gib_number
from app.domain.text import fold, shorten, sort_key
from app.store.database import database
from app.store.engine.finding import Finding, damage
from app.store.models import not_plain

_WIDTH: Final = 60  # characters of a value in a phrase


def unlike_their_keys() -> Iterator[Finding]:
    """Yield codes and numbers whose key does not belong to their spelling.

    A migration gave second spellings a key of their own; any other wrong key was edited.
    """
    for table, code, own, key in (
        ("account", "code", "code", "unique_key"),
        ("stock_item", "code", "code", "unique_key"),
        ("invoice", "number", "id", "number_key"),
    ):
        found = database.execute_sql(
            f"SELECT {code}, {own}, {key} FROM {table} WHERE {key} IS NOT NULL OR {not_plain(code)}"
        )
        for spelled, one, stored in found:
            wanted = stored_key(spelled)
            if stored == wanted:
                continue
            name = shorten(spelled, _WIDTH)
            if stored == f"{wanted or spelled} #{one}":
                yield Finding(
                    f"{name}: aynı görünen başka bir kod ya da numara var; ikisi de duruyor, "
                    "hangisinin doğru olduğuna kaynağından bakın"
                )
            else:
                yield damage(f"{name}: benzersizlik anahtarı değiştirilmiş")


def shared_gib_numbers() -> Iterator[Finding]:
    """Yield documents whose GİB number another one had first, and edited keys."""
    found = database.execute_sql(
        """
        SELECT number, CASE WHEN json_valid(header_extra)
            THEN header_extra ->> '$.GIB_FATIRS_NO' END, gib_number FROM invoice
        WHERE gib_number IS NOT NULL OR glob('*"GIB_FATIRS_NO"*', header_extra)
        """
    )
    for number, gib, owned in found:
        if owned == unique_gib_number(gib):
            continue
        if owned is None:
            yield Finding(
                f"{number}: GİB numarası {gib} başka bir belgede de var; ikisi de duruyor, "
                "hangisinin olduğuna kaynağından bakın"
            )
        else:
            yield damage(f"{number}: GİB numarasının anahtarı değiştirilmiş ({owned})")


def changed_cards() -> Iterator[Finding]:
    """Yield cards whose name was edited, as their search keys show."""
    for table, what, key in (("account", "cari", "sort_key"), ("stock_item", "stok", "NULL")):
        found = database.execute_sql(
            f"SELECT code, CAST(name AS BLOB), search_key, {key} FROM {table}"
        )
        for code, stored, search, order in found:
            try:
                name = stored.decode()
            except (AttributeError, UnicodeDecodeError):  # NULL or damaged: other checks report it
                continue
            if search != fold(f"{code} {name}") or order not in (None, sort_key(name)):
                shown = shorten(name, _WIDTH)
                yield damage(f"{code}: {what} adı sonradan değiştirilmiş ({shown})")
