"""Who runs the program: the real user, whatever the environment says."""

from __future__ import annotations

import os
import pwd

import pytest

from app.login import login_name


def test_the_login_name_is_that_of_the_real_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "başkası")
    monkeypatch.setenv("LOGNAME", "başkası")
    assert login_name() == pwd.getpwuid(os.getuid()).pw_name


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987654321)
    assert login_name() == "987654321"
