"""Card files beside an export: made with it, whole or absent."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.domain.cards import CardKind, encode_card
from app.domain.filters import InvoiceFilter
from app.errors import FileRefused, Stopped
from app.netsis.file_names import beside, is_card_file
from app.netsis.input_file import open_source
from app.store import cards, queries
from app.store.database import reading, writing
from app.store.opening import open_database
from app.transfer import card_export, export_run
from app.transfer.card_import import import_cards
from tests.store.bookkeeping import SALES, document, enter, purchase, rows, vandalise
from tests.transfer.carrying import export_all


def codes(path: Path) -> list[str]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    mains = [next(iter(card.values())) for card in json.loads(text)]
    return [next(iter(main.values())) for main in mains]


@pytest.fixture(autouse=True)
def _documents(books: Path) -> None:  # noqa: ARG001
    enter(
        document("A-1", account="120-2", stock="S-2"), document("A-2", account="120-1"),
        purchase("P-1", "320-1", stock="S-1"),
    )  # fmt: skip


@pytest.mark.parametrize("ending", [".json", ".json.gz"])
def test_the_cards_of_the_documents_lie_beside_them(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.card_store._CODES_AT_A_TIME", 1)
    with reading():
        sales = list(queries.find(InvoiceFilter(document_type=SALES)))
    done = export_run.run_export(sales, tmp_path / f"x{ending}", with_cards=True)
    assert [(one.path.name, one.counts) for one in done.cards] == [
        (f"x-cariler{ending}", {CardKind.ACCOUNT: 2}), (f"x-stoklar{ending}", {CardKind.STOCK: 2}),
    ]  # fmt: skip
    assert codes(tmp_path / f"x-cariler{ending}") == ["120-1", "120-2"]
    assert codes(tmp_path / f"x-stoklar{ending}") == ["150-01", "S-2"]
    again = import_cards(tmp_path / f"x-cariler{ending}", told=lambda _: None)
    assert again.counts[CardKind.ACCOUNT]["ayni"] == 2


def test_without_being_asked_there_are_none(tmp_path: Path) -> None:
    assert export_all(tmp_path / "x.json").cards == ()
    assert [p.name for p in tmp_path.glob("x*")] == ["x.json"]


@pytest.mark.parametrize("taken", ["x-cariler.json", "x-stoklar.json", "x.json"])
def test_none_is_written_over_another_and_then_none_is_there(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("başkasının")
    with pytest.raises(FileRefused, match=taken):
        export_all(tmp_path / "x.json", with_cards=True)
    assert [p.name for p in tmp_path.glob("x*")] == [taken]
    assert (tmp_path / taken).read_text() == "başkasının"


@pytest.mark.parametrize("taken", ["x-cariler.json", "x-stoklar.json", "x.json"])
def test_a_file_that_appears_meanwhile_costs_all(
    tmp_path: Path, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meddle(*given: object) -> bytes:
        (tmp_path / taken).write_text("başkasının")
        return encode_card(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(card_export, "encode_card", meddle)
    with pytest.raises(FileRefused, match=taken):
        export_all(tmp_path / "x.json", with_cards=True)
    assert [p.name for p in tmp_path.glob("x*")] == [taken]
    assert rows("SELECT status FROM transfer") == [("hata",)]


def test_a_stop_among_the_cards_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops: list[bool] = []
    real = card_export.pages_used_by
    monkeypatch.setattr(
        card_export, "pages_used_by", lambda *a, **k: stops.append(True) or real(*a, **k)
    )
    with pytest.raises(Stopped):
        export_all(tmp_path / "x.json", with_cards=True, stop=lambda: bool(stops))
    assert list(tmp_path.glob("x*")) == []


def test_a_folder_of_exports_has_no_card_among_its_documents(tmp_path: Path) -> None:
    folder = tmp_path / "giden"
    folder.mkdir()
    export_all(folder / "x.json", with_cards=True)
    (folder / "kasim-cariler.json").write_text("[{}]")  # beside no other: somebody's own name
    with open_source(folder) as source:
        assert [file.name for file in source.files] == ["kasim-cariler.json", "x.json"]


def test_names_of_card_files() -> None:
    assert beside("x.json", "cariler") == "x-cariler.json"
    assert beside("x.JSON.gz", "stoklar") == "x-stoklar.JSON.gz"
    names = {"x.json", "y.json.gz", "z-cariler.json"}
    assert is_card_file("x-cariler.json", names)
    assert is_card_file("y-stoklar.json", names)
    assert not is_card_file("z-cariler.json", names)
    assert not is_card_file("x.json", names)


def test_cards_that_do_not_travel_stay(tmp_path: Path) -> None:
    with writing():
        cards.add_accounts([("999", "Kullanılmayan")])
    export_all(tmp_path / "x.json", with_cards=True)
    assert "999" not in codes(tmp_path / "x-cariler.json")


@pytest.mark.broken_books
@pytest.mark.files_only
def test_a_card_that_is_gone_is_told(books: Path, tmp_path: Path) -> None:
    vandalise(books, "DELETE FROM account WHERE code = '120-2'")
    open_database(str(books))
    done = export_all(tmp_path / "x.json", with_cards=True)
    assert codes(tmp_path / "x-cariler.json") == ["120-1", "320-1"]
    assert done.cards_left_out == ("cari 120-2",)
