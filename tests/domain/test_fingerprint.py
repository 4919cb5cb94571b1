"""A fingerprint is of the content, not of the spelling."""

import json

import msgspec
import pytest

from app.domain.fingerprint import SIZE, fingerprint
from app.domain.netsis_json import encode_invoice
from app.netsis.tolerant.parser import read_invoice
from tests.netsis.examples import ABSENT, changed, compact, example, spelled


def mark(document) -> bytes:
    return fingerprint(read_invoice(compact(document)))


def test_it_is_short_and_the_same_for_ever_as_databases_keep_it():
    assert len(mark(example())) == SIZE
    assert mark(example()).hex() == "372e7d42c3cdeb4725a4d9988312700c"


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("FatUst.GENELTOPLAM", "1833.78", '"1.833,78"'),
        ("FatUst.GENELTOPLAM", "10", "1e1"),
        ("FatUst.Tarih", '"2024-03-15 00:00:00"', '"2024-03-15T11:12:13"'),
        ("FatUst.TIPI", "2", '"ft_Acik"'),
        ("FatUst.KDV_DAHILMI", "false", "0"),
        ("FatUst.CariKod", '"C1"', '" C1 "'),
        ("FatUst.Aciklama", '"ğ"', r'"\u011f"'),
        ("FatUst.Ozel", "1.50", "15e-1"),
        ("FatUst.Ozel", "0", "-0.00"),
        ("FatUst.Ozel", '"ğ"', r'"\u011f"'),
        ("FatUst.Ozel", '{"a":1.0,"b":[1e2]}', '{ "b" : [100], "a" : 1 }'),
    ],
)
def test_the_spelling_does_not_matter(path, one, other):
    first, second = (read_invoice(spelled(path, spelling)) for spelling in (one, other))
    assert fingerprint(first) == fingerprint(second)


def test_order_and_case_of_keys_do_not_matter():
    document = changed("FatUst.Ozel", "x")
    document["FatUst"]["Baska"] = 1
    turned = dict(reversed(document.items()))
    turned["FatUst"] = {name.upper(): v for name, v in reversed(document["FatUst"].items())}
    assert mark(turned) == mark(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("FatUst.FATIRS_NO", "RDM202400000349"),
        ("FatUst.CariKod", "120-001-002"),
        ("FatUst.GENELTOPLAM", 1833.79),
        ("FatUst.KOD2", "S"),
        ("FatUst.KOD1", ABSENT),
        ("Kalems.1.STra_GCMIK", 4.01),
        ("Kalems.1.Ozel", 1),
        ("Ozel", "1"),
        ("Seri", "RDN"),
        ("KayitliNumaraOtomatikGuncellensin", True),
    ],
)
def test_any_difference_in_content_does(path, value):
    assert mark(changed(path, value)) != mark(example())


def test_the_order_of_lines_and_the_type_matter():
    document = example()
    document["Kalems"].reverse()
    assert mark(document) != mark(example())
    document = changed("FaturaTip", 1)
    document["FatUst"]["Tip"] = 1
    assert mark(document) != mark(example())


def test_numbers_that_a_float_would_confuse_are_told_apart():
    one, other = (
        fingerprint(read_invoice(spelled("FatUst.Ozel", spelling)))
        for spelling in ("0.1000000000000000055", "0.1")
    )
    assert one != other
    text, number = (
        fingerprint(read_invoice(spelled("FatUst.Ozel", spelling)))
        for spelling in ('["1e0"]', "[1]")
    )
    assert text != number
    assert fingerprint(read_invoice(spelled("FatUst.Ozel", "1e" + "9" * 40)))


def test_the_invoice_itself_is_left_as_it_was():
    invoice = read_invoice(compact(example()))
    invoice.header.extra = {"B": msgspec.Raw(b"1.50"), "A": msgspec.Raw(b"2")}
    before = encode_invoice(invoice)
    fingerprint(invoice)
    assert encode_invoice(invoice) == before
    assert json.loads(before)["FatUst"]["B"] == 1.5
