"""Cards go from books to books and lose nothing; a card that is there is never overwritten."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.cards import CardKind, CardRecord, encode_card
from app.errors import DatabaseRefused, FileRefused, UsageError
from app.store import card_store
from app.store import cards as plain_cards
from app.store.database import writing
from app.store.opening import open_database
from app.transfer import card_export, card_import
from app.transfer.card_import import CardOutcome, CardStatus, CardSummary
from tests.netsis.card_strategies import cards
from tests.store.bookkeeping import failures, new_books, rows, vandalise

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]
NEW, SAME, DIFFERENT, FAULTY = CardStatus
ACCOUNT, STOCK = CardKind


def write(path: Path, *found: str | CardRecord) -> Path:
    lines = [one.encode() if isinstance(one, str) else encode_card(one) for one in found]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def account(code: str, more: str = "") -> str:
    return f'{{"CariTemelBilgi":{{"CARI_KOD":"{code}"{more}}}}}'


def take(path: Path, *, simulated: bool = False) -> tuple[CardSummary, list[CardOutcome]]:
    told: list[CardOutcome] = []
    summary = card_import.import_cards(path, told=told.extend, simulated=simulated)
    return summary, told


def counts(summary: CardSummary, kind: CardKind) -> list[int]:
    return list(summary.counts[kind].values())


def exported(folder: Path, name: str) -> bytes:
    card_export.export_cards(folder / name)
    return (folder / name).read_bytes()


@settings(max_examples=40)
@given(st.lists(cards(), min_size=1, max_size=8))
def test_cards_travel_unchanged_and_a_second_import_finds_all_the_same(
    found: list[CardRecord],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = write(folder / "kaynak.json", *found)
        with new_books():
            rehearsed, planned = take(source, simulated=True)
            summary, told = take(source)
            assert (rehearsed, planned) == (summary, told)
            first = exported(folder, "bir.json")
        with new_books():
            new, _ = take(folder / "bir.json")
            stored = new.total(NEW)
            assert stored == new.total(*CardStatus) == len(rows(_ALL))
            assert exported(folder, "iki.json") == first
            again, _ = take(folder / "iki.json")
            assert again.total(SAME) == again.total(*CardStatus) == stored
            assert exported(folder, "uc.json") == first


_ALL = "SELECT code FROM account UNION ALL SELECT code FROM stock_item"


def test_what_differs_is_told_and_left_and_a_nameless_card_is_filled(tmp_path: Path) -> None:
    with writing():
        plain_cards.add_accounts([("A", "Işık"), ("B", "B"), ("C", "")])
        plain_cards.add_stock_items([("S", "S")])
    file = write(
        tmp_path / "kartlar.json",
        account("A", ',"CARI_ISIM":"Işık A.Ş.","CARI_IL":"İzmir"'),
        account("B", ',"CARI_ISIM":"İpek","CARI_IL":"Muş"'),
        account("C", ',"CARI_ISIM":"Şen"'),
        account("D", ',"CARI_ISIM":"Yeni"'),
        '{"StokTemelBilgi":{"Stok_Kodu":"S","Stok_Adi":"Vida","KDV_Orani":"20"}}',
    )
    rehearsed, _ = take(file, simulated=True)
    assert rows("SELECT name FROM account ORDER BY code") == [("Işık",), ("B",), ("",)]
    summary, told = take(file)
    assert rehearsed == summary
    assert counts(summary, ACCOUNT) == [3, 0, 1, 0]
    assert counts(summary, STOCK) == [1, 0, 0, 0]
    assert [tuple(d) for d in told[0].differences] == [
        ("CARI_ISIM", "Işık", "Işık A.Ş."), ("CARI_IL", "", "İzmir"),
    ]  # fmt: skip
    assert rows("SELECT name, city, search_key FROM account ORDER BY code") == [
        ("Işık", None, "a isik"), ("İpek", "Muş", "b ipek"),
        ("Şen", None, "c sen"), ("Yeni", None, "d yeni"),
    ]  # fmt: skip
    assert rows("SELECT name, vat_rate FROM stock_item") == [("Vida", "20.0")]
    assert counts(take(file)[0], ACCOUNT) == [0, 3, 1, 0]


@pytest.mark.parametrize("simulated", [True, False])
def test_a_file_that_meets_itself(tmp_path: Path, simulated: bool) -> None:
    file = write(
        tmp_path / "kartlar.json",
        account("ab"), account("ab"), account("AB"),
        account("ab", ',"CARI_ISIM":"Adı"'), account("ab", ',"CARI_ISIM":"Başka"'),
        '{"CariTemelBilgi":{"CARI_ISIM":"kodsuz"}}', '{"FatUst":{}}',
    )  # fmt: skip
    _, told = take(file, simulated=simulated)
    assert [one.status for one in told] == [NEW, SAME, FAULTY, NEW, DIFFERENT, FAULTY, FAULTY]
    assert [one.position for one in told] == [1, 2, 3, 4, 5, 6, 7]
    assert rows("SELECT code, name FROM account") == ([] if simulated else [("ab", "Adı")])


def test_batches_meet_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_import, "_BATCH", 2)
    names = ["a", "b", "a", "A", "b", "c", "C"]
    file = write(tmp_path / "kartlar.json", *map(account, names))
    rehearsed, planned = take(file, simulated=True)
    summary, told = take(file)
    assert (rehearsed, planned) == (summary, told)
    assert [one.status for one in told] == [NEW, NEW, SAME, FAULTY, SAME, NEW, FAULTY]


def test_a_run_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_import, "_BATCH", 2)
    file = write(tmp_path / "kartlar.json", *(account(f"{n}") for n in range(6)))
    told: list[CardOutcome] = []
    stopped = card_import.import_cards(file, told=told.extend, stop=lambda: len(told) >= 4)
    assert stopped.stopped
    assert counts(stopped, ACCOUNT) == [4, 0, 0, 0]
    assert counts(take(file)[0], ACCOUNT) == [2, 4, 0, 0]


def test_a_folder_gets_a_file_of_each_kind_and_never_over_another(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="kart yok"):
        card_export.export_cards(tmp_path)
    take(write(tmp_path / "k.json", account("A"), '{"StokTemelBilgi":{"Stok_Kodu":"S"}}'))
    written = card_export.export_cards(tmp_path).files
    assert [one.path.name for one in written] == ["cariler.json", "stoklar.json"]
    assert counts(take(tmp_path / "cariler.json")[0], ACCOUNT) == [0, 1, 0, 0]
    (tmp_path / "cariler.json").unlink()
    with pytest.raises(FileRefused, match=r"stoklar\.json"):
        card_export.export_cards(tmp_path)
    assert not (tmp_path / "cariler.json").exists()


def test_what_was_named_is_taken_away_where_the_next_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(write(tmp_path / "k.json", account("A"), '{"StokTemelBilgi":{"Stok_Kodu":"S"}}'))
    real = card_export.encode_card

    def meddle(card: CardRecord) -> bytes:
        if card.kind is STOCK:
            (tmp_path / "stoklar.json").write_text("başkasının")
        return real(card)

    monkeypatch.setattr(card_export, "encode_card", meddle)
    with pytest.raises(FileRefused, match=r"stoklar\.json"):
        card_export.export_cards(tmp_path)
    assert sorted(p.name for p in tmp_path.glob("*.json")) == ["k.json", "stoklar.json"]
    assert (tmp_path / "stoklar.json").read_text() == "başkasının"


@pytest.mark.parametrize(
    "written",
    [
        '{{"IsSuccessful":true,"Data":[{0},{1}]}}', "[{0},\n{1}]", "{0}\n{1}\n", "{0} {1}",
        '\ufeff[{{"Data":{0},"IsSuccessful":true}},{{"Data":[{1}]}}]',
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "cp1254"])
def test_every_form_in_which_servers_and_integrators_write_cards(
    tmp_path: Path, written: str, encoding: str
) -> None:
    text = written.format(account("A", ',"CARI_ISIM":"Işık Şti."'), account("B"))
    if encoding == "cp1254":
        text = text.removeprefix("\ufeff")
    (tmp_path / "k.json").write_text(text, encoding=encoding)
    assert counts(take(tmp_path / "k.json")[0], ACCOUNT) == [2, 0, 0, 0]
    assert rows("SELECT name FROM account ORDER BY code") == [("Işık Şti.",), ("",)]


def test_a_broken_line_costs_only_itself(tmp_path: Path) -> None:
    file = write(tmp_path / "k.json", account("A"), account("B")[:-5], account("C"))
    assert counts(take(file)[0], ACCOUNT) == [2, 0, 0, 1]


def test_a_file_without_cards_says_so(tmp_path: Path) -> None:
    (tmp_path / "bos.json").write_text("[]")
    with pytest.raises(FileRefused, match="dosyada kart yok"):
        take(tmp_path / "bos.json")


@pytest.mark.broken_books
@pytest.mark.files_only
@pytest.mark.parametrize(
    "damage",
    [
        "name = CAST(X'4BC5' AS TEXT)",
        "extra = '{\"yarım'",
        """extra = '{"a":1},{"b":2}'""",
        """main_extra = '{"a":1},"X":{"b":2}'""",
        "extra = '{}'",
        "extra = '{\"a\":' || replace(hex(zeroblob(2000)), '0', '[') || '}'",
        """extra = '{"CariTemelBilgi":1,"StokTemelBilgi":2}'""",
    ],
)
@pytest.mark.parametrize("kind", CardKind)
def test_a_damaged_card_costs_that_card(
    books: Path, tmp_path: Path, kind: CardKind, damage: str
) -> None:
    code = "CARI_KOD" if kind is ACCOUNT else "Stok_Kodu"
    card = f'{{"{kind.main}":{{"{code}":"%s"}}}}'
    take(write(tmp_path / "k.json", *(card % one for one in "ABC")))
    vandalise(books, f"UPDATE {card_store.TABLES[kind]} SET {damage} WHERE code = 'B'")
    open_database(str(books))
    done = card_export.export_cards(tmp_path / "y.json")
    assert (done.files[0].counts[kind], done.left_out) == (2, [f"{kind} B"])
    found = json.loads((tmp_path / "y.json").read_bytes())
    assert [one[kind.main][code] for one in found] == ["A", "C"]
    told = dict(failures(books))
    assert told["metinler" if "CAST" in damage else "kartlar"].partition(":")[0].endswith(" B")


@pytest.mark.broken_books
@pytest.mark.files_only
def test_a_damaged_rate_costs_its_card_and_without_a_sound_one_there_is_no_file(
    books: Path, tmp_path: Path
) -> None:
    take(write(tmp_path / "k.json", '{"StokTemelBilgi":{"Stok_Kodu":"S"}}'))
    vandalise(books, """UPDATE stock_item SET vat_rate = '1.0,"X":2'""")
    open_database(str(books))
    with pytest.raises(DatabaseRefused, match=r"yazılmayan kart: stok S .*; dosya yazılmadı"):
        card_export.export_cards(tmp_path / "y.json")
    assert not (tmp_path / "y.json").exists()
