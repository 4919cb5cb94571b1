"""Lists: what a filter finds, in which order, how fast, and exact sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.domain.filters import InvoiceFilter
from app.domain.invoice import InvoiceKind
from app.domain.reasons import Code, Reason
from app.domain.totals import ForeignSum, Sums
from app.store import cards, lookups, queries
from app.store.database import ConstraintBroken, database, reading, sqlite, writing
from tests.store.bookkeeping import (
    MARCH,
    PURCHASE,
    SALES,
    document,
    enter,
    make_cards,
    purchase,
    rows,
    set_counter,
    sums_of,
)

pytestmark = pytest.mark.usefixtures("books")


def _numbers(wanted: InvoiceFilter, **order: object) -> list[str]:
    with reading():
        return [row.number for row in queries.rows(queries.find(wanted, **order))]


@pytest.fixture
def shop(books: object) -> None:  # noqa: ARG001
    enter(
        document("A-1", day=date(2024, 1, 1), account="120-001", total="9.0"),
        document("A-2", day=date(2024, 1, 31), account="120-002", total="100.0"),
        document("B-1", day=date(2024, 2, 1), account="120-001", total="-5.0"),
        purchase("A-1", "320-001", day=date(2024, 1, 15), total="20.0"),
        purchase("A-1", "120-001", day=date(2024, 3, 1), total="10.0"),
    )


@pytest.mark.usefixtures("shop")
def test_each_filter_finds_its_documents() -> None:
    assert _numbers(InvoiceFilter()) == ["A-1", "A-1", "A-2", "B-1", "A-1"]
    assert _numbers(InvoiceFilter(document_type=SALES)) == ["A-1", "A-2", "B-1"]
    assert _numbers(InvoiceFilter(document_type=PURCHASE)) == ["A-1", "A-1"]
    both = InvoiceFilter(date_from=date(2024, 1, 1), date_to=date(2024, 1, 31))
    assert _numbers(both) == ["A-1", "A-1", "A-2"]
    assert _numbers(InvoiceFilter(date_from=date(2024, 2, 1))) == ["B-1", "A-1"]
    assert _numbers(InvoiceFilter(date_to=date(2024, 1, 1))) == ["A-1"]
    assert _numbers(InvoiceFilter(number_from="A-2", number_to="A-9")) == ["A-2"]
    assert _numbers(InvoiceFilter(number_from="a-0000000000002", number_to="a-0000000000002")) == []
    assert _numbers(InvoiceFilter(account_code="120-001")) == ["A-1", "B-1", "A-1"]
    together = InvoiceFilter(document_type=SALES, account_code="120-001", number_from="B-0")
    assert _numbers(together) == ["B-1"]
    assert _numbers(InvoiceFilter(account_code="120-00")) == []
    assert len(_numbers(InvoiceFilter(account_code="120-00*"))) == 4


@pytest.mark.usefixtures("shop")
def test_a_list_can_be_sorted_by_each_column_both_ways() -> None:
    by_total = ["B-1", "A-1", "A-1", "A-1", "A-2"]
    assert _numbers(InvoiceFilter(), order="grand_total") == by_total
    for order in queries.ORDERS:
        with reading():
            forth = queries.find(InvoiceFilter(document_type=SALES), order)
            back = queries.find(InvoiceFilter(document_type=SALES), order, reverse=True)
        assert list(forth) == list(reversed(back)) != [], order
    assert _numbers(InvoiceFilter(document_type=SALES), order="number", reverse=True) == [
        "B-1", "A-2", "A-1",
    ]  # fmt: skip


def test_totals_stand_in_the_order_of_the_list() -> None:
    enter(*(document(f"A{n}", total=total) for n, total in enumerate(("7.0", "0.125", "3.05"))))
    for order in queries.ORDERS:
        for reverse in (False, True):
            with reading():
                ids = queries.find(InvoiceFilter(), order, reverse=reverse)
                assert queries.in_order(sorted(ids), order, reverse=reverse) == ids
                gone = queries.in_order([10**9, *ids], order, reverse=reverse)
                assert list(gone) == [*ids, 10**9]
                totals = queries.totals(ids)
                for place, key in enumerate(ids):
                    chosen = bytes(n == place for n in range(len(ids)))
                    assert totals.sum(chosen) == sums_of([key])


@pytest.mark.files_only
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (InvoiceFilter(document_type=SALES, date_from=MARCH, date_to=MARCH), "invoice_date"),
        (InvoiceFilter(date_from=MARCH), "invoice_date"),
        (InvoiceFilter(document_type=SALES, number_from="A1", number_to="A9"), "invoice_number"),
        (InvoiceFilter(number_from="A", number_to="A"), "invoice_number"),
        (InvoiceFilter(number_from="A1"), "invoice_number"),
        (InvoiceFilter(account_code="120-*"), "invoice_account"),
        (InvoiceFilter(account_code="120-*", number_to="A1"), "invoice_account"),
        (InvoiceFilter(account_code="120-001"), "invoice_account"),
        (InvoiceFilter(document_type=SALES, account_code="120-001"), "invoice_account"),
        (InvoiceFilter(account_code="120-001", date_from=MARCH), "invoice_account"),
        (InvoiceFilter(account_code="1", number_from="A", number_to="A"), "invoice_number"),
    ],
)
def test_each_filter_has_its_index(
    wanted: InvoiceFilter, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    read = database.ids

    def listen(sql: str, values: tuple[object, ...]) -> object:
        asked.append((sql, values))
        return read(sql, values)

    monkeypatch.setattr(sqlite, "ids", listen)
    with reading():
        queries.find(wanted)
    monkeypatch.undo()
    ((sql, values),) = asked
    plan = " ".join(str(row[3]) for row in rows(f"EXPLAIN QUERY PLAN {sql}", *values))
    assert f"INDEX {index} (" in plan, plan
    if index == "invoice_number":
        assert "SEARCH invoice USING INTEGER PRIMARY KEY" in plan, plan


@pytest.mark.files_only
def test_lookups_of_numbering_have_their_index() -> None:
    last = """EXPLAIN QUERY PLAN SELECT max(tail) FROM invoice WHERE document_type = 0
        AND prefix = 'A' AND CASE document_type WHEN 1 THEN account_code ELSE '' END = ''"""
    assert "INDEX invoice_prefix" in str(rows(last))
    gone = "EXPLAIN QUERY PLAN SELECT max(transfer_id) FROM deleted_invoice WHERE number = 'A-1'"
    assert "COVERING INDEX deleted_invoice_number" in str(rows(gone))
    again = "EXPLAIN QUERY PLAN SELECT 1 FROM transfer_item WHERE fingerprint = x'00'"
    assert "INDEX transfer_item_fingerprint" in str(rows(again))


def test_the_database_itself_keeps_numbers_unique() -> None:
    enter(document("A-1"), purchase("A-1", "320-001"))
    columns = "document_type, prefix, tail, number, account_code, document_date, grand_total"
    insert = f"INSERT INTO invoice (id, {columns}, line_count, entered_on) VALUES (9, ?, '', 1, 'A-1', ?, '2024-01-01', '1.0', 1, '2024-01-01')"  # noqa: E501
    make_cards([document("x", account="120-009")])
    for kind, account in ((0, "120-001"), (0, "120-009"), (1, "320-001")):
        with pytest.raises(ConstraintBroken, match=r"(?i)unique"), writing():
            database.execute_sql(insert, (kind, account))
    with writing(), database.savepoint() as free:
        database.execute_sql(insert, (1, "120-009"))
        free.rollback()


@pytest.mark.parametrize(
    "change",
    ["number = ''", "number = '1234567890123456'", "kind = 9", "branch = 40000",
     "document_type = 2", "account_code = 'yok'", "line_count = 0", "salesman = '123456789'",
     pytest.param("line_count = 'bir'", marks=pytest.mark.files_only)],
)  # fmt: skip
def test_the_database_itself_keeps_limits(change: str) -> None:
    enter(document("A-1"))
    with pytest.raises(ConstraintBroken), writing():
        database.execute_sql(f"UPDATE invoice SET {change}")


def test_sums_are_exact() -> None:
    totals = ["0.1"] * 10 + ["999999999999999.99"] * 3 + ["-0.01", "0.00000001"]
    enter(*[document(f"A-{n}", total=total) for n, total in enumerate(totals)])
    with reading():
        found = sums_of(queries.find(InvoiceFilter()))
        assert found[SALES].total == sum(map(Decimal, totals))
        assert sums_of([]) == sums_of([10**9]) == {}


def test_documents_in_a_foreign_currency_are_summed_in_it_too() -> None:
    foreign = [document(f"A-{n}", total=total) for n, total in enumerate(("330.0", "34.5", "40.0"))]
    for one, currency, amount in zip(
        foreign, (1, 1, 2), (Decimal("9.99"), Decimal("0.00000001"), None), strict=True
    ):
        one.header.currency, one.header.currency_total = currency, amount
    enter(document("B-1", total="10.0"), *foreign)
    with reading():
        sums = sums_of(queries.find(InvoiceFilter()))[SALES]
    assert sums.total == Decimal("414.5")
    assert sums.foreign == (
        ForeignSum(1, Decimal("9.99000001"), 2),
        ForeignSum(2, Decimal(0), 1, silent=1),
    )


def test_returns_count_negative_and_purchases_apart() -> None:
    documents = [document("A-1", total="10.0"), document("A-2", total="0.001"), document("A-3")]
    documents[0].header.kind = InvoiceKind.RETURN
    documents[1].header.kind = InvoiceKind.WASTE_RETURN
    bought = purchase("A-1", "320-001")
    bought.header.kind, bought.header.currency = InvoiceKind.RETURN, 1
    bought.header.currency_total = Decimal("5.5")
    enter(*documents, bought)
    with reading():
        sums = sums_of(queries.find(InvoiceFilter()))
    third, back = documents[2].header.grand_total, bought.header.grand_total
    assert sums[SALES] == Sums(third - Decimal("10.001"))
    assert sums[PURCHASE] == Sums(-back, (ForeignSum(1, Decimal("-5.5"), 1),))


def test_why_a_filter_finds_nothing_is_a_reason() -> None:
    unknown = InvoiceFilter(account_code="120-YOK")
    with reading():
        assert queries.why_none(InvoiceFilter()) == Reason(Code.NO_DOCUMENTS)
        assert queries.why_none(unknown) == Reason(Code.NO_SUCH_ACCOUNT, values=("120-YOK",))
    enter(document("A-1"))
    with reading():
        assert queries.why_none(InvoiceFilter()) == Reason(Code.NOTHING_MATCHES)


def test_rehber_finds_accounts_however_they_are_typed() -> None:
    with writing():
        cards.add_accounts(
            [("120-1", "Şişli Çelik A.Ş."), ("120-2", "Isparta Gül"), ("120-3", "İzmir Gıda")]
        )
    with reading():
        assert [f.code for f in lookups.search_accounts("SISLI celik", 9)] == ["120-1"]
        assert [f.code for f in lookups.search_accounts("", 9)] == ["120-2", "120-3", "120-1"]
        assert [f.code for f in lookups.search_accounts("120-", 2)] == ["120-2", "120-3"]
        assert lookups.search_accounts("%", 9) == []
        assert lookups.search_accounts("' OR 1", 9) == []


@pytest.mark.usefixtures("shop")
def test_rehber_of_numbers_lists_only_the_chosen_type() -> None:
    with reading():
        assert [f.code for f in lookups.search_numbers(SALES, "a-", 9)] == ["A-1", "A-2"]
        assert [f.code for f in lookups.search_numbers(PURCHASE, "", 9)] == ["A-1", "A-1"]


@pytest.mark.both_engines
def test_rehber_of_series_tells_the_last_number_of_each_as_it_is_written() -> None:
    enter(
        *(document(f"KZ{n}") for n in (2, 99, 3)),
        document("A00000000000012"),
        document("rdm202400000007"),
        document("RDM202500000002"),
        document("F-3"),
        document("ŞP1"),
        purchase("BAS000000000093", "320-1"),
        purchase("kz7", "320-1"),
        purchase("KZ7", "320-2"),
        purchase("A00000000000100", "320-2"),
    )
    set_counter("YOK", 41)
    set_counter("KZ", 7, PURCHASE)
    with reading():
        assert lookups.list_series(SALES) == [
            ("A", "A00000000000012"), ("KZ", "KZ99"), ("RDM", "RDM202500000002"),
            ("YOK", "YOK000000000041"),
        ]  # fmt: skip
        assert lookups.list_series(PURCHASE) == [
            ("A", "A00000000000100"), ("BAS", "BAS000000000093"), ("KZ", "kz7"),
        ]  # fmt: skip


def test_rehber_of_numbers_finds_them_however_they_are_typed() -> None:
    with writing():
        cards.add_accounts([("120-1", "Şişli Çelik A.Ş.")])
    enter(
        document("IRS000000000001", account="120-1", day=date(2024, 3, 5)),
        document("ş ı9", account="120-1", day=date(2024, 3, 6)),
    )
    with reading():
        first, second = lookups.search_numbers(SALES, "", 9)
        assert first == ("IRS000000000001", "05.03.2024  Şişli Çelik A.Ş.")
        for typed in ("irs", "ırs", "İRS", "IRS 05.03", "05.03.2024", "celik irs", "ŞİŞLİ irs"):
            assert lookups.search_numbers(SALES, typed, 9) == [first], typed
        for typed in ("Ş ı9", "ş", "Ş I", "06.03.2024 sisli"):
            assert second in lookups.search_numbers(SALES, typed, 9), typed
        assert lookups.search_numbers(SALES, "06.03.2024 irs", 9) == []
        ids = queries.find(InvoiceFilter())
        for typed in ("İrs", "irs ", "ÇELIK", "sisli"):
            assert 0 in queries.matching(ids, typed), typed
        assert queries.matching(ids, "İrs") == [0]
        assert queries.matching(ids[::-1], "İrs") == [1]


def test_a_card_that_there_is_stays_as_it_is() -> None:
    with writing():
        cards.add_accounts([("120-1", "İlk")])
        cards.add_accounts([("120-1", "İkinci"), ("120-2", "Yeni")])
    with reading():
        assert cards.names("account", ["120-1", "120-2", "120-3"]) == {
            "120-1": "İlk",
            "120-2": "Yeni",
        }
        assert cards.missing("account", ["120-1", "120-3"]) == {"120-3"}
        assert cards.missing("stock_item", ["x"]) == {"x"}
