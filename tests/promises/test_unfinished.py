"""Which import is told as cut off: the latest that is ours, that does not run, that is not done."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from app.domain.document_status import SAVED
from app.store import journal
from app.store.database import writing
from app.store.journal import Unfinished, is_present, present
from app.transfer.history import cut_off_run, let_be, unfinished
from tests.store.bookkeeping import opened

NOBODY = 65534
pytestmark = pytest.mark.usefixtures("books")


def begun(file: str, direction: str = journal.IMPORT) -> int:
    with writing():
        return journal.open_transfer(direction, file, datetime(2026, 3, 3, 14, 5))


def ended(transfer_id: int, status: str) -> None:
    with writing():
        journal.close_transfer(transfer_id, status, datetime(2026, 3, 3, 14, 6))


def told() -> list[str]:
    """The files that are told of, one after the other, when each is let be."""
    found = []
    while run := unfinished():
        found.append(run.file)
        let_be(run)
    return found


def test_a_run_that_saved_nothing_is_told_too() -> None:
    run = begun("/yok/a.json")
    assert unfinished() == Unfinished(run, "/yok/a.json", "2026-03-03 14:05:00", 0, None, None)


def test_the_latest_is_told_first_and_each_once() -> None:
    for name in ("a", "b", "c"):
        begun(f"/yok/{name}.json")
    assert told() == ["/yok/c.json", "/yok/b.json", "/yok/a.json"]
    assert unfinished() is None


def test_what_has_ended_is_not_told_however_it_ended() -> None:
    for status in (journal.DONE, journal.STOPPED, journal.FAILED):
        ended(begun(f"/yok/{status}.json"), status)
    begun("/yok/disari.json", journal.EXPORT)
    assert told() == []


def test_a_file_that_was_imported_again_has_been_taken_up() -> None:
    begun("/yok/a.json")
    begun("/yok/b.json")
    ended(begun("/yok/a.json"), journal.DONE)
    assert told() == ["/yok/b.json"]
    begun("/yok/a.json")
    assert told() == ["/yok/a.json"]


def test_a_run_that_goes_on_is_not_told(books: Path) -> None:
    run = begun("/yok/a.json")
    with present(run):
        assert is_present(run)
        assert told() == []
    assert told() == ["/yok/a.json"]
    assert [path.name for path in books.parent.iterdir() if "aktarim" in path.name] == []


@pytest.mark.files_only
def test_what_a_killed_process_has_left_is_taken_away(books: Path) -> None:
    run = begun("/yok/a.json")
    left = Path(f"{books}-aktarim-{run}")
    left.touch()
    os.utime(left, (0, 0))
    assert told() == ["/yok/a.json"]
    assert not left.exists()


def saved_in(transfer_id: int) -> None:
    """The run has saved a document."""
    with writing():
        item = journal.Item(1, "K-1", "A-1", SAVED, None, b"k")
        journal.add_items(transfer_id, [item])


@pytest.mark.broken_books  # the document itself is not there
@pytest.mark.parametrize("status", [None, journal.FAILED, journal.STOPPED])
def test_a_command_goes_on_with_what_cut_off_run_until_an_import_of_the_file_is_done(
    status: str | None,
) -> None:
    file = Path("/yok/a.json")
    assert not cut_off_run(file)
    run = begun(str(file))
    if status:
        ended(run, status)
    assert not cut_off_run(file)  # it saved nothing
    saved_in(run)
    assert cut_off_run(file)
    assert not cut_off_run(Path("/yok/b.json"))
    ended(begun(str(file)), journal.FAILED)  # one that saved nothing changes nothing
    assert cut_off_run(file)
    whole = begun(str(file))
    saved_in(whole)
    ended(whole, journal.DONE)
    assert not cut_off_run(file)


@pytest.mark.broken_books  # the document itself is not there
def test_a_command_does_not_go_on_with_what_another_process_is_doing() -> None:
    run = begun("/yok/a.json")
    saved_in(run)
    with present(run):
        assert not cut_off_run(Path("/yok/a.json"))
    assert cut_off_run(Path("/yok/a.json"))


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users of the machine can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_what_somebody_else_began_is_left_to_them(shared: Path) -> None:
    private = shared / "baskasinin.json"
    private.touch()
    private.chmod(0o600 if os.getuid() == 0 else 0)
    with opened(shared / "defter.db"):
        begun("/yok/a.json")
        begun(str(private))
        with as_nobody():
            run = unfinished()
    assert run is not None
    assert run.file == "/yok/a.json"


@contextmanager
def as_nobody() -> Iterator[None]:
    """As another user, where the test's own may read everything."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)
