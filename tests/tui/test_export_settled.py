"""An export that was cut off is settled, and told, when documents are next listed."""

from datetime import datetime

import pytest
from desk import desk

from app.store import journal
from app.store.database import writing
from app.store.models import Transfer

pytestmark = pytest.mark.usefixtures("office")


async def test_kayitlari_getir_tells_what_became_of_an_export_that_was_cut_off(office):
    file = office / "cikis" / "yok.json"
    with writing():
        run = journal.open_transfer(journal.EXPORT, str(file), datetime(2026, 3, 1, 9, 0))
        journal.add_exported(run, [1, 2])
    async with desk("cikis") as it:
        await it.press("f5")
        assert it.message.endswith(
            f"Yarım kalan dışarı aktarmanın dosyası yok, belgeleri aktarılmamış sayılır: {file}"
        )
        await it.press("f5")
        assert "Yarım kalan" not in it.message


async def test_the_question_before_an_export_counts_one_that_was_cut_off():
    async with desk("cikis") as it:
        await it.press("f5", "space", "f2", "e")
        with writing():
            Transfer.update(status=journal.RUNNING, finished_at=None).execute()
        await it.press("f2")
        assert "dosyası tam, belgeleri aktarılmış sayılır" in it.words
        assert "1 belge daha önce dışarı aktarıldı; son: 1. aktarım" in it.words
