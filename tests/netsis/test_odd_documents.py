"""Small odd documents, each read by both parsers, stored, exported and read again."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.domain.netsis_json import encode_invoice
from app.domain.reasons import Code, DocumentError
from app.domain.record import to_record
from app.netsis.fast_parser import fast_record
from app.netsis.parse_ways import read_record, read_summary
from app.netsis.tolerant.parser import read_invoice
from app.transfer.decide import ImportRule
from tests.netsis.examples import ABSENT, changed, compact, example
from tests.store.bookkeeping import rows
from tests.transfer.carrying import Carried, export_all


def both_ways(document: Any) -> Any:
    """The invoice; the fast parser makes the same record of it as the tolerant one."""
    for raw in (compact(document), encode_invoice(read_invoice(compact(document)))):
        assert read_record(raw) == to_record(read_invoice(raw))
    return read_invoice(compact(document))


def refusal(document: Any) -> Code:
    with pytest.raises(DocumentError) as refused:
        both_ways(document)
    with pytest.raises(DocumentError) as fast:
        read_record(compact(document))
    assert fast.value.reason == refused.value.reason
    return refused.value.reason.code


def through_the_books(path: Path, *documents: Any) -> list[Any]:
    """What comes out of empty books into which a file of these was imported."""
    file = path / "giris.json"
    file.write_bytes(b"[" + b",".join(map(compact, documents)) + b"]")
    with Carried(file) as carried:
        carried.save(ImportRule(create_cards=True))
    return json.loads(export_all(path / "cikis.json").path.read_bytes(), parse_float=Decimal)


@pytest.mark.parametrize("count", [1, 3, 10**9])
def test_a_stated_number_of_lines_has_to_be_theirs(count: int) -> None:
    assert refusal(changed("KalemAdedi", count)) is Code.WRONG_LINE_COUNT


@pytest.mark.parametrize("count", [1, 3])
def test_a_stated_number_of_lines_counts_in_our_own_spelling_too(count: int) -> None:
    raw = encode_invoice(read_invoice(compact(example())))
    assert fast_record(raw)
    wrong = raw.replace(b'"KalemAdedi":2', b'"KalemAdedi":%d' % count)
    for read in (read_record, read_summary):
        with pytest.raises(DocumentError) as refused:
            read(wrong)
        assert refused.value.reason.code is Code.WRONG_LINE_COUNT


@pytest.mark.parametrize("count", [2, 2.0, "2", None, ABSENT, 0, 0.0, "0", "", "\0"])
def test_the_number_of_lines_in_every_form_or_none(count: object) -> None:
    assert both_ways(changed("KalemAdedi", count)) == both_ways(example())


def test_a_document_without_lines_is_none() -> None:
    document = changed("Kalems", [])
    for count in (0, 2):
        document["KalemAdedi"] = count
        assert refusal(document) is Code.NO_LINES


def test_a_gib_number_in_fatirs_no_and_another_beside_it() -> None:
    document = changed("FatUst.FATIRS_NO", "ABC2024000000001")
    header = both_ways(document).header
    assert (header.number, header.gib_number) == ("ABC202400000001", "RDM2024000000348")
    document["FatUst"]["GIB_FATIRS_NO"] = None
    header = both_ways(document).header
    assert (header.number, header.gib_number) == ("ABC202400000001", "ABC2024000000001")
    document["FatUst"]["FATIRS_NO"] = "ABC2024100000001"
    header = both_ways(document).header
    assert (header.number, header.gib_number) == ("ABC2024100000001", "ABC2024100000001")


@pytest.mark.usefixtures("books")
def test_both_numbers_survive_the_books(tmp_path: Path) -> None:
    document = changed("FatUst.FATIRS_NO", "ABC2024000000001")
    (found,) = through_the_books(tmp_path, document)
    assert found["FatUst"]["FATIRS_NO"] == "ABC202400000001"
    assert found["FatUst"]["GIB_FATIRS_NO"] == "RDM2024000000348"


BLANKS = ["  Not", "Not  ", " Not ", "\tNot", "Not\n", " ", "a  b"]


@pytest.mark.parametrize("note", BLANKS)
@pytest.mark.parametrize("member", ["Aciklama", "EKACK1", "EKACK16"])
@pytest.mark.usefixtures("books")
def test_a_note_keeps_the_blanks_around_it(tmp_path: Path, member: str, note: str) -> None:
    (found,) = through_the_books(tmp_path, changed(f"FatUst.{member}", note))
    assert found["FatUst"][member] == note
    both_ways(changed(f"FatUst.{member}", note))


@pytest.mark.parametrize("code", ["120-001-001", "150-01-0001", "RDM202400000348"])
def test_a_code_loses_the_blanks_around_it_in_our_own_spelling_too(code: str) -> None:
    raw = encode_invoice(read_invoice(compact(example())))
    for blanks in (f" {code}", f"{code} "):
        padded = raw.replace(f'"{code}"'.encode(), f'"{blanks}"'.encode())
        assert padded != raw
        assert read_record(padded) == read_record(raw)
        assert read_summary(padded) == read_summary(raw)


@pytest.mark.usefixtures("books")
def test_a_code_loses_the_blanks_around_it_in_the_books_too(tmp_path: Path) -> None:
    document = changed("FatUst.CariKod", " 120-001-001\t")
    document["Kalems"][0]["StokKodu"] = " 150-01-0001 "
    (found,) = through_the_books(tmp_path, document)
    assert found["FatUst"]["CariKod"] == "120-001-001"
    assert found["Kalems"][0]["StokKodu"] == "150-01-0001"
    assert rows("SELECT code FROM account") == [("120-001-001",)]


@pytest.mark.parametrize("place", range(1, 7))
@pytest.mark.usefixtures("books")
def test_a_discount_in_one_place_alone_survives_the_books(tmp_path: Path, place: int) -> None:
    name = "STra_SatIsk" if place == 1 else f"STra_SatIsk{place}"
    document = example()
    for line in document["Kalems"]:
        line.pop("STra_SatIsk", None)
        line.pop("STra_SatIsk2", None)
        line[name] = 12.5
    (found,) = through_the_books(tmp_path, document)
    assert [line[name] for line in found["Kalems"]] == [Decimal("12.5")] * 2
    both_ways(document)


@pytest.mark.parametrize("amount", ["0.00000001", "-0.00000001", "999999999999999.99999999"])
@pytest.mark.usefixtures("books")
def test_the_smallest_and_the_greatest_amount_survive_the_books(
    tmp_path: Path, amount: str
) -> None:
    raw = compact(changed("FatUst.BRUTTUTAR", "\ufffc")).replace(
        '"\ufffc"'.encode(), amount.encode()
    )
    (tmp_path / "giris.json").write_bytes(raw)
    with Carried(tmp_path / "giris.json") as carried:
        carried.save(ImportRule(create_cards=True))
    assert rows("SELECT gross_total FROM invoice") == [(amount,)]
    written = export_all(tmp_path / "cikis.json").path.read_bytes()
    assert b'"BRUTTUTAR":%b,' % amount.encode() in written


@pytest.mark.parametrize(
    ("spelling", "kept"),
    [("0.000000005", "0.00000001"), ("0.000000004", "0.0"), ("-0.000000005", "-0.00000001"),
     ("1e-8", "0.00000001"), ("-0.0", "0.0"), ("1E3", "1000.0")],
)  # fmt: skip
def test_what_lies_beyond_the_eighth_decimal_is_rounded_half_up(spelling: str, kept: str) -> None:
    raw = compact(changed("FatUst.BRUTTUTAR", "\ufffc")).replace(
        '"\ufffc"'.encode(), spelling.encode()
    )
    assert read_record(raw).gross_total == kept
    assert read_record(raw) == to_record(read_invoice(raw))
