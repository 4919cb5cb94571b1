"""Word the history in Turkish: states, totals, what an undo does and what it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from app.domain.document_status import UNDONE
from app.domain.reasons import text
from app.domain.text import turkish_count
from app.store import journal
from app.store.recycle_bin import Left
from app.store.runs import CUT_OFF, Run
from app.transfer.undo import Restored, Undone

DIRECTIONS: Final = {journal.IMPORT: "İçeri", journal.EXPORT: "Dışarı"}
STATES: Final = {
    journal.RUNNING: "Sürüyor",
    journal.DONE: "Tamam",
    journal.STOPPED: "Durduruldu",
    journal.FAILED: "Hata",
    CUT_OFF: "Yarım kaldı",
    UNDONE: "Geri alındı",
}
_IN_PART: Final = "Eksik"
"""The state of a run restored in part; the line below the list says how many are deleted."""
RANGES: Final = 5
"""The most ranges named in a sentence."""
_TAIL = re.compile(r"(.*?)([0-9]+)\Z")


def run_state_word(run: Run) -> str:
    """Return the Durum of a run as a single word for a column."""
    word = STATES.get(run.state, run.state)
    return _IN_PART if run.state == journal.DONE and run.deleted else word


def run_state(run: Run) -> str:
    """Return the Durum of a run; if it was restored in part, with the number still deleted."""
    word = STATES.get(run.state, run.state)
    if run.undone or not run.deleted:
        return word
    deleted = f"{turkish_count(run.deleted)} silinmiş"
    return deleted if run.state == journal.DONE else f"{word}, {deleted}"


def single_total(run: Run) -> Decimal | None:
    """Return the total of a run; None if unknown, or if there are sales and purchases."""
    if run.totals is None or len(run.totals) > 1:
        return None
    return next(iter(run.totals.values()), Decimal("0.0"))


def undo_lines(would: Undone, file: str) -> list[str]:
    """Return the lines of the question before an undo."""
    lines = [f"{turkish_count(would.removed)} belge Silinen Belgeler'e taşınır: {file}"]
    lines += _counter_lines(would, "geri gider", "kalmaz", "boş kalır", RANGES)
    return [*lines, "Kartlar kalır, varsa oluşturulanlar da. Sonra geri getirilebilir."]


def undone_words(done: Undone, told: int = RANGES) -> str:
    """Return the sentences about the result of an undo, with `told` counters and ranges by name."""
    moved = f"{turkish_count(done.removed)} belge Silinen Belgeler'e taşındı, kartlara dokunulmadı"
    parts = [f"{done.run}. aktarım geri alındı: {moved}"]
    return ". ".join([*parts, *_counter_lines(done, "geri gitti", "kalmadı", "boş kaldı", told)])


def _counter_lines(undone: Undone, goes: str, none: str, stays: str, told: int) -> list[str]:
    numbers = undone.counters.last_numbers
    both = len({one.document_type for one in numbers}) > 1
    counters = [
        f"{one.document_type.short + ' ' if both else ''}{one.prefix or 'öneksiz'}: "
        f"{one.last or f'numara {none}'}"
        for one in numbers
    ]
    gaps = undone.counters.gaps
    lines = []
    if counters and told:
        lines.append(f"Son numara {goes}: {_first_of(counters, told)}")
    elif counters:
        lines.append(f"{turkish_count(len(counters))} serinin son numarası {goes}")
    if gaps:
        named = f": {_first_of(list(number_ranges(gaps)), told)}" if told else ""
        lines.append(f"{turkish_count(len(gaps))} numara {stays}{named}")
    return lines


def _first_of(parts: Sequence[str], told: int) -> str:
    more = f" ve {turkish_count(len(parts) - told)} daha" if len(parts) > told else ""
    return ", ".join(parts[:told]) + more


def number_ranges(numbers: Sequence[str]) -> Iterator[str]:
    """Yield ranges of consecutive numbers: `A-1–A-3`, `B-7`."""
    first = last = ""
    for number in (*numbers, ""):
        if last and _next(last) == number:
            last = number
            continue
        if first:
            yield first if first == last else f"{first}–{last}"
        first = last = number


def _next(number: str) -> str:
    found = _TAIL.match(number)
    if not found:
        return ""
    prefix, digits = found.groups()
    return f"{prefix}{int(digits) + 1:0{len(digits)}}"


def restored_words(done: Restored, told: int = 0) -> str:
    """Return how many documents were restored, and why the first `told` others were not."""
    back = "hiçbir belge geri gelmedi"
    if done.back:
        back = f"{turkish_count(done.back)} belge aynı numaralarla geri geldi"
    if not done.left:
        return f"{done.run}. aktarım geri getirildi: {back}"
    stayed = f"{turkish_count(len(done.left))} belge Silinen Belgeler'de kaldı"
    return "; ".join([f"{done.run}. aktarım: {back}, {stayed}", *map(left_words, done.left[:told])])


def left_words(one: Left) -> str:
    """Return why a document was not restored."""
    return f"{one.number}: {text(one.reason)}"
