"""Totals over many documents equal those of a slow model that adds up the exported file."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain.filters import InvoiceFilter
from app.domain.overview import entry
from app.domain.reasons import DocumentError
from app.errors import Stopped
from app.netsis.tolerant.parser import read_invoice
from app.store import queries, summing
from app.store.database import ConstraintBroken, reading
from app.store.export_sql import documents
from app.store.opening import open_database
from app.transfer.overview import FileDocuments, StoredDocuments, SummedUp, sum_up
from tests.netsis.strategies import invoices, plain_invoices
from tests.store.bookkeeping import PURCHASE, SALES, document, enter, new_books, purchase, vandalise
from tests.transfer.carrying import Carried, export_all

pytestmark = pytest.mark.both_engines

D = Decimal
COSTS = ("FAT_ALTM1", "FAT_ALTM2", "FAT_ALTM3", "YUVARLAMA")
TYPES = {0: SALES, 1: PURCHASE}


def stored_ids() -> list[int]:
    with reading():
        return list(queries.find(InvoiceFilter()))


def exact(value: Decimal) -> Fraction:
    return Fraction(value)


class Model:
    """Adds up what a file of ours states, document by document, in fractions."""

    def __init__(self, content: bytes) -> None:
        self.sums: dict[tuple, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 5)
        self.rates: dict[tuple, Fraction] = defaultdict(Fraction)
        for one in json.loads(content, parse_float=Fraction, parse_int=Fraction):
            self._add(TYPES[int(one["FaturaTip"])], one["FatUst"])

    def _add(self, kind, header) -> None:
        is_return = header.get("TIPI", 0) in (4, 5)
        sign = -1 if is_return else 1
        total, vat = header["GENELTOPLAM"], header.get("KDV", Fraction(0))
        base = total - vat - sum(header.get(cost, 0) for cost in COSTS)
        values = [1, is_return, sign * base, sign * vat, sign * total]
        tipi, currency = int(header.get("TIPI", 0)), int(header.get("DOVIZTIP", 0))
        for key in (
            ("whole",), ("kinds", tipi), ("currencies", currency),
            ("months", header["Tarih"][:7]), ("accounts", header["CariKod"]),
        ):  # fmt: skip
            old = self.sums[kind, *key]
            self.sums[kind, *key] = [a + b for a, b in zip(old, values, strict=True)]
        if currency:
            foreign = self.sums[kind, "foreign", currency]
            foreign[0] += sign * header.get("DovizTut", 0)
            foreign[1] += "DovizTut" not in header
        for n in range(1, 6):
            if header.get(f"KDV{n}T") and header.get(f"KDV{n}O"):
                self.rates[kind, header[f"KDV{n}O"]] += sign * header[f"KDV{n}T"]


def as_model_has_them(found: SummedUp) -> dict[tuple, list[Fraction]]:
    sums = {}
    for kind, one in found.overview.types.items():
        parts = {"kinds": one.kinds, "currencies": one.currencies, "months": one.months,
                 "accounts": one.accounts}  # fmt: skip
        figures = {(kind, "whole"): one.whole}
        figures |= {(kind, part, key): f for part, of in parts.items() for key, f in of.items()}
        for key, f in figures.items():
            sums[key] = [f.count, f.returns, exact(f.base), exact(f.vat), exact(f.total)]
        for currency, f in one.currencies.items():
            if currency:
                sums[kind, "foreign", currency] = [exact(f.foreign), f.silent, 0, 0, 0]
    return sums


def assert_parts_come_to_the_whole(found: SummedUp) -> None:
    for one in found.overview.types.values():
        for part in (one.kinds, one.currencies, one.months, one.accounts):
            for name in ("count", "returns", "base", "vat", "total"):
                values = [exact(getattr(f, name)) for f in part.values()]
                assert sum(values) == exact(getattr(one.whole, name))
        rates = one.rates().values()
        assert sum(exact(rate.base) for rate in rates) == exact(one.whole.base)
        assert sum(exact(rate.vat) for rate in rates) == exact(one.whole.vat)


def keep(documents_):
    """Enter what can be entered; every document is given a number of one series."""
    for one in documents_:
        one.header.gib_number = None
        if one.header.vat_total is None:
            one.header.vat_total = D("0.0")  # what is not stated is another test's
        try:
            enter(one, series="A")
        except (DocumentError, ConstraintBroken):  # or an account that looks like another one
            continue


@pytest.mark.long
@given(st.lists(invoices() | plain_invoices(), min_size=1, max_size=6))
@settings(max_examples=60)
def test_totals_of_any_books_are_those_of_the_slow_model(documents_) -> None:
    with new_books() as books:
        keep(documents_)
        found = sum_up(StoredDocuments(stored_ids()))
        model = Model(export_all(books.with_name("x.json")).path.read_bytes())
    assert as_model_has_them(found) == model.sums
    assert_parts_come_to_the_whole(found)


@given(st.lists(invoices() | plain_invoices(), min_size=1, max_size=4))
@settings(max_examples=60)
def test_what_a_stored_document_adds_is_what_the_whole_document_says(documents_) -> None:
    with new_books():
        keep(documents_)
        ids = stored_ids()
        with reading():
            found = summing.entries(ids)
            texts = [one.text for key in ids for one in documents([key])]
    whole = [read_invoice(text) for text in texts]
    assert found == [entry(one.document_type, one.header, one.lines) for one in whole]


def test_the_books_of_a_company_by_rate_are_those_of_its_buckets_and_its_lines() -> None:
    with new_books() as books:
        enter(*Company(seed=3).invoices(400), series="A")
        found = sum_up(StoredDocuments(stored_ids()))
        content = export_all(books.with_name("x.json")).path.read_bytes()
        with reading():
            found_ones = summing.entries(stored_ids())
        entries = {(one.document_type, one.number): one for one in found_ones}
    model = Model(content)
    assert as_model_has_them(found) == model.sums
    by_rate = {
        (kind, exact(rate)): exact(figures.vat)
        for kind, one in found.overview.types.items()
        for rate, figures in one.rates().items()
        if rate
    }
    assert by_rate == model.rates  # and so none is of unknown rate
    for one in json.loads(content, parse_float=Fraction, parse_int=Fraction):
        bases = bases_by_rate(one)
        parts = entries[TYPES[int(one["FaturaTip"])], one["FatUst"]["FATIRS_NO"]].parts
        assert {exact(part.rate) for part in parts} == set(bases)
        for part in parts:
            assert abs(abs(exact(part.base)) - bases[exact(part.rate)]) <= Fraction(5, 100)


def bases_by_rate(one) -> dict[Fraction, Fraction]:
    """Rate → base of a document's lines, not rounded."""
    header, nets = one["FatUst"], defaultdict(Fraction)
    for line in one["Kalems"]:
        net = line["STra_GCMIK"] * line["STra_BF"]
        for n, name in enumerate(("STra_SatIsk", *(f"STra_SatIsk{n}" for n in range(2, 7)))):
            if n == 0 and line.get("Isk_Flag") == 1:
                net -= line.get(name, 0)
            else:
                net *= 1 - line.get(name, Fraction(0)) / 100
        nets[line.get("STra_KDV", Fraction(0))] += net
    left = 1 - sum(header.get(f"GEN_ISK{n}T", 0) for n in (1, 2, 3)) / sum(nets.values())
    included = header.get("KDV_DAHILMI", False)
    if not header["KDV"]:
        return {Fraction(0): sum(nets.values()) * left}
    return {rate: net * left / (1 + rate / 100 if included else 1) for rate, net in nets.items()}


def test_a_file_comes_to_what_the_books_come_to_that_it_came_from() -> None:
    with new_books() as books:
        enter(*Company(seed=4).invoices(60), series="A")
        found = sum_up(StoredDocuments(stored_ids()))
        file = export_all(books.with_name("x.json")).path
        with Carried(file) as carried:
            of_file = sum_up(FileDocuments(carried.incoming, carried.positions))
    assert as_model_has_them(of_file) == as_model_has_them(found)
    assert of_file.account_names == found.account_names


@pytest.mark.usefixtures("books")
def test_documents_that_do_not_state_their_amount_in_their_currency_are_counted() -> None:
    silent, stating, of_lira = (document(number) for number in ("S-1", "S-2", "S-3"))
    silent.header.currency = stating.header.currency = 1
    stating.header.currency_total = D("3.0")
    enter(silent, stating, of_lira)
    found = sum_up(StoredDocuments(stored_ids())).overview.types[SALES].currencies
    assert (found[1].count, found[1].silent, found[1].foreign) == (2, 1, D("3.0"))
    assert found[0].silent == 0


@pytest.mark.usefixtures("books")
def test_only_the_chosen_count_and_amounts_of_more_decimals_stay_exact() -> None:
    enter(*(document("X", total="0.12345678") for _ in range(3)), series="A")
    enter(purchase("P-1", "320", total="5.0"))
    ids = stored_ids()
    whole = sum_up(StoredDocuments(ids)).overview
    assert whole.types[SALES].whole.total == D("0.37037034")
    assert whole.types[PURCHASE].whole.total == D("5.0")
    few = sum_up(StoredDocuments(ids[:2])).overview
    assert (few.count, few.types[SALES].whole.total) == (2, D("0.24691356"))
    assert sum_up(StoredDocuments([])).overview.types == {}


@pytest.mark.usefixtures("books")
def test_the_work_tells_its_progress_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summing, "AT_ONCE", 2)
    enter(*(document("X") for _ in range(5)), series="A")
    told: list[tuple[int, int]] = []
    sum_up(StoredDocuments(stored_ids()), progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 5), (4, 5), (5, 5)]
    with pytest.raises(Stopped, match="Durduruldu; toplamlar hesaplanmadı"):
        sum_up(StoredDocuments(stored_ids()), stop=lambda: True)


@pytest.mark.broken_books
@pytest.mark.files_only
def test_a_damaged_document_is_named_and_the_others_count(books: Path) -> None:
    enter(*(document("X", total="2.0") for _ in range(4)), series="A")
    vandalise(books, "UPDATE invoice SET grand_total = 'yüz' WHERE id = 2")
    open_database(str(books))
    found = sum_up(StoredDocuments(stored_ids()))
    assert found.left_out == ["A00000000000002"]
    assert found.overview.types[SALES].whole.total == D("6.0")
