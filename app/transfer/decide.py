"""Decide what an import does with each document; no other module decides that.

The list, the figures in Yeni Numara Girişi, the rehearsal and the import itself all call `decide`,
so they cannot disagree. A decision is data; `phrases` words it in Turkish.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from msgspec import Struct

from app.domain import fingerprint
from app.domain.reasons import Code, DocumentError, NumberError, Reason
from app.domain.unread import bare
from app.netsis.parse_ways import read_summary
from app.store.books import BatchFacts, Books, Readable
from app.store.numbering import Given
from app.store.preview import SeriesKey


class ImportRule(Struct, frozen=True, kw_only=True):
    """The user's choices in Yeni Numara Girişi.

    `series` is None if the box is ticked: each document keeps its own number if that is free.
    """

    series: str | None = None
    create_cards: bool = False
    skip_transferred: bool = False
    resumes: int | None = None
    """The first interrupted run of the file to resume (`history.cut_off_run`), or None. For each
    document, as many copies are skipped as that run and later runs of the file have saved."""
    most_errors: int | None = None
    """The number of errors after which no more documents are tried; None for no limit."""


class Action(IntEnum):
    """The kind of a decision."""

    OPEN = 0
    """The document can be saved, but has no number yet."""
    KEEP = 1
    RENUMBER = 2
    SKIP = 3
    REFUSE = 4


_GIB = "GIB_FATIRS_NO"
_CARDS = (Code.NO_ACCOUNT_CARD, Code.NO_STOCK_CARD)


class Decision(NamedTuple):
    """The decision about one document, and its reasons."""

    action: Action
    given: Given | None = None
    refusal: Reason | None = None
    earlier: Reason | None = None
    """The number under which the database already has the same document, imported by another run or
    added in another way. For a skipped document, the import may also be this run's."""
    gib_owner: str = ""
    """The number of the document that already has its GİB number; this one is saved without it."""
    twin: int = 0
    """The position of an equal document: the first that this import saves, or in a list the first
    in the file; 0 if there is none before this one."""
    cards: tuple[Reason, ...] = ()
    """The missing cards that the document needs, without repeats; the rule may create them."""

    @property
    def number(self) -> str:
        """The number that the document gets; empty if none."""
        return self.given.number if self.given else ""

    def series(self, document: Readable) -> SeriesKey | None:
        """Return the series of the number, for the document's type."""
        if self.given is None:
            return None
        return int(document.document_type), self.given.split.prefix


def decide(
    positions: Sequence[int],
    documents: Sequence[Readable | Reason],
    rule: ImportRule | None,
    books: Books,
) -> list[Decision]:
    """Decide about a batch of documents in order; an unreadable one is given as its reason.

    `positions` are the documents' positions in the file. Without a rule, numbers are left open.
    Call inside `reading()` or `writing()`; `books` and `rule` have to resume the same run.
    """
    readable = [document for document in documents if not isinstance(document, Reason)]
    found = books.look_up(readable, numbers=rule is not None)
    stored = _stored(found, books)
    batch = _Batch(rule or ImportRule(), books, found, stored)
    return [
        Decision(Action.REFUSE, refusal=bare(document))
        if isinstance(document, Reason)
        else batch.decide(position, document)
        for position, document in zip(positions, documents, strict=True)
    ]


def _stored(found: BatchFacts, books: Books) -> set[bytes]:
    """Return the fingerprints of documents that are stored but were not imported by another run.

    A document whose totals were computed is stored with them, so its fingerprint as written is
    compared.
    """
    unknown = [
        one
        for one in found.same_number
        if not (before := found.earlier.get(one.fingerprint)) or not before.by_another_run
    ]
    if not unknown:
        return set()
    wanted = {content for one in unknown for content in (one.fingerprint, one.written) if content}
    contents = {_fingerprint(text, wanted) for text in books.candidates(unknown)}
    return {
        one.fingerprint
        for one in unknown
        if one.fingerprint in contents or (one.written and one.written in contents)
    }


def _fingerprint(text: bytes, wanted: set[bytes]) -> bytes | None:
    """Return the fingerprint of a stored document; None if it could not be imported."""
    content = fingerprint.digest(text)
    if content in wanted:  # without unknown members there is no need to parse it
        return content
    try:
        return read_summary(text).fingerprint
    except DocumentError:
        return None


class _Batch:
    """One batch, with its look-ups."""

    def __init__(
        self, rule: ImportRule, books: Books, found: BatchFacts, stored: set[bytes]
    ) -> None:
        self._skips = rule.skip_transferred
        self._creates_cards = rule.create_cards
        self._resumes = rule.resumes is not None
        self._books = books
        self._found = found
        self._stored = stored
        self._lacks_cards = books.lacks_cards
        self._requests = iter(found.requests)
        self._gib_owners, self._gib_keys = found.gib_owners, iter(found.gib_keys)
        self._saved: dict[bytes, tuple[str, int]] = {}
        """Content → (number, first position) of documents of this batch that are saved."""

    def decide(self, position: int, document: Readable) -> Decision:
        request, key = next(self._requests, None), next(self._gib_keys)
        earlier = self._earlier(document)
        if self._found.to_skip and (copy := self._saved_copy(document)):
            return Decision(Action.SKIP, earlier=copy)
        if self._skips and earlier:
            return Decision(Action.SKIP, earlier=earlier)
        cards: tuple[Reason, ...] = ()
        missing = None
        if self._lacks_cards:
            cards = self._missing_cards(document)
            missing = self._other_spelling(document)
        if cards and not self._creates_cards:
            missing = missing or cards[0]
        if missing:
            return Decision(Action.REFUSE, refusal=missing, earlier=earlier, cards=cards)
        owner = self._gib_owners.get(key, "") if key else ""
        if request is None:
            return Decision(Action.OPEN, earlier=earlier, gib_owner=owner)
        if owner and self._books.keeps(request):
            taken = Reason(Code.GIB_NUMBER_TAKEN, _GIB, (document.gib_number or "", owner))
            return Decision(Action.REFUSE, refusal=taken, earlier=earlier)
        try:
            given = self._books.give(request)
        except NumberError as error:
            return Decision(Action.REFUSE, refusal=error.reason, earlier=earlier)
        twin = self._note_saved(document.fingerprint, given.number, position)
        if key and not owner:
            self._gib_owners[key] = given.number
        kept = given.number == request.number
        action = Action.KEEP if kept else Action.RENUMBER
        return Decision(action, given, None, earlier, owner, twin, cards)

    def _note_saved(self, content: bytes, number: str, position: int) -> int:
        """Record a saved document; return the first position with this content, or 0."""
        before, saved = self._found.earlier.get(content), self._saved.get(content)
        if before is None and saved is None:
            self._saved[content] = number, position
            return 0
        first = saved[1] if saved else 0
        places = [place for place in (before and before.position, first) if place]
        self._saved[content] = number, min(position, first or position)
        return min(places, default=0)

    def _saved_copy(self, document: Readable) -> Reason | None:
        """Return the reason to skip a copy that a resumed run saved; each one counts once."""
        copies = self._found.to_skip.get(document.fingerprint)
        if copies is None or copies.left <= 0:
            return None
        self._found.to_skip[document.fingerprint] = copies._replace(left=copies.left - 1)
        return Reason(Code.IMPORTED_BEFORE, values=(copies.number,))

    def _earlier(self, document: Readable) -> Reason | None:
        """Return the reason that the same document is stored.

        One stored by this run counts only if such documents are skipped. Runs that this one resumes
        count as this run.
        """
        content = document.fingerprint
        before = self._found.earlier.get(content)
        if before and before.by_another_run:
            return Reason(Code.IMPORTED_BEFORE, values=(before.number,))
        if content in self._stored:
            return Reason(Code.STORED, values=(document.number,))
        saved = (before.number, 0) if before else self._saved.get(content)
        if self._skips and saved is not None and not self._resumes:
            return Reason(Code.IMPORTED_BEFORE, values=saved[:1])
        return None

    def _other_spelling(self, document: Readable) -> Reason | None:
        """Return a warning about its first code without a card that resembles another code (§8)."""
        if like := self._found.like_accounts.get(document.account_code):
            return Reason(Code.LIKE_ACCOUNT_CARD, "CariKod", (document.account_code, like))
        if self._found.like_stock:
            for line, code in enumerate(document.stock_codes, 1):
                if like := self._found.like_stock.get(code):
                    return Reason(Code.LIKE_STOCK_CARD, "StokKodu", (code, like), line)
        return None

    def _missing_cards(self, document: Readable) -> tuple[Reason, ...]:
        """Return the missing cards that the document needs; stock items by their first lines."""
        account, stock = document.account_code, dict[str, Reason]()
        if self._found.missing_stock:
            for line, code in enumerate(document.stock_codes, 1):
                if code in self._found.missing_stock and code not in stock:
                    stock[code] = Reason(Code.NO_STOCK_CARD, "StokKodu", (code,), line)
        if account in self._found.missing_accounts:
            return (Reason(Code.NO_ACCOUNT_CARD, "CariKod", (account,)), *stock.values())
        return tuple(stock.values())


def lacks_card(decision: Decision) -> bool:
    """Return whether missing cards are the only reason for a refusal."""
    return decision.refusal is not None and decision.refusal.code in _CARDS


def digest(decisions: Sequence[Decision]) -> bytes:
    """Return the digest of a batch's decisions, equal only if all decisions are equal.

    Twins and missing cards are left out, since they follow from the file and the other fields.
    """
    content = [
        (one.action, one.number, one.refusal, one.earlier, one.gib_owner) for one in decisions
    ]
    return blake2b(_encode(content), digest_size=16).digest()


_encode = msgspec.msgpack.Encoder().encode
