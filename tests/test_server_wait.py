"""A server that does not answer is told as waited for after a moment, and once for each wait."""

from __future__ import annotations

import pytest

from app import server_wait


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    heard: list[bool] = []
    monkeypatch.setattr(server_wait, "MOMENT", 0.0)
    monkeypatch.setattr(server_wait, "_wait", server_wait._Wait())
    server_wait.tell(heard.append)
    return heard


def try_to_connect(*, answers: bool) -> None:
    with server_wait.connecting():
        if not answers:
            raise ConnectionError


def test_one_wait_is_told_once_and_its_end(told: list[bool]) -> None:
    for _ in range(3):
        with pytest.raises(ConnectionError):
            try_to_connect(answers=False)
    assert told == [True]
    try_to_connect(answers=True)
    assert told == [True, False]


def test_a_later_wait_is_told_again(told: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_wait, "_SAME_WAIT", -1.0)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            try_to_connect(answers=False)
    assert told == [True, True]


def test_a_server_that_answers_at_once_is_not_told(
    told: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_wait, "MOMENT", 60.0)
    try_to_connect(answers=True)
    assert told == []
