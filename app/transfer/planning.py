"""What an import would do to the numbers, in figures, before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.errors import NumberError
from app.store.database import connected, reading
from app.store.numbering import Candidate, Numbering
from app.store.staging import FileRow, FileRows
from app.transfer.importing import ImportRule
from app.transfer.running import Stop, batches, never

_BATCH = 500


@dataclass(slots=True)
class Run:
    """Consecutive numbers of one prefix that would be given."""

    first: str
    last: str
    count: int = 1


@dataclass(slots=True)
class Plan:
    """How many keep their number, get a new one, are skipped or fail; and which numbers."""

    keeping: int = 0
    skipped: int = 0
    failing: int = 0
    first_failure: str = ""
    runs: dict[tuple[int, str], Run] = field(default_factory=dict)

    @property
    def renumbered(self) -> int:
        """How many get a new number."""
        return sum(run.count for run in self.runs.values())

    def fail(self, reason: str) -> None:
        """Count one that cannot be saved."""
        self.failing += 1
        self.first_failure = self.first_failure or reason


def make_plan(
    rows: FileRows, positions: Sequence[int], rule: ImportRule, stop: Stop = never
) -> Plan | None:
    """Play the rule through on the picked rows; None where it was stopped."""
    plan = Plan()
    numbering = Numbering(rule.series, lasting=True)
    seen: set[bytes] = set()
    with connected():
        for batch in batches(positions, _BATCH):
            if stop():
                return None
            picked = [row for row in rows.rows(batch) if _goes_on(row, rule, plan, seen)]
            with reading():
                _number(picked, numbering, plan)
    return plan


def _goes_on(row: FileRow, rule: ImportRule, plan: Plan, seen: set[bytes]) -> bool:
    if not row.readable:
        plan.fail(row.message)
        return False
    if rule.skip_transferred and (row.earlier or row.fingerprint in seen):
        plan.skipped += 1
        return False
    if row.fingerprint:
        seen.add(row.fingerprint)
    if row.missing_card and not rule.create_cards:
        plan.fail(f"{row.position}. belge, {row.missing_card}")
        return False
    return True


def _number(rows: list[FileRow], numbering: Numbering, plan: Plan) -> None:
    candidates = [(row, wanted) for row in rows if (wanted := _candidate(row))]
    numbering.look_up(wanted for _, wanted in candidates)
    for row, wanted in candidates:
        try:
            given = numbering.give(wanted)
        except NumberError as error:
            plan.fail(f"{row.position}. belge, {error.sentence}")
            continue
        if given.number == wanted.number:
            plan.keeping += 1
            continue
        key = (int(wanted.document_type), given.split.prefix)
        run = plan.runs.setdefault(key, Run(given.number, given.number, 0))
        run.last = given.number
        run.count += 1


def _candidate(row: FileRow) -> Candidate | None:
    if row.document_type is None or row.document_date is None:
        return None
    return Candidate(
        row.document_type,
        row.branch,
        row.number,
        row.series,
        row.account_code,
        row.document_date.year,
    )
