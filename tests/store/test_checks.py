"""Each check of denetle finds what it is for, when somebody breaks it by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookkeeping import document, enter, failures, purchase

from app.store import checks
from app.store.database import close_database, open_database

_DROP = "DROP INDEX invoice_number;"
BREAKS = {
    "butunluk": "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql,"
    " '\"gross_total\" TEXT,', '\"gross_total\" TEXT NOT NULL,') WHERE name = 'invoice'",
    "baglar": "DELETE FROM account WHERE code = '320-001'",
    "kalemler": "UPDATE invoice SET line_count = 2 WHERE number = 'A-1'",
    "kalem-sirasi": "UPDATE line SET position = 7 WHERE invoice_id = 1",
    "sahipsiz-kalem": "DELETE FROM invoice WHERE number = 'A-1'",
    "numara-tekligi": _DROP + "UPDATE invoice SET number = 'A-1' WHERE number = 'A-2'",
    "numara-parcalari": "UPDATE invoice SET tail = 8 WHERE number = 'A-1';"
    "UPDATE series SET last_number = 9",
    "sayaclar": "UPDATE series SET last_number = 1 WHERE prefix = 'A-'",
    "gunluk-belge": "INSERT INTO transfer VALUES (1, 'iceri', 'x.json', '', '', 'tamam');"
    "INSERT INTO transfer_item VALUES (1, 1, 'A-9', 'A-9', 'aktarildi', NULL, NULL)",
    "belge-gunluk": "INSERT INTO transfer VALUES (1, 'iceri', 'x.json', '', '', 'tamam');"
    "UPDATE invoice SET transfer_id = 1, transfer_position = 1 WHERE number = 'A-1'",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "defter.db"
    open_database(str(path))
    enter(document("A-1"), document("A-2"), purchase("A-1", "320-001"), document("SON"))
    yield path
    close_database()


def test_there_is_a_break_for_each_check() -> None:
    assert [check.name for check in checks.CHECKS] == list(BREAKS)


def test_good_books_pass(ledger: Path) -> None:
    assert failures(ledger) == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_invariant_is_found_by_its_check(ledger: Path, name: str) -> None:
    close_database()
    vandal = sqlite3.connect(ledger, isolation_level=None)
    vandal.executescript(BREAKS[name])
    vandal.close()
    found = dict(failures(ledger))
    assert name in found
    assert "\n" not in found[name]
