"""A number or code that looks the same is the same, in the books as in a file (domain §8)."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.codes import plain_spelling, same_key, stored_key, unique_key
from app.domain.filters import InvoiceFilter
from app.domain.invoice import Invoice
from app.store import cards, checksums, queries
from app.store.database import ConstraintBroken, database, reading, writing
from app.store.opening import close_database, open_database
from app.transfer.undo import restore, undo
from tests.domain.test_codes import NUMBER, SAME
from tests.store.bookkeeping import (
    BEFORE_HISTORY,
    counters,
    document,
    enter,
    failures,
    make_cards,
    new_books,
    opened,
    purchase,
    rows,
)
from tests.transfer.carrying import Carried, ImportRule, carry, write

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]
SPELLINGS = sorted({unicodedata.normalize("NFC", one)[:15] for one in SAME})
BESIDE = "ikisi de duruyor, hangisinin doğru olduğuna kaynağından bakın"
MAKE = ImportRule(create_cards=True)
# What a number can be made of: spellings of a few signs, so that some are equal by chance.
_SIGNS = st.sampled_from([*"AaＡŞş1１١-–−➖־ Iıİi", "\u2003"])
_CODES = st.lists(_SIGNS, min_size=1, max_size=3).map("".join).filter(str.strip)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_of_a_sales_number_is_taken(spelling: str) -> None:
    enter(document(NUMBER))
    (given_number,) = enter(document(spelling))
    assert same_key(given_number) != same_key(NUMBER)


def test_a_suppliers_number_is_taken_in_another_spelling() -> None:
    enter(purchase("FT-7", "320-001"))
    assert enter(purchase("ft-7", "320-001"), purchase("ft-7", "320-002")) == ["FT-8", "ft-7"]


def test_a_series_in_small_letters_goes_on_behind_the_one_in_capitals() -> None:
    enter(document("RDM202600000041"))
    assert enter(document("rdm202600000041")) == ["RDM202600000042"]
    assert enter(document("rdm202600000043")) == ["rdm202600000043"]
    assert enter(document("RDM202600000043")) == ["RDM202600000044"]


def test_a_series_with_another_dash_goes_on_behind_the_plain_one() -> None:
    enter(document("W-0000000000077", series="W-"))
    assert enter(document("W\u20100000000000077", series="W\u2010")) == ["W-0000000000078"]
    assert enter(document("\uff37-0000000000077")) == ["W-0000000000079"]
    assert enter(document("w\u22120000000000077")) == ["W-0000000000080"]
    assert enter(document("W-00000000000\uff17\uff17")) == ["W-0000000000081"]


@settings(max_examples=60)
@given(st.lists(st.lists(_SIGNS, min_size=1, max_size=3).map("".join), min_size=2, max_size=6))
def test_equal_keys_are_the_same_number(numbers: list[str]) -> None:
    with new_books():
        make_cards([document("A-1")])
        for number in numbers:
            before = {key for (key,) in rows("SELECT coalesce(number_key, number) FROM invoice")}
            try:
                (kept,) = enter(document(number))
            except Exception:  # a taken number without digits at its end has no next one
                assert unique_key(number) in before
                continue
            assert (kept == number) == (unique_key(number) not in before)


@given(st.text(max_size=15), st.text(max_size=15))
def test_the_stored_key_is_equal_exactly_where_the_keys_are(one: str, other: str) -> None:
    stored = [stored_key(code) or code for code in (one, other)]
    assert (stored[0] == stored[1]) == (same_key(one) == same_key(other))


@given(st.text(max_size=15))
def test_the_plain_spelling_is_the_same_code(code: str) -> None:
    assert unique_key(plain_spelling(code)) == unique_key(code)


def test_the_database_itself_refuses_the_second_spelling() -> None:
    enter(document("A-1"), document("A-2"))
    sql = "UPDATE invoice SET number = 'a-1', number_key = 'A-1' WHERE number = 'A-2'"
    with pytest.raises(ConstraintBroken), writing():
        database.execute_sql(sql)


def test_one_supplier_gets_no_second_card(tmp_path: Path) -> None:
    with writing():
        cards.add_accounts([("ŞB-01", "Şule")])
        cards.add_stock_items([("MAL-1", "Mal")])
    file = write(
        tmp_path / "x.json",
        [
            document("A-1", account="şb-01", stock="MAL-1"),
            document("A-2", account="ŞB-01", stock="mal-1"),
            document("A-3", account="YENİ-1", stock="MAL-1"),
            document("A-4", account="yeni\u0307-1", stock="MAL-1"),
            document("A-5", account="ŞB-01", stock="MAL-1"),
        ],
    )
    with Carried(file) as carried:
        rehearsed = carried.rehearse(MAKE)
        carried.save(MAKE)
        told = [(one.message, one.status) for one in carried.results]
        assert [one.status for one in rehearsed] == ["hata", "hata", "hazir", "hata", "hazir"]
    assert told == [
        (
            "1. belge, Cari Kodu (CariKod): "
            "şb-01, ŞB-01 carisinin başka bir yazılışı; kodu düzeltin",
            "hata",
        ),
        (
            "2. belge, 1. kalem, Stok Kodu (StokKodu): "
            "mal-1, MAL-1 stokunun başka bir yazılışı; kodu düzeltin",
            "hata",
        ),
        ("", "aktarildi"),
        (
            "4. belge, Cari Kodu (CariKod): "
            "yeni̇-1, YENİ-1 carisinin başka bir yazılışı; kodu düzeltin",
            "hata",
        ),
        ("", "aktarildi"),
    ]
    assert rows("SELECT code FROM account ORDER BY code") == [("YENİ-1",), ("ŞB-01",)]


def test_each_of_two_other_spellings_of_a_card_is_refused(tmp_path: Path) -> None:
    make_cards([document("A-1", account="120-01")])
    spellings = ["120\u201301", "120\u221201"]
    file = write(tmp_path / "x.json", [document("A-1", account=one) for one in spellings])
    with Carried(file) as carried:
        carried.save(MAKE)
        assert [one.status for one in carried.results] == ["hata", "hata"]


def test_a_cyrillic_letter_among_latin_ones_is_a_warning(tmp_path: Path) -> None:
    make_cards([document("A-1")])
    with Carried(write(tmp_path / "x.json", [document("АB-1"), document("AB-1")])) as carried:
        first, second = carried.rows
    assert (first.status, second.status) == ("uyari", "hazir")
    assert (
        first.message == "Fatura No (FATIRS_NO): А başka bir alfabenin karakteri (U+0410), "
        "Latin harfi ya da 0–9 değil"
    )


def test_a_digit_of_another_script_is_not_called_a_letter(tmp_path: Path) -> None:
    make_cards([document("A-1")])
    with Carried(write(tmp_path / "x.json", [document("AB-\u0667"), document("C\u30fc1")])) as it:
        first, second = (row.message for row in it.rows)
    assert "\u0667 başka bir alfabenin karakteri (U+0667), Latin harfi ya da 0–9 değil" in first
    assert "\u30fc başka bir alfabenin karakteri (U+30FC), Latin harfi ya da 0–9 değil" in second


def test_a_filter_finds_every_spelling() -> None:
    enter(document("rdm-7"), document("RDM-8"), document("RDM-9"))
    with reading():
        found = queries.find(InvoiceFilter(number_from="rdm-8", number_to="Rdm-9"))
        assert len(found) == 2
        assert len(queries.find_by_number("RDM-7")) == 1
        assert len(queries.find_by_number("rdm-07")) == 0
        assert len(queries.find(InvoiceFilter(account_code="120-001"))) == 3


def coded(number: str, code: str) -> Invoice:
    """A document with this Seri, Plasiyer and Proje."""
    plain = document(number, series=code)
    header = replace(plain.header, salesman=code, project=code)
    return replace(plain, header=header)


@settings(max_examples=60)
@given(st.lists(_CODES, min_size=2, max_size=6))
def test_a_filter_finds_exactly_the_codes_of_its_key(codes: list[str]) -> None:
    with new_books():
        enter(*(coded(f"N{n}", code) for n, code in enumerate(codes)))
        for wanted in codes:
            keys = [unique_key(code.strip()) for code in codes]
            same = [f"N{n}" for n, key in enumerate(keys) if key == unique_key(wanted.strip())]
            for name in ("series", "salesman", "project"):
                with reading():
                    found = queries.rows(queries.find(InvoiceFilter(**{name: wanted})))
                assert sorted(row.number for row in found) == same, name


@pytest.mark.files_only
def test_numbers_that_stand_side_by_side_already_are_told(tmp_path: Path) -> None:
    """A migration never fails: the second spelling keeps its number, and denetle tells of it."""
    path = tmp_path / "eski.db"
    with opened(path):
        enter(document("A-1"), document("A-2"))
    close_database()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            BEFORE_HISTORY
            + """
            DROP INDEX invoice_number; DROP INDEX account_key; DROP INDEX stock_item_key;
            DROP INDEX invoice_gib_number; DROP TABLE setting; DROP TABLE currency;
            ALTER TABLE invoice DROP COLUMN gib_number;
            ALTER TABLE invoice DROP COLUMN number_key;
            ALTER TABLE account DROP COLUMN unique_key;
            ALTER TABLE stock_item DROP COLUMN unique_key;
            CREATE UNIQUE INDEX invoice_number ON invoice (document_type, number,
                CASE document_type WHEN 1 THEN account_code ELSE '' END);
            UPDATE invoice SET number = 'a-1', prefix = 'a-', tail = 1 WHERE number = 'A-2';
            PRAGMA user_version = 3;
            """
        )
    found = dict(failures(path))
    assert found["yazilislar"] == "a-1: aynı görünen başka bir kod ya da numara var; " + BESIDE
    path.unlink()


@pytest.mark.files_only
def test_numbers_with_another_i_get_one_key(tmp_path: Path) -> None:
    """Version 9 took ı and İ for letters of their own."""
    path = tmp_path / "eski.db"
    with opened(path):
        enter(document("Fİ-1"), document("FI-2"), document("Fı-3"))
    close_database()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            """
            ALTER TABLE transfer DROP COLUMN token; DROP INDEX deleted_invoice_number;
            UPDATE invoice SET number_key = 'FI\u0307-1' WHERE id = 1;
            UPDATE invoice SET number_key = 'Fı-3' WHERE id = 3;
            PRAGMA user_version = 9;
            """
        )
    assert failures(path) == []
    with opened(path):
        assert rows("SELECT number_key FROM invoice ORDER BY id") == [("FI-1",), (None,), ("FI-3",)]
        assert enter(document("fi-1")) == ["FI-4"]


@pytest.mark.files_only
def test_numbers_with_other_dashes_and_blanks_get_one_key(tmp_path: Path) -> None:
    """Version 6 took ➖ and two blanks for signs of their own; what clashes is told."""
    path = tmp_path / "eski.db"
    with opened(path):
        enter(document("A-1"), document("B 1"), document("C-1"), document("C-2"))
    close_database()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            BEFORE_HISTORY
            + """
            UPDATE invoice SET number = 'A➖1', number_key = 'A➖1', prefix = 'A➖' WHERE id = 1;
            UPDATE invoice SET number = 'B  1', prefix = 'B  ' WHERE id = 2;
            UPDATE invoice SET number = 'C➖1', number_key = 'C➖1', prefix = 'C➖', tail = 1
                WHERE id = 4;
            PRAGMA user_version = 6;
            """
        )
    told = dict(failures(path))
    assert told["yazilislar"] == "C➖1: aynı görünen başka bir kod ya da numara var; " + BESIDE
    open_database(str(path))
    keys = "SELECT number_key FROM invoice ORDER BY id"
    assert rows(keys) == [("A-1",), ("B 1",), (None,), ("C-1 #4",)]
    assert enter(document("A-1"), document("B 1")) == ["A-2", "B 2"]
    close_database()
    path.unlink()


def _as_version_13(path: Path, *parts: tuple[str, str, int | None], last: dict[str, int]) -> None:
    """Give the open books the prefixes that version 13 kept; `last` are its counters of them."""
    with writing():
        for number, prefix, tail in parts:
            sql = "UPDATE invoice SET prefix = ?, tail = ? WHERE number = ?"
            database.execute_sql(sql, (prefix, tail, number))
        for one in next(checksums.checksums(), []):
            sealed = "UPDATE invoice SET checksum = ? WHERE id = ?"
            database.execute_sql(sealed, (one.computed, one.id))
        database.execute_sql("DELETE FROM series WHERE prefix <> 'C-'")
        for prefix, number in last.items():
            database.execute_sql("INSERT INTO series VALUES (0, 0, ?, ?)", (prefix, number))
    close_database()
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA user_version = 13")


@pytest.mark.files_only
def test_spellings_of_a_prefix_with_counters_of_their_own_get_one(tmp_path: Path) -> None:
    path = tmp_path / "eski.db"
    open_database(str(path))
    enter(document("ŞB-7"), document("rdm202400000348", series="rdm"), document("a-99"))
    carry(write(tmp_path / "x.json", [document("şb-8"), document("C-1")]), MAKE)
    with writing():
        database.execute_sql("UPDATE counter_start SET prefix = 'şb-' WHERE prefix = 'şB-'")
    _as_version_13(
        path, ("ŞB-7", "ŞB-", 7), ("şb-8", "şb-", 8), ("a-99", "a-", 99),
        ("rdm202400000348", "rdm", 202400000348),
        last={"ŞB-": 7, "şb-": 8, "a-": 99, "rdm": 202400000348},
    )  # fmt: skip
    assert failures(path) == []
    with opened(path):
        assert counters() == {"A-": 99, "C-": 1, "RDM2024": 348, "şB-": 8}
        assert [one[1:] for one in undo(1).counters.last_numbers] == [("C-", 0), ("ŞB-", 7)]
        assert enter(document("A-99"), document("RDM202400000348"), document("Şb-7")) == [
            "A-100", "RDM202400000349", "Şb-8",
        ]  # fmt: skip
        assert [one.number for one in restore(1).left] == ["şb-8"]


@pytest.mark.files_only
def test_what_was_undone_before_comes_back_with_the_prefix_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "eski.db"
    open_database(str(path))
    carry(write(tmp_path / "x.json", [document("şb-8")]), MAKE)
    with writing():
        database.execute_sql("UPDATE invoice SET prefix = 'şb-'")
        (one,) = next(checksums.checksums())
        database.execute_sql("UPDATE invoice SET checksum = ?", (one.computed,))
    undo(1)
    _as_version_13(path, last={})
    with opened(path):
        assert restore(1).left == []
        assert rows("SELECT prefix, tail FROM invoice") == [("şB-", 8)]


@pytest.mark.files_only
def test_every_prefix_of_the_keys_has_a_counter_afterwards(tmp_path: Path) -> None:
    """One counter was that of several years, and a number that ended in no ASCII digit had none."""
    path = tmp_path / "eski.db"
    open_database(str(path))
    enter(document("rdm202300000500"), document("rdm202400000348"), document("A①"))
    _as_version_13(
        path, ("rdm202300000500", "rdm", 202300000500), ("rdm202400000348", "rdm", 202400000348),
        ("A①", "A①", None), last={"rdm": 202400000348},
    )  # fmt: skip
    assert failures(path) == []
    assert counters() == {"A": 1, "RDM2023": 500, "RDM2024": 348}
    close_database()


def test_a_number_that_holds_its_id_is_whole(books: Path) -> None:
    assert enter(document("A #1"), document("a #2")) == ["A #1", "a #2"]
    assert failures(books) == []


def test_what_was_saved_is_in_order_by_its_key(tmp_path: Path) -> None:
    carry(write(tmp_path / "x.json", [document("b-1"), document("A-1"), document("C-1")]), MAKE)
    with reading():
        found = queries.rows(queries.find(InvoiceFilter(), "number"))
    assert [row.number for row in found] == ["A-1", "b-1", "C-1"]
