"""Compare the tables, indexes, triggers and views of the database with those of the models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from app.domain.text import shorten
from app.store.database import database
from app.store.engine.finding import Finding, damage
from app.store.migrations import schema_statements

_WORDS = {"table": "tablo", "index": "dizin", "trigger": "tetikleyici", "view": "görünüm"}
_WIDTH = 160  # characters of a definition in a phrase


class _Object(NamedTuple):
    """The definition of a table, index, trigger or view."""

    table: str
    sql: str


_Key: TypeAlias = tuple[str, str]
"""(type, name)"""


def differences() -> Iterator[Finding]:
    """Yield a Turkish phrase, with advice, for each missing, changed or foreign object.

    Foreign tables are reported by `foreign_tables`. A foreign index on one of our tables may refuse
    documents, and a trigger may change them.
    """
    wanted, found = _of_the_models(), _by_key(database.objects())
    for key, made in wanted.items():
        if key not in found:
            yield _missing(key, made)
        elif change := _change(made.sql, found[key].sql, ordered=key[0] == "index"):
            yield _changed(key, made, change)
    tables = {made.table for made in wanted.values()}
    for (kind, name), extra in found.items():
        if (kind, name) not in wanted and (kind in ("trigger", "view") or extra.table in tables):
            remove = database.advised(f'DROP {kind.upper()} "{name}"', extra.table)
            yield Finding(f"{name}: bu programın olmayan {_word(kind)}; kaldırın: {remove}")


def foreign_tables() -> Iterator[Finding]:
    """Yield the tables that are not ours; they are harmless, but should not be relied on."""
    wanted = _of_the_models()
    for kind, name in _by_key(database.objects()):
        if kind == "table" and (kind, name) not in wanted:
            yield Finding(
                f"{name}: bu programın olmayan tablo; belgelere dokunmaz, sahibi başka bir "
                "dosyaya taşısın"
            )


def _missing(key: _Key, made: _Object) -> Finding:
    kind, name = key
    said = f"{name}: {_word(kind)} yok"
    if kind != "index":
        return damage(said)
    return Finding(f"{said}; yeniden kurun: {database.advised(made.sql, made.table)}")


def _changed(key: _Key, made: _Object, change: str) -> Finding:
    kind, name = key
    said = f"{name}: {_word(kind)} tanımı değişmiş ({change})"
    if kind != "index":
        return damage(said)
    statements = f'DROP INDEX "{name}"; {made.sql}'
    return Finding(f"{said}; kaldırıp yeniden kurun: {database.advised(statements, made.table)}")


def _of_the_models() -> dict[_Key, _Object]:
    """Return the objects of a new database, in the engine's own spelling."""
    return _by_key(database.objects_of(schema_statements()))


def _by_key(rows: Iterable[tuple[str, str, str, str]]) -> dict[_Key, _Object]:
    return {(kind, name): _Object(table, sql) for kind, name, table, sql in rows}


def _change(wanted: str, found: str, *, ordered: bool) -> str:
    """Return what a statement lacks or has in excess; empty if both are equal.

    The order in a table does not matter, because added columns are last.
    """
    if wanted == found:
        return ""
    made, stored = list(_parts(wanted)), list(_parts(found))
    if made == stored:
        return ""
    lacking = [f"eksik: {shorten(part, _WIDTH)}" for part in made if part not in stored]
    more = [f"fazla: {shorten(part, _WIDTH)}" for part in stored if part not in made]
    if ordered and not (lacking or more):
        return "sırası başka"
    return ", ".join(lacking[:1] + more[:1])


def _parts(sql: str) -> Iterator[str]:
    """Yield the parts of a statement: before, within (split at commas), and after its brackets."""
    head, _, rest = sql.partition("(")
    body, _, tail = rest.rpartition(")")
    parts, depth = [head, ""], 0
    for letter in body:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return (" ".join(part.split()) for part in (*parts, tail))


def _word(kind: str) -> str:
    """Return the Turkish word for a kind of object; a damaged kind unchanged."""
    return _WORDS.get(kind, shorten(kind, _WIDTH))
