"""Missing cards come from the card files beside the file; all who decide agree about it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from app.errors import FileRefused
from app.netsis.input_file import open_source
from app.store import cards
from app.store.database import database, writing
from app.transfer.found_cards import find_cards
from app.transfer.simulate import Plan
from tests.store.bookkeeping import document, enter, new_books, opened, purchase, rows
from tests.transfer.carrying import Carried, ImportRule, export_all

MAKE = ImportRule(create_cards=True)
DOCUMENTS = (document("A-1", account="120-2", stock="S-2"), purchase("P-1", "320-1", stock="S-1"))


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """An export with the cards of its documents, from other books."""
    with new_books():
        with writing():
            cards.add_accounts([("120-2", "Işık A.Ş."), ("320-1", "Şen Gıda")])
            cards.add_stock_items([("S-1", "Vida"), ("S-2", "Somun")])
            database.execute_sql('UPDATE account SET extra = \'{"CariEkBilgi":{"X":1.50}}\'')
        enter(*DOCUMENTS)
        return export_all(tmp_path / "gelen.json", with_cards=True).path


def names() -> list[tuple[object, ...]]:
    return rows(
        "SELECT code, name FROM account UNION SELECT code, name FROM stock_item ORDER BY code"
    )


WHOLE = [("120-2", "Işık A.Ş."), ("320-1", "Şen Gıda"), ("S-1", "Vida"), ("S-2", "Somun")]


def take(path: Path) -> Plan:
    with Carried(path) as carried, find_cards(carried.incoming.source) as found:
        plan = carried.plan(MAKE, found_cards=found)
        assert [(len(plan.accounts), len(plan.stock_items)), plan.failing] == [(2, 2), 0]
        carried.save(MAKE, found_cards=found, shown=plan.digests)
    return plan


def test_cards_come_whole_from_the_files_beside(sent: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "yeni.db"):
        assert take(sent).found == 4
        assert names() == WHOLE
        assert rows("SELECT DISTINCT extra FROM account") == [('{"CariEkBilgi":{"X":1.50}}',)]
        again = export_all(tmp_path / "yine.json", with_cards=True)
        for one in again.cards:
            old = tmp_path / one.path.name.replace("yine", "gelen")
            assert one.path.read_bytes() == old.read_bytes()


def test_what_the_files_lack_is_nameless(sent: Path, tmp_path: Path) -> None:
    (tmp_path / "gelen-stoklar.json").unlink()
    (tmp_path / "gelen-cariler.json").write_text(
        '[{"CariTemelBilgi":{"CARI_KOD":"120-2","CARI_ISIM":"Işık"}},{"CariTemelBilgi":{}}]'
    )
    with opened(tmp_path / "yeni.db"):
        assert take(sent).found == 1
        assert names() == [("120-2", "Işık"), ("320-1", "320-1"), ("S-1", "S-1"), ("S-2", "S-2")]


def test_without_the_box_the_files_are_not_even_opened(sent: Path, tmp_path: Path) -> None:
    (tmp_path / "gelen-cariler.json").write_text("bozuk")
    with opened(tmp_path / "yeni.db"), Carried(sent) as carried:
        with find_cards(carried.incoming.source) as found:
            plan = carried.plan(ImportRule(), found_cards=found)
            assert plan.cardless == 2
            with pytest.raises(FileRefused, match=r"gelen-cariler\.json: JSON değil"):
                carried.plan(MAKE, found_cards=found)
        assert names() == []


@pytest.mark.parametrize("change", ["x", None])
def test_a_card_file_that_changes_after_the_figures_stops_the_import(
    sent: Path, tmp_path: Path, change: str | None
) -> None:
    file = tmp_path / "gelen-stoklar.json"
    with opened(tmp_path / "yeni.db"), Carried(sent) as carried:
        with find_cards(carried.incoming.source) as found:
            plan = carried.plan(MAKE, found_cards=found)
            file.unlink()
            if change:
                file.write_text(change)
            with pytest.raises(FileRefused, match="değişti"):
                carried.plan(MAKE, found_cards=found)
            with pytest.raises(FileRefused, match="değişti"):
                carried.save(MAKE, found_cards=found, shown=plan.digests)
        assert names() == []
        assert rows("SELECT count(*) FROM invoice") == [(0,)]


def test_cards_that_are_there_stay_as_they_are(sent: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "yeni.db"):
        with writing():
            cards.add_accounts([("120-2", "Bizdeki"), ("320-1", "320-1")])
        with Carried(sent) as carried, find_cards(carried.incoming.source) as found:
            carried.save(MAKE, found_cards=found)
        assert names()[:2] == [("120-2", "Bizdeki"), ("320-1", "320-1")]


def test_the_files_of_each_file_in_a_folder_and_of_a_compressed_one(tmp_path: Path) -> None:
    for name in ("a.json", "b.json.gz", "c.json"):
        (tmp_path / name).write_bytes(b"[{}]")
    for name in ("a-cariler.json", "b-stoklar.json.gz", "b-cariler.json", "d-cariler.json"):
        (tmp_path / name).write_bytes(b"[]")
    (tmp_path / "c-cariler.json").mkdir()
    with open_source(tmp_path / "c.json") as source:
        assert not find_cards(source)
    (tmp_path / "b.json.gz").unlink()
    (tmp_path / "b.json").write_bytes(b"[{}]")
    (tmp_path / "c-cariler.json").rmdir()
    with open_source(tmp_path) as source:
        found = find_cards(source)
        assert found.names == "a-cariler.json, b-cariler.json, b-stoklar.json.gz"
        assert found.short_names == "…-cariler.json, …-stoklar.json"
        assert found.count({}) == 0
        found.close()


@pytest.mark.parametrize("name", ["x" * 250 + ".json", "ş" * 120 + ".json.gz"])
def test_a_file_whose_name_is_too_long_for_card_files_has_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"[{}]" if name.endswith("n") else gzip.compress(b"[{}]"))
    for path in (tmp_path / name, tmp_path):
        with open_source(path) as source:
            assert not find_cards(source)
