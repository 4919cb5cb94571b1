"""A desk: a folder, a database in it, and the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commandline import Desk
from tests.store import bookkeeping


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Books without a document."""
    return Desk(tmp_path)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A desk with five documents in its books."""
    from tests.store.bookkeeping import document, enter, opened, purchase

    with opened(desk.database):
        enter(
            document("A00000000000001", series="A", total="1234.5"),
            document("A00000000000002", series="A", account="120-002", total="0.1"),
            document("B-1", day=bookkeeping.date(2024, 4, 1), total="10.0", note="Şişli"),
            purchase("A-77", "320-001", total="20.0"),
            purchase("A-77", "320-002", total="30.0"),
        )
    return desk
