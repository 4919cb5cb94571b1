"""A GİB number is one sales document's, or one of a supplier's (domain §8)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.invoice import Invoice
from app.store.opening import close_database
from tests.store.bookkeeping import (
    BEFORE_HISTORY,
    document,
    enter,
    failures,
    make_cards,
    opened,
    purchase,
    rows,
)
from tests.transfer.carrying import Carried, ImportRule, export_all, write

pytestmark = [pytest.mark.usefixtures("books"), pytest.mark.both_engines]
KEEP = ImportRule(create_cards=True)
SERIES = ImportRule(series="NEW", create_cards=True)
GIB = "RDM2026000000007"
OWN = "RDM202600000007"
CONTRADICTS = f"GİB No (GIB_FATIRS_NO): {GIB}, FATIRS_NO ile uyuşmuyor"


def with_gib(invoice: Invoice) -> Invoice:
    invoice.header.gib_number = GIB
    return invoice


def saved(file: Path, rule: ImportRule) -> list[tuple[str, str, str]]:
    """Of each document (status, number, message); a rehearsal before said the same."""
    with Carried(file) as carried:
        foretold = [(one.message, one.new_number) for one in carried.rehearse(rule)]
        plan = carried.plan(rule)
        carried.save(rule)
        assert foretold == [(one.message, one.new_number) for one in carried.results]
        left_out = sum("yazılmadı" in one.message for one in carried.results)
        assert plan.without_gib == left_out
        return [(one.status, one.new_number, one.message) for one in carried.results]


def stored() -> list[tuple[object, ...]]:
    return rows("SELECT number, header_extra ->> '$.GIB_FATIRS_NO' FROM invoice ORDER BY id")


def test_two_documents_do_not_keep_one_gib_number(tmp_path: Path) -> None:
    file = write(tmp_path / "x.json", [with_gib(document(OWN)), with_gib(document("A-2"))])
    assert saved(file, KEEP) == [
        ("aktarildi", OWN, ""),
        (
            "hata",
            "",
            f"2. belge, GİB No (GIB_FATIRS_NO): {GIB}, {OWN} belgesinde var; uyarı: {CONTRADICTS}",
        ),
    ]
    assert stored() == [(OWN, GIB)]


def test_a_copy_under_a_new_number_leaves_it_out_and_the_journal_has_it(tmp_path: Path) -> None:
    enter(with_gib(document(OWN)))
    file = write(tmp_path / "x.json", [with_gib(document(OWN, note="başka"))])
    said = f"GİB No (GIB_FATIRS_NO): {GIB} yazılmadı, {OWN} belgesinde var"
    assert saved(file, SERIES) == [("aktarildi", "NEW000000000001", said)]
    assert stored() == [(OWN, GIB), ("NEW000000000001", None)]
    assert rows("SELECT source_number, message FROM transfer_item") == [(OWN, said)]


def test_a_document_that_gets_a_new_number_keeps_a_gib_number_that_is_its_own(
    tmp_path: Path,
) -> None:
    file = write(tmp_path / "x.json", [with_gib(document(OWN))])
    assert saved(file, SERIES) == [("aktarildi", "NEW000000000001", "")]
    assert stored() == [("NEW000000000001", GIB)]


def test_two_suppliers_may_have_the_same_gib_number(tmp_path: Path) -> None:
    both = [with_gib(purchase(OWN, "320-001")), with_gib(purchase(OWN, "320-002"))]
    file = write(tmp_path / "x.json", both)
    assert [status for status, *_ in saved(file, KEEP)] == ["aktarildi", "aktarildi"]


def test_the_list_warns_before_it_is_known_which_number_it_gets(tmp_path: Path) -> None:
    enter(with_gib(document(OWN)))
    with Carried(write(tmp_path / "x.json", [with_gib(document("A-9"))])) as carried:
        (row,) = carried.rows
    assert row.status == "uyari"
    assert row.message == f"GİB No (GIB_FATIRS_NO): {GIB}, {OWN} belgesinde var; {CONTRADICTS}"


def test_numbers_that_contradict_each_other_are_a_warning(tmp_path: Path) -> None:
    make_cards([document("A-9")])
    with Carried(write(tmp_path / "x.json", [with_gib(document("A-9"))])) as carried:
        (row,) = carried.rows
    assert row.message == CONTRADICTS


def test_what_was_left_out_comes_out_without_it(tmp_path: Path) -> None:
    enter(with_gib(document(OWN)))
    saved(write(tmp_path / "x.json", [with_gib(document(OWN, note="başka"))]), SERIES)
    export_all(tmp_path / "y.json")
    assert (tmp_path / "y.json").read_text().count(GIB) == 1


@pytest.mark.broken_books
@pytest.mark.files_only
def test_gib_numbers_that_are_shared_already_are_told(tmp_path: Path) -> None:
    """A migration never fails: the second document keeps its number, and denetle tells of it."""
    path = tmp_path / "eski.db"
    with opened(path):
        enter(with_gib(document(OWN)), document("A-2"))
    close_database()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            BEFORE_HISTORY
            + """
            DROP INDEX invoice_gib_number; DROP TABLE setting; DROP TABLE currency;
            ALTER TABLE invoice DROP COLUMN gib_number;
            UPDATE invoice SET header_extra = (SELECT header_extra FROM invoice WHERE id = 1);
            PRAGMA user_version = 4;
            """
        )
    found = failures(path)
    told = dict(found)["gib-numaralari"]
    assert told.startswith(f"A-2: GİB numarası {GIB} başka bir belgede de var; ")


@pytest.mark.parametrize("text", ["", "   ", "0", "-", "YOK"])
def test_a_text_that_is_no_gib_number_may_stand_in_many_documents(
    tmp_path: Path, text: str
) -> None:
    some = [document("A-1"), document("A-2")]
    for one in some:
        one.header.gib_number = text
    file = write(tmp_path / "x.json", some)
    assert [status for status, *_ in saved(file, KEEP)] == ["aktarildi", "aktarildi"]
