"""The rows of a file that is being imported, in a temporary SQLite database.

A file may hold a million invoices, of which the screen shows twenty. The table spills to disk, is
private to the process, and vanishes with it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import msgspec

from app.domain.codes import search_key
from app.domain.document_status import ERROR, WARNING, is_warned, status_words
from app.domain.invoice import RETURNS
from app.domain.reasons import Reason
from app.domain.text import fold, sort_key, turkish_amount_width
from app.domain.totals import Totals
from app.domain.unread import Unread
from app.store.engine.many_values import id_list
from app.store.engine.scratch import Scratch
from app.store.queries import total_columns

SeriesKey: TypeAlias = tuple[int, str]
"""(document type, prefix): sales and purchases are numbered separately."""


class FileRow(NamedTuple):
    """One invoice of the file; members that could not be read are None."""

    position: int
    """The invoice's position in the file, from 1."""
    offset: int
    length: int
    status: str
    message: str
    readable: bool
    document_type: int | None = None
    branch: int = 0
    series: str | None = None
    number: str = ""
    document_date: str | None = None
    """`2024-03-15`."""
    account_code: str = ""
    account_name: str = ""
    grand_total: str | None = None
    """Canonical text."""
    currency: int | None = None
    currency_total: str | None = None
    """The total in the document's currency as canonical text; None for TL."""
    line_count: int = 0
    stock_codes: str | None = None
    """The stock codes of the lines as a JSON array, if a card was missing when it was judged."""
    fingerprint: bytes | None = None
    gib_number: str | None = None
    new_number: str = ""
    invoice_id: int | None = None
    reason: str | None = None
    """The reason of a refusal as JSON; `message` has it in Turkish, for search and sorting."""

    warned: str | None = None
    """The warnings about the content as a JSON array, which the import gives again."""
    kind: int | None = None
    unread_total: str | None = None
    """The total of an unreadable document as canonical text, only for display: no sum counts it."""
    written: bytes | None = None
    """The fingerprint of the document as our files spell it, if its totals were computed."""

    @property
    def refusal(self) -> Reason | None:
        """The reason of a refusal, or None."""
        return None if self.reason is None else _decode_reason(self.reason)

    @property
    def warnings(self) -> list[Reason]:
        """The warnings about the content."""
        return [] if self.warned is None else _decode_reasons(self.warned)


def encoded(reasons: Reason | list[Reason] | None) -> str | None:
    """Encode one or more reasons for a row."""
    return _encode_reasons(reasons).decode() if reasons else None


_encode_reasons = msgspec.json.Encoder().encode
_decode_reason = msgspec.json.Decoder(Reason).decode
_decode_reasons = msgspec.json.Decoder(list[Reason]).decode


class Content(NamedTuple):
    """What identifies the document of a row, and its status."""

    number: str
    fingerprint: bytes | None
    status: str


class Outcome(NamedTuple):
    """The outcome of a document of the file, real or simulated."""

    position: int
    source_number: str
    status: str
    message: str
    """Why it was refused or skipped, or the warnings if it was saved."""
    new_number: str
    invoice_id: int | None
    refusal: Reason | None = None
    series: SeriesKey | None = None
    """The series of the new number."""
    read: Unread | None = None
    """The members read of an unreadable document, or None."""

    @property
    def warned(self) -> bool:
        """Whether it is saved, or would be, with a warning."""
        return is_warned(self.status, self.message)


ORDERS = {
    "position": "position",
    "number": "number",
    "document_date": "document_date",
    "account_code": "account_code",
    "account_name": "sort_key",
    "grand_total": "CAST(grand_total AS DOUBLE PRECISION)",
    "kind": "document_type, kind",
    "line_count": "line_count",
    "file": "position",
    "status": "status, message",
    "new_number": "new_number",
}
"""Column of the list → SQL terms to sort by."""

_COLUMNS = ", ".join(FileRow._fields)
_KEYS = "sort_key, number_key, search_key, status_key, fault, new_key"
_PARAMETERS = ", ".join("?" * (len(FileRow._fields) + 6))
_TOTALS = total_columns("currency_total")
_status = attrgetter("status")
_kind = attrgetter("document_type", "kind")


class FileRows:
    """The judged invoices of one file. Other threads may read while a worker writes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """The number of rows by status, as first judged."""
        self._kinds = set[tuple[int | None, int | None]]()
        """The (document type, kind) of all rows."""
        self.widest_total = 0
        """The most characters of a total as it is shown."""
        self.unreadable = array("q")
        """The positions that can never be imported."""
        self._table = Scratch(
            f"CREATE TABLE row ({_COLUMNS}, {_KEYS}, PRIMARY KEY (position)) WITHOUT ROWID",
            "CREATE INDEX row_fingerprint ON row (fingerprint)",
            "CREATE INDEX row_fault ON row (fault) WHERE fault IS NOT NULL",
        )

    def close(self) -> None:
        """Drop the table."""
        self._table.close()

    def add(self, rows: Iterable[FileRow]) -> None:
        """Append rows."""
        rows = list(rows)
        self.counts.update(map(_status, rows))
        self._kinds.update(map(_kind, rows))
        totals = (row.grand_total or row.unread_total for row in rows)
        widths = (turkish_amount_width(total) for total in totals if total)
        self.widest_total = max(self.widest_total, *widths, 0)
        self.unreadable.extend(row.position for row in rows if not row.readable)
        self._table.run_many(
            f"INSERT INTO row ({_COLUMNS}, {_KEYS}) VALUES ({_PARAMETERS})",
            [row + _keys(row) for row in rows],
        )

    @property
    def is_mixed(self) -> bool:
        """Whether there are both sales and purchases, or both returns and others."""
        signs = {(kind, of in RETURNS) for kind, of in tuple(self._kinds) if kind is not None}
        return len(signs) > 1

    def update(self, outcomes: Iterable[Outcome]) -> None:
        """Store the outcomes in the rows."""
        values = [
            (
                r.status,
                r.message,
                r.new_number,
                r.invoice_id,
                encoded(r.refusal),
                *_status_keys(r.status, r.message),
                search_key(r.new_number),
                r.position,
            )
            for r in outcomes
        ]
        self._table.run_many(
            "UPDATE row SET status = ?, message = ?, new_number = ?, invoice_id = ?,"
            " reason = ?, status_key = ?, fault = ?, new_key = ? WHERE position = ?",
            values,
        )

    def find(self, order: str = "position", *, reverse: bool = False) -> array[int]:
        """Return all positions, in list order."""
        return self._table.read(
            _positions, f"SELECT position FROM row ORDER BY {_terms(order, reverse)}"
        )

    def totals(self, order: str = "position", *, reverse: bool = False) -> Totals:
        """Return the totals of all rows, in list order; of fewer rows if it is closed meanwhile."""
        sql = f"SELECT {_TOTALS} FROM row ORDER BY {_terms(order, reverse)}"
        return Totals(self._table.in_pieces(sql))

    def rows(self, positions: Sequence[int]) -> list[FileRow]:
        """Return the rows at these positions, in the given order."""
        found = self._table.rows(
            f"SELECT {_COLUMNS} FROM json_each(?) AS wanted JOIN row ON position = wanted.value"
            " ORDER BY wanted.key",
            id_list(positions),
        )
        return [FileRow(*values) for values in found]

    def first_with(self, fingerprints: Sequence[bytes]) -> dict[bytes, int]:
        """Return fingerprint → first position, for the given fingerprints that occur."""
        marks = ", ".join("?" * len(fingerprints))
        return dict(
            self._table.rows(
                "SELECT fingerprint, min(position) FROM row"
                f" WHERE fingerprint IN ({marks}) GROUP BY fingerprint",
                *fingerprints,
            )
        )

    def contents(self, positions: Sequence[int]) -> dict[int, Content]:
        """Return position → content of those of the given rows that exist."""
        found = self._table.rows(
            "SELECT position, number, fingerprint, status FROM json_each(?) AS wanted"
            " JOIN row ON position = wanted.value",
            id_list(positions),
        )
        return {position: Content(*content) for position, *content in found}

    def positions_with(self, fingerprint: bytes) -> list[int]:
        """Return the positions of the rows with this content, in order."""
        found = self._table.rows(
            "SELECT position FROM row WHERE fingerprint = ? ORDER BY position", fingerprint
        )
        return [position for (position,) in found]

    def unchosen(self, positions: Sequence[int]) -> dict[bytes, set[int]]:
        """Return fingerprint → its positions in the file that are not among `positions`.

        Only for documents that the file has several times.
        """
        is_chosen = bytearray(self.counts.total() + 1)
        for position in positions:
            is_chosen[position] = 1
        found = self._table.rows(
            "SELECT fingerprint, position FROM row WHERE fingerprint IN"
            " (SELECT fingerprint FROM row GROUP BY fingerprint HAVING count(*) > 1)"
        )
        left_out: dict[bytes, set[int]] = {}
        for content, position in found:
            if not is_chosen[position]:
                left_out.setdefault(content, set()).add(position)
        return left_out

    def matching(self, positions: Sequence[int], typed: str) -> list[int]:
        """Search the given rows in number, account, date, Durum and Netsis Belge No.

        Returns indexes into `positions`. Number, day and account match as in `queries.matching`.
        """
        text = typed.strip()
        found = self._table.rows(
            "SELECT wanted.key FROM json_each(?2) AS wanted JOIN row ON position = wanted.value"
            " WHERE instr(number_key, ?1) OR instr(new_key, ?1)"
            " OR instr(search_key, ?3) OR instr(status_key, ?3)",
            search_key(text),
            id_list(positions),
            fold(text),
        )
        return [index for (index,) in found]

    def faulty(self, status: str) -> array[int]:
        """Return the positions of documents with ERROR, or with WARNING, saved or not."""
        return self._table.read(_positions, "SELECT position FROM row WHERE fault = ?", status)


def _positions(rows: Iterable[Any]) -> array[int]:
    return array("q", (position for (position,) in rows))


def _terms(order: str, reverse: bool) -> str:
    direction = "DESC" if reverse else "ASC"
    terms = [f"{term} {direction}" for term in ORDERS[order].split(", ")]
    return ", ".join([*terms, "position"])


def _keys(row: FileRow) -> tuple[str | None, ...]:
    name, account = _account_keys(row.account_code, row.account_name)
    search = f"{_turkish_day(row.document_date)}\n{account}"
    return name, search_key(row.number), search, *_status_keys(row.status, row.message), ""


@lru_cache(maxsize=4096)
def _account_keys(code: str, name: str) -> tuple[str, str]:
    return sort_key(name or code), fold(f"{code} {name}")


@lru_cache(maxsize=4096)
def _turkish_day(day: str | None) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}" if day else ""


@lru_cache(maxsize=4096)
def _status_keys(status: str, message: str) -> tuple[str, str | None]:
    """Return the search text of Durum, and the fault: ERROR, WARNING or None."""
    fault = WARNING if is_warned(status, message) else ERROR if status == ERROR else None
    return fold(status_words(status, message)), fault
