"""A session that hangs while connected: the screen says that it waits, and Esc leaves it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import psycopg
import pytest
from desk import Desk, desk

from app import wait_notice
from app.store.database import database
from app.tui import app as screens
from app.tui import jobs
from tests.store import bookkeeping
from tests.store.server import Server

pytestmark = pytest.mark.usefixtures("on_server", "office")


@pytest.fixture
def on_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The books are on a server, and patience is short."""
    monkeypatch.setattr(wait_notice, "MOMENT", 0.0)
    monkeypatch.setattr(jobs, "SILENCE", 0.0)
    monkeypatch.setattr(screens, "_SILENCE", 0.5)
    with bookkeeping.kept_on(server):
        yield server


@asynccontextmanager
async def hanging(it: Desk, server: Server) -> AsyncIterator[None]:
    """The program's sessions stand still; new ones would be served."""
    engine: Any = database.obj  # type: ignore[attr-defined]  # peewee's proxy
    last = monotonic() + 30
    while not engine._spare._idle:  # the next job takes a session that stands still
        assert monotonic() < last
        await it.give_way()
    with psycopg.connect(server.url().partition("&sema")[0], autocommit=True) as other:
        asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'toplu-fatura'"
        sessions = [pid for (pid,) in other.execute(asked)]
    assert sessions
    for session in sessions:
        os.kill(session, signal.SIGSTOP)
    try:
        yield
    finally:
        for session in sessions:
            os.kill(session, signal.SIGCONT)


async def test_kayitlari_getir_says_that_it_waits_and_esc_takes_another_session(
    on_server: Server,
) -> None:
    async with desk("cikis") as it:
        await it.press("f5")
        async with hanging(it, on_server):
            await it.pilot.press("f5")
            await it.until(wait_notice.FOR_SERVER)
            await it.pilot.press("escape", "e")
            await it.until("100 belge listelendi")  # over another session
            assert not it.app.jobs()
            assert wait_notice.FOR_SERVER not in it.text


async def test_rows_that_the_screen_reads_itself_are_not_waited_for_without_end(
    on_server: Server,
) -> None:
    async with desk("cikis") as it:
        await it.press("f5")
        async with hanging(it, on_server):
            await it.press("enter")
            assert "GENEL TOPLAM" in it.text  # over another session


async def test_an_import_whose_session_hangs_is_stopped_and_nothing_is_in_doubt(
    on_server: Server,
) -> None:
    async with desk("cikis", "dosyalar/temiz.json") as it:
        await it.press("f3", "f5", "a", "f2", "enter")
        async with hanging(it, on_server):
            await it.pilot.press("enter")
            await it.until(wait_notice.FOR_SERVER)
            await it.pilot.press("escape", "e")
            while it.app.jobs():
                await it.give_way()
            assert it.message == "Durduruldu: hiçbir belge aktarılmadı; kalan 40 belge işaretli"
            await it.press("f2", "enter", "enter")
            assert it.message.startswith("Aktarım tamamlandı: 40 ")
