"""The table of members says what the structs say, in the file's own order and words."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from app.domain import netsis_json as spelling_of
from app.domain.invoice import InvoiceHeader, InvoiceLine, Member, members


def member(struct: type, name: str) -> Member:
    return next(m for m in members(struct) if m.name == name)


def test_every_field_but_extra_is_a_member_in_order():
    for struct in (InvoiceHeader, InvoiceLine):
        fields = [f.name for f in msgspec.structs.fields(struct) if f.name != "extra"]
        assert [m.attribute for m in members(struct)] == fields


def test_required_members_are_those_without_which_nothing_can_be_booked():
    assert {m.name for m in members(InvoiceHeader) if m.required} == {
        "FATIRS_NO", "CariKod", "Tarih", "GENELTOPLAM",
    }  # fmt: skip
    assert {m.name for m in members(InvoiceLine) if m.required} == {"StokKodu", "STra_GCMIK"}


@pytest.mark.parametrize(
    ("struct", "name", "kind", "limits"),
    [
        (InvoiceHeader, "FATIRS_NO", str, {"min_length": 1, "max_length": 15}),
        (InvoiceHeader, "GIB_FATIRS_NO", str, {"min_length": 0, "max_length": 16}),
        (InvoiceHeader, "Aciklama", str, {"max_length": 20}),
        (InvoiceHeader, "TIPI", int, {"low": 0, "high": 8}),
        (InvoiceHeader, "ODEMEGUNU", int, {"low": -32768, "high": 32767}),
        (InvoiceHeader, "KDV_DAHILMI", bool, {}),
        (InvoiceHeader, "Tarih", date, {}),
        (InvoiceHeader, "KDV1O", Decimal, {"places": 2}),
        (InvoiceHeader, "KDV1T", Decimal, {"places": 8}),
        (InvoiceLine, "STra_DOVFIAT", Decimal, {"places": 15}),
        (InvoiceLine, "StokKodu", str, {"min_length": 1, "max_length": 35}),
    ],
)
def test_kind_and_limits(struct, name, kind, limits):
    found = member(struct, name)
    assert found.kind is kind
    assert {name: getattr(found, name) for name in limits} == limits


def test_no_two_members_differ_in_nothing_but_case():
    for struct in (InvoiceHeader, InvoiceLine):
        names = [m.name.lower() for m in members(struct)]
        assert len(set(names)) == len(names)
        assert all(name.isascii() for name in names)


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        (Decimal("10.0"), b"10.0"),
        (Decimal("0.00000001"), b"0.00000001"),
        (Decimal("-217.5"), b"-217.5"),
        (date(2024, 3, 5), b'"2024-03-05 00:00:00"'),
        (date(1, 1, 1), b'"0001-01-01 00:00:00"'),
        (True, b"true"),
        (7, b"7"),
        ('Şube "1"\n', '"Şube \\"1\\"\\n"'.encode()),
    ],
)
def test_values_are_spelled_as_logo_does(value, spelling):
    assert spelling_of.spell(value) == spelling


def test_a_record_is_spelled_without_what_it_lacks_and_with_what_we_do_not_model():
    line = InvoiceLine(
        stock_code="S", quantity=Decimal("1.0"), order=1, extra={"Öz": msgspec.Raw(b"[1, 2]")}
    )
    spelled = spelling_of.join(spelling_of.spell_members(line, members(InvoiceLine)))
    assert spelled.decode() == '{"Sira":1,"StokKodu":"S","STra_GCMIK":1.0,"Öz":[1, 2]}'
