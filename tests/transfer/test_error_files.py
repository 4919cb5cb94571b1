"""Failed documents can be handed on: as a sheet with reasons, and as they stand in the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.domain.document_status import ERROR
from app.domain.netsis_json import encode_invoice
from app.errors import FileRefused, Stopped
from app.transfer.error_files import left_out_words, write_documents, write_rows
from tests.store.bookkeeping import document
from tests.transfer.carrying import Carried, ImportRule

GOOD = encode_invoice(document("A-1"))
NO_ACCOUNT = encode_invoice(document("A-2", day=date(2024, 5, 6))).replace(b'"CariKod"', b'"Cari"')
BAD_LINE = encode_invoice(document("A-3")).replace(b'"STra_GCMIK":1.0', b'"STra_GCMIK":"bir  ki"')
BROKEN = b'{"FatUst":{"FATIRS_NO":"A-4",}}'
ODD = b'{ "a" :\r\n [1,\t2] }'
MAKE = ImportRule(create_cards=True)

pytestmark = pytest.mark.usefixtures("books")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gelen.json"
    path.write_bytes(b"[\n" + b",\n".join([GOOD, NO_ACCOUNT, BROKEN, BAD_LINE, ODD]) + b"\n]\n")
    return path


def failed(carried: Carried) -> list[int]:
    return sorted(carried.incoming.rows.faulty(ERROR))


def test_the_failed_documents_come_to_the_byte_as_the_file_has_them(file, tmp_path):
    with Carried(file) as carried:
        carried.save(MAKE)
        done = write_documents(carried.incoming, failed(carried), tmp_path / "hatalar.json")
    assert done.path.read_bytes() == b"[\n" + b",\n".join([NO_ACCOUNT, BAD_LINE, ODD]) + b"\n]\n"
    assert (done.count, done.left_out) == (3, [3])
    assert left_out_words(done.left_out) == "JSON olarak okunamadığı için yazılmayan: 3. belge"


def test_a_number_beyond_every_amount_is_json_all_the_same(tmp_path):
    path = tmp_path / "gelen.json"
    path.write_bytes(b"[" + NO_ACCOUNT.replace(b'"Tarih"', b'"X":1e400,"Tarih"') + b"]")
    with Carried(path) as carried:
        carried.save(MAKE)
        done = write_documents(carried.incoming, failed(carried), tmp_path / "h.json")
    assert (done.count, done.left_out) == (1, [])
    assert b"1e400" in done.path.read_bytes()


def test_where_none_is_json_no_empty_file_is_written(tmp_path):
    path = tmp_path / "gelen.json"
    path.write_bytes(b"[" + GOOD + b"," + BROKEN + b"]")
    with Carried(path) as carried:
        carried.save(MAKE)
        with pytest.raises(FileRefused) as refused:
            write_documents(carried.incoming, failed(carried), tmp_path / "h.json")
    assert refused.value.sentence == (
        "h.json: JSON olarak okunamadığı için yazılmayan: 2. belge; dosya yazılmadı"
    )
    assert not (tmp_path / "h.json").exists()


def test_corrected_they_are_imported_and_nothing_is_there_twice(file, tmp_path):
    with Carried(file) as carried:
        carried.save(MAKE)
        mended = write_documents(carried.incoming, failed(carried), tmp_path / "h.json").path
    text = mended.read_bytes().replace(b'"Cari"', b'"CariKod"').replace(b'"bir  ki"', b"1.0")
    mended.write_bytes(text)
    with Carried(mended) as carried:
        carried.save(MAKE)
    assert [one.status for one in carried.results] == ["aktarildi", "aktarildi", "hata"]
    assert carried.numbers == ["A-2", "A-3", ""]


def test_a_file_in_another_encoding_is_handed_on_in_utf_8(tmp_path):
    path = tmp_path / "eski.json"
    path.write_bytes('[{"FatUst":{"Aciklama":"Şişli İĞ"}},\n{"b":1}]'.encode("cp1254"))
    with Carried(path, "cp1254") as carried:
        done = write_documents(carried.incoming, failed(carried), tmp_path / "h.json")
    assert done.path.read_bytes() == '[\n{"FatUst":{"Aciklama":"Şişli İĞ"}},\n{"b":1}\n]\n'.encode()


def test_a_row_of_the_sheet_says_who_failed_why_and_where(file, tmp_path):
    with Carried(file) as carried:
        carried.save(MAKE)
        write_rows(carried.incoming, failed(carried), tmp_path / "hatalar.xlsx")
    header, *rows = openpyxl.load_workbook(tmp_path / "hatalar.xlsx").active.values
    at = {name: place for place, name in enumerate(header)}
    told = [
        tuple(row[at[one]] for one in ("Sıra", "Fatura No", "Alan", "Neden", "Yer", "Netsis adı"))
        for row in rows
    ]
    assert told[0] == (2, "A-2", "Cari Kodu", "yok", None, "CariKod")
    assert told[1][0] == 3
    assert told[1][3].startswith("JSON bozuk")
    assert told[2] == (4, "A-3", "Miktar", "“bir  ki” sayı değil", "1. kalem", "STra_GCMIK")
    assert rows[0][at["Tarih"]].date() == date(2024, 5, 6)
    assert {row[at["Durum"]] for row in rows} == {"Hata"}


def test_all_rows_of_a_list_can_be_written_too(file, tmp_path):
    with Carried(file) as carried:
        carried.save(MAKE)
        done = write_rows(carried.incoming, carried.positions, tmp_path / "hepsi.csv")
    lines = done.path.read_text("utf-8-sig").splitlines()
    assert len(lines) == 6
    assert lines[1].startswith("1;A-1;15.03.2024;Satış;")
    assert ";Aktarıldı;" in lines[1]
    assert lines[1].endswith(";A-1")


def test_a_file_within_a_folder_is_named(file, tmp_path):
    folder = tmp_path / "klasor"
    folder.mkdir()
    file.rename(folder / "b.json")
    (folder / "a.json").write_bytes(b"[" + GOOD + b"]")
    with Carried(folder) as carried:
        write_rows(carried.incoming, failed(carried), tmp_path / "h.csv")
    lines = (tmp_path / "h.csv").read_text("utf-8-sig").splitlines()
    assert any("b.json (dosyada 4.), 1. kalem" in line for line in lines)


@pytest.mark.parametrize("write", [write_rows, write_documents])
def test_stopped_or_over_another_file_there_is_none(file, tmp_path, write):
    name = "h.csv" if write is write_rows else "h.json"
    with Carried(file) as carried:
        with pytest.raises(Stopped, match="Durduruldu; dosya yazılmadı"):
            write(carried.incoming, failed(carried), tmp_path / name, stop=lambda: True)
        (tmp_path / name).write_text("eski")
        with pytest.raises(FileRefused, match="zaten var"):
            write(carried.incoming, failed(carried), tmp_path / name)
    assert (tmp_path / name).read_text() == "eski"
