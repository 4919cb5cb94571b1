"""Simulate an import of a file's rows without writing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from app.domain.cards import CardKind
from app.domain.reasons import Code, Reason, text
from app.domain.record import Summary
from app.progress import Stop, never
from app.store.books import Books, gib_key
from app.store.database import connected, reading
from app.store.preview import Outcome
from app.transfer import file_rows
from app.transfer.decide import Action, Decision, ImportRule, decide, digest, lacks_card
from app.transfer.error_limit import ErrorLimit
from app.transfer.found_cards import FoundCards
from app.transfer.import_file import IncomingFile
from app.transfer.outcomes import outcome_of
from app.transfer.run_batches import import_batches
from app.transfer.run_summary import NumberRanges, RunSummary

Decided: TypeAlias = tuple[int, Summary | Reason, Decision]
"""A position in the file, the document or why it is unreadable, and the decision about it."""


@dataclass(slots=True)
class Plan:
    """The numbers of kept, new, skipped and failing documents, and the document numbers given."""

    keeping: int = 0
    skipped: int = 0
    failing: int = 0
    first_failure: str = ""
    cardless: int = 0
    """The number of failing documents that only lack cards."""
    accounts: set[str] = field(default_factory=set)
    stock_items: set[str] = field(default_factory=set)
    """The codes of missing cards; of created ones, if the rule creates cards."""
    first_card: str = ""
    """The first of these codes in the order of the documents."""
    found: int = 0
    """The number of missing cards that are in card files beside the file."""
    faulty_cards: int = 0
    """The number of unreadable cards in these files."""
    again: int = 0
    """The number of saved documents that the database already has."""
    again_failing: int = 0
    """The number of failing documents that the database already has."""
    entered: bool = False
    """Whether some of these, or of the skipped documents, were not stored by an import."""
    numbers: NumberRanges = field(default_factory=NumberRanges)
    """The new document numbers."""
    without_gib: int = 0
    """The number of documents saved without their GİB number, which other documents have."""
    digests: list[bytes] = field(default_factory=list)
    """The digest of each batch's decisions (`import_batches`), for `run_import`."""
    untried: int = 0
    """The number of documents after the error that ends the run by its rule."""

    @property
    def renumbered(self) -> int:
        """The number of documents that get a new document number."""
        return self.numbers.count

    def add(self, decided: Sequence[Decided]) -> None:
        """Count a batch."""
        for position, document, decision in decided:
            self.entered |= decision.earlier is not None and decision.earlier.code is Code.STORED
            if decision.action is Action.SKIP:
                self.skipped += 1
            elif decision.given is None or isinstance(document, Reason):
                self.failing += 1
                self.again_failing += bool(decision.earlier)
                self.cardless += lacks_card(decision)
                if lacks_card(decision):
                    self._note_cards(decision)
                if decision.refusal and not self.first_failure:
                    self.first_failure = text(decision.refusal, position)
            else:
                self.again += bool(decision.earlier)
                self.without_gib += bool(decision.gib_owner)
                self._note_cards(decision)
                self._number(document, decision)
        self.digests.append(digest([decision for *_, decision in decided]))

    def _number(self, document: Summary, decision: Decision) -> None:
        series = decision.series(document)
        if decision.action is Action.KEEP or series is None:
            self.keeping += 1
        else:
            self.numbers.add(series, decision.number)

    def _note_cards(self, decision: Decision) -> None:
        for card in decision.cards:
            code = str(card.values[0])
            stock = card.code is Code.NO_STOCK_CARD
            (self.stock_items if stock else self.accounts).add(code)
            self.first_card = self.first_card or code


def make_plan(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    stop: Stop = never,
    *,
    found_cards: FoundCards | None = None,
) -> Plan | None:
    """Return the figures of an import of the chosen rows; None if it was stopped.

    Cards, numbers and earlier imports are looked up anew, because the file may have been listed
    long ago. Raises FileRefused if a card file cannot be read and the rule creates cards.
    """
    plan = Plan(untried=len(positions))
    with connected():
        for decided in simulate(incoming, positions, rule):
            if stop():
                return None
            plan.add(decided)
            plan.untried -= len(decided)
    if found_cards and rule.create_cards:
        missing = {CardKind.ACCOUNT: plan.accounts, CardKind.STOCK: plan.stock_items}
        plan.found, plan.faulty_cards = found_cards.count(missing), found_cards.faulty
    return plan


def dry_run(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    *,
    told: Callable[[list[Outcome]], None],
    stop: Stop = never,
) -> RunSummary:
    """Report what `run_import` would do now to `told`, by batch; return the summary.

    Documents that would be saved are `hazir`.
    """
    summary = RunSummary()
    with connected():
        for decided in simulate(incoming, positions, rule):
            if stop():
                summary.stopped = True
                break
            outcomes = [outcome_of(*one) for one in decided]
            summary.add(outcomes)
            told(outcomes)
    summary.halted = not summary.stopped and summary.count < len(positions)
    return summary


def simulate(
    incoming: IncomingFile, positions: Sequence[int], rule: ImportRule
) -> Iterator[list[Decided]]:
    """Yield each batch of an import; its decisions count as stored for the next batch.

    The last batch ends with the document after which the import would not try another.
    """
    limit = ErrorLimit(rule.most_errors)
    with reading():
        books = Books(
            rule.series,
            file=incoming.full_path,
            resumes=rule.resumes,
            unchosen=partial(incoming.rows.unchosen, positions),
            simulated=True,
        )
    for batch in import_batches(incoming, positions):
        documents = [file_rows.summary(row) for row in batch]
        positions = [row.position for row in batch]
        with reading():
            decisions = decide(positions, documents, rule, books)
            decided = list(zip(positions, documents, decisions, strict=True))
            tried = limit.within(decisions)
            if tried == len(batch):
                _plan(books, decided)
        if tried:
            yield decided[:tried]
        if tried < len(batch):
            return
        limit.add(sum(one.action is Action.REFUSE for one in decisions))


def _plan(books: Books, decided: Sequence[Decided]) -> None:
    """Count a batch as stored."""
    saved = [
        (position, document.fingerprint, _gib_number(document, decision))
        for position, document, decision in decided
        if decision.given and not isinstance(document, Reason)
    ]
    skipped = [
        document.fingerprint
        for _, document, decision in decided
        if decision.action is Action.SKIP and not isinstance(document, Reason)
    ]
    books.plan(saved, skipped)


def _gib_number(document: Summary, decision: Decision) -> str | None:
    key = gib_key(document)
    return None if key is None or decision.gib_owner else key[1]
