"""Import cards: create new ones, complete nameless ones, report and leave those that differ.

Each batch is one transaction. A card that was imported before is unchanged, so an interrupted run
is resumed by running it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from app import log
from app.domain.card_differences import Difference, Verdict, compare, filled
from app.domain.cards import CardKind, CardRecord
from app.domain.codes import unique_key
from app.domain.reasons import Code, DocumentError, Reason
from app.netsis.card_parser import kind_of, read_card
from app.netsis.card_source import RawCard
from app.netsis.encoding_names import BY_ITSELF
from app.progress import Progress, Stop, never, no_progress
from app.store.again import once
from app.store.card_store import CardBooks
from app.store.database import connected, reading
from app.transfer.card_file import Note, open_cards

_BATCH: Final = 200  # cards in a transaction


class CardStatus(StrEnum):
    """The outcome of a card; the value is its word in the output."""

    NEW = "yeni"
    """Created, or completed if the stored card had no name."""
    SAME = "ayni"
    DIFFERENT = "farkli"
    """Another card has this code; it is left unchanged."""
    FAULTY = "hatali"


class CardOutcome(NamedTuple):
    """The outcome of one card of the file."""

    position: int
    kind: CardKind
    code: str
    """Empty if the card cannot be read."""
    status: CardStatus
    differences: Sequence[Difference] = ()
    reason: Reason | None = None
    sheet: str = ""
    """The name of the card's sheet, if the file has several."""


@dataclass(slots=True)
class CardSummary:
    """The number of cards by kind and status."""

    counts: dict[CardKind, dict[CardStatus, int]] = field(
        default_factory=lambda: {kind: dict.fromkeys(CardStatus, 0) for kind in CardKind}
    )
    stopped: bool = False

    def add(self, outcomes: Iterable[CardOutcome]) -> None:
        """Count a batch of outcomes."""
        for one in outcomes:
            self.counts[one.kind][one.status] += 1

    def total(self, *statuses: CardStatus) -> int:
        """Return the number of cards with one of these statuses."""
        return sum(found[status] for found in self.counts.values() for status in statuses)


Told: TypeAlias = Callable[[list[CardOutcome]], None]
_Read: TypeAlias = tuple[RawCard, CardKind, CardRecord | Reason]


def import_cards(
    path: Path,
    *,
    told: Told,
    note: Note = lambda _: None,
    encoding: str = BY_ITSELF,
    simulated: bool = False,
    progress: Progress = no_progress,
    stop: Stop = never,
) -> CardSummary:
    """Import the cards of a file; `told` gets the outcomes of each batch after its commit.

    `note` gets sentences about parts of a sheet that were not read. `progress` counts bytes, or
    rows of sheets. If `simulated`, nothing is written and the outcomes are the same. Raises
    FileRefused, DatabaseRefused; batches committed before that stay, and `told` had them.
    """
    summary = CardSummary()
    log.event("kart-alma-basladi")
    with connected(), open_cards(path, encoding, note=note, progress=progress) as raws:
        with reading():
            books = CardBooks(simulated=simulated)
        for batch in _batches(raws):
            if stop():
                summary.stopped = True
                break
            if simulated:
                with reading():
                    outcomes = _take(batch, books)
            else:
                take, kept = partial(_take, batch, books), partial(_is_stored, batch, books)
                outcomes = once(take, kept, stop, behind=summary.total(CardStatus.NEW) > 0)
            summary.add(outcomes)
            told(outcomes)
    counts = {status.value: summary.total(status) for status in CardStatus}
    log.event("kart-alma-bitti", **counts)
    return summary


def _batches(raws: Iterator[RawCard]) -> Iterator[list[_Read]]:
    """Yield the cards in order, in batches."""
    kind = CardKind.ACCOUNT
    while some := list(islice(raws, _BATCH)):
        batch = []
        for one in some:
            found = _read(one)
            # An unreadable card counts as one of the same kind as the card before it.
            kind = found.kind if isinstance(found, CardRecord) else kind_of(one.raw) or kind
            batch.append((one, kind, found))
        yield batch


def _read(one: RawCard) -> CardRecord | Reason:
    if one.error:
        return one.error
    try:
        return read_card(one.raw)
    except DocumentError as error:
        return error.reason


def _take(batch: list[_Read], books: CardBooks) -> list[CardOutcome]:
    """Decide about a batch and store the cards, in the caller's transaction."""
    desks = _batch_by_kind(batch, books)
    outcomes = _decide(batch, desks)
    for desk in desks.values():
        desk.store()
    return outcomes


def _is_stored(batch: list[_Read], books: CardBooks, _: list[CardOutcome]) -> bool:
    """Return whether the batch has been stored completely."""
    outcomes = _decide(batch, _batch_by_kind(batch, books))
    return not any(one.status is CardStatus.NEW for one in outcomes)


def _batch_by_kind(batch: list[_Read], books: CardBooks) -> dict[CardKind, _KindBatch]:
    return {kind: _KindBatch(kind, batch, books) for kind in CardKind}


def _decide(batch: list[_Read], desks: dict[CardKind, _KindBatch]) -> list[CardOutcome]:
    return [
        desks[kind].take(one.position, found)._replace(sheet=one.sheet)
        if isinstance(found, CardRecord)
        else CardOutcome(one.position, kind, "", CardStatus.FAULTY, reason=found, sheet=one.sheet)
        for one, kind, found in batch
    ]


class _KindBatch:
    """The cards of one kind in a batch, and the stored cards with the same codes."""

    def __init__(self, kind: CardKind, batch: list[_Read], books: CardBooks) -> None:
        codes = {f.code for _, _, f in batch if isinstance(f, CardRecord) and f.kind is kind}
        self._kind = kind
        self._books = books
        self._stored = books.find(kind, codes) if codes else {}
        self._alike = books.alike(kind, codes - self._stored.keys()) if codes else {}
        self._keys = {unique_key(code): code for code in self._stored}
        self._new: dict[str, CardRecord] = {}
        self._filled: dict[str, CardRecord] = {}

    def take(self, position: int, card: CardRecord) -> CardOutcome:
        """Decide about a card; earlier ones of the batch count as stored."""
        code = card.code
        ours = self._stored.get(code)
        if ours is None:
            like = self._alike.get(code) or self._keys.setdefault(unique_key(code), code)
            if like != code:
                reason = Reason(_LIKE[self._kind], values=(code, like))
                return CardOutcome(position, self._kind, code, CardStatus.FAULTY, reason=reason)
            self._stored[code] = self._new[code] = card
            return CardOutcome(position, self._kind, code, CardStatus.NEW)
        verdict, differences = compare(ours, card)
        if verdict is Verdict.SAME:
            return CardOutcome(position, self._kind, code, CardStatus.SAME)
        if verdict is Verdict.DIFFERENT:
            return CardOutcome(position, self._kind, code, CardStatus.DIFFERENT, differences)
        waiting = self._new if code in self._new else self._filled
        self._stored[code] = waiting[code] = filled(ours, card)
        return CardOutcome(position, self._kind, code, CardStatus.NEW)

    def store(self) -> None:
        """Store the new and the completed cards of the batch."""
        if self._new:
            self._books.add(self._kind, list(self._new.values()))
        if self._filled:
            self._books.fill(self._kind, list(self._filled.values()))


_LIKE: Final = {
    CardKind.ACCOUNT: Code.LIKE_ACCOUNT_CARD,
    CardKind.STOCK: Code.LIKE_STOCK_CARD,
}
