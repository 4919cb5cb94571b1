"""The option that names a database in a command to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import paths


def test_only_a_database_that_is_opened_anyway_needs_no_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv(paths.DATABASE_VARIABLE, raising=False)
    default, other = str(paths.default_database()), str(tmp_path / "a b.db")
    assert paths.option_for(default) == ""
    assert paths.option_for(other) == f" --veritabani '{other}'"
    monkeypatch.setenv(paths.DATABASE_VARIABLE, other)
    assert paths.option_for(other) == ""
    assert paths.option_for(default) == f" --veritabani {default}"
