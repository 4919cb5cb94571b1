"""Whatever happens to a file of the database, no document that was reported as saved is lost.

Each cell is a file (database, log, index, rollback journal), what is done to it, and the state
that the database is in. The program then goes on rightly or refuses with a sentence; it is never
malformed, and never silent. What nobody can see: a closed database that a copy has replaced is the
copy, and a log that is removed together with its index after a kill leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bookkeeping import document, enter, opened, rows

from app.store import checks
from app.store.database import reading
from app.store.opening import close_database, open_database
from tests.promises.file_acts import (
    ACTS,
    FILES,
    REPLACING,
    STATES,
    Act,
    Colleague,
    Files,
    can_be_done,
    said,
)

pytestmark = pytest.mark.broken_books


class Cell(Files):
    """The database, an older copy of each of its files, and another database's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "defter.db")
        self.told: list[str] = []
        with opened(folder / "baska.db"):
            enter(*(document(f"B-{n}") for n in range(40)))
        with self._colleague() as one:
            for n in range(3):
                self._save(one, f"A-{n}")
        with self._colleague() as one:
            self._save(one, "A-3")
            self.keep_older()
            for n in range(4, 30):
                self._save(one, f"A-{n}")
            self.foreign = {"": (folder / "baska.db").read_bytes()}

    def bring_to(self, state: str) -> Colleague | None:
        """The one who has it open, if so; what it saved may stand in the log alone."""
        one = Colleague(self.books)
        for n in range(5):
            self._save(one, f"{state}-{n}")
        if state == "closed":
            one.leave()
        elif state == "killed":
            one.kill()
        return one if state == "open" else None

    def look(self) -> str:
        """Open it as another user would: what is said; else it has all and can be written."""
        try:
            return said(self._look)
        finally:
            close_database()

    def _look(self) -> None:
        open_database(str(self.books), make=False)
        with reading():
            assert checks.failures() == []
        there = {str(number) for (number,) in rows("SELECT number FROM invoice")}
        assert there >= set(self.told), sorted(set(self.told) - there)
        number = f"later-{len(self.told)}"
        enter(document(number))
        self.told.append(number)

    def _save(self, one: Colleague, number: str) -> None:
        assert one.save(document(number)).sentence == ""
        self.told.append(number)

    @contextmanager
    def _colleague(self) -> Iterator[Colleague]:
        one = Colleague(self.books)
        yield one
        one.leave()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("end", FILES)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_no_reported_document_is_lost(tmp_path: Path, act: Act, end: str, state: str) -> None:
    cell = Cell(tmp_path)
    one = cell.bring_to(state)
    if not can_be_done(cell, act, end):
        if one:
            one.leave()
        pytest.skip("there is no such file then, or only root may do it")
    act(cell, end)
    if one:
        if not one.save(document("afterwards")).sentence:
            cell.told.append("afterwards")
        cell.look()
        one.leave()
    if not end and state == "closed" and act in REPLACING:
        cell.told.clear()
    cell.look()
    cell.look()
