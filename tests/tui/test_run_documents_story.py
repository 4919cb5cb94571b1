"""The documents of a run in Aktarımlar: one after the other, each to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import desk

from app.store import journal, runs
from app.store.database import database, writing
from tests.store.bookkeeping import rows

pytestmark = pytest.mark.usefixtures("office")

FILE = "dosyalar/hatali.json"
_SAVE = ("f3", "f5", "a", "f2", "enter", "enter")


async def test_n_and_p_go_through_the_documents_that_are_in_the_books():
    async with desk("cikis", FILE) as it:
        await it.press(*_SAVE, "f9", "enter", *["down"] * 8, "enter")
        stored = rows("SELECT number FROM invoice WHERE transfer_id = 1 ORDER BY transfer_position")
        names = [number for (number,) in stored]
        at = names.index(it.lines[0].split()[2])
        await it.press("n")
        assert it.lines[0].startswith(f"Belge / {names[at + 1]}")
        await it.press("p", "p")
        assert it.lines[0].startswith(f"Belge / {names[at - 1]}")
        await it.press(*["n"] * len(names))
        assert it.lines[0].startswith(f"Belge / {names[-1]}")
        assert it.message == "Listenin sonu; başka belge yok"
        await it.press("escape", "enter")
        assert it.lines[0].startswith(f"Belge / {names[-1]}")


@pytest.mark.both_engines
async def test_n_and_p_pass_over_what_has_no_document_without_reading_it(monkeypatch):
    read, items = [], runs.items

    def watched(run, wanted):
        read.append(len(wanted))
        return items(run, wanted)

    async with desk("cikis", FILE) as it:
        await it.press(*_SAVE)
        with writing():
            refused = (journal.Item(n, "K-1", None, "hata", "yok", None) for n in range(100, 3_100))
            journal.add_items(1, refused)
            database.execute_sql(
                "UPDATE transfer SET documents = documents + 3000, failed = failed + 3000"
            )
        await it.press("f9", "enter", "enter")
        first = it.lines[0]
        monkeypatch.setattr(runs, "items", watched)
        await it.press("n", "p")
        assert it.lines[0] == first
        await it.press(*["n"] * 11)
        assert it.message == "Listenin sonu; başka belge yok"
        assert sum(read) < 500
        await it.press("escape", "escape", "g", "e", "enter", "enter")
        assert it.lines[0] == first
        await it.press("n")
        assert "Silinen Belgeler'de" in it.text
        await it.press("p")
        assert it.lines[0] == first


async def test_n_and_p_go_through_an_export():
    async with desk("cikis", FILE) as it:
        await it.press("f5", "space", "space", "space", "f2", "e", "f9", "enter", "down", "enter")
        names = [number for (number,) in rows("SELECT number FROM transfer_item ORDER BY position")]
        for key, name in (("n", names[2]), ("n", names[2]), ("p", names[1]), ("p", names[0])):
            await it.press(key)
            assert it.lines[0].startswith(f"Belge / {name}")


async def test_y_writes_the_document_of_a_run_as_an_export():
    async with desk("cikis", FILE) as it:
        await it.press(*_SAVE, "f9", "enter", "enter", "y", "enter")
        assert it.message.startswith("Dosya yazıldı: ")
        assert Path("dosyalar/HTL202600000005.json").exists()
        await it.press("escape", "escape")
        assert "Dışarı" in it.lines[2]


async def test_a_refusal_is_shown_whole_and_goes_with_its_run():
    async with desk("cikis", FILE) as it:
        await it.press(*_SAVE, "f3", "f5", "a", "f2", "e", "f9", "down", "g")
        assert it.message.endswith("numaraları bu veritabanından çıktı")
        assert it.message in it.words
        await it.press("up")
        assert it.message == ""
