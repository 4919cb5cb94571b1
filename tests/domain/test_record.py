"""A record holds all of the document: what has a column there, the rest beside it."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example as always
from hypothesis import given, settings
from msgspec.structs import astuple

from app.domain import stated_totals
from app.domain.computed_totals import with_totals
from app.domain.fingerprint import fingerprint
from app.domain.invoice import DocumentType, Invoice, InvoiceHeader, InvoiceLine, Member, inside
from app.domain.reasons import Code, Reason
from app.domain.record import Record, RecordLine, summarize, to_record
from app.netsis.parse_ways import read_record, read_summary
from app.netsis.tolerant.parser import read_invoice
from tests.netsis.examples import changed, compact, example
from tests.netsis.strategies import invoices

AMOUNT = re.compile(r"-?(0|[1-9][0-9]*)\.([0-9]*[1-9]|0)\Z")


def spelled(member: Member, value: object) -> str:
    """A column's value as a file has it."""
    if member.kind is Decimal:
        return str(value)
    return json.dumps(f"{value} 00:00:00" if member.kind.__name__ == "date" else value)


def struct_text(table: tuple[Member, ...], record: Record | RecordLine, extra: str | None) -> str:
    """A JSON object of columns and of what stands beside them."""
    pairs = [(member, getattr(record, member.attribute)) for member in table]
    found = [f"{json.dumps(m.name)}:{spelled(m, value)}" for m, value in pairs if value is not None]
    return "{" + ",".join([*found, *([extra[1:-1]] if extra else [])]) + "}"


def invoice_of(record: Record) -> Invoice:
    """The document again, from nothing but its record."""
    header = struct_text(inside(InvoiceHeader), record, record.header_extra)
    lines = [struct_text(inside(InvoiceLine), line, line.extra) for line in record.lines]
    top = [f'"FaturaTip":{record.document_type:d}', f'"Seri":{json.dumps(record.series)}']
    top += [record.extra[1:-1]] if record.extra else []
    text = f'{{{",".join(top)},"FatUst":{header},"Kalems":[{",".join(lines)}]}}'
    return read_invoice(text.encode())


@settings(max_examples=60)
@given(invoices())
@always(
    Invoice(
        document_type=DocumentType.SALES,
        header=InvoiceHeader(
            number="0", account_code="0", grand_total=Decimal("0.0"), document_date=date(2000, 1, 1)
        ),
        lines=[InvoiceLine(stock_code="0", quantity=Decimal("1.0"), net_price=Decimal("6.0"))],
    )
)
def test_nothing_of_an_invoice_is_lost(invoice: Invoice) -> None:
    invoice, _ = with_totals(invoice)  # of no amount beside lines that have one: as a reader does
    record = to_record(invoice)
    assert invoice_of(record) == invoice
    assert record.fingerprint == fingerprint(invoice)
    found = [one for one in record.warnings if one.code is not Code.FOREIGN_LETTER]
    assert found == stated_totals.warnings(invoice)
    assert [line.item_name for line in record.lines] == [
        line.item_name or "" for line in invoice.lines
    ]
    sent = msgspec.msgpack.encode(record)
    assert msgspec.msgpack.decode(sent, type=Record) == record
    assert all(AMOUNT.match(line.quantity) for line in record.lines)


def example_record(path: str = "Ek", value: object = 1) -> Record:
    return to_record(read_invoice(compact(changed(path, value))))


@pytest.mark.parametrize(
    ("path", "field", "line"),
    [
        ("Seri", "Seri", 0),
        ("FatUst.FATIRS_NO", "FATIRS_NO", 0),
        ("FatUst.GIB_FATIRS_NO", "GIB_FATIRS_NO", 0),
        ("FatUst.CariKod", "CariKod", 0),
        ("Kalems.1.StokKodu", "StokKodu", 2),
    ],
)
def test_a_letter_that_only_looks_latin_is_told_in_every_code(
    path: str, field: str, line: int
) -> None:
    raw = compact(changed(path, "RDM\u0410024000000348"[:15]))
    told = Reason(Code.FOREIGN_LETTER, field, ("\u0410", "U+0410"), line)
    assert told in read_record(raw).warnings
    assert told in read_summary(raw).warnings


def test_the_worked_example_by_the_names_of_its_parts() -> None:
    record = to_record(read_invoice(compact(example())))
    assert (record.document_type, record.series) == (DocumentType.SALES, "RDM")
    assert (record.branch, record.number) == (0, "RDM202400000348")
    assert (record.account_code, record.document_date) == ("120-001-001", "2024-03-15")
    assert record.grand_total == "1833.78"
    assert record.stock_codes == ["150-01-0001", "HIZ-NAKLIYE"]
    assert record.extra == '{"KayitliNumaraOtomatikGuncellensin":false}'
    assert record.warnings == []
    assert astuple(record.lines[1])[:-1] == (2, "HIZ-NAKLIYE", "4.0", 1, "75.5", "75.5", "10.0")


def test_a_branch_that_is_not_named_is_the_first() -> None:
    assert example_record("FatUst.Sube_Kodu", None).branch is None
    assert summarize(example_record("FatUst.Sube_Kodu", None)).branch == 0
    assert summarize(example_record("FatUst.Sube_Kodu", -1)).branch == -1


def test_a_field_is_named_and_ordered_like_its_column() -> None:
    columns = [member.attribute for member in inside(InvoiceHeader)]
    assert [name for name in Record.__struct_fields__ if name in columns] == columns
    columns = [member.attribute for member in inside(InvoiceLine)]
    assert RecordLine.__struct_fields__ == (*columns, "extra")


@pytest.mark.parametrize("name", ["Kablo", 'Çelik "Halat"\t{8 mm}', ""])
def test_the_name_that_a_line_gives_its_stock_item(name: str) -> None:
    assert [line.item_name for line in example_record("Kalems.0.MALADI", name).lines] == [name, ""]
