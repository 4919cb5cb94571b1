"""What the lists ask of the real store, timed in a process of its own.

python -m tests.bench.lists DATABASE RESULT writes the seconds of each step as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.domain.filters import InvoiceFilter
from app.domain.totals import Totals
from app.store import queries
from app.store.database import connected, reading
from app.store.opening import close_database, open_database
from app.tui.marks import Marks

T = TypeVar("T")

PAGE = 20
STEPS = (
    "Kayıtları Getir and the first page",
    "all totals, read beside the list",
    "End: the last page",
    "mark all",
    "sum of the marked",
)
SORTS = tuple(f"sorted by {column}, and its first page" for column in queries.ORDERS)


def main(database: str, result: str) -> None:
    """All steps, on all documents."""
    open_database(database)
    with connected():
        spent = list(_steps())
    close_database()
    Path(result).write_text(json.dumps(spent), encoding="utf-8")


def _steps() -> list[float]:
    spent: list[float] = []

    def timed(work: Callable[[], T]) -> T:
        start = time.perf_counter()
        done = work()
        spent.append(time.perf_counter() - start)
        return done

    ids = timed(lambda: _found("document_date"))
    totals = timed(_totals)
    timed(lambda: _page(ids, max(len(ids) - PAGE, 0)))
    marks = Marks(len(ids))
    timed(lambda: marks.set_all(True))
    timed(lambda: totals.sum(marks.chosen()))
    for column in queries.ORDERS:
        timed(lambda column=column: _found(column))
    return spent


def _found(column: str) -> array[int]:
    with reading():
        ids = queries.find(InvoiceFilter(), column)
    _page(ids, 0)
    return ids


def _page(ids: array[int], first: int) -> None:
    with reading():
        queries.rows(ids[first : first + PAGE])


def _totals() -> Totals:
    with reading():
        return queries.totals(queries.find(InvoiceFilter()))


if __name__ == "__main__":
    main(*sys.argv[1:])
