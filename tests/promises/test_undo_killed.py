"""kill -9 at any moment of an undo, or of putting back: it is done, or not done."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.opening import close_database, open_database
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from app.transfer.undo import restore, undo
from tests.promises.killed_child import Kill, in_child
from tests.scale import rounds
from tests.store.bookkeeping import document, failures, rows
from tests.transfer.carrying import write

_DOCUMENTS = 40


def _import(file: Path) -> None:
    incoming = IncomingFile(file)
    try:
        run_import(incoming, None, ImportRule(series="OLU", create_cards=True))
    finally:
        incoming.close()


@pytest.mark.parametrize("act", [undo, restore])
def test_an_undo_that_is_killed_is_done_or_not(
    tmp_path: Path, act: Callable[[int], object]
) -> None:
    good = tmp_path / "iyi.db"
    open_database(str(good))
    _import(write(tmp_path / "x.json", [document(f"A-{n}") for n in range(_DOCUMENTS)]))
    if act is restore:
        undo(1)
    close_database()
    found = set()
    for nth in range(1, 10_000, max(1, 600 // rounds(100))):
        folder = tmp_path / str(nth)
        folder.mkdir()
        books = folder / "defter.db"
        shutil.copyfile(good, books)
        told = in_child(lambda tell, nth=nth, books=books: _killed(act, nth, books, tell))
        assert failures(books) == []
        found.add(left := _left())
        close_database()
        shutil.rmtree(folder)
        if told:
            assert left == ((0, 0) if act is undo else (_DOCUMENTS, _DOCUMENTS))
            break
    assert found == {(0, 0), (_DOCUMENTS, _DOCUMENTS)}


def _left() -> object:
    """The number of documents, and where the counter is."""
    (count,) = rows("SELECT count(*) FROM invoice")[0]
    (last,) = rows("SELECT coalesce(max(last_number), 0) FROM series")[0]
    return count, last


def _killed(
    act: Callable[[int], object], nth: int, books: Path, tell: Callable[[str], None]
) -> None:
    open_database(str(books), make=False)
    with Kill(nth).active():
        act(1)
    close_database()
    tell("[]")
