"""A packed document holds all of the document: what has a column there, the rest beside it."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings

from app.domain import arithmetic
from app.domain.fingerprint import fingerprint
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine
from app.domain.members import Member, inside
from app.domain.record import PackedInvoice, item_name, pack
from app.netsis.tolerant.parser import read_invoice
from tests.netsis.examples import changed, compact, example
from tests.netsis.strategies import invoices

AMOUNT = re.compile(r"-?(0|[1-9][0-9]*)\.([0-9]*[1-9]|0)\Z")


def spelled(member: Member, value: object) -> str:
    """A column's value as a file has it."""
    if member.kind is Decimal:
        return str(value)
    return json.dumps(f"{value} 00:00:00" if member.kind.__name__ == "date" else value)


def record(table: tuple[Member, ...], row: tuple[object, ...], extra: str | None) -> str:
    """A JSON object of columns and of what stands beside them."""
    pairs = zip(table, row, strict=True)
    found = [f"{json.dumps(m.name)}:{spelled(m, value)}" for m, value in pairs if value is not None]
    return "{" + ",".join([*found, *([extra[1:-1]] if extra else [])]) + "}"


def unpacked(packed: PackedInvoice) -> Invoice:
    """The document again, from nothing but its packed form."""
    header = record(inside(InvoiceHeader), packed.header, packed.header_extra)
    lines = [record(inside(InvoiceLine), line[:-1], line[-1]) for line in packed.lines]
    top = [f'"FaturaTip":{packed.document_type:d}', f'"Seri":{json.dumps(packed.series)}']
    top += [packed.extra[1:-1]] if packed.extra else []
    text = f'{{{",".join(top)},"FatUst":{header},"Kalems":[{",".join(lines)}]}}'
    return read_invoice(text.encode())


@settings(max_examples=60)
@given(invoices())
def test_nothing_of_an_invoice_is_lost(invoice: Invoice) -> None:
    packed = pack(invoice)
    assert unpacked(packed) == invoice
    assert packed.fingerprint == fingerprint(invoice)
    assert packed.warnings == arithmetic.warnings(invoice)
    assert [item_name(line) for line in packed.lines] == [
        line.item_name or "" for line in invoice.lines
    ]
    sent = msgspec.msgpack.encode(packed)
    assert msgspec.msgpack.decode(sent, type=PackedInvoice) == packed
    assert all(AMOUNT.match(line[2]) for line in packed.lines)


def packed_example(path: str = "Ek", value: object = 1) -> PackedInvoice:
    return pack(read_invoice(compact(changed(path, value))))


def test_the_worked_example_by_the_names_of_its_parts() -> None:
    packed = pack(read_invoice(compact(example())))
    assert (packed.document_type, packed.series) == (DocumentType.SALES, "RDM")
    assert (packed.branch, packed.number) == (0, "RDM202400000348")
    assert (packed.account_code, packed.document_date) == ("120-001-001", "2024-03-15")
    assert packed.grand_total == "1833.78"
    assert packed.stock_codes == ["150-01-0001", "HIZ-NAKLIYE"]
    assert packed.extra == '{"KayitliNumaraOtomatikGuncellensin":false}'
    assert packed.warnings == []
    assert packed.lines[1][:-1] == (2, "HIZ-NAKLIYE", "4.0", 1, "75.5", "75.5", "10.0")


def test_a_branch_that_is_not_named_is_the_first() -> None:
    assert packed_example("FatUst.Sube_Kodu", None).branch == 0
    assert packed_example("FatUst.Sube_Kodu", -1).branch == -1


@pytest.mark.parametrize("name", ["Kablo", 'Çelik "Halat"\t{8 mm}', ""])
def test_the_name_that_a_line_gives_its_stock_item(name: str) -> None:
    assert [item_name(line) for line in packed_example("Kalems.0.MALADI", name).lines] == [name, ""]
