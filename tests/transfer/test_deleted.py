"""A document of Silinen Belgeler is shown as it was before the undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.demo.filling import write_samples
from app.errors import DatabaseRefused
from app.store import deleted
from app.store.database import reading
from app.store.opening import open_database
from app.transfer import document_page
from app.transfer.decide import ImportRule
from app.transfer.import_file import IncomingFile
from app.transfer.import_run import run_import
from app.transfer.undo import restore, undo
from tests.store.bookkeeping import address_of, rows, vandalise

pytestmark = pytest.mark.usefixtures("books")


def imported(file: Path) -> int:
    incoming = IncomingFile(file)
    try:
        return run_import(incoming, None, ImportRule(create_cards=True)).transfer_id or 0
    finally:
        incoming.close()


def stored() -> list[int]:
    return [int(str(one)) for (one,) in rows("SELECT id FROM invoice ORDER BY id")]


def test_its_text_and_its_page_are_those_of_the_stored_document(tmp_path: Path) -> None:
    write_samples(tmp_path / "dosyalar", 1)
    runs = [imported(tmp_path / "dosyalar" / name) for name in ("temiz.json", "hatali.json")]
    before = {one: (document_page.load_json(one), document_page.load(one)) for one in stored()}
    assert len(before) > 50
    for run in runs:
        undo(run)
    with reading():
        found = deleted.rows(list(before))
    assert [one.id for one in found] == list(before)
    for one in found:
        text, page = before[one.id]
        assert one.document is not None
        assert one.document.text().decode() == text
        gone = document_page.load_deleted(one.id)
        assert gone.invoice == page.invoice
        assert gone.origin == page.origin
        assert gone.told[1:] == page.told
        assert gone.told[0].startswith(f"Silinen Belgeler'de: {one.run}. aktarım geri alındı, ")
        assert gone.told[0].endswith(f", {one.user}")


def test_the_latest_undo_comes_first_and_what_is_back_is_no_longer_there(tmp_path: Path) -> None:
    write_samples(tmp_path / "dosyalar", 1)
    first, second = (
        imported(tmp_path / "dosyalar" / name) for name in ("temiz.json", "hatali.json")
    )
    of = {run: rows("SELECT id FROM invoice WHERE transfer_id = ? ORDER BY id", run)
          for run in (first, second)}  # fmt: skip
    undo(first)
    undo(second)
    with reading():
        assert [(one,) for one in deleted.ids()] == [*of[second], *of[first]]
    restore(second)
    with reading():
        assert [(one,) for one in deleted.ids()] == of[first]
    ((back,), *_) = of[second]
    with pytest.raises(DatabaseRefused, match="artık Silinen Belgeler'de değil"):
        document_page.load_deleted(int(str(back)))


@pytest.mark.broken_books
def test_a_damaged_one_is_named_and_hides_no_other(tmp_path: Path, books: Path) -> None:
    write_samples(tmp_path / "dosyalar", 1)
    undo(imported(tmp_path / "dosyalar" / "temiz.json"))
    ((one,), (other,), *_) = rows("SELECT id FROM deleted_invoice ORDER BY id")
    vandalise(books, f"UPDATE deleted_invoice SET content = substr(content, 1, 1) WHERE id = {one}")
    open_database(address_of(books))
    with pytest.raises(DatabaseRefused, match="kaydı bozuk, gösterilemiyor"):
        document_page.load_deleted(int(str(one)))
    assert document_page.load_deleted(int(str(other))).told
