"""Search the entries of a code field's Rehber.

Each search reads an index or a small table first. One that has to scan the documents shows what
it has found so far, and ends as soon as nobody waits for it. Searches that name their index
(INDEXED BY) are hand-written SQL: the query builder cannot say that.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from peewee import fn

from app.domain.codes import key_range
from app.domain.dates import turkish
from app.domain.invoice import DocumentType
from app.domain.text import fold
from app.store.damaged import readable
from app.store.database import Stop, database, interruptible
from app.store.filter_sql import YEAR_PREFIX
from app.store.models import NUMBER_KEY, SCOPE, Account, Invoice, Series
from app.store.queries import NUMBER_HAS, spellings

LIMIT = 500
"""The most entries that a search returns."""
SHOW_SECONDS = 0.04
"""The time after which a search shows what it has."""
_LIKELY = 20  # accounts and days of which some documents are shown before the scan ends
_MAX_DIGITS = 15
_SLICE = 20_000  # documents that are counted by one statement


def _distinct(column: str, index: str, kind: str) -> str:
    """Return a statement for the values of a column, by one step in its index each."""
    least = f"SELECT min(invoice.{column}) FROM invoice INDEXED BY {index}"
    return f"""
        WITH RECURSIVE known(value) AS (
            {least} WHERE document_type = {kind}
            UNION ALL
            SELECT ({least} WHERE document_type = {kind} AND invoice.{column} > known.value)
            FROM known WHERE known.value IS NOT NULL
        ) SELECT value FROM known WHERE value IS NOT NULL
    """


_DAYS = _distinct("document_date", "invoice_date", "?1")
_SALES_PREFIXES = _distinct("prefix", "invoice_prefix", "0")

CODES = {
    "branch": "coalesce(branch, 0)",
    "currency": "coalesce(currency, 0)",
    "series": f"iif(prefix GLOB '{YEAR_PREFIX}', substr(prefix, 1, 3), prefix)",
    "project": "project",
    "salesman": "salesman",
}
"""Member → the value of it that a Rehber lists."""


class Found(NamedTuple):
    """An entry of a Rehber."""

    code: str
    name: str


Show: TypeAlias = Callable[[Sequence[Found]], object]
"""Takes what has been found so far."""


def search_accounts(typed: str, limit: int = LIMIT) -> list[Found]:
    """Return the account cards that have the typed words in code or name, in Turkish order."""
    shown = (Account.code.cast("BLOB"), Account.name.cast("BLOB"))
    query = Account.select(*shown).order_by(Account.sort_key).limit(limit)
    for word in fold(typed).split():
        query = query.where(fn.instr(Account.search_key, word) > 0)
    return [Found(*map(readable, row)) for row in query.tuples().execute()]


def search_numbers(
    kind: DocumentType | None,
    typed: str,
    limit: int = LIMIT,
    stop: Stop = lambda: False,
    show: Show = lambda _: None,
) -> list[Found]:
    """Return the document numbers of a type that have the typed words, with date and account.

    They are in order of the numbers. A search that takes longer than SHOW_SECONDS shows what it
    has: numbers that begin with the typed text, and what the scan has found. Raises Interrupted.
    """
    found: list[Found] = []
    likely: list[Found] = []
    due = time.monotonic() + SHOW_SECONDS

    def tick() -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + SHOW_SECONDS
            show(sorted({*found, *likely})[:limit])

    words = [_Word(word, kind) for word in typed.split()]
    kinds = list(DocumentType) if kind is None else [kind]
    with interruptible(stop, tick):
        if len(words) == 1:
            for one in kinds:
                likely += words[0].likely(one, limit)
        for one in kinds:
            condition, values = _all_of(words)
            for row in _numbers(one, "invoice_number", condition, values, limit):
                found.append(row)
    return sorted(found, key=lambda entry: entry.code)[:limit]


def _numbers(
    kind: DocumentType, index: str, condition: str, values: Sequence[object], limit: int
) -> Iterator[Found]:
    """Read numbers of one type in the order of an index, one after the other."""
    found = database.execute_sql(
        f"""
        SELECT CAST(number AS BLOB), CAST(concat(strftime('%d.%m.%Y', document_date), '  ', (
            SELECT name FROM account WHERE code = account_code)) AS BLOB)
        FROM invoice INDEXED BY {index} WHERE document_type = {int(kind)} AND {condition}
        LIMIT ?
        """,
        (*values, limit),
    )
    return (Found(*map(readable, row)) for row in found)


def _all_of(words: Sequence[_Word]) -> tuple[str, list[object]]:
    condition = " AND ".join(word.condition for word in words) or "1"
    # The index decides the order of equal numbers.
    return condition + f" ORDER BY {NUMBER_KEY}", [value for word in words for value in word.values]


class _Word:
    """A typed word: in the number, in the day, in the account's code or name.

    It looks up matching accounts and days first: if there are none, the scan reads only the index
    of the numbers.
    """

    def __init__(self, word: str, kind: DocumentType | None) -> None:
        self._word = word
        self._accounts = _accounts_with(word)
        self._days = _days_with(kind, word)
        has_number, numbers = _number_has(word)
        alternatives, self.values = [has_number], list[object](numbers)
        for column, matches in (
            ("account_code", self._accounts),
            ("document_date", self._days),
        ):
            if matches:
                alternatives.append(f"{column} IN (SELECT value FROM json_each(?))")
                self.values.append(json.dumps(matches))
        self.condition = f"({' OR '.join(alternatives)})"

    def likely(self, kind: DocumentType, limit: int) -> Iterator[Found]:
        """Yield some matches by an index each: by beginning, counter, accounts and days.

        A scan finds these and all others, but later.
        """
        inside = f"{NUMBER_KEY} >= ? AND {NUMBER_KEY} < ?"
        yield from _numbers(kind, "invoice_number", inside, key_range(self._word), limit)
        if kind is DocumentType.SALES and self._word.isdecimal() and len(self._word) <= _MAX_DIGITS:
            counted = f"{SCOPE} = '' AND tail = ? AND prefix IN ({_SALES_PREFIXES})"
            for found in _numbers(kind, "invoice_prefix", counted, (int(self._word),), limit):
                if self._word in found.code:
                    yield found
        for code in self._accounts[:_LIKELY]:
            yield from _numbers(kind, "invoice_account", "account_code = ?", (code,), limit)
        for day in self._days[:_LIKELY]:
            yield from _numbers(kind, "invoice_date", "document_date = ?", (day,), limit)


def _number_has(word: str) -> tuple[str, Sequence[str]]:
    """Return `NUMBER_HAS` with its values, without comparisons that cannot find more."""
    folded, typed, upper = spellings(word)
    if folded == typed == upper:
        return "instr(number, ?)", (word,)
    if typed.isascii() and upper.isascii():
        return "instr(lower(number), ?)", (folded,)
    return f"({NUMBER_HAS})", (folded, typed, upper)


def _accounts_with(word: str) -> list[str]:
    found = Account.select(Account.code).where(fn.instr(Account.search_key, fold(word)) > 0)
    return [code for (code,) in found.tuples().execute()]


def _days_with(kind: DocumentType | None, word: str) -> list[str]:
    """Return the days with documents that have this word in their Turkish spelling."""
    if word.strip("0123456789."):
        return []
    kinds = list(DocumentType) if kind is None else [kind]
    days = {day for one in kinds for (day,) in database.execute_sql(_DAYS, (int(one),))}
    return sorted(day for day in days if _is_day(day) and word in turkish(date.fromisoformat(day)))


def _is_day(text: str) -> bool:
    """Return whether a stored day can be read; a damaged one cannot."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def list_series(kind: DocumentType | None) -> list[tuple[str, int]]:
    """Return (prefix, last number counted) of the series that have a counter."""
    query = Series.select(Series.prefix, fn.max(Series.last_number)).group_by(Series.prefix)
    if kind is not None:
        query = query.where(Series.document_type == int(kind))
    return list(query.order_by(Series.prefix).tuples().execute())


def codes_in_use(
    member: str,
    kind: DocumentType | None,
    stop: Stop = lambda: False,
    show: Callable[[list[tuple[Any, int]]], object] = lambda _: None,
) -> list[tuple[Any, int]]:
    """Count the documents of each code of a member (a key of CODES); return them in order.

    Count one slice of the documents after the other, and show the counts in between. Raises
    Interrupted.
    """
    kinds = (0, 1) if kind is None else (int(kind), int(kind))
    counted: Counter[Any] = Counter()
    due = time.monotonic() + SHOW_SECONDS
    last = Invoice.select(fn.max(Invoice.id)).scalar() or 0
    with interruptible(stop):
        for first in range(0, last + 1, _SLICE):
            slice_ = database.execute_sql(
                f"""
                SELECT {CODES[member]} AS code, count(*) FROM invoice NOT INDEXED
                WHERE id >= ? AND id < ? AND document_type IN (?, ?) AND code <> ''
                GROUP BY code
                """,
                (first, first + _SLICE, *kinds),
            )
            counted.update(dict(slice_))
            if time.monotonic() >= due:
                due = time.monotonic() + SHOW_SECONDS
                show(sorted(counted.items()))
    return sorted(counted.items())
