"""Write a batch of decided documents in the open transaction of a run.

Documents, missing cards, counters and journal rows are written together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.cards import CardKind
from app.domain.reasons import Reason
from app.domain.record import Record, totals_of, without_gib_number
from app.domain.totals import TypeTotals, add_total
from app.store import card_store, cards, journal
from app.store.books import Books
from app.store.database import together
from app.store.numbering import Moved, write_counters
from app.store.preview import Outcome
from app.store.writer import NewInvoice, Origin, next_invoice_id, save
from app.transfer.decide import Action, Decision, ImportRule
from app.transfer.found_cards import FoundCards
from app.transfer.import_file import FileDocument
from app.transfer.outcomes import outcome_of


class BatchWriter:
    """Writes batches for one run."""

    def __init__(self, books: Books, found_cards: FoundCards | None) -> None:
        self._books = books
        self._found_cards = found_cards
        self._run = 0
        self._next_id = 0
        self._moved: Moved = {}
        """The counters to move at the end of the open transaction."""
        self.totals: TypeTotals = {}
        """The totals of the documents written in the open transaction."""

    def begin(self, run: int) -> None:
        """Prepare for a new transaction of a run."""
        self._run, self._next_id = run, next_invoice_id()
        self._moved.clear()
        self.totals.clear()

    def write(
        self, documents: Sequence[FileDocument], decisions: Sequence[Decision], rule: ImportRule
    ) -> list[Outcome]:
        """Write a batch; return what became of each document. Raises ConstraintBroken."""
        new: list[NewInvoice] = []
        items: list[journal.Item] = []
        outcomes: list[Outcome] = []
        for (position, _, found), decision in zip(documents, decisions, strict=True):
            invoice_id = content = None
            if not isinstance(found, Reason):
                if decision.given:
                    invoice_id, content = self._next_id + len(new), found.fingerprint
                    origin = Origin(self._run, position)
                    kept = without_gib_number(found) if decision.gib_owner else found
                    new.append(NewInvoice(invoice_id, kept, decision.given, origin))
                elif decision.action is Action.SKIP and rule.resumes is not None:
                    content = found.fingerprint
            outcome = outcome_of(position, found, decision, invoice_id)
            outcomes.append(outcome)
            items.append(
                journal.Item(
                    position,
                    outcome.source_number,
                    outcome.new_number or None,
                    outcome.status,
                    outcome.message or None,
                    content,
                )
            )
        self._save(new, items, rule)
        return outcomes

    def end(self) -> None:
        """Move the counters to the numbers written in the open transaction.

        Once for all of its batches, since many move the same counters.
        """
        write_counters(self._moved, self._run)

    def _save(self, new: list[NewInvoice], items: list[journal.Item], rule: ImportRule) -> None:
        records = [one.record for one in new]
        if rule.create_cards and self._books.lacks_cards:
            self._create_cards(records)
        with together(len(items)):
            save(new, date.today())
            journal.add_items(self._run, items)
        self._next_id += len(new)
        for counter, last in self._books.moved_counters().items():
            self._moved[counter] = max(self._moved.get(counter, 0), last)
        for document_type, total in totals_of(records).items():
            add_total(self.totals, document_type, total)

    def _create_cards(self, records: Sequence[Record]) -> None:
        """Create the missing cards: complete if a card file has them, otherwise nameless."""
        if self._found_cards:
            found = self._found_cards.cards(card_store.missing_codes(records))
            books = card_store.CardBooks()
            for kind in CardKind:
                books.add(kind, [card for card in found if card.kind is kind])
        cards.create_missing(records)
