"""Export → import into an empty database → export: the same documents, nothing lost."""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain.computed_totals import with_totals
from app.domain.invoice import RETURNS, DocumentType, Invoice
from tests.netsis.strategies import invoices, plain_invoices
from tests.store.bookkeeping import make_cards, new_books
from tests.transfer.carrying import KEEP, ImportRule, carry, documents, export_all, write

CARDS = ImportRule(create_cards=True)


@pytest.mark.long
@settings(max_examples=40)
@given(st.lists(invoices() | plain_invoices(), min_size=1, max_size=4))
def test_any_documents_come_out_as_they_went_in(given_ones: list[Invoice]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder) / "kaynak.json", given_ones)
        whole = write(Path(folder) / "tam.json", [with_totals(one)[0] for one in given_ones])
        first, second = Path(folder) / "bir.json", Path(folder) / "iki.json"
        with new_books():
            carried = carry(source, CARDS)
            export_all(first)
        with new_books():
            again = carry(first, CARDS)
            assert {result.status for result in again.results} <= {"aktarildi"}
            export_all(second)
        assert first.read_bytes() == second.read_bytes()
        kept = [
            (before, result)
            for before, result in zip(documents(whole.read_bytes()), carried.results, strict=True)
            if result.status == "aktarildi"
        ]
        for (before, result), after in zip(kept, documents(first.read_bytes()), strict=True):
            before["FatUst"]["FATIRS_NO"] = result.new_number
            assert after == before


def test_the_demo_company_moves_house_whole(tmp_path: Path) -> None:
    invented = list(islice(Company(7).invoices(300), 300))
    source = write(tmp_path / "kaynak.json", invented)
    first, second = tmp_path / "bir.json", tmp_path / "iki.json"
    with new_books():
        make_cards(invented)
        carried = carry(source, KEEP)
        assert {result.status for result in carried.results} == {"aktarildi"}
        assert carried.numbers == [invoice.header.number for invoice in invented]
        done = export_all(first)
        assert done.count == 300
        assert done.totals == {
            kind: sum(
                invoice.header.grand_total * (-1 if invoice.header.kind in RETURNS else 1)
                for invoice in invented
                if invoice.document_type is kind
            )
            for kind in DocumentType
        }
    assert documents(first.read_bytes()) == documents(source.read_bytes())
    with new_books():
        carry(first, CARDS)
        export_all(second)
    assert second.read_bytes() == first.read_bytes()
