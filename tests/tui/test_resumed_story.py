"""An import that was cut off goes on from the question at the next start, copies included."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from app.domain.invoice import Invoice
from app.errors import DatabaseRefused
from app.store import journal, preview
from app.store.database import writing
from app.store.models import Transfer
from app.transfer import history, import_run
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, rows
from tests.transfer.carrying import Carried, ImportRule, write
from tests.tui.desk import desk

COPIES = ["K-1", "K-1", "K-1", "L-1", "K-1", "L-1"]
SAVED = 2


def cut_off(file: Path) -> None:
    """Import the file until two of its documents are saved; the run then stays open."""

    def told(_outcomes: list[preview.Outcome]) -> None:
        raise DatabaseRefused("kesildi")

    with Carried(file) as carried, pytest.raises(DatabaseRefused):
        import_run.run_import(
            carried.incoming, carried.positions, ImportRule(create_cards=True), told=told
        )


async def killed_import(file: Path, documents: list[Invoice]) -> None:
    """Leave the journal as a kill does."""
    await asyncio.to_thread(cut_off, write(file, documents))
    with writing():
        Transfer.update(status=journal.RUNNING, finished_at=None).execute()


async def test_of_copies_exactly_the_rest_is_saved(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_steps(monkeypatch, batch=SAVED, seconds=0)
    await killed_import(books.parent / "kopyalar.json", [document(one) for one in COPIES])
    async with desk() as at:
        assert "2 belge aktarıldı" in at.words
        await at.press("e", "a", "f2")
        for words in ("1 belge numarasını korur", "K-3 – K-4 (2)", "L-2 (1)", "2 belge atlanır"):
            assert words in at.words
        await at.press("enter", "enter", "enter", "enter", "enter")
        assert "4 belge aktarıldı" in at.words, at.text
    assert numbers() == ["K-1", "K-2", "K-3", "K-4", "L-1", "L-2"]


def numbers() -> list[object]:
    return [number for (number,) in rows("SELECT number FROM invoice ORDER BY number")]


async def test_hayir_is_told_once_it_is_in_the_journal(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_import(books.parent / "bir.json", [document("A-1")])
    refuses, goes_on, let_be = True, threading.Event(), history.let_be

    def slow(run: journal.Unfinished) -> None:
        assert goes_on.wait(30)
        if refuses:
            raise DatabaseRefused("Veritabanı: yer kalmadı")
        let_be(run)

    monkeypatch.setattr(history, "let_be", slow)
    for words in ("Veritabanı: yer kalmadı", "Bir daha sorulmayacak"):
        async with desk() as at:
            assert "Sürdürülsün mü?" in at.words
            goes_on.clear()
            await at.press("h")
            assert at.message == ""
            goes_on.set()
            await at.until(words)
            assert at.message.startswith(words)
        refuses = False
    async with desk() as at:
        assert "Sürdürülsün mü?" not in at.words
