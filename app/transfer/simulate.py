"""Simulate an import on the rows of a file; write nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.domain.reasons import Code, Reason, text
from app.domain.record import Summary
from app.store import preview
from app.store.books import Books, gib_key
from app.store.database import connected, reading
from app.store.preview import Outcome
from app.transfer import file_rows
from app.transfer.decide import Action, Decision, ImportRule, decide, digest, lacks_card
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import RunSummary, import_batches
from app.transfer.phrases import message
from app.transfer.progress import Stop, never

Decided: TypeAlias = tuple[int, Summary | Reason, Decision]
"""A position in the file, the document or why it is unreadable, and the decision about it."""


@dataclass(slots=True)
class NumberRange:
    """The numbers of one prefix that would be given: the first, the last, how many.

    Several suppliers may share a prefix, so some numbers between them may be missing.
    """

    first: str
    last: str
    count: int


@dataclass(slots=True)
class Plan:
    """The counts of kept, new, skipped and failing documents; and the numbers given."""

    keeping: int = 0
    skipped: int = 0
    failing: int = 0
    first_failure: str = ""
    cardless: int = 0
    """The number of failing documents that lack only cards."""
    again: int = 0
    """The number of saved documents that the database has already."""
    entered: bool = False
    """Whether some of these, or of the skipped, came in otherwise than by an import."""
    ranges: dict[tuple[int, str], NumberRange] = field(default_factory=dict)
    digests: list[bytes] = field(default_factory=list)
    """The digests of each batch's decisions (`import_batches`), for `run_import`."""

    @property
    def renumbered(self) -> int:
        """The number of documents that get a new number."""
        return sum(numbers.count for numbers in self.ranges.values())

    def add(self, decided: Sequence[Decided]) -> None:
        """Count a batch in."""
        for position, document, decision in decided:
            self.entered |= decision.earlier is not None and decision.earlier.code is Code.STORED
            if decision.action is Action.SKIP:
                self.skipped += 1
            elif decision.given is None or isinstance(document, Reason):
                self.failing += 1
                self.cardless += lacks_card(decision)
                if decision.refusal and not self.first_failure:
                    self.first_failure = text(decision.refusal, position)
            else:
                self.again += bool(decision.earlier)
                self._number(document, decision)
        self.digests.append(digest([decision for *_, decision in decided]))

    def _number(self, document: Summary, decision: Decision) -> None:
        if decision.action is Action.KEEP or decision.given is None:
            self.keeping += 1
            return
        number, key = decision.number, (int(document.document_type), decision.given.split.prefix)
        numbers = self.ranges.setdefault(key, NumberRange(number, number, 0))
        numbers.last = number
        numbers.count += 1


def make_plan(
    incoming: IncomingFile, positions: Sequence[int], rule: ImportRule, stop: Stop = never
) -> Plan | None:
    """Return the figures of an import of the picked rows; None if it was stopped.

    Look up cards, numbers and earlier imports anew: the file may have been listed an hour ago.
    """
    plan = Plan()
    with connected():
        for decided in simulate(incoming, positions, rule):
            if stop():
                return None
            plan.add(decided)
    return plan


def dry_run(
    incoming: IncomingFile,
    positions: Sequence[int],
    rule: ImportRule,
    *,
    told: Callable[[list[Outcome]], None],
    stop: Stop = never,
) -> RunSummary:
    """Yield what `run_import` would do now, by batch; documents to be saved are `hazir`."""
    summary = RunSummary()
    with connected():
        for decided in simulate(incoming, positions, rule):
            if stop():
                summary.stopped = True
                break
            outcomes = [_outcome(*one) for one in decided]
            summary.add(outcomes)
            told(outcomes)
    return summary


def simulate(
    incoming: IncomingFile, positions: Sequence[int], rule: ImportRule
) -> Iterator[list[Decided]]:
    """Yield each batch of an import; its decisions count as stored for the next one."""
    with reading():
        books = Books(rule.series, file=incoming.full_path, resumes=rule.resumes, simulated=True)
    for batch in import_batches(incoming, positions):
        documents = [file_rows.summary(row) for row in batch]
        positions = [row.position for row in batch]
        with reading():
            decisions = decide(positions, documents, rule, books)
            decided = list(zip(positions, documents, decisions, strict=True))
            books.plan(
                [
                    (position, document.fingerprint, _gib_number(document, decision))
                    for position, document, decision in decided
                    if decision.given and not isinstance(document, Reason)
                ],
                [
                    document.fingerprint
                    for _, document, decision in decided
                    if decision.action is Action.SKIP and not isinstance(document, Reason)
                ],
            )
        yield decided


def _gib_number(document: Summary, decision: Decision) -> str | None:
    key = gib_key(document)
    return None if key is None or decision.gib_owner else key[1]


def _outcome(position: int, document: Summary | Reason, decision: Decision) -> Outcome:
    number = "" if isinstance(document, Reason) else document.number
    status = _STATUS.get(decision.action, preview.READY)
    told, refusal = message(position, document, decision), decision.refusal
    return Outcome(position, number, status, told, decision.number, None, refusal)


_STATUS = {Action.SKIP: preview.SKIPPED, Action.REFUSE: preview.ERROR}
