"""Look up what decisions depend on: numbers, cards, earlier imports, copies; batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from app.domain.codes import unique_key
from app.domain.numbers import number_scope, unique_gib_number
from app.domain.record import Record, Summary
from app.domain.text import one_line
from app.store import copies, earlier_imports
from app.store.cards import CardTable, KnownCards, alike
from app.store.database import database
from app.store.earlier_imports import Copies, Earlier, Resumed
from app.store.models import NUMBER_KEY, SCOPE
from app.store.numbering import (
    NUMBERED_TABLES,
    Given,
    Moved,
    Numbering,
    NumberRequest,
    gib_owners,
    number_request,
    source_key,
    taken,
)

Readable: TypeAlias = Record | Summary
"""A document that could be read, in either form that has what a decision needs."""

GibKey: TypeAlias = tuple[int, str, str]
"""(document type, key of the GİB number, supplier code for a purchase)."""

Unchosen: TypeAlias = Callable[[], Mapping[bytes, set[int]]]
"""Returns fingerprint → positions in the file, of the copies that the import leaves out."""

_PLANNED = "planned"


class BatchFacts(NamedTuple):
    """The results of looking up a batch."""

    missing_accounts: set[str]
    missing_stock: set[str]
    like_accounts: dict[str, str]
    """Code without a card → the code of a card or of an earlier document that looks the same."""
    like_stock: dict[str, str]
    earlier: dict[bytes, Earlier]
    to_skip: dict[bytes, Copies]
    """Fingerprint → the copies that resumed runs saved; empty if no run is resumed."""
    gib_owners: dict[GibKey, str]
    """GİB key → number of the stored document that has it."""
    gib_keys: list[GibKey | None]
    """The GİB key of each document, in order."""
    requests: list[NumberRequest]
    """The number request of each document, in order."""
    same_number: list[Readable]
    """The documents with the number of a stored document; no others can be copies."""


class Books:
    """Looks up what decisions depend on. Use inside `reading()` or `writing()`.

    An import stores each batch before the next one is looked up. A simulation stores nothing: it
    keeps its numbers in a temporary table of this connection, which spills to disk, so that memory
    does not grow with the documents. Like bulk inserts, that table is in raw SQL.
    """

    def __init__(
        self,
        series: str | None = None,
        *,
        file: str = "",
        resumes: int | None = None,
        unchosen: Unchosen = dict,
        simulated: bool = False,
    ) -> None:
        """Prepare; `series` is the Fatura Serisi of all new numbers, or None.

        `file` is the imported file by its name in the journal; `resumes` is the first of its runs
        to resume.
        """
        self._file = file
        self._resumed: Resumed | None = None
        self._read_unchosen = unchosen
        self._unchosen: Mapping[bytes, set[int]] = {}
        if resumes is not None:
            self.resume(resumes)
        self._simulated = simulated
        self._run = 0
        self.lacks_cards = False
        """Whether any code of the last batch has no card."""
        self._cards = KnownCards()
        self._new_accounts = _NewCodes("account")
        self._new_stock = _NewCodes("stock_item")
        tables = (*NUMBERED_TABLES, _PLANNED) if simulated else NUMBERED_TABLES
        self._numbering = Numbering(series, tables)
        if simulated:
            _make_planned()

    def begin(self, transfer_id: int = 0) -> None:
        """Begin a transaction of this run, and forget what other writers may have changed."""
        self._run = transfer_id
        self._numbering.begin()

    def forget_cards(self) -> None:
        """Forget cards found in a failed transaction, since they may not be stored."""
        self._cards = KnownCards()

    def resume(self, run: int) -> None:
        """From now on, skip the copies saved by this run of the file and later ones.

        Of several copies in the file, one saved from a position left out now is not counted.
        """
        self._resumed = Resumed(run, one_line(self._file))
        self._unchosen = self._read_unchosen()

    def look_up(self, batch: Sequence[Readable], *, numbers: bool) -> BatchFacts:
        """Look up what a batch of documents depends on; numbers only if `numbers`."""
        account_codes = [one.account_code for one in batch]
        stock_codes = [code for one in batch for code in one.stock_codes]
        accounts = self._cards.missing_accounts(set(account_codes))
        stock = self._cards.missing_stock_items(set(stock_codes))
        like_accounts = self._new_accounts.alike(account_codes, accounts)
        like_stock = self._new_stock.alike(stock_codes, stock)
        self.lacks_cards = bool(accounts or stock)
        requests = [number_request(one) for one in batch] if numbers else []
        number_keys = [one.key for one in requests] if numbers else list(map(source_key, batch))
        stored = set(taken(number_keys))
        if numbers:
            planned = taken(number_keys, _PLANNED) if self._simulated else ()
            self._numbering.look_up(requests, stored.union(planned))
        contents = [one.fingerprint for one in batch]
        found, to_skip = self._earlier(contents), self._copies_to_skip(contents)
        keys = [gib_key(one) for one in batch]
        owners = self._gib_owners([key for key in keys if key])
        same_number = [one for one, key in zip(batch, number_keys, strict=True) if key in stored]
        return BatchFacts(
            accounts, stock, like_accounts, like_stock, found, to_skip, owners, keys, requests,
            same_number,
        )  # fmt: skip

    def candidates(self, batch: Sequence[Readable]) -> Iterator[bytes]:
        """Yield the JSON of stored documents that may be the same (see `copies`)."""
        return copies.candidates(batch, self._file, self._run)

    def keeps(self, wanted: NumberRequest) -> bool:
        """Return whether the next document would keep its number."""
        return self._numbering.keeps(wanted)

    def give(self, wanted: NumberRequest) -> Given:
        """Return the number for the next document. Raises NumberError."""
        return self._numbering.give(wanted)

    def account_names(self, batch: Sequence[Readable]) -> dict[str, str]:
        """Return code → name of these documents' accounts that have a card."""
        return self._cards.account_names({one.account_code for one in batch})

    def moved_counters(self) -> Moved:
        """Return the counters that the numbers of the last batch move."""
        return self._numbering.moved()

    def plan(
        self, contents: Sequence[tuple[int, bytes, str | None]], skipped: Sequence[bytes]
    ) -> None:
        """Count the last batch of a simulation as stored.

        `contents` are (position, fingerprint, key of the stored GİB number) of each document;
        `skipped` are the fingerprints of documents that are not stored.
        """
        if self._resumed:
            database.run_many(
                f"INSERT INTO {_PLANNED} (content) VALUES (?)", [(one,) for one in skipped]
            )
        database.run_many(
            f"INSERT INTO {_PLANNED}"
            " (document_type, number, number_key, account_code, prefix, tail,"
            " position, content, gib_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    int(wanted.document_type),
                    given.number,
                    given.stored_key,
                    wanted.scope,
                    *given.split[:2],
                    *content,
                )
                for (wanted, given), content in zip(self._numbering.batch, contents, strict=True)
            ],
        )

    def _gib_owners(self, wanted: list[GibKey]) -> dict[GibKey, str]:
        owners = gib_owners(wanted) if wanted else {}
        return owners | (gib_owners(wanted, _PLANNED) if wanted and self._simulated else {})

    def _earlier(self, contents: list[bytes]) -> dict[bytes, Earlier]:
        found = earlier_imports.transferred_before(contents, self._run, self._resumed)
        if self._simulated:
            for content, planned in self._planned_before(contents).items():
                before = found.get(content, planned)
                places = [one for one in (before.position, planned.position) if one]
                found[content] = before._replace(position=min(places))
        return found

    def _planned_before(self, contents: list[bytes]) -> dict[bytes, Earlier]:
        return {
            content: Earlier(number, by_another_run=False, position=position)
            for content, number, position in self._planned("max(number), min(position)", contents)
            if number
        }

    def _copies_to_skip(self, contents: list[bytes]) -> dict[bytes, Copies]:
        if not self._resumed:
            return {}
        found = earlier_imports.copies_to_skip(contents, self._resumed, self._run)
        for content in self._unchosen.keys() & found.keys():
            saved = earlier_imports.saved_at(content, self._resumed, self._run)
            found[content] = found[content].less(len(saved & self._unchosen[content]))
        if self._simulated:
            for content, skipped in self._planned("count(*) - count(number)", list(found)):
                found[content] = found[content].less(skipped)
        return found

    def _planned(self, values: str, contents: list[bytes]) -> Iterator[tuple[Any, ...]]:
        if not contents:
            return iter(())
        marks = ", ".join("?" * len(contents))
        rows = database.execute_sql(
            f"SELECT content, {values} FROM {_PLANNED} WHERE content IN ({marks}) GROUP BY content",
            contents,
        )
        return iter(rows)


def gib_key(document: Readable) -> GibKey | None:
    """Return the unique key of a document's GİB number; None if it has none."""
    key = unique_gib_number(document.gib_number) if document.gib_number else None
    if key is None:
        return None
    scope = number_scope(document.document_type, document.account_code)
    return int(document.document_type), key, scope


class _NewCodes:
    """Codes without a card, in the order of the documents."""

    def __init__(self, table: CardTable) -> None:
        self._table = table
        self._first: dict[str, str] = {}
        """Key → the first code that has it."""

    def alike(self, codes: Sequence[str], missing: set[str]) -> dict[str, str]:
        """Return code → the card or earlier code of which it is another spelling (domain §8)."""
        if not missing:
            return {}
        found = alike(self._table, missing)
        for code in codes:
            if code not in missing:
                continue
            first = self._first.setdefault(unique_key(code), code)
            if first != code:
                found.setdefault(code, first)
        return found


def _make_planned() -> None:
    """Create an empty table with the columns and indexes of `invoice` that numbering needs."""
    for sql in (
        f"DROP TABLE IF EXISTS temp.{_PLANNED}",
        f"CREATE TEMP TABLE {_PLANNED} AS SELECT document_type, i.number, number_key,"
        " account_code, prefix, tail, position, fingerprint AS content, gib_number"
        " FROM invoice AS i CROSS JOIN transfer_item WHERE FALSE",
        f"CREATE INDEX temp.planned_number ON {_PLANNED} (document_type, {NUMBER_KEY}, ({SCOPE}))",
        f"CREATE INDEX temp.planned_prefix ON {_PLANNED} (document_type, prefix, ({SCOPE}), tail)",
        f"CREATE INDEX temp.planned_gib_number ON {_PLANNED} (gib_number)"
        " WHERE gib_number IS NOT NULL",
        f"CREATE INDEX temp.planned_content ON {_PLANNED} (content)",
    ):
        database.execute_sql(sql)
