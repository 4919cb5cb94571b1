"""The documents of a run in Aktarımlar: one after the other, each to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import desk

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
