"""Invoices as integrators spell them (domain §7) come in with what their values mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.reasons import text
from app.domain.record import Record
from app.netsis.parse_ways import read_record
from app.transfer.import_run import ImportRule
from app.transfer.raw_page import load_raw
from tests.netsis.examples import compact
from tests.store.bookkeeping import rows
from tests.transfer.carrying import Carried, carry, export_all

pytestmark = pytest.mark.usefixtures("books")

_HEADER = {
    "Sube_Kodu": 0, "FATIRS_NO": "W00000000000001", "CariKod": "120-01-0001",
    "Tarih": "2024-03-15 00:00:00", "Tip": 0, "TIPI": 2, "KDV_DAHILMI": False,
    "BRUTTUTAR": 200.0, "KDV": 40.0, "GENELTOPLAM": 240.0,
}  # fmt: skip
_LINE = {
    "Sira": 1, "StokKodu": "STK-001", "STra_GCMIK": 2.0, "STra_BF": 100.0, "STra_NF": 100.0,
    "STra_KDV": 20.0, "DEPO_KODU": 1,
}  # fmt: skip


def slip(
    header: dict[str, Any] | None = None, line: dict[str, Any] | None = None, **top: Any
) -> bytes:
    """A small sales invoice, with some members spelled in another way; without what is None."""
    document = {"Seri": "W", "FaturaTip": 0, **top}
    document["FatUst"] = {k: v for k, v in (_HEADER | (header or {})).items() if v is not None}
    document["Kalems"] = [_LINE | (line or {})]
    return compact(document)


def line_of(record: Record) -> dict[str, Any]:
    """What a record keeps of its line as JSON."""
    found: dict[str, Any] = json.loads(record.lines[0].extra or "{}")
    return found


PLAIN = read_record(slip())


@pytest.mark.parametrize(
    ("spelling", "plain"),
    [
        (slip({"Tarih": "15.03.2024 14:05:09"}), slip()),
        (slip({"Tarih": "15.03.2024"}), slip()),
        (slip({"Tarih": "5.03.2024 09:05:09"}), slip({"Tarih": "2024-03-05 00:00:00"})),
        (slip({"Sube_Kodu": ""}), slip({"Sube_Kodu": None})),
        (slip(line={"STra_DOVTIP": ""}), slip()),
        (slip(line={"Vadetar": None}), slip()),
        (slip({"EfaturaCarisiMi": ""}), slip()),
        (slip({"ODEMETARIHI": "0001-01-01T00:00:00", "FiiliTarih": "0001-01-01T00:00:00"}), slip()),
        (slip({"ENTEGRE_TRH": "30.12.1899 00:00:00"}), slip()),
        (slip(line={"Irsaliyetar": "1899-12-30 00:00:00", "Vadetar": "1899-12-30"}), slip()),
        (slip(line={"STra_HTUR": "\0"}), slip()),
        (slip(line={"Isk_Flag": "fkitOran"}), slip(line={"Isk_Flag": 0})),
        (slip(line={"Isk_Flag": "JTFatKalemIskTipi.fkitTutar"}), slip(line={"Isk_Flag": 1})),
        (slip(line={"Isk_Flag": True}), slip(line={"Isk_Flag": 1})),
        (slip({"KDV_DAHILMI": 0}), slip()),
        (slip(FaturaTip="JTFaturaTip.ftSFat"), slip()),
        (slip(KalemAdedi=0), slip()),
    ],
)  # fmt: skip
def test_what_is_meant_is_what_is_read(spelling: bytes, plain: bytes) -> None:
    assert read_record(spelling) == read_record(plain)


def test_a_warehouse_of_no_letters_is_none() -> None:
    record = read_record(slip(line={"DEPO_KODU": ""}))
    assert "DEPO_KODU" not in line_of(record)
    assert "DEPO_KODU" in line_of(PLAIN)


REPLY = """{
 "Meta": {"Href": "http://sunucu:7070/api/v2/ItemSlips/0;W00000000000001"},
 "IsSuccessful": true,
 "Data": {"Seri": null, "FatUst": %s, "EIrsEkBilgi": {}, "KalemAdedi": 1, "FaturaTip": 0,
  "Siralama": "\\u0000", "Kalems": [%s]}
}"""


def test_a_servers_reply_keeps_what_we_do_not_model(tmp_path: Path) -> None:
    unset = {"EXFIILITARIH": "1899-12-30 00:00:00", "D_YEDEK10": "", "Bos": None}
    line = _LINE | {"STra_KOD1": "\0", "Update_Kodu": "\0", "KalemSeri": [], "STra_GC": "\0"}
    path = tmp_path / "yanit.json"
    path.write_text(REPLY % (json.dumps(_HEADER | unset), json.dumps(line)), encoding="utf-8")
    (result,) = carry(path, ImportRule(create_cards=True)).results
    assert (result.status, result.new_number, result.message) == (
        "aktarildi", "W00000000000001", "",
    )  # fmt: skip
    export_all(tmp_path / "geri.json")
    written = (tmp_path / "geri.json").read_text(encoding="utf-8")
    assert r'"Siralama":"\u0000"' in written
    assert r'"STra_KOD1":"\u0000"' in written
    (found,) = json.loads(written)
    assert {name: found["FatUst"][name] for name in unset} == unset
    assert found["Kalems"][0]["KalemSeri"] == []
    assert "STra_GC" not in found["Kalems"][0]


@pytest.mark.parametrize("sign", ["\v", "\u2028", "\b", "\x7f", "\x1b", "\x9b", "\u202e", "a\0"])
def test_a_note_with_a_control_character_is_saved_as_it_is_and_told(
    sign: str, tmp_path: Path
) -> None:
    note = f"Word'den{sign}yapıştırıldı"
    raw = slip({"EKACK1": note, "OzelNot": [note]}, line={"MALADI": note})
    told = f"görünmeyen karakter var (U+{ord(sign[-1]):04X})"
    assert list(map(text, read_record(raw).warnings)) == [
        f"Not 1 (EKACK1): {told}",
        f"1. kalem, Stok adı (MALADI): {told}",
    ]
    path = tmp_path / "fatura.json"
    path.write_bytes(raw)
    (result,) = carry(path, ImportRule(create_cards=True)).results
    assert result.status == "aktarildi"
    export_all(tmp_path / "geri.json")
    (found,) = json.loads((tmp_path / "geri.json").read_bytes())
    assert (found["FatUst"]["EKACK1"], found["FatUst"]["OzelNot"]) == (note, [note])
    assert found["Kalems"][0]["MALADI"] == note
    ((name,),) = rows("SELECT name FROM stock_item")
    assert name.isprintable()


def test_a_document_that_cannot_be_read_says_who_it_is(tmp_path: Path) -> None:
    total, account = {"GENELTOPLAM": "240,00"}, {"CariKod": None}
    documents = [
        slip({"Tarih": "bozuk"}),
        slip(account | {"FATIRS_NO": "W00000000000002"}),
        slip(total | {"FATIRS_NO": "W00000000000003"}, {"STra_GCMIK": "12 adet"}),
        slip({"FATIRS_NO": "W\u001b1"}),
        b'{"FatUst":{"FATIRS_NO":"W4"},"Kalems":',
    ]
    path = tmp_path / "fatura.json"
    path.write_bytes(b"[" + b",\n".join(documents) + b"]")
    with Carried(path) as carried:
        carried.save(ImportRule(create_cards=True))
        rehearsed = carried.rehearse(ImportRule(create_cards=True))
        shown = [
            (row.number, row.document_date, row.account_code, row.unread_total)
            for row in carried.rows
        ]
    numbers = ["W00000000000001", "W00000000000002", "W00000000000003", "", "W4"]
    assert [result.source_number for result in carried.results] == numbers
    assert [result.source_number for result in rehearsed] == numbers
    assert shown[:4] == [
        ("W00000000000001", None, "120-01-0001", "240.0"),
        ("W00000000000002", "2024-03-15", "", "240.0"),
        ("W00000000000003", "2024-03-15", "120-01-0001", "240.0"),
        ("", "2024-03-15", "120-01-0001", "240.0"),
    ]


WHOLE = b'{"FatUst":{"FATIRS_NO":"W4","CariKod":"120-01","Tarih":"2024-03-15","GENELTOPLAM":12.5'


@pytest.mark.parametrize(
    ("broken", "shown"),
    [
        (WHOLE + b',"KDV":}}', ("W4", "2024-03-15", "120-01", "12.5")),
        (WHOLE + b',"FATIRS_NO":"W5","KDV":}}', ("", "2024-03-15", "120-01", "12.5")),
        (WHOLE + b'},"Kalems":[{"CariKod":"X"', ("W4", "2024-03-15", "120-01", "12.5")),
        (b'{"OzelNot":{"FATIRS_NO":"W4"},', ("", None, "", None)),
    ],
    ids=["broken", "twice", "cut in a line", "elsewhere"],
)
@pytest.mark.parametrize("end", [b"", b",\n" + b"%b" % slip()], ids=["last", "between"])
def test_of_broken_json_what_stands_before_the_fault_says_who_it_is(
    tmp_path: Path, broken: bytes, shown: tuple[str, str | None, str, str | None], end: bytes
) -> None:
    path = tmp_path / "fatura.json"
    path.write_bytes(b"[\n" + broken + end)
    with Carried(path) as carried:
        row, *others = carried.rows
        page = load_raw(carried.incoming, row)
    assert (row.number, row.document_date, row.account_code, row.unread_total) == shown
    assert bool(others) == bool(end)
    assert page.before.startswith(broken[:20].decode())


def test_a_total_at_the_end_of_a_file_may_be_cut_off_and_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "fatura.json"
    path.write_bytes(WHOLE)
    with Carried(path) as carried:
        assert (carried.rows[0].account_code, carried.rows[0].unread_total) == ("120-01", None)
