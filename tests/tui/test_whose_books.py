"""Every screen says whose books it works on; empty ones say that they are empty."""

from __future__ import annotations

import pytest
from desk import desk

from app.store.opening import close_database, open_database
from app.tui.whose_books import EMPTY_BOOKS, OpenedBooks

pytestmark = pytest.mark.usefixtures("office")


async def test_tabs_and_documents_name_company_and_file():
    async with desk("cikis", "dosyalar/temiz.json", books=OpenedBooks("2026.db", "Şen Gıda")) as it:
        assert it.lines[0].startswith("Toplu Fatura Aktarımı · Şen Gıda · 2026.db ")
        await it.press("f3", "f5")
        assert it.lines[0].startswith("Toplu Fatura Aktarımı · Şen Gıda · 2026.db ")
        await it.press("enter")
        assert it.lines[0].endswith(" · Şen Gıda · 2026.db")


async def test_empty_books_say_so_on_one_line_and_the_demo_where_its_files_are():
    async with desk("cikis", books=OpenedBooks("veri.db", is_empty=True)) as it:
        assert it.message == EMPTY_BOOKS
        assert it.lines[-2] == EMPTY_BOOKS
    async with desk("cikis", books=OpenedBooks("ornek.db", "ÖRNEK", samples="/ev/ornek")) as it:
        await it.press("f3")
        assert it.message == "Örnek dosyalar: /ev/ornek; F4 gösterir"


async def test_a_list_of_empty_books_points_to_the_import(tmp_path):
    close_database()
    open_database(str(tmp_path / "yeni.db"))
    async with desk("cikis") as it:
        await it.press("f5")
        assert it.message == "Veritabanı boş, hiç belge yok; F3 (İçeri Aktar) dosyadan alır"
