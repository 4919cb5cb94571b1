"""Search the entries of a code field's Rehber.

Each search starts with an index or a small table. A search that has to scan the documents shows
what it has found so far, and ends as soon as its result is no longer wanted. Searches that name
their index (INDEXED BY) are hand-written SQL, which the query builder cannot express.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from peewee import fn

from app.domain.codes import key_range, unique_key
from app.domain.dates import turkish
from app.domain.invoice import DocumentType
from app.domain.numbers import check_series, compose, series_of, shown_prefix
from app.domain.reasons import NumberError
from app.domain.text import fold
from app.progress import Stop, never
from app.store.damaged import readable
from app.store.database import database, interruptible
from app.store.filter_sql import YEAR_PREFIX
from app.store.models import NUMBER_KEY, SCOPE, Account, InvoiceRow, Series
from app.store.numbering import last_number
from app.store.queries import is_of_day, number_has

LIMIT = 500
"""The most entries that a search returns."""
SHOW_SECONDS = 0.025
"""Seconds after which a search shows its results so far."""
_LIKELY = 20  # accounts and days whose first documents are shown before the scan ends
_ENOUGH = 100  # entries shown before the scan ends
_MAX_DIGITS = 15
_FIRST_FEW = 2_000  # documents of an index that are searched for the other words
_MOST_IDS = 100_000  # documents of a word; with more of them, 500 matches are found soon
_SLICE = 20_000  # documents counted by one statement


def _distinct(column: str, index: str, document_type: str) -> str:
    """Return a statement for the distinct values of a column, with one index step for each."""
    least = f"SELECT min(invoice.{column}) FROM invoice INDEXED BY {index}"
    return f"""
        WITH RECURSIVE known(value) AS (
            {least} WHERE document_type = {document_type}
            UNION ALL
            SELECT (
                {least} WHERE document_type = {document_type} AND invoice.{column} > known.value
            ) FROM known WHERE known.value IS NOT NULL
        ) SELECT value FROM known WHERE value IS NOT NULL
    """


_ENTRY = """
    CAST(number AS BLOB), CAST(concat(strftime('%d.%m.%Y', document_date), '  ', (
        SELECT name FROM account WHERE code = account_code)) AS BLOB)
"""
_DAYS = _distinct("document_date", "invoice_date", "?1")
_SALES_PREFIXES = _distinct("prefix", "invoice_prefix", "0")

_OF_ACCOUNTS = """
    SELECT id FROM invoice INDEXED BY invoice_account
    WHERE document_type IN ({}) AND account_code IN (SELECT value FROM json_each(?, '$'))
"""
_OF_DAYS = """
    SELECT id FROM invoice INDEXED BY invoice_date
    WHERE document_type IN ({}) AND document_date IN (SELECT value FROM json_each(?, '$'))
"""

CODES = {
    "branch": "coalesce(branch, 0)",
    "currency": "coalesce(currency, 0)",
    "series": f"CASE WHEN glob('{YEAR_PREFIX}', prefix) THEN substr(prefix, 1, 3) ELSE prefix END",
    "project": "project",
    "salesman": "salesman",
}
"""Member → the SQL value of it that a Rehber lists."""


class LookupEntry(NamedTuple):
    """One entry of a Rehber."""

    code: str
    name: str


Show: TypeAlias = Callable[[Sequence[LookupEntry]], object]
"""Takes the entries found so far."""


def search_accounts(typed: str, limit: int = LIMIT) -> list[LookupEntry]:
    """Return the account cards with the typed words in code or name, in Turkish order."""
    shown = (Account.code.cast("BLOB"), Account.name.cast("BLOB"))
    query = Account.select(*shown).order_by(Account.sort_key, Account.code).limit(limit)
    for word in fold(typed).split():
        query = query.where(fn.instr(Account.search_key, word) > 0)
    return [LookupEntry(*map(readable, row)) for row in query.tuples().execute()]


def search_numbers(
    document_type: DocumentType | None,
    typed: str,
    limit: int = LIMIT,
    stop: Stop = never,
    show: Show = lambda _: None,
) -> list[LookupEntry]:
    """Return the document numbers of a type that contain the typed words, with date and account.

    They are ordered by number. Words are compared with a number by their keys, since what looks the
    same is the same (domain §8). A search that takes longer than SHOW_SECONDS shows numbers that
    begin with the typed text, and what the scan has found so far. Raises Interrupted.
    """
    found: list[LookupEntry] = []
    likely: list[LookupEntry] = []
    due, count = time.monotonic() + SHOW_SECONDS, -1

    def tick() -> None:
        nonlocal due, count
        if time.monotonic() >= due and len(found) + len(likely) > count:
            due, count = time.monotonic() + SHOW_SECONDS, len(found) + len(likely)
            show(sorted({*found, *likely})[:limit])

    types = list(DocumentType) if document_type is None else [document_type]
    with interruptible(stop, tick):
        different = dict.fromkeys(typed.split())
        days = _days(types) if any(map(is_of_day, different)) else []
        words = [_Word(word, days, types) for word in different]
        for one in types:
            for entry in islice(_likely(words, one), _ENOUGH):
                likely.append(entry)
        for one in types:
            for entry in _in_order(words, one, limit):
                found.append(entry)
    return sorted(found, key=lambda entry: entry.code)[:limit]


def _likely(words: Sequence[_Word], document_type: DocumentType) -> Iterator[LookupEntry]:
    """Yield some matches, found by one index for each word among its first documents.

    They are unordered; the scan finds them and all others later. The word with the fewest accounts
    and days comes first, because its documents are most likely to match.
    """
    for word in sorted(words, key=_Word.count):
        others = [other for other in words if other is not word]
        also = " AND ".join(other.of_document for other in others) or "TRUE"
        values = [value for other in others for value in other.values]
        for index, condition, sought in word.likely(document_type):
            yield from _read(
                f"""
                SELECT {_ENTRY} FROM (
                    SELECT number, number_key, document_type, account_code, document_date
                    FROM invoice INDEXED BY {index} WHERE document_type = ? AND {condition} LIMIT ?
                ) AS first_few WHERE {also}
                """,
                (int(document_type), *sought, _FIRST_FEW, *values),
            )


def _in_order(
    words: Sequence[_Word], document_type: DocumentType, limit: int
) -> Iterator[LookupEntry]:
    """Yield all matches of one type ordered by number."""
    # Words that need only the index come first and save the others most documents.
    words = sorted(words, key=lambda word: word.reads_documents)
    condition = " AND ".join(word.condition for word in words) or "TRUE"
    values = [value for word in words for value in word.values]
    return _read(
        f"""
        SELECT {_ENTRY} FROM invoice INDEXED BY invoice_number
        WHERE document_type = ? AND {condition} ORDER BY {NUMBER_KEY}, {SCOPE} LIMIT ?
        """,
        (int(document_type), *values, limit),
    )


def _read(statement: str, values: Sequence[object]) -> Iterator[LookupEntry]:
    return (LookupEntry(*map(readable, row)) for row in database.execute_sql(statement, values))


class _Word:
    """A typed word: in the number, the day, or the account's code or name.

    Matching accounts and `days` are looked up first. The scan then reads only the index of numbers:
    numbers are compared by key, and the documents (of `types`) of an account or day by id. Only if
    these are many does it read each document, and then it finds enough in a few steps.
    """

    def __init__(
        self, word: str, days: Sequence[tuple[str, str]], types: Sequence[DocumentType]
    ) -> None:
        self._word = word
        self._accounts = _accounts_with(word)
        self._days = [day for day, spelled in days if is_of_day(word) and word in spelled]
        self.reads_documents = False
        """Whether the scan has to read documents besides the index of numbers."""
        has_number, key = number_has(word)
        in_index, in_document, self.values = [has_number], [has_number], list[object]([key])
        of_types = ", ".join(str(int(one)) for one in types)
        for column, matches, statement in (
            ("account_code", self._accounts, _OF_ACCOUNTS),
            ("document_date", self._days, _OF_DAYS),
        ):
            if matches:
                documents = statement.format(of_types)
                self.values.append(json.dumps(matches))
                in_document.append(f"{column} IN (SELECT value FROM json_each(?, '$'))")
                are_many = _are_many(documents, self.values[-1])
                in_index.append(in_document[-1] if are_many else f"id IN ({documents})")
                self.reads_documents |= are_many
        self.condition = f"({' OR '.join(in_index)})"
        """The condition for scanning the index."""
        self.of_document = f"({' OR '.join(in_document)})"
        """The condition for a document that is read anyway."""

    def count(self) -> int:
        """Return the number of accounts and days that the word matches."""
        return len(self._accounts) + len(self._days)

    def likely(self, document_type: DocumentType) -> Iterator[tuple[str, str, Sequence[object]]]:
        """Yield (index, condition, values) of documents that match or are near it.

        They are found by number prefix, counter, accounts and days.
        """
        inside = f"{NUMBER_KEY} >= ? AND {NUMBER_KEY} < ?"
        yield "invoice_number", inside, key_range(self._word)
        if (
            document_type is DocumentType.SALES
            and self._word.isdecimal()
            and len(self._word) <= _MAX_DIGITS
        ):
            counted = f"{SCOPE} = '' AND tail = ? AND prefix IN ({_SALES_PREFIXES})"
            has_word = f"instr({NUMBER_KEY}, ?) > 0"
            values = (int(self._word), unique_key(self._word))
            yield "invoice_prefix", f"{counted} AND {has_word}", values
        for code in self._accounts[:_LIKELY]:
            yield "invoice_account", "account_code = ?", (code,)
        for day in self._days[:_LIKELY]:
            yield "invoice_date", "document_date = ?", (day,)


def _are_many(documents: str, codes: object) -> bool:
    """Return whether there are more of these documents than are looked up by id."""
    some = f"SELECT 1 FROM ({documents}) AS found LIMIT 1 OFFSET {_MOST_IDS}"
    return bool(database.execute_sql(some, (codes,)).fetchall())


def _accounts_with(word: str) -> list[str]:
    found = Account.select(Account.code).where(fn.instr(Account.search_key, fold(word)) > 0)
    return [code for (code,) in found.tuples().execute()]


def _days(types: Sequence[DocumentType]) -> list[tuple[str, str]]:
    """Return the days with documents, each with its Turkish spelling, in order."""
    days = {day for one in types for (day,) in database.execute_sql(_DAYS, (int(one),))}
    return [(day, turkish(date.fromisoformat(day))) for day in sorted(days) if _is_day(day)]


def _is_day(text: str) -> bool:
    """Return whether a stored day is readable, that is, not damaged."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def list_series(document_type: DocumentType) -> list[tuple[str, str]]:
    """Return (series, last number) of each series that a Fatura Serisi can name, in order.

    Of a series with years it is the last number of its latest year. A supplier's numbering that
    cannot be a series is left out.
    """
    prefixes = Series.select(Series.prefix).where(Series.document_type == int(document_type))
    series = {}
    for (prefix,) in prefixes.distinct().order_by(Series.prefix).tuples().execute():
        with suppress(NumberError):
            series[check_series(series_of(prefix))] = _last_written(document_type, prefix)
    return sorted(series.items())


def _last_written(document_type: DocumentType, prefix: str) -> str:
    """Return the last number of a prefix as its document has it, or as the counter gave it.

    Raises NumberError if that is no number.
    """
    last = last_number(document_type, prefix, "")
    own = f"AND {SCOPE} = ''" if document_type is DocumentType.SALES else ""
    ((number,),) = database.execute_sql(
        "SELECT max(number) FROM invoice"
        f" WHERE document_type = ? AND prefix = ? AND tail = ? {own}",
        (int(document_type), prefix, last),
    )
    return number or compose(prefix, last)


def codes_in_use(
    member: str,
    document_type: DocumentType | None,
    stop: Stop = never,
    show: Callable[[list[tuple[Any, int]]], object] = lambda _: None,
) -> list[tuple[Any, int]]:
    """Return (value, number of documents) for each code of a member in CODES, in order.

    The documents are counted slice by slice, and the counts so far are shown. Raises Interrupted.
    """
    types = (0, 1) if document_type is None else (int(document_type), int(document_type))
    counted: Counter[Any] = Counter()
    due = time.monotonic() + SHOW_SECONDS
    last = InvoiceRow.select(fn.max(InvoiceRow.id)).scalar() or 0
    with interruptible(stop):
        for first in range(0, last + 1, _SLICE):
            slice_ = database.execute_sql(
                f"""
                SELECT {CODES[member]} AS code, count(*) FROM invoice NOT INDEXED
                WHERE id >= ? AND id < ? AND document_type IN (?, ?)
                GROUP BY code
                """,
                (first, first + _SLICE, *types),
            )
            for code, count in slice_:
                if (offered := _offered(member, code)) not in (None, ""):
                    counted[offered] += count
            if time.monotonic() >= due:
                due = time.monotonic() + SHOW_SECONDS
                show(sorted(counted.items()))
    return sorted(counted.items())


def _offered(member: str, code: Any) -> Any:
    """Return a stored code as its field takes it: without blanks around it."""
    if isinstance(code, str):
        code = code.strip()
    return shown_prefix(code) if member == "series" else code
