"""The rows of a file: read by the screen while others read or write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest

from app.domain.document_status import ERROR, READY
from app.domain.invoice import DocumentType
from app.domain.reasons import Code, Reason
from app.domain.totals import Totals
from app.store import preview
from app.store.engine import scratch
from app.store.preview import FileRow, FileRows, encoded

MANY = 5
MISSING = Reason(Code.MISSING, "FATIRS_NO")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> FileRows:
    monkeypatch.setattr(scratch, "_PIECE", 2)
    table = FileRows()
    table.add(
        FileRow(n, 0, 0, READY, "", True, 0, number=f"A-{n}", grand_total=f"{n}.0")
        for n in range(1, MANY + 1)
    )
    return table


def totals_with(
    table: FileRows, monkeypatch: pytest.MonkeyPatch, between: Callable[[], object]
) -> Totals:
    """The totals, read in a thread while something happens at each row."""
    made: list[Totals] = []

    def interrupted(rows: Iterable[Any]) -> Iterable[Any]:
        for row in rows:
            between()
            yield row

    monkeypatch.setattr(preview, "Totals", lambda rows: Totals(interrupted(rows)))
    reading = Thread(target=lambda: made.append(table.totals()), daemon=True)
    reading.start()
    reading.join(30)
    assert made, "who reads between waits for the end"
    return made[0]


def test_the_screen_reads_rows_while_the_totals_of_many_are_read(
    table: FileRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    found = totals_with(table, monkeypatch, lambda: seen.append(table.rows([3])[0].number))
    assert found.sum(b"\1" * len(found))[DocumentType.SALES].total == Decimal(15)
    assert seen == ["A-3"] * MANY


def test_of_a_table_that_is_closed_meanwhile_there_are_fewer_totals(
    table: FileRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(totals_with(table, monkeypatch, table.close)) == 2  # what was read in one piece
    assert len(table.totals()) == 0


def test_what_was_judged_is_counted_as_it_comes(table: FileRows) -> None:
    table.add(
        [
            FileRow(
                6,
                0,
                0,
                ERROR,
                "6. belge, Fatura No (FATIRS_NO): yok",
                False,
                reason=encoded(MISSING),
            )
        ]
    )
    assert dict(table.counts) == {READY: MANY, ERROR: 1}
    assert list(table.unreadable) == [6]
    assert table.rows([1, 6])[1].refusal == MISSING
    assert table.rows([1])[0].refusal is None
