"""Store complete cards and read them back unchanged: code, name, columns and other members.

Hand-written SQL over bound JSON lists, as in `cards`, since card files may hold 100,000 cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias

from app.domain.cards import CardKind, CardRecord, inside
from app.domain.codes import stored_key
from app.domain.record import Record
from app.domain.text import fold, one_line, sort_key
from app.store.cards import CardTable, alike, missing
from app.store.damaged import readable
from app.store.database import database
from app.store.engine.many_values import bound_list, id_list
from app.store.models import CODE_KEY

TABLES: Final[dict[CardKind, CardTable]] = {
    CardKind.ACCOUNT: "account", CardKind.STOCK: "stock_item",
}  # fmt: skip
_AT_A_TIME: Final = 500  # cards in a page
_CODES_AT_A_TIME: Final = 5_000  # documents whose cards are collected together
_PLANNED: Final = "planned_"
_USED: Final = "used_"


class CardBooks:
    """Looks up and stores cards. Use inside `reading()` or `writing()`.

    A simulation stores its cards in temporary tables of this connection, which spill to disk.
    """

    def __init__(self, *, simulated: bool = False) -> None:
        self._simulated = simulated
        if simulated:
            for table in TABLES.values():
                _make_planned(table)

    def find(self, kind: CardKind, codes: Iterable[str]) -> dict[str, CardRecord]:
        """Return code → card for the `codes` that have one."""
        wanted = list(codes)
        found = {card.code: card for card in _find(kind, TABLES[kind], wanted)}
        if self._simulated:
            found |= {card.code: card for card in _find(kind, _PLANNED + TABLES[kind], wanted)}
        return found

    def alike(self, kind: CardKind, codes: Iterable[str]) -> dict[str, str]:
        """Return code → code of the card of which it is another spelling (domain §8)."""
        wanted = list(codes)
        found = alike(TABLES[kind], wanted)
        return found | alike(_PLANNED + TABLES[kind], wanted) if self._simulated else found

    def add(self, kind: CardKind, cards: Sequence[CardRecord]) -> None:
        """Store new cards."""
        _insert(kind, self._target(kind), cards)

    def fill(self, kind: CardKind, cards: Sequence[CardRecord]) -> None:
        """Replace the stored values of cards that were nameless."""
        table = self._target(kind)
        if self._simulated:
            database.run_many(
                f"DELETE FROM {table} WHERE code = ?", [(card.code,) for card in cards]
            )
            _insert(kind, table, cards)
            return
        columns = _columns(kind)[1:]
        settings = ", ".join(f"{column} = ?" for column in columns)
        database.run_many(
            f"UPDATE {table} SET {settings} WHERE code = ?",
            [(*_values(card)[1:], card.code) for card in cards],
        )

    def _target(self, kind: CardKind) -> str:
        return (_PLANNED if self._simulated else "") + TABLES[kind]


def missing_codes(records: Sequence[Record]) -> dict[CardKind, set[str]]:
    """Return the codes of these documents without a card, by kind."""
    accounts = {record.account_code for record in records}
    stock = {code for record in records for code in record.stock_codes}
    return {
        CardKind.ACCOUNT: missing(TABLES[CardKind.ACCOUNT], accounts),
        CardKind.STOCK: missing(TABLES[CardKind.STOCK], stock),
    }


def count(kind: CardKind) -> int:
    """Return the number of cards."""
    (found,) = database.execute_sql(f"SELECT count(*) FROM {TABLES[kind]}").fetchone()
    return int(found)


class DamagedCard(NamedTuple):
    """A card that is missing or has a text that is not UTF-8; its code as far as readable."""

    code: str


Page: TypeAlias = list[CardRecord | DamagedCard]


def pages(kind: CardKind) -> Iterator[Page]:
    """Yield all cards ordered by code, in pages."""
    yield from _paged(
        kind, database.execute_sql(f"SELECT {_as_bytes(kind)} FROM {TABLES[kind]} ORDER BY code")
    )


def pages_used_by(kind: CardKind, documents: Sequence[int]) -> Iterator[Page]:
    """Yield the cards that these documents use ordered by code, in pages."""
    table = _USED + TABLES[kind]
    database.execute_sql(f"DROP TABLE IF EXISTS temp.{table}")
    database.execute_sql(f"CREATE TEMP TABLE {table} (code TEXT PRIMARY KEY) WITHOUT ROWID")
    for begin in range(0, len(documents), _CODES_AT_A_TIME):
        ids = documents[begin : begin + _CODES_AT_A_TIME]
        database.execute_sql(_USES[kind].format(table=table), (id_list(ids),))
    yield from _paged(
        kind,
        database.execute_sql(
            f"SELECT {_as_bytes(kind, 'used.code')} FROM {table} AS used"
            f" LEFT JOIN {TABLES[kind]} AS card ON card.code = used.code ORDER BY used.code"
        ),
    )
    database.execute_sql(f"DROP TABLE temp.{table}")


_USES: Final = {
    CardKind.ACCOUNT: (
        "INSERT INTO {table} SELECT account_code FROM json_each(?)"
        " JOIN invoice ON invoice.id = value WHERE TRUE ON CONFLICT DO NOTHING"
    ),
    CardKind.STOCK: (
        "INSERT INTO {table} SELECT stock_code FROM json_each(?)"
        " JOIN line ON invoice_id = value WHERE TRUE ON CONFLICT DO NOTHING"
    ),
}


def _columns(kind: CardKind) -> tuple[str, ...]:
    """Return the columns in the order of `_values`."""
    derived = ("search_key", "unique_key", *(("sort_key",) if kind is CardKind.ACCOUNT else ()))
    return (*_stored(kind), *derived)


def _values(card: CardRecord) -> tuple[str | None, ...]:
    order = (sort_key(card.name),) if card.kind is CardKind.ACCOUNT else ()
    search = fold(f"{card.code} {card.name}")
    return (*card.columns, card.main_extra, card.extra, search, stored_key(card.code), *order)


def _selected(kind: CardKind) -> str:
    return ", ".join(_stored(kind))


def _stored(kind: CardKind) -> tuple[str, ...]:
    """Return the columns of a CardRecord, the code first."""
    return (*(m.attribute for m in inside(kind)), "main_extra", "extra")


def _as_bytes(kind: CardKind, code: str = "code") -> str:
    """Return the columns as bytes, since a single text that is not UTF-8 would end the query."""
    columns = (code, *_stored(kind)[1:])
    return ", ".join(f"CAST({column} AS BLOB)" for column in columns)


def _paged(kind: CardKind, rows: Iterable[Any]) -> Iterator[Page]:
    left = iter(rows)
    while some := list(islice(left, _AT_A_TIME)):
        yield [_decoded(kind, row) for row in some]


def _decoded(kind: CardKind, row: tuple[bytes | None, ...]) -> CardRecord | DamagedCard:
    if row[1] is None:  # a card without a name has an empty one
        return DamagedCard(one_line(readable(row[0])))
    try:
        return _card(kind, tuple(None if one is None else one.decode() for one in row))
    except UnicodeDecodeError:
        return DamagedCard(one_line(readable(row[0])))


def _card(kind: CardKind, row: tuple[str | None, ...]) -> CardRecord:
    return CardRecord(kind, tuple(row[:-2]), *row[-2:])


def _find(kind: CardKind, table: str, codes: list[str]) -> Iterator[CardRecord]:
    rows = database.execute_sql(
        f"SELECT {_selected(kind)} FROM json_each(?, '$') JOIN {table} ON code = value",
        (bound_list(codes),),
    )
    return (_card(kind, row) for row in rows)


def _insert(kind: CardKind, table: str, cards: Sequence[CardRecord]) -> None:
    columns = _columns(kind)
    marks = ", ".join("?" * len(columns))
    database.run_many(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", [_values(c) for c in cards]
    )


def _make_planned(table: str) -> None:
    name = _PLANNED + table
    database.execute_sql(f"DROP TABLE IF EXISTS temp.{name}")
    database.execute_sql(f"CREATE TEMP TABLE {name} AS SELECT * FROM {table} WHERE FALSE")
    database.execute_sql(f"CREATE INDEX temp.{name}_code ON {name} (code)")
    database.execute_sql(f"CREATE INDEX temp.{name}_key ON {name} ({CODE_KEY})")
