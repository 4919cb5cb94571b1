"""What an import would do to the numbers, in figures, before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.invoice import DocumentType
from app.errors import NumberError
from app.store import journal
from app.store.cards import KnownCards
from app.store.database import connected, reading
from app.store.numbering import Candidate, Given, Numbering, scope_of
from app.store.preview import FileRow
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import ImportRule
from app.transfer.judging import missing_card
from app.transfer.running import Stop, batches, never

_BATCH = 500


@dataclass(slots=True)
class Run:
    """The numbers of one prefix that would be given: the first, the last, how many.

    Those of several suppliers share a prefix, so some between them may be missing.
    """

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
    cardless: int = 0
    """Of the failing, how many want nothing but cards."""
    again: int = 0
    """Of those that are saved, how many were imported before."""
    runs: dict[tuple[int, str], Run] = field(default_factory=dict)

    @property
    def renumbered(self) -> int:
        """How many get a new number."""
        return sum(run.count for run in self.runs.values())

    def number(self, wanted: Candidate, given: Given) -> None:
        """Count one that gets its number."""
        if given.number == wanted.number:
            self.keeping += 1
            return
        key = (int(wanted.document_type), given.split.prefix)
        run = self.runs.setdefault(key, Run(given.number, given.number, 0))
        run.last = given.number
        run.count += 1

    def fail(self, reason: str) -> None:
        """Count one that cannot be saved."""
        self.failing += 1
        self.first_failure = self.first_failure or reason


def make_plan(
    incoming: IncomingFile, positions: Sequence[int], rule: ImportRule, stop: Stop = never
) -> Plan | None:
    """Play the rule through on the picked rows; None where it was stopped.

    Cards, numbers and earlier imports are looked up anew: the rows may have been judged an hour
    ago. Raises FileRefused where the file has changed since.
    """
    plan = Plan()
    numbering = Numbering(rule.series, lasting=True)
    known = KnownCards()
    seen: set[bytes] = set()
    with connected():
        for batch in batches(positions, _BATCH):
            if stop():
                return None
            picked = incoming.rows.rows(batch)
            with reading():
                before = journal.transferred_before(row.fingerprint or b"" for row in picked)
                if rule.skip_transferred:
                    seen.update(before)
                missing = {} if rule.create_cards else _missing_cards(incoming, picked, known)
                numbering.look_up(wanted for row in picked if (wanted := _candidate(row)))
                for row in picked:
                    again = (row.fingerprint or b"") in before
                    _foretell(row, rule, numbering, plan, seen, missing.get(row.position), again)
    return plan


def _missing_cards(
    incoming: IncomingFile, picked: Sequence[FileRow], known: KnownCards
) -> dict[int, str | None]:
    """Position → the card that is still missing, of the rows that missed one when they were read.

    Cards never go away: all other rows have theirs, and a row whose card has come may lack only
    what is behind it, for which its document is read once more.
    """
    wanting = [(row, row.missing_card) for row in picked if row.missing_card]
    codes = {_code_in(phrase) for _, phrase in wanting}
    lacking = known.missing_accounts(codes) & known.missing_stock_items(codes)
    found: dict[int, str | None] = {
        row.position: phrase for row, phrase in wanting if _code_in(phrase) in lacking
    }
    others = [row.position for row, _ in wanting if row.position not in found]
    for documents in incoming.picked(others, _BATCH):
        records = {d.position: d.record for d in documents if d.record}
        accounts = known.missing_accounts({r.account_code for r in records.values()})
        stock = known.missing_stock_items({c for r in records.values() for c in r.stock_codes})
        found |= {place: missing_card(r, accounts, stock) for place, r in records.items()}
    return found


def _code_in(phrase: str) -> str:
    """`CariKod: cari kartı yok (120-001)` → `120-001`."""
    return phrase[phrase.index("(") + 1 : -1]


def _foretell(
    row: FileRow,
    rule: ImportRule,
    numbering: Numbering,
    plan: Plan,
    seen: set[bytes],
    missing: str | None,
    again: bool,
) -> None:
    wanted, content = _candidate(row), row.fingerprint or b""
    if not row.readable or wanted is None:
        plan.fail(row.message)
    elif rule.skip_transferred and content in seen:
        plan.skipped += 1
    elif missing:
        plan.fail(f"{row.position}. belge, {missing}")
        plan.cardless += 1
    else:
        try:
            plan.number(wanted, numbering.give(wanted))
        except NumberError as error:
            plan.fail(f"{row.position}. belge, {error.sentence}")
            return
        seen.add(content)
        plan.again += again


def _candidate(row: FileRow) -> Candidate | None:
    if row.document_type is None or row.document_date is None:
        return None
    kind = DocumentType(row.document_type)
    return Candidate(
        kind,
        row.branch,
        row.number,
        row.series,
        scope_of(kind, row.account_code),
        int(row.document_date[:4]),
    )
