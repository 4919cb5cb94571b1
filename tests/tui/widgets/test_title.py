"""The title names the books, whatever the width."""

from __future__ import annotations

import pytest
from drawn import Stage, lines

from app.tui.whose_books import OpenedBooks
from app.tui.widgets.bars import Title

COMPANY = "Öksüzoğlu İnşaat Malzemeleri Sanayi ve Ticaret Limited Şirketi"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (79, "Öksüzoğlu İnşaat Malzemeleri Sanayi ve T… · veri.db"),
        (130, f"Toplu Fatura Aktarımı · {COMPANY} · veri.db"),
        (160, f"Fatura Modülü / İşlemler / Toplu Fatura Aktarımı · {COMPANY} · veri.db"),
    ],
)
async def test_the_title_leaves_out_the_module_before_the_books(width, shown):
    app = Stage(Title("Dışarı Aktar", OpenedBooks("veri.db", COMPANY)))
    async with app.run_test(size=(width, 5)):
        assert lines(app)[0].startswith(f"{shown} ")
        assert lines(app)[0].rstrip().endswith("[Dışarı Aktar] İçeri Aktar")
