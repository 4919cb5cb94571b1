"""Check stored keys against the codes, numbers and names that they are derived from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from app.domain.codes import stored_key, unique_key
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
        own_text = own if own == "id" else f"CAST({own} AS BLOB)"
        found = _texts(
            f"SELECT CAST({code} AS BLOB), {own_text}, CAST({key} AS BLOB) FROM {table}"
            f" WHERE {key} IS NOT NULL OR {not_plain(code)}"
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


def wrong_parts() -> Iterator[Finding]:
    """Yield numbers whose key does not consist of the stored prefix and tail."""
    found = _texts(
        """
        SELECT CAST(number AS BLOB), CAST(prefix AS BLOB), tail FROM invoice
        WHERE number_key IS NOT NULL OR substr(number, 1, length(prefix)) <> prefix
        OR CASE WHEN tail IS NULL THEN prefix <> number OR glob('*[0-9]', number)
            ELSE glob('*[^0-9]*', substr(number, length(prefix) + 1))
            OR CAST(substr(number, length(prefix) + 1) AS BIGINT) <> tail END
        """
    )
    for number, prefix, tail in found:
        if number is not None and not _has_parts(unique_key(number), prefix, tail):
            end = "yok" if tail is None else tail
            parts = f"numara öneki {prefix} ve sonu ({end}) ile uyuşmuyor"
            yield damage(f"{shorten(number, _WIDTH)}: {parts}")


def _has_parts(key: str, prefix: str, tail: int | None) -> bool:
    """Return whether a number's key consists of prefix and tail; it has none without a digit."""
    if tail is None:
        return prefix == key and not re.search("[0-9]$", key)
    rest = key.removeprefix(prefix) if key.startswith(prefix) else ""
    return bool(re.fullmatch("[0-9]{1,18}", rest)) and int(rest) == tail


def _texts(sql: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows whose texts are cast to BLOB, as text; skip those that another check reports."""
    for row in database.execute_sql(sql):
        try:
            yield tuple(one.decode() if isinstance(one, bytes) else one for one in row)
        except UnicodeDecodeError:
            continue


def shared_gib_numbers() -> Iterator[Finding]:
    """Yield documents whose GİB number another one had first, and edited keys."""
    found = _texts(
        """
        SELECT CAST(number AS BLOB), CASE WHEN json_valid(header_extra)
            THEN CAST(header_extra ->> '$.GIB_FATIRS_NO' AS BLOB) END, CAST(gib_number AS BLOB)
        FROM invoice
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
        found = _texts(
            "SELECT CAST(code AS BLOB), CAST(name AS BLOB), CAST(search_key AS BLOB),"
            f" CAST({key} AS BLOB) FROM {table} WHERE name IS NOT NULL"
        )
        for code, name, search, order in found:
            if search != fold(f"{code} {name}") or order not in (None, sort_key(name)):
                shown = shorten(name, _WIDTH)
                yield damage(f"{code}: {what} adı sonradan değiştirilmiş ({shown})")
