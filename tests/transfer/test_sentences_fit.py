"""The closing sentences of an import, an undo and a restore fit on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.invoice import DocumentType
from app.domain.reasons import Code, Reason, text
from app.store.recycle_bin import Left
from app.store.undo_counters import Counters, LastNumber
from app.transfer.history_words import RANGES, restored_words, undone_words
from app.transfer.phrases import MESSAGE_ROOM, closing, fitting
from app.transfer.run_summary import RunSummary
from app.transfer.undo import Restored, Undone
from app.tui.widgets import bars

WIDTH = 80


def imported(series: int, **counts: int) -> RunSummary:
    """An import that gave three numbers of each series."""
    summary = RunSummary(saved=3 * series, **counts)
    for one in range(series):
        for tail in range(1, 4):
            key = (DocumentType.SALES, f"S{one:02}", "")
            summary.numbers.add(key, f"S{one:02}2024{tail:08}")
    return summary


def test_the_room_is_that_of_the_line() -> None:
    assert MESSAGE_ROOM == 2 * WIDTH - bars._WRAP_LOSS


@pytest.mark.parametrize(
    ("series", "named"),
    [(1, "(ilk S00202400000001, son S00202400000003)"), (2, ""), (3, " ve 1 seri daha)")],
)
def test_an_import_names_its_series_where_there_is_room(series: int, named: str) -> None:
    said = closing(imported(series))
    assert said.startswith(f"Aktarım tamamlandı: {3 * series} belge aktarıldı (")
    assert named in said
    assert said.count("–") == (0 if series == 1 else 2)


@given(st.integers(1, 99), *(st.integers(0, 999) for _ in range(3)), st.booleans())
def test_the_end_of_an_import_is_never_cut(
    series: int, skipped: int, warned: int, failed: int, stopped: bool
) -> None:
    summary = imported(series, skipped=skipped, warned=warned, failed=failed)
    summary.stopped = stopped
    said = closing(summary, 9_999, marked=True)
    assert len(said) <= MESSAGE_ROOM
    assert f"{3 * series} belge aktarıldı" in said
    assert stopped == said.endswith("; kalan 9.999 belge işaretli")


@given(st.integers(0, 99), st.integers(0, 99))
def test_the_end_of_an_undo_is_never_cut(series: int, gaps: int) -> None:
    counters = Counters(
        [],
        [f"S{one:02}2024{one:08}" for one in range(gaps)],
        [LastNumber(DocumentType.SALES, f"S{one:02}2024", one) for one in range(series)],
    )
    undone = Undone(run=1234, removed=9_999, counters=counters)
    said = fitting(lambda named: undone_words(undone, named), RANGES)
    assert len(said) <= MESSAGE_ROOM
    assert bool(gaps) == (f"{gaps} numara boş kaldı" in said)
    assert bool(series) == ("on numara" in said)


@given(st.integers(0, 9_999), st.integers(0, 9_999))
def test_the_end_of_a_restore_names_what_stayed_where_there_is_room(back: int, stayed: int) -> None:
    again = Reason(Code.IMPORTED_AGAIN, values=("RDM202400000001",))
    left = [Left(f"RDM2025{one:08}", again) for one in range(stayed)]
    done = Restored(run=1234, back=back, left=left)
    said = fitting(lambda named: restored_words(done, named), 3)
    assert len(said) <= MESSAGE_ROOM
    assert said.count(text(again)) == min(stayed, 1) or len(restored_words(done, 1)) > MESSAGE_ROOM


def test_an_undo_that_cannot_be_undone_at_all_says_so() -> None:
    said = restored_words(
        Restored(run=3, back=0, left=[Left("A-1", Reason(Code.NUMBER_ELSEWHERE))])
    )
    assert said == "3. aktarım: hiçbir belge geri gelmedi, 1 belge Silinen Belgeler'de kaldı"


def test_a_series_of_both_types_is_told_by_type() -> None:
    numbers = [LastNumber(kind, "ZZZ", 400 * int(kind)) for kind in DocumentType]
    said = undone_words(Undone(run=1, removed=2, counters=Counters([], [], numbers)))
    assert said.endswith("Son numara geri gitti: Satış ZZZ: numara kalmadı, Alış ZZZ: 400")
