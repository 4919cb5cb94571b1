"""The power goes: whatever the disk kept of what was not synced, nothing reported is lost."""

from __future__ import annotations

import pytest

from app.errors import DatabaseDamaged
from tests.promises import power_loss
from tests.scale import rounds

pytestmark = pytest.mark.files_only

_STATES = rounds(1000)


def test_whatever_the_disk_kept_each_reported_document_is_there(tmp_path):
    torn = power_loss.check_states(tmp_path, _STATES, seed=1)
    assert torn > _STATES / 2


@pytest.mark.broken_books
@pytest.mark.parametrize("synchronous", ["off", "normal"])
def test_with_fewer_syncs_the_same_look_finds_a_loss(tmp_path, monkeypatch, synchronous):
    monkeypatch.setitem(power_loss._PRESSURE, "synchronous", synchronous)
    # A checkpoint at each commit would sync the log as often as the full setting does.
    monkeypatch.setitem(power_loss._PRESSURE, "wal_autocheckpoint", 200)
    with pytest.raises((AssertionError, DatabaseDamaged), match=r"reported and lost|sonu kesilmiş"):
        power_loss.check_states(tmp_path, _STATES, seed=1)
