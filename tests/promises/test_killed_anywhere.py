"""kill -9 at any moment: what was told of is there, whole; what was not is there whole or not."""

from __future__ import annotations

from pathlib import Path

from tests.promises.killing import (
    cut_logs_with_index,
    damage_logs,
    damage_used_logs,
    kill_exports,
    kill_imports,
    kill_making,
    lose_used_logs,
)
from tests.scale import rounds


def test_an_import_that_is_killed_leaves_whole_documents(tmp_path: Path) -> None:
    tally = kill_imports(tmp_path, rounds(100))
    assert tally.killed == rounds(100)
    assert tally.amid >= tally.killed / 10, "too few inside a transaction"


def test_a_log_that_is_cut_or_flipped_keeps_what_was_before(tmp_path: Path) -> None:
    tally = damage_logs(tmp_path, rounds(60))
    assert tally.amid >= tally.killed / 10, "too few in the middle"


def test_a_log_that_is_cut_is_told_where_its_index_is_there(tmp_path: Path) -> None:
    tally = cut_logs_with_index(tmp_path, rounds(40))
    assert tally.amid, "no commit was cut off"


def test_a_log_that_is_lost_while_it_is_copied_is_told(tmp_path: Path) -> None:
    tally = lose_used_logs(tmp_path, rounds(60))
    assert tally.amid, "no part was copied"


def test_a_log_that_is_damaged_where_it_was_used_leaves_no_silent_wrong(tmp_path: Path) -> None:
    tally = damage_used_logs(tmp_path, rounds(100))
    assert tally.amid, "too few of two moments"


def test_an_export_that_is_killed_leaves_no_file_or_the_whole_one(tmp_path: Path) -> None:
    tally = kill_exports(tmp_path, rounds(70))
    assert 0 < tally.amid < tally.killed >= rounds(70)


def test_a_database_that_is_being_made_is_there_or_not_and_leaves_no_draft(tmp_path: Path) -> None:
    tally = kill_making(tmp_path)
    assert 0 < tally.amid < tally.killed
