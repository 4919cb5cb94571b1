"""Whatever happened to a file of the database, geri-yukle puts the backup in its place.

Nothing that lay beside the replaced database stays beside the restored one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.store.backup import back_up, restore
from app.store.opening import open_database
from tests.promises.file_acts import ACTS, FILES, Act, Colleague, Files, can_be_done
from tests.store.bookkeeping import document, enter, opened, rows

pytestmark = [pytest.mark.broken_books, pytest.mark.files_only]


def _quietly(_done: int, _of: int) -> None:
    pass


def _never() -> bool:
    return False


class Kept(Files):
    """Books with a backup of one document, an older copy of each file, and work since."""

    def __init__(self, folder: Path, end_of_work: Callable[[Colleague], None]) -> None:
        super().__init__(folder / "defter.db")
        self.backup = folder / "yedek.db"
        open_database(str(self.books))
        enter(document("A-1"))
        back_up(self.backup, _quietly, _never)
        one = Colleague(self.books)
        assert one.save(document("A-2")).sentence == ""
        self.keep_older()
        assert one.save(document("A-3")).sentence == ""
        end_of_work(one)

    def restore(self) -> None:
        restore(self.backup, self.books, datetime(2026, 3, 15, 10, 30, 5), _quietly, _never)


@pytest.mark.parametrize("end_of_work", [Colleague.leave, Colleague.kill], ids=["closed", "killed"])
@pytest.mark.parametrize("end", FILES)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_backup_replaces_what_became_of_the_database(
    tmp_path: Path, act: Act, end: str, end_of_work: Callable[[Colleague], None]
) -> None:
    kept = Kept(tmp_path, end_of_work)
    if not can_be_done(kept, act, end):
        pytest.skip("there is no such file then, or only root may do it")
    act(kept, end)
    kept.restore()
    with opened(kept.books):
        assert rows("SELECT number FROM invoice") == [("A-1",)]
        enter(document("A-4"))
