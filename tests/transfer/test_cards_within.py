"""Card files in a zip or beside a folder: offered as cards, and never read as documents."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from app.errors import FileRefused
from app.netsis.input_file import open_source
from app.store import cards
from app.store.database import writing
from app.transfer.found_cards import find_cards
from tests.store.bookkeeping import document, enter, new_books, opened, purchase, rows
from tests.transfer.carrying import Carried, ImportRule, export_all

pytestmark = pytest.mark.both_engines

MAKE = ImportRule(create_cards=True)
WHOLE = [("120-2", "Işık A.Ş."), ("320-1", "Şen Gıda"), ("S-1", "Vida"), ("S-2", "Somun")]


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A folder with an export of two documents and their cards, from other books."""
    folder = tmp_path / "giden"
    folder.mkdir()
    with new_books():
        with writing():
            cards.add_accounts([("120-2", "Işık A.Ş."), ("320-1", "Şen Gıda")])
            cards.add_stock_items([("S-1", "Vida"), ("S-2", "Somun")])
        enter(document("A-1", account="120-2", stock="S-2"), purchase("P-1", "320-1", stock="S-1"))
        export_all(folder / "x.json", with_cards=True)
    return folder


def packed(folder: Path, *, inner: str = "") -> Path:
    """A zip of the folder's files, as somebody sends it on."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.iterdir()):
            archive.write(one, f"{inner}{one.name}")
    return path


def names() -> list[tuple[object, ...]]:
    return rows("SELECT code, name FROM account UNION SELECT code, name FROM stock_item ORDER BY 1")


def take(path: Path, told: str, short: str = "…-cariler.json, …-stoklar.json") -> None:
    """Import with missing cards; list, figures and run agree that there are two documents."""
    with Carried(path) as carried, find_cards(carried.incoming.source) as found:
        assert carried.incoming.count == 2
        assert found.names == told
        assert found.short_names == short
        plan = carried.plan(MAKE, found_cards=found)
        assert (plan.found, plan.failing) == (4, 0)
        summary = carried.save(MAKE, found_cards=found, shown=plan.digests)
        assert (summary.count, summary.saved) == (2, 2)
    assert names() == WHOLE


@pytest.mark.parametrize("inner", ["", "2024/mart/"])
def test_cards_in_the_zip_of_the_documents(sent: Path, tmp_path: Path, inner: str) -> None:
    path = packed(sent, inner=inner)
    shutil.rmtree(sent)
    with opened(tmp_path / "yeni.db"):
        take(path, "x-cariler.json, x-stoklar.json")


def test_cards_beside_a_zip_and_beside_a_folder(sent: Path, tmp_path: Path) -> None:
    for word in ("cariler", "stoklar"):
        (sent / f"x-{word}.json").rename(tmp_path / f"giden-{word}.json")
    path = packed(sent)
    for source in (path, sent):
        with opened(tmp_path / f"{source.name}.db"):
            take(source, "giden-cariler.json, giden-stoklar.json")


def test_the_cards_of_all_files_in_a_folder(sent: Path, tmp_path: Path) -> None:
    """As kart-aktar writes them, whatever the files of invoices are called."""
    for word in ("cariler", "stoklar"):
        (sent / f"x-{word}.json").rename(sent / f"{word}.json")
    for source in (sent, packed(sent)):
        with opened(tmp_path / f"{source.name}.db"):
            take(source, *["cariler.json, stoklar.json"] * 2)
    (sent / "x.json").unlink()
    with open_source(sent) as source:  # alone, they are what is asked for
        assert [file.name for file in source.files] == ["cariler.json", "stoklar.json"]


def test_an_empty_card_file_in_a_zip_is_no_obstacle(sent: Path, tmp_path: Path) -> None:
    (sent / "x-stoklar.json").write_text("[\n]\n")
    with (
        opened(tmp_path / "yeni.db"), Carried(packed(sent)) as carried,
        find_cards(carried.incoming.source) as found,
    ):  # fmt: skip
        plan = carried.plan(MAKE, found_cards=found)
        assert (plan.found, plan.failing) == (2, 0)


def test_a_broken_card_file_in_a_zip_is_told_by_its_name(sent: Path, tmp_path: Path) -> None:
    (sent / "x-stoklar.json").write_text("bozuk")
    with (
        opened(tmp_path / "yeni.db"), Carried(packed(sent)) as carried,
        find_cards(carried.incoming.source) as found,
    ):  # fmt: skip
        with pytest.raises(FileRefused, match=r"^x-stoklar\.json: "):
            carried.plan(MAKE, found_cards=found)
        assert carried.plan(ImportRule(), found_cards=found).cardless == 2


@pytest.mark.parametrize("indexed", [True, False])
def test_a_zip_that_changes_after_it_was_listed_gives_no_cards(
    sent: Path, tmp_path: Path, indexed: bool
) -> None:
    path = packed(sent)
    with opened(tmp_path / "yeni.db"), Carried(path) as carried:
        with find_cards(carried.incoming.source) as found:
            if indexed:
                found.check()
            shutil.copy(path, tmp_path / "copy.zip")
            (tmp_path / "copy.zip").replace(path)
            with pytest.raises(FileRefused, match="değişti"):
                found.check()
        assert names() == []


def test_two_files_of_one_name_in_a_zip_are_both_read(sent: Path, tmp_path: Path) -> None:
    path = tmp_path / "iki.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(sent / "x.json", "x.json")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.write(sent / "x.json", "x.json")
    with open_source(path) as source:
        assert len(list(source.spans())) == 4
