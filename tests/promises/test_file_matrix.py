"""Whatever happens to a file of the database, no document that was reported as saved is lost.

Each cell is a file (database, log, index, rollback journal, last stamp), what is done to it, and
the state that the database is in. The program then goes on rightly or refuses with a sentence; it
is never malformed, and never silent. What nobody can see: a closed database that a copy has
replaced is the copy, and after a kill all files beside the database can be removed together.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from app.store import checks
from app.store.backup import back_up, restore
from app.store.database import reading
from app.store.engine import file_checks
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
    copy_foreign_over,
    copy_older_over,
    remove,
    said,
    truncate,
)
from tests.promises.killed_child import Kill, in_child
from tests.store.bookkeeping import document, enter, opened, rows

pytestmark = [pytest.mark.broken_books, pytest.mark.files_only]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody opens or closes the books at the same moment: a refusal waits for nobody."""
    monkeypatch.setattr(file_checks, "_BETWEEN_LOOKS", 0)


class Cell(Files):
    """The database, an older copy of each of its files, and another database's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "defter.db")
        past = _past()
        self.books.write_bytes(past.content)
        self.older, self.foreign = dict(past.older), dict(past.foreign)
        self.told = list(past.told)

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


class Past(NamedTuple):
    """How every cell begins."""

    content: bytes
    older: dict[str, bytes]
    foreign: dict[str, bytes]
    told: list[str]


@cache
def _past() -> Past:
    """Save documents, closing the database once, and keep older copies from between."""
    with TemporaryDirectory() as folder:
        files = Files(Path(folder) / "defter.db")
        with opened(Path(folder) / "baska.db"):
            enter(*(document(f"B-{n}") for n in range(40)))
        foreign = {"": (Path(folder) / "baska.db").read_bytes()}
        told = [f"A-{n}" for n in range(30)]
        for numbers in (told[:3], told[3:]):
            one = Colleague(files.books)
            for number in numbers:
                assert one.save(document(number)).sentence == ""
                if number == "A-3":
                    files.keep_older()
            one.leave()
        return Past(files.books.read_bytes(), files.older, foreign, told)


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


@pytest.mark.parametrize("state", ["killed", "open"])
@pytest.mark.parametrize("act", [remove, truncate], ids=lambda act: act.__name__)
def test_a_log_and_its_index_together(tmp_path: Path, act: Act, state: str) -> None:
    cell = Cell(tmp_path)
    one = cell.bring_to(state)
    for end in ("-wal", "-shm"):
        act(cell, end)
    if one:
        assert one.save(document("afterwards")).sentence
        cell.look()
        one.leave()
    elif act is remove:
        assert re.fullmatch(
            r"Son \d+ işlem veritabanında yok, günlüğü \(-wal\) silinmiş ya da kesilmiş; yedekten"
            r" dönün: toplu-fatura geri-yukle YEDEK --veritabani .*defter\.db\. Bunu biliyorsanız"
            r" .*defter\.db-damga"
            r" dosyasını kaldırın",
            cell.look(),
        )
    assert bool(cell.look()) == (one is None or act is truncate)  # whoever leaves saves it


def test_whoever_knows_what_is_missing_goes_on(tmp_path: Path) -> None:
    cell = Cell(tmp_path)
    cell.bring_to("killed")
    for end in ("-wal", "-shm"):
        remove(cell, end)
    assert cell.look()
    cell.path("-damga").unlink()
    cell.told = [number for number in cell.told if not number.startswith("killed")]
    assert not cell.look()


def test_another_program_may_end_the_log_of_a_killed_one(tmp_path: Path) -> None:
    cell = Cell(tmp_path)
    cell.bring_to("killed")
    other = sqlite3.connect(cell.books)
    other.execute("SELECT count(*) FROM invoice")
    other.close()
    assert not cell.path("-wal").exists()
    assert not cell.look()


def test_a_reader_of_another_program_may_end_the_log(tmp_path: Path) -> None:
    """Our copying stops where it reads; it copies the rest as it closes."""
    cell = Cell(tmp_path)
    reader = sqlite3.connect(cell.books, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM invoice").fetchall()
    cell.bring_to("closed")
    reader.execute("COMMIT")
    reader.close()
    assert not cell.path("-wal").exists()
    assert not cell.look()


def test_what_a_lost_log_left_is_refused_as_long_as_it_is_wrong(tmp_path: Path) -> None:
    cell = Cell(tmp_path)
    cell.bring_to("killed")
    other = sqlite3.connect(cell.books, isolation_level=None)
    other.execute("DELETE FROM line WHERE invoice_id = (SELECT max(id) FROM invoice)")
    other.close()
    for _ in range(2):
        assert cell.look().startswith("Veritabanı bozuk, günlüğü (-wal) kaybolmuş (")


def test_a_log_from_before_a_restore_does_not_fit_the_restored_database(tmp_path: Path) -> None:
    cell = Cell(tmp_path)
    open_database(str(cell.books))
    backup = back_up(tmp_path / "yedek.db", lambda *_: None, lambda: False).path
    before = Colleague(cell.books)
    for n in range(5):
        assert before.save(document(f"before-{n}")).sentence == ""
    cell.keep_older()
    before.leave()
    restore(backup, cell.books, datetime(2026, 3, 15), lambda *_: None, lambda: False)
    cell.bring_to("closed")
    copy_older_over(cell, "-wal")
    assert "-wal bu veritabanına uymuyor" in cell.look()


def test_another_database_in_the_place_of_a_killed_one_is_told(tmp_path: Path) -> None:
    cell = Cell(tmp_path)

    def be_killed(_: Callable[[str], None]) -> None:
        open_database(str(cell.books))
        os.kill(os.getpid(), signal.SIGKILL)

    in_child(be_killed)
    copy_foreign_over(cell, "")
    assert re.fullmatch(
        r"Program yarıda kesildikten sonra veritabanı dosyasının yerine başka bir dosya"
        r" kopyalanmış; asıl dosyayı geri getirin\. Bunu biliyorsanız .*defter\.db-damga"
        r" dosyasını kaldırın",
        cell.look(),
    )


@pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "left"])
def test_a_log_that_a_kill_left_at_any_operation_of_a_close(tmp_path: Path, is_lost: bool) -> None:
    """The first page, which holds the stamp, is copied before the others."""
    told: Counter[bool] = Counter()
    for nth in count(1):
        (folder := tmp_path / str(nth)).mkdir()
        cell = Cell(folder)
        cell.told += [f"killed-{n}" for n in range(5)]
        if in_child(partial(_close, cell, Kill(nth))):
            break
        for end in ("-wal", "-shm") if is_lost else ():
            remove(cell, end)
        sentence = cell.look()
        told[bool(sentence)] += 1
        assert not sentence or _PARTLY_COPIED.fullmatch(sentence)
    assert told[False]
    assert bool(told[True]) == is_lost


_PARTLY_COPIED = re.compile(
    r"Son (işlemlerin bir bölümü veritabanında olmayabilir|\d işlem veritabanında yok), günlüğü"
    r" \(-wal\) silinmiş ya da kesilmiş; yedekten dönün: toplu-fatura geri-yukle YEDEK"
    r" --veritabani .*defter\.db\..* .*defter\.db-damga dosyasını kaldırın"
)


def _close(cell: Cell, kill: Kill, tell: Callable[[str], None]) -> None:
    open_database(str(cell.books))
    enter(*(document(f"killed-{n}") for n in range(5)))
    with kill.active():
        close_database()
    tell("[]")


def test_whoever_closes_the_database_last_leaves_nothing_beside_it(tmp_path: Path) -> None:
    cell = Cell(tmp_path)
    one, other = cell.bring_to("open"), cell.bring_to("open")
    assert one
    assert other
    one.leave()
    assert cell.path("-damga").exists()
    other.leave()
    assert [one.name for one in tmp_path.glob("defter.db*")] == ["defter.db"]


@pytest.mark.parametrize("end", FILES)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_whoever_opens_it_first_misses_nothing(tmp_path: Path, act: Act, end: str) -> None:
    cell = Cell(tmp_path)
    one = cell.bring_to("open")
    assert one
    if can_be_done(cell, act, end):
        act(cell, end)
        cell.look()
        if not one.save(document("afterwards")).sentence:
            cell.told.append("afterwards")
    one.leave()
    cell.look()


@pytest.mark.parametrize("kept_after", range(1, 6))
def test_an_index_that_leads_to_wrong_pages_is_not_used_to_end_the_log(
    tmp_path: Path, kept_after: int
) -> None:
    cell = Cell(tmp_path)
    earlier = Colleague(cell.books)
    for n in range(kept_after):
        cell._save(earlier, f"earlier-{n}")
    cell.keep_older()
    earlier.leave()
    one = Colleague(cell.books)
    for n in range(6):
        number = f"one-{n}"
        assert one.save(document(number, note="n" * 99 * n, account=f"120-{n}")).sentence == ""
        cell.told.append(number)
    copy_older_over(cell, "-shm")
    assert one.save(document("afterwards")).sentence
    one.leave()
    assert cell.look() == ""
