"""Documents that leave totals or the number to Netsis: one builder's payload after another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.store.preview import FileRow
from app.transfer import document_page
from tests.store.bookkeeping import document as small
from tests.store.bookkeeping import enter, new_books, rows
from tests.transfer.carrying import KEEP, Carried, ImportRule, carry, export_all

pytestmark = pytest.mark.usefixtures("books")
CARDS = ImportRule(create_cards=True)
SERIES = ImportRule(series="TYF", create_cards=True)
SKIP = ImportRule(create_cards=True, skip_transferred=True)
COMPUTED = "toplamlar kalemlerden hesaplandı"
TAKES_NEXT = "Fatura No yok, sıradaki numarayı alır"


def payload(top: dict[str, Any] | None = None, **header: Any) -> dict[str, Any]:
    """Two of 100.00 with 20 %, as an integrator writes it; None leaves a member out."""
    fields = {
        "FATIRS_NO": "W00000000000001", "CariKod": "120-01-0001", "Tarih": "2024-03-15 00:00:00",
        "Tip": 0, "TIPI": 2, "KDV_DAHILMI": False, **header,
    }  # fmt: skip
    line = {"StokKodu": "STK-001", "STra_GCMIK": 2.0, "STra_BF": 100.0, "STra_KDV": 20.0}
    document = {"Seri": "W", "FaturaTip": 0, **(top or {})}
    return {
        **{name: value for name, value in document.items() if value is not None},
        "FatUst": {name: value for name, value in fields.items() if value is not None},
        "Kalems": [{**line, "DEPO_KODU": 1}],
    }


def stated(**header: Any) -> dict[str, Any]:
    """The same with its totals."""
    return payload(BRUTTUTAR=200.0, KDV=40.0, GENELTOPLAM=240.0, **header)


def file(path: Path, *documents: dict[str, Any]) -> Path:
    path.write_text(json.dumps(documents))
    return path


def listed(carried: Carried) -> list[tuple[str, str, str, str | None]]:
    def cells(row: FileRow) -> tuple[str, str, str, str | None]:
        return row.status, row.number, row.message, row.grand_total

    return list(map(cells, carried.rows))


def done(path: Path, rule: ImportRule = CARDS) -> list[tuple[str, str]]:
    """Of each document its new number or its refusal; a rehearsal foretold it."""
    with Carried(path) as carried:
        foretold = [(one.new_number, one.refusal) for one in carried.rehearse(rule)]
        carried.save(rule)
        assert foretold == [(one.new_number, one.refusal) for one in carried.results]
        return [(one.new_number, one.message) for one in carried.results]


def first_words(carried: Carried) -> list[str]:
    """The first thing that each row is told."""
    return [row.message.partition(";")[0] for row in carried.rows]


@pytest.mark.parametrize(
    "document",
    [
        payload(),
        payload(GENELTOPLAM=0.0, KDV=0.0, BRUTTUTAR=0.0),
        payload(GENELTOPLAM=0, KDV=40.0, BRUTTUTAR=200.0),
        payload(GENELTOPLAM="0,00"),
    ],
    ids=["none", "all zero", "grand total zero", "zero as a text"],
)
def test_missing_totals_are_computed_told_stored_and_written(
    tmp_path: Path, document: dict[str, Any]
) -> None:
    with Carried(file(tmp_path / "x.json", document)) as carried:
        (row,) = carried.rows
        page = document_page.page(document_page.load_from_file(carried.incoming, row), 80)
        carried.save(CARDS)
        stored = document_page.page(document_page.load(carried.results[0].invoice_id or 0), 80)
    assert (row.grand_total, row.number) == ("240.0", "W00000000000001")
    assert rows("SELECT gross_total, vat_total, grand_total FROM invoice") == [
        ("200.0", "40.0", "240.0")
    ]
    for lines in (page, stored):
        assert [line.split()[-1] for line in lines if "TOPLAM" in line] == ["240,00"]
    export_all(tmp_path / "y.json")
    (written,) = json.loads((tmp_path / "y.json").read_text())
    header = written["FatUst"]
    assert (header["BRUTTUTAR"], header["KDV"], header["GENELTOPLAM"]) == (200, 40, 240)
    assert {name: value for name, value in header.items() if value} == {
        **{name: value for name, value in document["FatUst"].items() if value},
        "BRUTTUTAR": 200, "KDV": 40, "GENELTOPLAM": 240,
    }  # fmt: skip


def test_a_page_shows_what_a_discount_given_only_as_a_rate_comes_to(tmp_path: Path) -> None:
    document = payload(GEN_ISK1O=10.0, GEN_ISK2T=5.0, KDV=35.0, BRUTTUTAR=200.0, GENELTOPLAM=210.0)
    with Carried(file(tmp_path / "x.json", document)) as carried:
        page = document_page.page(
            document_page.load_from_file(carried.incoming, carried.rows[0]), 80
        )
    discounts = [" ".join(line.split()) for line in page if "Genel iskonto" in line]
    assert discounts == ["Genel iskonto 1 %10 20,00", "Genel iskonto 2 5,00"]


def test_the_row_says_that_totals_were_computed_and_stated_ones_are_never_changed(
    tmp_path: Path,
) -> None:
    carry(file(tmp_path / "kart.json", stated(FATIRS_NO="K1")), CARDS)
    wrong = payload(GENELTOPLAM=1.0, FATIRS_NO="W2")
    path = file(tmp_path / "x.json", payload(), stated(FATIRS_NO="W1"), wrong)
    with Carried(path) as carried:
        assert listed(carried) == [
            ("uyari", "W00000000000001", COMPUTED, "240.0"),
            ("hazir", "W1", "", "240.0"),
            ("uyari", "W2", "Genel toplam (GENELTOPLAM): belgede 1,00, kalemlerden 240,00", "1.0"),
        ]


@pytest.mark.parametrize("spelling", [None, "", "   "])
def test_without_a_number_a_document_takes_the_next_of_its_seri(
    tmp_path: Path, spelling: str | None
) -> None:
    enter(small("W00000000000041", series="W"))
    path = file(tmp_path / "x.json", *[stated(FATIRS_NO=spelling, EKACK1=str(n)) for n in (1, 2)])
    carry(file(tmp_path / "kart.json", stated(FATIRS_NO="K1")), CARDS)
    with Carried(path) as carried:
        assert listed(carried) == [("uyari", "", TAKES_NEXT, "240.0")] * 2
        plan = carried.plan(CARDS)
    (numbers,) = plan.numbers
    assert (numbers.first, numbers.last, numbers.count) == (
        "W00000000000042", "W00000000000043", 2,
    )  # fmt: skip
    assert done(path) == [("W00000000000042", ""), ("W00000000000043", "")]


def test_a_fatura_serisi_numbers_all_and_without_any_series_nothing_is_saved(
    tmp_path: Path,
) -> None:
    none, odd = stated(FATIRS_NO=None), stated(FATIRS_NO=None)
    del none["Seri"]
    odd["Seri"] = "ŞUBE"
    path = file(tmp_path / "x.json", none, odd, stated(FATIRS_NO=None))
    refusals = [
        "Fatura No yok, Seri de yok; bir Fatura Serisi seçin",
        "Fatura No yok, Seri (ŞUBE) kullanılamaz; bir Fatura Serisi seçin",
    ]
    assert done(path) == [
        ("", f"1. belge, {refusals[0]}"),
        ("", f"2. belge, {refusals[1]}"),
        ("W00000000000001", ""),
    ]
    with Carried(path) as carried:
        assert [row.message for row in carried.rows[:2]] == refusals
        plan = carried.plan()
    assert (plan.failing, plan.first_failure) == (2, f"1. belge, {refusals[0]}")
    assert [number for number, _ in done(path, SERIES)] == [f"TYF{n:012}" for n in (1, 2, 3)]


def test_a_purchase_without_a_number_is_numbered_by_a_series_too(tmp_path: Path) -> None:
    def bought(**top: Any) -> dict[str, Any]:
        return payload({"FaturaTip": 1, **top}, FATIRS_NO=None, Tip=1, CariKod="320-01")

    path = file(tmp_path / "x.json", bought(), bought(Seri=None))
    assert done(path) == [
        ("W00000000000001", COMPUTED),
        (
            "",
            f"2. belge, Fatura No yok, Seri de yok; bir Fatura Serisi seçin; uyarı: {COMPUTED}",
        ),
    ]


def test_a_gib_number_that_does_not_fit_stays_whole_beside_the_new_number(tmp_path: Path) -> None:
    old = "TYF2024123456789"
    path = file(tmp_path / "x.json", stated(FATIRS_NO=old))
    carry(file(tmp_path / "kart.json", stated(FATIRS_NO="K1")), CARDS)
    with Carried(path) as carried:
        assert listed(carried) == [
            ("uyari", old, f"{old} sığmıyor, sıradaki numarayı alır", "240.0")
        ]
    assert done(path, SERIES) == [("TYF000000000001", "")]
    export_all(tmp_path / "y.json")
    *_, written = json.loads((tmp_path / "y.json").read_text())
    assert (written["FatUst"]["FATIRS_NO"], written["FatUst"]["GIB_FATIRS_NO"]) == (
        "TYF000000000001", old,
    )  # fmt: skip
    assert (old, "TYF000000000001") in rows("SELECT source_number, number FROM transfer_item")


def test_a_gib_number_in_both_members_is_narrowed_as_ever(tmp_path: Path) -> None:
    gib = "TYF2024000456789"
    path = file(tmp_path / "x.json", stated(FATIRS_NO=gib, GIB_FATIRS_NO=gib))
    assert done(path) == [("TYF202400456789", "")]


@pytest.mark.parametrize("rule", [SKIP, ImportRule(series="Z", create_cards=True)])
def test_the_same_file_twice_is_seen(tmp_path: Path, rule: ImportRule) -> None:
    path = file(
        tmp_path / "x.json", payload(FATIRS_NO=None), payload(FATIRS_NO="W00000000000009"),
        stated(FATIRS_NO="TYF2024123456789"),
    )  # fmt: skip
    saved = carry(path, rule).numbers
    with Carried(path) as carried:
        assert first_words(carried) == [f"daha önce aktarıldı, {number}" for number in saved]
        carried.save(SKIP)
    assert {one.status for one in carried.results} == {"atlandi"}


def test_what_is_exported_is_known_here_and_elsewhere(tmp_path: Path) -> None:
    source = file(
        tmp_path / "x.json", payload(), payload(FATIRS_NO=None), payload(FATIRS_NO="W7", KDV=36.0)
    )
    first, second = tmp_path / "bir.json", tmp_path / "iki.json"
    numbers = carry(source, CARDS).numbers
    export_all(first)
    with Carried(first) as carried:  # it left this database
        assert first_words(carried) == [f"aynısı veritabanında var, {number}" for number in numbers]
    with new_books():
        with Carried(source) as carried:  # it was here under its own number before
            carried.save(CARDS)
        with Carried(first) as carried:
            assert first_words(carried) == [
                f"aynısı veritabanında var, {number}" for number in numbers
            ]
    with new_books():
        carry(first, CARDS)
        with Carried(first) as carried:
            carried.save(SKIP)
            assert {one.status for one in carried.results} == {"atlandi"}
        export_all(second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "original", [payload(), payload(GENELTOPLAM=0.0, KDV=0.0), payload(KDV=40.0)]
)
def test_an_original_that_comes_after_our_export_of_it_is_known(
    tmp_path: Path, original: dict[str, Any]
) -> None:
    source = file(tmp_path / "x.json", original, stated())
    first, second = ("W00000000000001", "W00000000000002")
    carry(file(tmp_path / "y.json", original), CARDS)
    export_all(tmp_path / "giden.json")
    with new_books():
        carry(tmp_path / "giden.json", CARDS)
        with Carried(source) as carried:
            known = f"aynısı veritabanında var, {first}"
            assert first_words(carried) == [known, f"daha önce aktarıldı, {first}"]
            assert [one.new_number for one in carried.rehearse(CARDS)] == [
                second,
                "W00000000000003",
            ]
            carried.save(SKIP)
        assert {one.status for one in carried.results} == {"atlandi"}


def test_a_general_discount_given_only_as_a_rate_is_no_false_alarm(tmp_path: Path) -> None:
    """200 less 10 %, with 20 % VAT."""
    right = payload(GEN_ISK1O=10.0, BRUTTUTAR=200.0, KDV=36.0, GENELTOPLAM=216.0)
    carry(file(tmp_path / "x.json", right), KEEP)
    carry(file(tmp_path / "kart.json", stated(FATIRS_NO="K1")), CARDS)
    with Carried(tmp_path / "x.json") as carried:
        assert listed(carried) == [("hazir", "W00000000000001", "", "216.0")]
    missing = payload(GEN_ISK1O=10.0, FATIRS_NO="W00000000000002")
    with Carried(file(tmp_path / "y.json", missing)) as carried:
        assert listed(carried) == [("uyari", "W00000000000002", COMPUTED, "216.0")]
