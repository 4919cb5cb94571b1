"""What the program waits for is told after a moment, and once for each wait."""

from __future__ import annotations

import pytest

from app import wait_notice
from app.wait_notice import FOR_LOCK, FOR_SERVER


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(wait_notice, "MOMENT", 0.0)
    monkeypatch.setattr(wait_notice, "_wait", wait_notice._Wait())
    wait_notice.tell(heard.append)
    return heard


def try_to_connect(*, answers: bool) -> None:
    with wait_notice.connecting():
        if not answers:
            raise ConnectionError


def test_one_wait_is_told_once_and_its_end(told: list[str]) -> None:
    for _ in range(3):
        with pytest.raises(ConnectionError):
            try_to_connect(answers=False)
    assert told == [FOR_SERVER]
    try_to_connect(answers=True)
    assert told == [FOR_SERVER, ""]


def test_a_later_wait_is_told_again(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait_notice, "_SAME_WAIT", -1.0)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            try_to_connect(answers=False)
    assert told == [FOR_SERVER, FOR_SERVER]


def test_a_server_that_answers_at_once_is_not_told(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wait_notice, "MOMENT", 60.0)
    try_to_connect(answers=True)
    assert told == []


def test_a_lock_is_told_once_for_all_tries(told: list[str]) -> None:
    with wait_notice.waiting(FOR_LOCK) as go_on:
        assert told == []
        go_on()
        go_on()
        assert told == [FOR_LOCK]
    assert told == [FOR_LOCK, ""]


def test_a_lock_that_is_free_soon_is_not_told(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wait_notice, "MOMENT", 60.0)
    with wait_notice.waiting(FOR_LOCK) as go_on:
        go_on()
    assert told == []
